#include "tools/sihe/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "engine/core/rfc3339.hpp"

namespace tools {

namespace {

struct Character {
  char32_t code = 0xfffd;
  std::size_t bytes = 1;
};

// The first character of the text; what is no UTF-8 counts as one replacement character a byte.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  char32_t code = lead & (0xff >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3f);
  }
  return {code, bytes};
}

struct Range {
  char32_t first, last;
};

// Wide and fullwidth characters after Unicode's East Asian Width, in ranges that are wide enough.
constexpr Range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf}, {0xac00, 0xd7a3},
                          {0xf900, 0xfaff},   {0xfe30, 0xfe6f},  {0xff00, 0xff60}, {0xffe0, 0xffe6},
                          {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};
constexpr Range without_width[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0xfe00, 0xfe0f}};
// Controls, and what turns the direction of writing.
constexpr Range hidden[] = {{0, 0x1f},        {0x7f, 0x9f},     {0x200e, 0x200f},
                            {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfeff, 0xfeff}};

template <std::size_t n>
bool lies_in(const Range (&ranges)[n], char32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Range& r) { return r.first <= code && code <= r.last; });
}

std::size_t width_of(char32_t code) {
  if (lies_in(without_width, code)) return 0;
  return lies_in(wide, code) ? 2 : 1;
}

}  // namespace

bool shows_colour(std::FILE* file) {
  if (isatty(fileno(file)) != 1) return false;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_colour == nullptr || *no_colour == '\0') &&
         (term == nullptr || std::string_view(term) != "dumb");
}

std::size_t columns_of(std::FILE* file, std::size_t otherwise) {
  winsize size{};
  if (ioctl(fileno(file), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
  return size.ws_col;
}

std::string Paint::in(std::string_view code, std::string_view text) const {
  if (!on_ || text.empty()) return std::string(text);
  std::string out = "\033[";
  out.append(code).append("m").append(text).append("\033[0m");
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character c = first_of(text);
    if (lies_in(hidden, c.code)) {
      if (!out.empty() && out.back() != ' ') out.push_back(' ');
    } else if (c.code == 0xfffd) {
      out.append("\xef\xbf\xbd");
    } else {
      out.append(text.substr(0, c.bytes));
    }
    text.remove_prefix(c.bytes);
  }
  return out;
}

std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character c = first_of(text);
    columns += width_of(c.code);
    text.remove_prefix(c.bytes);
  }
  return columns;
}

std::string clipped(std::string_view text, std::size_t columns) {
  if (width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const Character c = first_of(text.substr(bytes));
    if (used + width_of(c.code) > columns - 1) break;
    used += width_of(c.code);
    bytes += c.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::string padded(std::string_view text, std::size_t columns) {
  std::string out(text);
  const std::size_t used = width(text);
  if (used < columns) out.append(columns - used, ' ');
  return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t used = 0;
  std::size_t space = std::string::npos;  // the last one in the line
  while (!text.empty()) {
    const Character c = first_of(text);
    const std::size_t takes = width_of(c.code);
    if (used + takes > columns && !line.empty()) {
      std::string rest;
      if (takes < 2 && c.code != ' ' && space != std::string::npos) {
        rest = line.substr(space + 1);
        line.resize(space);
      }
      lines.push_back(std::exchange(line, std::move(rest)));
      used = width(line);
      space = std::string::npos;
    }
    if (c.code == ' ') space = line.size();
    if (c.code != ' ' || !line.empty()) {
      line.append(text.substr(0, c.bytes));
      used += takes;
    }
    text.remove_prefix(c.bytes);
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string span(std::chrono::milliseconds time) {
  using std::chrono::duration_cast;
  if (time.count() < 0) time = -time;
  const auto seconds = duration_cast<std::chrono::seconds>(time).count();
  const auto text = [](std::int64_t n, const char* unit) { return std::to_string(n) + unit; };
  if (seconds < 60) return text(seconds, " s");
  const std::int64_t minutes = seconds / 60;
  if (minutes < 60) return text(minutes, " min");
  const std::int64_t hours = minutes / 60;
  if (hours < 24) {
    return text(hours, " h") + (minutes % 60 == 0 ? "" : " " + text(minutes % 60, " min"));
  }
  const std::int64_t days = hours / 24;
  constexpr std::int64_t exact_days = 14;
  if (days >= exact_days || hours % 24 == 0) return text(days, " d");
  return text(days, " d") + " " + text(hours % 24, " h");
}

std::string local_minute(engine::Instant t, int offset_minutes) {
  std::string out = engine::format_rfc3339(t, offset_minutes);
  out[10] = ' ';
  out.resize(16);
  return out;
}

void TextTable::add(std::vector<std::string> row) {
  for (std::string& cell : row) cell = printable(cell);
  rows_.push_back(std::move(row));
}

std::string TextTable::text(std::size_t columns, std::size_t elastic, const Paint& paint) const {
  constexpr std::size_t gap = 2;
  constexpr std::size_t elastic_least = 10;
  std::vector<std::size_t> widths(head_.size());
  for (std::size_t i = 0; i < head_.size(); ++i) {
    widths[i] = width(head_[i]);
    for (const auto& row : rows_) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::size_t all = 0;
  for (const std::size_t each : widths) all += each + gap;
  if (all > columns + gap) {
    const std::size_t over = all - columns - gap;
    widths[elastic] = std::max(std::min(widths[elastic], elastic_least),
                               widths[elastic] > over ? widths[elastic] - over : 0);
  }
  const auto line = [&](const std::vector<std::string>& row) {
    std::string out;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string cell = clipped(row[i], widths[i]);
      out += i + 1 == row.size() ? cell : padded(cell, widths[i] + gap);
    }
    return out.erase(out.find_last_not_of(' ') + 1);
  };
  std::string out = paint.dim(line(head_)) + "\n";
  for (const auto& row : rows_) out += line(row) + "\n";
  return out;
}

}  // namespace tools
