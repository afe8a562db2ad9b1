// The rows that could not be taken, as they stood in the file.
//
// CSV: each after its line number and the reason; the header is the input's after the columns
// "line" and "reason". JSON: each on a line of its own, so that it can be handed in again once it
// is mended; line numbers and reasons stand beside, in INPUT.rejected.reasons.jsonl, in the same
// order.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/files/encoding.hpp"
#include "adapters/files/rows.hpp"
#include "engine/core/error.hpp"

namespace adapters::files {

class RejectedFile {
 public:
  // Removes an older file of that name; a new one is made with the first row.
  // storage: it cannot be removed.
  static engine::Result<RejectedFile> prepare(std::filesystem::path path, const RowReader& input,
                                              char delimiter);

  // storage: it cannot be written.
  engine::Result<void> add(const Row& row, std::string_view reason);

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  std::string header_;
  char delimiter_ = ',';
  Encoding encoding_ = Encoding::utf8;
  engine::Result<void> add_line(const Row& row, std::string_view reason);

  bool json_lines_ = false;
  std::ofstream out_;
  std::ofstream reasons_;  // of JSON lines
};

// "INPUT.rejected.csv" beside "INPUT.csv", "INPUT.rejected.jsonl" beside "INPUT.jsonl" and
// "INPUT.json".
std::filesystem::path rejected_path(const std::filesystem::path& input);

}  // namespace adapters::files
