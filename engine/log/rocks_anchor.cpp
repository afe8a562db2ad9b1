#include "engine/log/rocks_anchor.hpp"

#include "engine/log/rocks_reads.hpp"

namespace engine::log {

namespace {

rocksdb::FileSystem& files(const Disk& disk) { return *disk.env->GetFileSystem(); }

Error anchor_fault(const rocksdb::IOStatus& status, std::string_view doing) {
  return reads::fault_of(status, "commit anchor: " + std::string(doing));
}

}  // namespace

std::filesystem::path anchor_path(const std::filesystem::path& folder) {
  return folder.string() + ".anchor";
}

Result<std::optional<AnchorFound>> read_anchor(const Disk& disk,
                                               const std::filesystem::path& folder) {
  const std::string path = anchor_path(folder);
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  auto status = files(disk).NewSequentialFile(path, {}, &file, nullptr);
  if (status.IsPathNotFound() || status.IsNotFound()) return std::optional<AnchorFound>{};
  if (!status.ok()) return anchor_fault(status, "opening it");
  // One byte more than it may have, so that a longer file is seen to be one.
  std::string scratch(anchor_file_bytes + 1, '\0');
  std::string bytes;
  for (;;) {
    rocksdb::Slice piece;
    status = file->Read(scratch.size() - bytes.size(), {}, &piece, scratch.data(), nullptr);
    if (!status.ok()) return anchor_fault(status, "reading it");
    bytes.append(piece.data(), piece.size());
    if (piece.empty() || bytes.size() == scratch.size()) break;
  }
  const auto found = decode_anchor_file(bytes);
  if (!found) return Error{Fault::corrupt, found.error().detail + " (" + path + ")"};
  return std::optional(*found);
}

Result<void> sync_folder(const Disk& disk, const std::filesystem::path& folder) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  auto status = files(disk).NewDirectory(folder.string(), {}, &directory, nullptr);
  if (status.ok()) status = directory->Fsync({}, nullptr);
  if (!status.ok()) return anchor_fault(status, "syncing the folder " + folder.string());
  return {};
}

Result<void> make_anchor(const Disk& disk, const std::filesystem::path& folder) {
  const std::string path = anchor_path(folder);
  const std::string unfinished = path + ".new";
  std::unique_ptr<rocksdb::FSWritableFile> file;
  auto status = files(disk).NewWritableFile(unfinished, {}, &file, nullptr);
  if (status.ok()) status = file->Append(new_anchor_file(), {}, nullptr);
  if (status.ok()) status = file->Sync({}, nullptr);
  if (status.ok()) status = file->Close({}, nullptr);
  if (status.ok()) status = files(disk).RenameFile(unfinished, path, {}, nullptr);
  if (!status.ok()) return anchor_fault(status, "making it");
  return sync_folder(disk, folder.parent_path());
}

Result<AnchorWriter> AnchorWriter::open(const Disk& disk, const std::filesystem::path& folder,
                                        const Anchor& newest) {
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  const auto status = files(disk).NewRandomRWFile(anchor_path(folder), {}, &file, nullptr);
  if (!status.ok()) return anchor_fault(status, "opening it for writing");
  return AnchorWriter(std::move(file), newest);
}

Result<void> AnchorWriter::write(const TreeHead& head) {
  const Anchor anchor{generation_ + 1, head};
  auto status = file_->Write(slot_of(anchor) * anchor_slot_bytes, encode_slot(anchor), {}, nullptr);
  if (status.ok()) status = file_->Sync({}, nullptr);
  if (!status.ok()) return anchor_fault(status, "writing it");
  generation_ = anchor.generation;
  return {};
}

}  // namespace engine::log
