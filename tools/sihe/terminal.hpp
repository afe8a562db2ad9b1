// What a person sees: columns that line up with Chinese in them, colour where there is a terminal,
// spans of time in words. Text of residents is shown without control characters, so that none of
// it can steer a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/time.hpp"

namespace tools {

// True if it is a terminal that shows colour and NO_COLOR is not set (no-color.org).
bool shows_colour(std::FILE* file);

// Columns of the terminal; `otherwise` if it is none.
std::size_t columns_of(std::FILE* file, std::size_t otherwise = 100);

class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  std::string bold(std::string_view text) const { return in("1", text); }
  std::string dim(std::string_view text) const { return in("2", text); }
  std::string red(std::string_view text) const { return in("31", text); }
  std::string green(std::string_view text) const { return in("32", text); }
  std::string yellow(std::string_view text) const { return in("33", text); }
  std::string cyan(std::string_view text) const { return in("36", text); }

 private:
  std::string in(std::string_view code, std::string_view text) const;
  bool on_;
};

// Without control characters and invisible direction marks; a line break becomes a space.
std::string printable(std::string_view text);

// Columns on a terminal: a Chinese character takes two. Requires nothing of the text.
std::size_t width(std::string_view text);
// At most so many columns, ending in "…" where something was cut off.
std::string clipped(std::string_view text, std::size_t columns);
// With spaces behind it up to so many columns.
std::string padded(std::string_view text, std::size_t columns);
// In lines of at most so many columns, broken between words or Chinese characters.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

// "40 s", "25 min", "4 h 28 min", "3 d 4 h", "63 d".
std::string span(std::chrono::milliseconds time);

// "2025-03-04 09:12".
std::string local_minute(engine::Instant t, int offset_minutes);

// Rows under a head, each column as wide as its widest cell.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> head) : head_(std::move(head)) {}
  void add(std::vector<std::string> row);
  // Column `elastic` gives way where the table is wider than `columns`.
  std::string text(std::size_t columns, std::size_t elastic, const Paint& paint) const;

 private:
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace tools
