#include "tests/support/fault_files.hpp"

#include <fstream>

#include "tests/support/fault_fs.hpp"

namespace support {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class Writable final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Writable(std::unique_ptr<FSWritableFile>&& real, FaultFileSystem& files, std::string name)
      : FSWritableFileOwnerWrapper(std::move(real)), files_(files), name_(std::move(name)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
    const auto held = files_.underway();
    const IOStatus status = files_.before("append " + name_);
    if (status.ok()) return really_append(data, options, context);
    if (files_.writes_half() && data.size() > 1) {
      const Slice half(data.data(), data.size() / 2);
      really_append(half, options, context).PermitUncheckedError();
    }
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* context) override {
    return Append(data, options, context);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    const auto held = files_.underway();
    IOStatus status = files_.before("sync " + name_);
    if (status.ok()) status = FSWritableFileOwnerWrapper::Sync(options, context);
    if (status.ok()) files_.synced(name_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return Sync(options, context);
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* context) override {
    if (files_.is_dead()) return IOStatus::IOError("power cut");
    return FSWritableFileOwnerWrapper::Flush(options, context);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* context) override {
    const auto held = files_.underway();
    const IOStatus status = files_.before("close " + name_);
    const IOStatus closed = FSWritableFileOwnerWrapper::Close(options, context);
    return status.ok() ? closed : status;
  }
  // No space is set aside: it would hide where the written bytes end, and closing the file would
  // cut it off, or give back what a power cut had taken.
  IOStatus Allocate(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }
  void PrepareWrite(std::size_t, std::size_t, const IOOptions&, IODebugContext*) override {}
  bool IsSyncThreadSafe() const override { return true; }

 private:
  IOStatus really_append(const Slice& data, const IOOptions& options, IODebugContext* context) {
    IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, context);
    if (status.ok()) files_.appended(name_, data.size());
    return status;
  }

  FaultFileSystem& files_;
  std::string name_;
};

class Rewritable final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  Rewritable(std::unique_ptr<FSRandomRWFile>&& real, FaultFileSystem& files, std::string name)
      : FSRandomRWFileOwnerWrapper(std::move(real)), files_(files), name_(std::move(name)) {}

  IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options,
                 IODebugContext* context) override {
    const auto held = files_.underway();
    const IOStatus status = files_.before("overwrite " + name_);
    if (status.ok()) return really_write(offset, data, options, context);
    if (files_.writes_half() && data.size() > 1) {
      const Slice half(data.data(), data.size() / 2);
      really_write(offset, half, options, context).PermitUncheckedError();
    }
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    const auto held = files_.underway();
    IOStatus status = files_.before("sync " + name_);
    if (status.ok()) status = FSRandomRWFileOwnerWrapper::Sync(options, context);
    if (status.ok()) files_.synced(name_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return Sync(options, context);
  }

 private:
  IOStatus really_write(std::uint64_t offset, const Slice& data, const IOOptions& options,
                        IODebugContext* context) {
    files_.overwritten(name_, offset, content_of(name_).substr(offset, data.size()));
    return FSRandomRWFileOwnerWrapper::Write(offset, data, options, context);
  }

  FaultFileSystem& files_;
  std::string name_;
};

class RandomAccess final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  RandomAccess(std::unique_ptr<FSRandomAccessFile>&& real, FaultFileSystem& files, std::string name)
      : FSRandomAccessFileOwnerWrapper(std::move(real)), files_(files), name_(std::move(name)) {}

  IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions& options, Slice* result,
                char* scratch, IODebugContext* context) const override {
    IOStatus status = files_.before("read " + name_);
    if (!status.ok()) return status;
    return FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, context);
  }

 private:
  FaultFileSystem& files_;
  std::string name_;
};

class Sequential final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  Sequential(std::unique_ptr<FSSequentialFile>&& real, FaultFileSystem& files, std::string name)
      : FSSequentialFileOwnerWrapper(std::move(real)), files_(files), name_(std::move(name)) {}

  IOStatus Read(std::size_t n, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* context) override {
    IOStatus status = files_.before("read " + name_);
    if (!status.ok()) return status;
    return FSSequentialFileOwnerWrapper::Read(n, options, result, scratch, context);
  }

 private:
  FaultFileSystem& files_;
  std::string name_;
};

class Folder final : public rocksdb::FSDirectory {
 public:
  Folder(std::unique_ptr<FSDirectory>&& real, FaultFileSystem& files, std::string name)
      : real_(std::move(real)), files_(files), name_(std::move(name)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    const auto held = files_.underway();
    IOStatus status = files_.before("sync folder " + name_);
    if (status.ok()) status = real_->Fsync(options, context);
    if (status.ok()) files_.folder_synced(name_);
    return status;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* context,
                               const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, context);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* context) override {
    return real_->Close(options, context);
  }
  std::size_t GetUniqueId(char* id, std::size_t size_max) const override {
    return real_->GetUniqueId(id, size_max);
  }

 private:
  std::unique_ptr<FSDirectory> real_;
  FaultFileSystem& files_;
  std::string name_;
};

}  // namespace

std::unique_ptr<rocksdb::FSWritableFile> failing(std::unique_ptr<rocksdb::FSWritableFile> real,
                                                 FaultFileSystem& files, const std::string& name) {
  return std::make_unique<Writable>(std::move(real), files, name);
}

std::unique_ptr<rocksdb::FSRandomRWFile> failing(std::unique_ptr<rocksdb::FSRandomRWFile> real,
                                                 FaultFileSystem& files, const std::string& name) {
  return std::make_unique<Rewritable>(std::move(real), files, name);
}

std::unique_ptr<rocksdb::FSRandomAccessFile> failing(
    std::unique_ptr<rocksdb::FSRandomAccessFile> real, FaultFileSystem& files,
    const std::string& name) {
  return std::make_unique<RandomAccess>(std::move(real), files, name);
}

std::unique_ptr<rocksdb::FSSequentialFile> failing(std::unique_ptr<rocksdb::FSSequentialFile> real,
                                                   FaultFileSystem& files,
                                                   const std::string& name) {
  return std::make_unique<Sequential>(std::move(real), files, name);
}

std::unique_ptr<rocksdb::FSDirectory> failing(std::unique_ptr<rocksdb::FSDirectory> real,
                                              FaultFileSystem& files, const std::string& name) {
  return std::make_unique<Folder>(std::move(real), files, name);
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace support
