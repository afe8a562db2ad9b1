#include "adapters/files/time_format.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include "engine/core/rfc3339.hpp"

namespace adapters::files {
namespace {

namespace ch = std::chrono;

constexpr std::array<std::string_view, 12> months = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A text that is being held against a pattern, and what was found.
struct Match {
  std::string_view text;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0;
  bool twelve_hours = false;
  std::optional<bool> afternoon;
  std::optional<ch::minutes> offset;

  bool number(int& out, std::size_t digits_least, std::size_t digits_most) {
    std::size_t count = 0;
    out = 0;
    while (count < digits_most && count < text.size() && is_digit(text[count])) {
      out = out * 10 + (text[count++] - '0');
    }
    text.remove_prefix(count);
    return count >= digits_least;
  }

  bool fraction() {
    std::size_t count = 0;
    for (; count < 9 && count < text.size() && is_digit(text[count]); ++count) {
      if (count < 3) millisecond = millisecond * 10 + (text[count] - '0');
    }
    for (std::size_t i = count; i < 3; ++i) millisecond *= 10;
    text.remove_prefix(count);
    return count > 0;
  }

  bool half_of_day() {
    if (text.size() < 2 || lower(text[1]) != 'm') return false;
    const char half = lower(text[0]);
    if (half != 'a' && half != 'p') return false;
    afternoon = half == 'p';
    text.remove_prefix(2);
    return true;
  }

  bool starts_with(std::string_view word) const {
    if (text.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (lower(text[i]) != word[i]) return false;
    }
    return true;
  }

  bool month_name() {
    for (std::size_t i = 0; i < months.size(); ++i) {
      const bool whole = starts_with(months[i]);
      if (!whole && !starts_with(months[i].substr(0, 3))) continue;
      month = static_cast<int>(i + 1);
      text.remove_prefix(whole ? months[i].size() : 3);
      return true;
    }
    return false;
  }

  bool utc_offset() {
    if (!text.empty() && lower(text.front()) == 'z') {
      offset = ch::minutes{0};
      text.remove_prefix(1);
      return true;
    }
    if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (!number(hours, 2, 2)) return false;
    if (!text.empty() && text.front() == ':') text.remove_prefix(1);
    if (!number(minutes, 2, 2) || hours > 23 || minutes > 59) return false;
    offset = ch::minutes{sign * (hours * 60 + minutes)};
    return true;
  }

  bool part(char letter) {
    switch (letter) {
      case 'Y':
        return number(year, 4, 4);
      case 'y': {
        if (!number(year, 2, 2)) return false;
        year += year >= 69 ? 1900 : 2000;  // as POSIX strptime has it
        return true;
      }
      case 'm':
        return number(month, 1, 2);
      case 'd':
        return number(day, 1, 2);
      case 'H':
        return number(hour, 1, 2);
      case 'I':
        twelve_hours = true;
        return number(hour, 1, 2) && hour >= 1 && hour <= 12;
      case 'M':
        return number(minute, 1, 2);
      case 'S':
        return number(second, 1, 2);
      case 'p':
        return half_of_day();
      case 'b':
      case 'B':
        return month_name();
      case 'f':
        return fraction();
      case 'z':
        return utc_offset();
      default:
        return literal('%') && letter == '%';
    }
  }

  bool literal(char c) {
    if (c == ' ') {
      while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
      return true;
    }
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
  }

  std::optional<engine::Instant> moment(const Zone& zone) {
    if (twelve_hours) hour = hour % 12 + (afternoon.value_or(false) ? 12 : 0);
    const ch::year_month_day date{ch::year{year}, ch::month{static_cast<unsigned>(month)},
                                  ch::day{static_cast<unsigned>(day)}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const LocalTime local = ch::local_days{date} + ch::hours{hour} + ch::minutes{minute} +
                            ch::seconds{second} + ch::milliseconds{millisecond};
    if (offset) return engine::Instant{local.time_since_epoch()} - *offset;
    return zone.to_instant(local);
  }
};

std::optional<engine::Instant> from_unix(std::string_view text, std::int64_t ms_per_unit) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr std::int64_t ms_most = 253'402'300'799'999;  // the end of year 9999
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (number > ms_most / ms_per_unit || number < -ms_most / ms_per_unit) return std::nullopt;
  return engine::from_ms(number * ms_per_unit);
}

}  // namespace

std::optional<TimeFormat> TimeFormat::parse(std::string_view pattern) {
  TimeFormat out;
  out.pattern_ = pattern;
  if (pattern == "rfc3339" || pattern == "unix" || pattern == "unix_ms") return out;
  std::string letters;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    if (++i == pattern.size()) return std::nullopt;
    if (std::string_view("YymdHIMSpbBfz%").find(pattern[i]) == std::string_view::npos) {
      return std::nullopt;
    }
    letters += pattern[i];
  }
  const auto has = [&](const char* any) { return letters.find_first_of(any) != std::string::npos; };
  if (!has("Yy") || !has("mbB") || !has("d")) return std::nullopt;
  return out;
}

std::optional<engine::Instant> TimeFormat::read(std::string_view text, const Zone& zone) const {
  if (pattern_ == "rfc3339") return engine::parse_rfc3339(text);
  if (pattern_ == "unix") return from_unix(text, 1000);
  if (pattern_ == "unix_ms") return from_unix(text, 1);
  Match match;
  match.text = text;
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    const bool held = pattern_[i] == '%' ? match.part(pattern_[++i]) : match.literal(pattern_[i]);
    if (!held) return std::nullopt;
  }
  if (!match.text.empty()) return std::nullopt;
  return match.moment(zone);
}

}  // namespace adapters::files
