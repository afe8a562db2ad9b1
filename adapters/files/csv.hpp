// Reads CSV (RFC 4180) row by row, never the whole file: quoted cells with line breaks, CRLF, LF or
// CR, a byte order mark, UTF-8 or GB18030.
//
// Promises
//   - A row that is not well-formed comes with its flaw, its first line number and its bytes as
//   they
//     stood in the file; reading goes on with the line after the one where the row began (a quote
//     that nobody closes spoils one line, not the rest of the file).
//   - Cells are UTF-8; a row whose bytes are not what the encoding says is flawed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"

namespace adapters::files {

constexpr std::size_t row_bytes_max = 1024 * 1024;
constexpr std::size_t columns_max = 1024;

enum class Encoding : std::uint8_t { detect, utf8, gb18030 };

struct CsvOptions {
  Encoding encoding = Encoding::detect;
  char delimiter = ',';
};

struct Row {
  std::uint64_t line = 0;          // of its first byte, from 1
  std::string bytes;               // untouched, with its line break
  std::vector<std::string> cells;  // as many as the header has, unless flawed
  std::string flaw;                // "" or why it is no row of this file
};

class CsvReader {
 public:
  // Reads the header. not_found: no such file, or not readable. invalid: no header, a column named
  // twice, UTF-16.
  static engine::Result<std::unique_ptr<CsvReader>> open(const std::filesystem::path& file,
                                                         const CsvOptions& options);
  // The same from a stream that can be read twice (the encoding is found by a first reading).
  static engine::Result<std::unique_ptr<CsvReader>> open(std::unique_ptr<std::istream> in,
                                                         const CsvOptions& options);
  ~CsvReader();

  // Names of the columns, without spaces around them.
  const std::vector<std::string>& header() const;
  // As it stood in the file, with the byte order mark if there was one.
  std::string_view header_bytes() const;
  Encoding encoding() const;  // utf8 or gb18030

  // Fills `row` with the next one. False: no more. Empty lines are passed over.
  bool next(Row& row);

  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const;

 private:
  CsvReader();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace adapters::files
