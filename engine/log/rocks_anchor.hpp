// The anchor's file, beside the log's folder. It goes through RocksDB's file system, so that what
// is done to one can be done to the other: a test that makes the disk fail makes both fail.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <rocksdb/file_system.h>

#include "engine/log/anchor.hpp"
#include "engine/log/rocks_options.hpp"

namespace engine::log {

std::filesystem::path anchor_path(const std::filesystem::path& folder);

// Nothing if there is no such file. corrupt: see decode_anchor_file.
Result<std::optional<AnchorFound>> read_anchor(const Disk& disk,
                                               const std::filesystem::path& folder);

// Makes the file of an empty log, whole or not at all, and its name durable.
Result<void> make_anchor(const Disk& disk, const std::filesystem::path& folder);

// Makes the names in a folder durable.
Result<void> sync_folder(const Disk& disk, const std::filesystem::path& folder);

class AnchorWriter {
 public:
  static Result<AnchorWriter> open(const Disk& disk, const std::filesystem::path& folder,
                                   const Anchor& newest);

  // Durable when it returns.
  Result<void> write(const TreeHead& head);

 private:
  AnchorWriter(std::unique_ptr<rocksdb::FSRandomRWFile> file, const Anchor& newest)
      : file_(std::move(file)), generation_(newest.generation) {}

  std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  std::uint64_t generation_;
};

}  // namespace engine::log
