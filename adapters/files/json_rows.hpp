// Reads JSON objects row by row, never the whole file: JSON Lines (an object a line), or one array
// of objects, in UTF-8.
//
// Which members are cells is what is asked for: a column is a member's name, or the way to it with
// dots ("caller.phone", "steps.0.date": a number counts in a list, from 0). A name with a dot in it
// goes before a way. What is not there, and null, is an empty cell; texts stand as they are,
// numbers and true and false as JSON writes them, a list of these with commas between, the rest as
// JSON.
//
// Promises: as CsvReader's. A line that is no object comes with its flaw and its bytes as they
// stood; of an array, an object that was spread over lines comes on one.
#pragma once

#include <filesystem>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "adapters/files/rows.hpp"
#include "engine/core/error.hpp"

namespace adapters::files {

class JsonReader final : public RowReader {
 public:
  // not_found: no such file, or not readable. invalid: it is empty, or UTF-16.
  static engine::Result<std::unique_ptr<JsonReader>> open(const std::filesystem::path& file,
                                                          std::vector<std::string> columns);
  static engine::Result<std::unique_ptr<JsonReader>> open(std::unique_ptr<std::istream> in,
                                                          std::vector<std::string> columns);
  ~JsonReader() override;

  const std::vector<std::string>& header() const override;
  std::string_view header_bytes() const override { return {}; }
  Encoding encoding() const override { return Encoding::utf8; }
  bool next(Row& row) override;
  std::uint64_t bytes_read() const override;
  std::uint64_t bytes_total() const override;

 private:
  JsonReader();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether a file's name says that it holds JSON: .json, .jsonl, .ndjson.
bool is_json(const std::filesystem::path& file);

}  // namespace adapters::files
