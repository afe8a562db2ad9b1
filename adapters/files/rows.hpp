// The rows of a file, whatever its form: CSV (csv.hpp) or JSON (json_rows.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::files {

constexpr std::size_t row_bytes_max = 1024 * 1024;
constexpr std::size_t columns_max = 1024;

enum class Encoding : std::uint8_t { detect, utf8, gb18030 };

struct Row {
  std::uint64_t line = 0;          // of its first byte, from 1
  std::string bytes;               // untouched, with its line break
  std::vector<std::string> cells;  // as many as the header has, unless flawed
  std::string flaw;                // "" or why it is no row of this file
};

class RowReader {
 public:
  virtual ~RowReader() = default;

  // Names of the columns, without spaces around them.
  virtual const std::vector<std::string>& header() const = 0;
  // As it stood in the file, with the byte order mark if there was one; "" where rows name their
  // members themselves.
  virtual std::string_view header_bytes() const = 0;
  virtual Encoding encoding() const = 0;  // utf8 or gb18030

  // Fills `row` with the next one. False: no more. Empty lines are passed over.
  virtual bool next(Row& row) = 0;

  virtual std::uint64_t bytes_read() const = 0;
  virtual std::uint64_t bytes_total() const = 0;
};

}  // namespace adapters::files
