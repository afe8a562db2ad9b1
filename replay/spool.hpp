// Rows kept in a file for a while, to be read again in the same order: more than fits in memory.
// Internal to replay.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"

namespace replay {

class Spool {
 public:
  // storage: the file cannot be made.
  static engine::Result<Spool> make(const std::filesystem::path& file);

  // storage: the disk refused.
  engine::Result<void> add(std::string_view row);

  // Begins to read at the first row.
  void rewind();

  // The next row; nothing at the end. storage: it cannot be read.
  engine::Result<std::optional<std::string>> next();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit Spool(std::FILE* file) : file_(file) {}

  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace replay
