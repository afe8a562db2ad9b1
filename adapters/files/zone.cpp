#include "adapters/files/zone.hpp"

#include <utility>

namespace adapters::files {
namespace {

namespace ch = std::chrono;

// The rules in force today (IANA 2024a). The United States' since 2007, the European Union's since
// 1996; earlier times of these zones need a rule or an offset of their own.
constexpr std::pair<std::string_view, std::string_view> names[] = {
    {"America/Chicago", "CST6CDT,M3.2.0,M11.1.0"},
    {"America/Denver", "MST7MDT,M3.2.0,M11.1.0"},
    {"America/Halifax", "AST4ADT,M3.2.0,M11.1.0"},
    {"America/Los_Angeles", "PST8PDT,M3.2.0,M11.1.0"},
    {"America/New_York", "EST5EDT,M3.2.0,M11.1.0"},
    {"America/Phoenix", "MST7"},
    {"America/Sao_Paulo", "<-03>3"},
    {"America/Toronto", "EST5EDT,M3.2.0,M11.1.0"},
    {"America/Vancouver", "PST8PDT,M3.2.0,M11.1.0"},
    {"Asia/Chongqing", "CST-8"},
    {"Asia/Hong_Kong", "HKT-8"},
    {"Asia/Kolkata", "IST-5:30"},
    {"Asia/Macau", "CST-8"},
    {"Asia/Seoul", "KST-9"},
    {"Asia/Shanghai", "CST-8"},
    {"Asia/Singapore", "<+08>-8"},
    {"Asia/Taipei", "CST-8"},
    {"Asia/Tokyo", "JST-9"},
    {"Asia/Urumqi", "<+06>-6"},
    {"Australia/Melbourne", "AEST-10AEDT,M10.1.0,M4.1.0/3"},
    {"Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"},
    {"Europe/Amsterdam", "CET-1CEST,M3.5.0,M10.5.0/3"},
    {"Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"},
    {"Europe/Helsinki", "EET-2EEST,M3.5.0/3,M10.5.0/4"},
    {"Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"},
    {"Europe/Madrid", "CET-1CEST,M3.5.0,M10.5.0/3"},
    {"Europe/Moscow", "MSK-3"},
    {"Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3"},
    {"Europe/Rome", "CET-1CEST,M3.5.0,M10.5.0/3"},
    {"Europe/Zurich", "CET-1CEST,M3.5.0,M10.5.0/3"},
    {"UTC", "UTC0"},
};

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Up to `digits_max` digits, at least one.
std::optional<int> take_number(std::string_view& text, int least, int most, int digits_max = 3) {
  int number = 0;
  int digits = 0;
  while (digits < digits_max && !text.empty() && text.front() >= '0' && text.front() <= '9') {
    number = number * 10 + (text.front() - '0');
    text.remove_prefix(1);
    ++digits;
  }
  if (digits == 0 || number < least || number > most) return std::nullopt;
  return number;
}

// [+-]hh[:mm[:ss]], as POSIX writes offsets and times of change.
std::optional<ch::seconds> take_time(std::string_view& text, int hours_most) {
  const bool negative = take(text, '-');
  if (!negative) take(text, '+');
  const auto hours = take_number(text, 0, hours_most);
  if (!hours) return std::nullopt;
  ch::seconds out = ch::hours{*hours};
  if (take(text, ':')) {
    const auto minutes = take_number(text, 0, 59, 2);
    if (!minutes) return std::nullopt;
    out += ch::minutes{*minutes};
    if (take(text, ':')) {
      const auto seconds = take_number(text, 0, 59, 2);
      if (!seconds) return std::nullopt;
      out += ch::seconds{*seconds};
    }
  }
  return negative ? -out : out;
}

// "EST" or "<-03>"; at least three characters.
bool take_abbreviation(std::string_view& text) {
  std::size_t length = 0;
  const bool bracketed = take(text, '<');
  const auto part_of = [bracketed](char c) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return letter || (bracketed && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
  };
  while (length < text.size() && part_of(text[length])) ++length;
  text.remove_prefix(length);
  return length >= 3 && (!bracketed || take(text, '>'));
}

// "+08:00", "-0430", "Z": hours and minutes of two digits each.
std::optional<ch::seconds> fixed_offset(std::string_view text) {
  if (text == "Z") return ch::seconds{0};
  if (text.size() != 5 && text.size() != 6) return std::nullopt;
  const bool negative = take(text, '-');
  if (!negative && !take(text, '+')) return std::nullopt;
  const auto hours = take_number(text, 0, 23, 2);
  if (text.size() == 3 && !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 0, 59, 2);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  const ch::seconds out = ch::hours{*hours} + ch::minutes{*minutes};
  return negative ? -out : out;
}

}  // namespace

std::optional<Zone::Change> Zone::Change::parse(std::string_view& text) {
  Change out;
  std::optional<int> day;
  if (take(text, 'M')) {
    out.kind = Kind::weekday_of_month;
    const auto month = take_number(text, 1, 12, 2);
    if (!month || !take(text, '.')) return std::nullopt;
    const auto week = take_number(text, 1, 5, 1);
    if (!week || !take(text, '.')) return std::nullopt;
    day = take_number(text, 0, 6, 1);
    out.month = *month;
    out.week = *week;
  } else if (take(text, 'J')) {
    out.kind = Kind::julian;
    day = take_number(text, 1, 365);
  } else {
    out.kind = Kind::day_of_year;
    day = take_number(text, 0, 365);
  }
  if (!day) return std::nullopt;
  out.day = *day;
  if (take(text, '/')) {
    const auto time = take_time(text, 167);  // RFC 8536 allows a week either way
    if (!time) return std::nullopt;
    out.time = *time;
  }
  return out;
}

LocalTime Zone::Change::in(ch::year year) const {
  const ch::local_days first{year / ch::January / 1};
  switch (kind) {
    case Kind::julian: {
      // February 29 is never counted.
      const int leap = year.is_leap() && day >= 60 ? 1 : 0;
      return first + ch::days{day - 1 + leap} + time;
    }
    case Kind::day_of_year:
      return first + ch::days{day} + time;
    case Kind::weekday_of_month: {
      const ch::month of{static_cast<unsigned>(month)};
      const ch::weekday weekday{static_cast<unsigned>(day)};
      // Week 5 is the last such day, which may be the fourth.
      const ch::local_days at =
          week == 5 ? ch::local_days{year / of / weekday[ch::last]}
                    : ch::local_days{year / of / weekday[static_cast<unsigned>(week)]};
      return at + time;
    }
  }
  return first;
}

bool Zone::parse_rule(std::string_view text) {
  if (!take_abbreviation(text)) return false;
  const auto standard = take_time(text, 24);
  if (!standard) return false;
  standard_ = -*standard;  // POSIX counts west of Greenwich
  if (text.empty()) return true;
  if (!take_abbreviation(text)) return false;
  summer_ = standard_ + ch::hours{1};
  if (!text.empty() && text.front() != ',') {
    const auto summer = take_time(text, 24);
    if (!summer) return false;
    summer_ = -*summer;
  }
  if (!take(text, ',')) return false;
  begin_ = Change::parse(text);
  if (!begin_ || !take(text, ',')) return false;
  end_ = Change::parse(text);
  return end_ && text.empty();
}

std::optional<Zone> Zone::parse(std::string_view text) {
  Zone out;
  if (const auto offset = fixed_offset(text)) {
    out.standard_ = *offset;
    return out;
  }
  for (const auto& [name, rule] : names) {
    if (name == text) text = rule;
  }
  if (!out.parse_rule(text)) return std::nullopt;
  return out;
}

engine::Instant Zone::to_instant(LocalTime local) const {
  const engine::Instant as_utc{local.time_since_epoch()};
  if (!begin_) return as_utc - standard_;
  const ch::year year = ch::year_month_day{ch::floor<ch::days>(local)}.year();
  const LocalTime begin = begin_->in(year);
  const LocalTime end = end_->in(year);
  const ch::seconds ahead = summer_ - standard_;
  // `begin` is told by the standard clock and skips what follows it for `ahead`; those times, which
  // never come, are still read by the standard offset. `end` is told by the summer clock, so all
  // before it, the first of the two that come twice among them, are summer.
  const LocalTime first_summer = begin + ahead;
  const bool summer =
      begin < end ? local >= first_summer && local < end : local >= first_summer || local < end;
  return as_utc - (summer ? summer_ : standard_);
}

std::vector<std::string_view> known_zones() {
  std::vector<std::string_view> out;
  for (const auto& [name, rule] : names) out.push_back(name);
  return out;
}

}  // namespace adapters::files
