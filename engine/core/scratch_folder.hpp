// A folder in the system's temporary place, gone with its owner: for a reader's text logs, for a
// view that is built only to be compared.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "engine/core/error.hpp"

namespace engine {

class ScratchFolder {
 public:
  // storage: none can be made.
  static Result<ScratchFolder> make();

  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();

  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace engine
