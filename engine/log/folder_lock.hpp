// One process writes a log. The lock goes with the process, however it ends.
#pragma once

#include <filesystem>
#include <utility>

#include "engine/core/error.hpp"

namespace engine::log {

class FolderLock {
 public:
  // Locks `folder`.lock, a file beside the folder. busy: somebody has it.
  static Result<FolderLock> take(const std::filesystem::path& folder);

  // Whether some process has it now. Takes nothing itself.
  static bool is_taken(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace engine::log
