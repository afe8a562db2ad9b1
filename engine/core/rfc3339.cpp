#include "engine/core/rfc3339.hpp"

#include <chrono>
#include <cstdlib>

namespace engine {
namespace {

namespace ch = std::chrono;

// Reads the text from left to right; `ok` falls once and stays down.
struct Reader {
  std::string_view left;
  bool ok = true;

  int digits(std::size_t count) {
    if (left.size() < count) return fail();
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (left[i] < '0' || left[i] > '9') return fail();
      number = number * 10 + (left[i] - '0');
    }
    left.remove_prefix(count);
    return number;
  }

  void one_of(std::string_view choices) {
    if (left.empty() || choices.find(left.front()) == std::string_view::npos) {
      fail();
    } else {
      left.remove_prefix(1);
    }
  }

  int fail() {
    ok = false;
    left = {};
    return 0;
  }
};

// ".5" is 500 ms; digits beyond the third are read and dropped.
int fraction_ms(Reader& in) {
  if (in.left.empty() || in.left.front() != '.') return 0;
  in.left.remove_prefix(1);
  int ms = 0;
  std::size_t count = 0;
  while (count < in.left.size() && in.left[count] >= '0' && in.left[count] <= '9') {
    if (count < 3) ms = ms * 10 + (in.left[count] - '0');
    ++count;
  }
  if (count == 0 || count > 9) return in.fail();
  for (std::size_t i = count; i < 3; ++i) ms *= 10;
  in.left.remove_prefix(count);
  return ms;
}

std::optional<int> offset_minutes(Reader& in) {
  if (in.left.empty()) return std::nullopt;
  const char sign = in.left.front();
  in.left.remove_prefix(1);
  if (sign == 'Z' || sign == 'z') return 0;
  if (sign != '+' && sign != '-') return std::nullopt;
  const int hours = in.digits(2);
  in.one_of(":");
  const int minutes = in.digits(2);
  if (!in.ok || hours > 23 || minutes > 59) return std::nullopt;
  return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
}

void put(std::string& out, int number, int width) {
  char digits[12];
  int count = 0;
  for (; number > 0 || count < width; number /= 10) {
    digits[count++] = static_cast<char>('0' + number % 10);
  }
  while (count > 0) out.push_back(digits[--count]);
}

}  // namespace

std::optional<Instant> parse_rfc3339(std::string_view text) {
  Reader in{text};
  const int year = in.digits(4);
  in.one_of("-");
  const int month = in.digits(2);
  in.one_of("-");
  const int day = in.digits(2);
  in.one_of("Tt");
  const int hour = in.digits(2);
  in.one_of(":");
  const int minute = in.digits(2);
  in.one_of(":");
  const int second = in.digits(2);
  const int ms = fraction_ms(in);
  const std::optional<int> offset = offset_minutes(in);
  if (!in.ok || !offset || !in.left.empty()) return std::nullopt;

  const ch::year_month_day date{ch::year{year}, ch::month{static_cast<unsigned>(month)},
                                ch::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto at_minute = ch::sys_days{date} + ch::hours{hour} + ch::minutes{minute - *offset};
  // A leap second is only ever inserted at the end of a UTC day.
  if (second == 60 && (at_minute + ch::minutes{1}) != ch::floor<ch::days>(at_minute + ch::hours{1}))
    return std::nullopt;
  return at_minute + ch::seconds{second} + ch::milliseconds{ms};
}

std::string format_rfc3339(Instant t, int offset_minutes) {
  const Instant local = t + ch::minutes{offset_minutes};
  const auto day = ch::floor<ch::days>(local);
  const ch::year_month_day date{day};
  const auto of_day = static_cast<int>((local - day).count());

  std::string out;
  out.reserve(29);
  const int year = static_cast<int>(date.year());
  if (year < 0) out.push_back('-');
  put(out, std::abs(year), 4);
  out.push_back('-');
  put(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  out.push_back('-');
  put(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  out.push_back('T');
  put(out, of_day / 3'600'000, 2);
  out.push_back(':');
  put(out, of_day / 60'000 % 60, 2);
  out.push_back(':');
  put(out, of_day / 1000 % 60, 2);
  if (of_day % 1000 != 0) {
    out.push_back('.');
    put(out, of_day % 1000, 3);
  }
  if (offset_minutes == 0) {
    out.push_back('Z');
    return out;
  }
  out.push_back(offset_minutes < 0 ? '-' : '+');
  put(out, std::abs(offset_minutes) / 60, 2);
  out.push_back(':');
  put(out, std::abs(offset_minutes) % 60, 2);
  return out;
}

}  // namespace engine
