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

#include "adapters/files/rows.hpp"
#include "engine/core/error.hpp"

namespace adapters::files {

struct CsvOptions {
  Encoding encoding = Encoding::detect;
  char delimiter = ',';
};

class CsvReader final : public RowReader {
 public:
  // Reads the header. not_found: no such file, or not readable. invalid: no header, a column named
  // twice, UTF-16.
  static engine::Result<std::unique_ptr<CsvReader>> open(const std::filesystem::path& file,
                                                         const CsvOptions& options);
  // The same from a stream that can be read twice (the encoding is found by a first reading).
  static engine::Result<std::unique_ptr<CsvReader>> open(std::unique_ptr<std::istream> in,
                                                         const CsvOptions& options);
  ~CsvReader() override;

  const std::vector<std::string>& header() const override;
  std::string_view header_bytes() const override;
  Encoding encoding() const override;
  bool next(Row& row) override;
  std::uint64_t bytes_read() const override;
  std::uint64_t bytes_total() const override;

 private:
  CsvReader();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace adapters::files
