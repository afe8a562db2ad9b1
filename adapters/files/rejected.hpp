// The rows that could not be taken, as they stood in the file, each after its line number and the
// reason. Its header is the input's after the columns "line" and "reason".
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/files/csv.hpp"
#include "adapters/files/encoding.hpp"
#include "engine/core/error.hpp"

namespace adapters::files {

class RejectedFile {
 public:
  // Removes an older file of that name; a new one is made with the first row.
  // storage: it cannot be removed.
  static engine::Result<RejectedFile> prepare(std::filesystem::path path, const CsvReader& input,
                                              char delimiter);

  // storage: it cannot be written.
  engine::Result<void> add(const Row& row, std::string_view reason);

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::string header_;
  char delimiter_ = ',';
  Encoding encoding_ = Encoding::utf8;
  std::ofstream out_;
};

// "INPUT.rejected.csv" beside "INPUT.csv".
std::filesystem::path rejected_path(const std::filesystem::path& input);

}  // namespace adapters::files
