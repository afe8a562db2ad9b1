#include "tests/support/fault_fs.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

#include <rocksdb/system_clock.h>

#include "tests/support/fault_files.hpp"

namespace support {

namespace {

using rocksdb::FileOptions;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

void write_content(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void overwrite(const std::string& path, std::uint64_t offset, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(offset));
  file << bytes;
}

std::string rubbish(std::size_t bytes, std::mt19937_64& chance) {
  std::string out;
  while (out.size() < bytes) out.push_back(static_cast<char>(chance()));
  return out;
}

class SleeplessClock final : public rocksdb::SystemClockWrapper {
 public:
  using SystemClockWrapper::SystemClockWrapper;
  const char* Name() const override { return "SleeplessClock"; }
  void SleepForMicroseconds(int) override { std::this_thread::yield(); }
};

class FaultEnv final : public rocksdb::EnvWrapper {
 public:
  explicit FaultEnv(std::shared_ptr<FaultFileSystem> files) : EnvWrapper(Env::Default()) {
    file_system_ = std::move(files);
    system_clock_ = std::make_shared<SleeplessClock>(rocksdb::SystemClock::Default());
  }
  const char* Name() const override { return "FaultEnv"; }
};

}  // namespace

FaultFileSystem::FaultFileSystem(FaultPlan plan)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), plan_(plan) {}

std::string FaultFileSystem::hit_call() const {
  const std::lock_guard lock(mutex_);
  return hit_call_;
}

void FaultFileSystem::fail_from_now_on(FaultKind kind) {
  const std::lock_guard lock(mutex_);
  plan_ = {kind, calls_, true};
}

bool FaultFileSystem::writes_half() const {
  const std::lock_guard lock(mutex_);
  return plan_.kind == FaultKind::short_write && !is_dead_;
}

IOStatus FaultFileSystem::before(const std::string& call) {
  if (is_dead_) return IOStatus::IOError("power cut");
  const long number = calls_++;
  const std::lock_guard lock(mutex_);
  if (plan_.kind == FaultKind::none || number < plan_.at) return IOStatus::OK();
  if (number > plan_.at && !plan_.sticky) return IOStatus::OK();
  if (!hit_) hit_call_ = call;
  hit_ = true;
  if (plan_.kind == FaultKind::power_cut) is_dead_ = true;
  if (plan_.kind == FaultKind::no_space) return IOStatus::NoSpace("injected ENOSPC");
  return IOStatus::IOError("injected EIO");
}

void FaultFileSystem::appended(const std::string& file, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  written_[file].size += bytes;
}

void FaultFileSystem::overwritten(const std::string& file, std::uint64_t offset, std::string old) {
  const std::lock_guard lock(mutex_);
  overwritten_[file].push_back({offset, std::move(old)});
}

void FaultFileSystem::synced(const std::string& file) {
  const std::lock_guard lock(mutex_);
  if (const auto found = written_.find(file); found != written_.end()) {
    found->second.synced = found->second.size;
  }
  overwritten_.erase(file);
  std::erase_if(undo_, [&file](const Undo& undo) {
    return undo.change == NameChange::created && undo.from == file;
  });
}

std::string FaultFileSystem::Undo::folder() const {
  return std::filesystem::path(to.empty() ? from : to).parent_path();
}

void FaultFileSystem::folder_synced(const std::string& folder) {
  const std::string name = std::filesystem::path(folder + "/").parent_path();
  const std::lock_guard lock(mutex_);
  std::erase_if(undo_, [&name](const Undo& undo) { return undo.folder() == name; });
}

IOStatus FaultFileSystem::NewWritableFile(const std::string& file, const FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* out,
                                          Context* context) {
  const auto held = underway();
  IOStatus status = before("create " + file);
  if (!status.ok()) return status;
  const bool existed = std::filesystem::exists(file);
  status = target()->NewWritableFile(file, options, out, context);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  written_[file] = {};
  if (!existed) undo_.push_back({NameChange::created, file, "", ""});
  *out = failing(std::move(*out), *this, file);
  return status;
}

IOStatus FaultFileSystem::ReopenWritableFile(const std::string& file, const FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* out,
                                             Context* context) {
  const auto held = underway();
  IOStatus status = before("reopen " + file);
  if (status.ok()) status = target()->ReopenWritableFile(file, options, out, context);
  if (status.ok()) *out = failing(std::move(*out), *this, file);
  return status;
}

IOStatus FaultFileSystem::ReuseWritableFile(const std::string& file, const std::string& old,
                                            const FileOptions& options,
                                            std::unique_ptr<rocksdb::FSWritableFile>* out,
                                            Context* context) {
  const auto held = underway();
  IOStatus status = before("reuse " + file);
  if (status.ok()) status = target()->ReuseWritableFile(file, old, options, out, context);
  if (status.ok()) *out = failing(std::move(*out), *this, file);
  return status;
}

IOStatus FaultFileSystem::NewRandomRWFile(const std::string& file, const FileOptions& options,
                                          std::unique_ptr<rocksdb::FSRandomRWFile>* out,
                                          Context* context) {
  const auto held = underway();
  IOStatus status = before("open " + file);
  if (status.ok()) status = target()->NewRandomRWFile(file, options, out, context);
  if (status.ok()) *out = failing(std::move(*out), *this, file);
  return status;
}

IOStatus FaultFileSystem::NewRandomAccessFile(const std::string& file, const FileOptions& options,
                                              std::unique_ptr<rocksdb::FSRandomAccessFile>* out,
                                              Context* context) {
  const auto held = underway();
  IOStatus status = before("open " + file);
  if (status.ok()) status = target()->NewRandomAccessFile(file, options, out, context);
  if (status.ok()) *out = failing(std::move(*out), *this, file);
  return status;
}

IOStatus FaultFileSystem::NewSequentialFile(const std::string& file, const FileOptions& options,
                                            std::unique_ptr<rocksdb::FSSequentialFile>* out,
                                            Context* context) {
  const auto held = underway();
  IOStatus status = before("open " + file);
  if (status.ok()) status = target()->NewSequentialFile(file, options, out, context);
  if (status.ok()) *out = failing(std::move(*out), *this, file);
  return status;
}

IOStatus FaultFileSystem::NewDirectory(const std::string& folder, const IOOptions& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* out,
                                       Context* context) {
  IOStatus status = before("open folder " + folder);
  if (status.ok()) status = target()->NewDirectory(folder, options, out, context);
  if (status.ok()) *out = failing(std::move(*out), *this, folder);
  return status;
}

IOStatus FaultFileSystem::DeleteFile(const std::string& file, const IOOptions& options,
                                     Context* context) {
  const auto held = underway();
  IOStatus status = before("delete " + file);
  if (!status.ok()) return status;
  std::string old = content_of(file);
  status = target()->DeleteFile(file, options, context);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  undo_.push_back({NameChange::deleted, file, "", std::move(old)});
  written_.erase(file);
  return status;
}

IOStatus FaultFileSystem::RenameFile(const std::string& from, const std::string& to,
                                     const IOOptions& options, Context* context) {
  const auto held = underway();
  IOStatus status = before("rename " + from + " to " + to);
  if (!status.ok()) return status;
  const bool existed = std::filesystem::exists(to);
  std::string old = existed ? content_of(to) : "";
  status = target()->RenameFile(from, to, options, context);
  if (!status.ok()) return status;
  const std::lock_guard lock(mutex_);
  undo_.push_back({existed ? NameChange::replaced : NameChange::renamed, from, to, std::move(old)});
  written_[to] = written_[from];
  written_.erase(from);
  return status;
}

IOStatus FaultFileSystem::LinkFile(const std::string& from, const std::string& to,
                                   const IOOptions& options, Context* context) {
  const auto held = underway();
  const IOStatus status = before("link " + to);
  return status.ok() ? target()->LinkFile(from, to, options, context) : status;
}

void FaultFileSystem::cut_power() {
  const std::unique_lock nothing_underway(calls_underway_);
  is_dead_ = true;
}

void FaultFileSystem::lose_power(Unsynced unsynced, std::uint64_t seed) {
  const std::unique_lock nothing_underway(calls_underway_);
  const std::lock_guard lock(mutex_);
  std::mt19937_64 chance(seed);
  lose_appended(unsynced, chance);
  lose_overwritten(unsynced, chance);
  lose_names(unsynced, chance);
}

void FaultFileSystem::lose_appended(Unsynced unsynced, std::mt19937_64& chance) {
  for (const auto& [file, written] : written_) {
    if (written.size <= written.synced || !std::filesystem::exists(file)) continue;
    const std::uint64_t loose = written.size - written.synced;
    const std::uint64_t left = unsynced == Unsynced::lost ? 0 : chance() % (loose + 1);
    std::filesystem::resize_file(file, written.synced + left);
    if (unsynced != Unsynced::scrambled || left == 0) continue;
    const std::uint64_t hurt = 1 + chance() % left;
    overwrite(file, written.synced + left - hurt, rubbish(hurt, chance));
  }
}

void FaultFileSystem::lose_overwritten(Unsynced unsynced, std::mt19937_64& chance) {
  for (auto& [file, overwrites] : overwritten_) {
    if (!std::filesystem::exists(file)) continue;
    for (auto it = overwrites.rbegin(); it != overwrites.rend(); ++it) {
      // The first `kept` bytes are the new ones, the rest the old ones, or rubbish.
      const std::size_t size = it->old.size();
      const std::size_t kept = unsynced == Unsynced::lost ? 0 : chance() % (size + 1);
      const bool hurts = unsynced == Unsynced::scrambled;
      overwrite(file, it->offset + kept,
                hurts ? rubbish(size - kept, chance) : it->old.substr(kept));
    }
  }
}

void FaultFileSystem::lose_names(Unsynced unsynced, std::mt19937_64& chance) {
  for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) {
    if (unsynced != Unsynced::lost && chance() % 2 == 0) continue;
    switch (undo->change) {
      case NameChange::created:
        std::filesystem::remove(undo->from);
        break;
      case NameChange::deleted:
        write_content(undo->from, undo->old);
        break;
      case NameChange::replaced:
      case NameChange::renamed:
        if (!std::filesystem::exists(undo->to)) break;
        std::filesystem::rename(undo->to, undo->from);
        if (undo->change == NameChange::replaced) write_content(undo->to, undo->old);
        break;
    }
  }
}

std::unique_ptr<rocksdb::Env> fault_env(std::shared_ptr<FaultFileSystem> files) {
  return std::make_unique<FaultEnv>(std::move(files));
}

}  // namespace support
