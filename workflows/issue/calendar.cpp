#include "workflows/issue/calendar.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/tree/tree.hpp"

namespace workflows::issue {
namespace {

using engine::Instant;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

constexpr Date a_monday{days{4}};  // 1970-01-05
constexpr std::int64_t week = 7;
constexpr std::int64_t weekdays = 5;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

// Mondays to Fridays from a_monday to the day before `date`.
std::int64_t weekdays_before(Date date) {
  const std::int64_t since = (date - a_monday).count();
  const std::int64_t weeks = floor_div(since, week);
  return weeks * weekdays + std::min(since - weeks * week, weekdays);
}

// The weekday that has so many before it.
Date weekday_number(std::int64_t number) {
  const std::int64_t weeks = floor_div(number, weekdays);
  return a_monday + days{weeks * week + number - weeks * weekdays};
}

bool weekend(Date date) { return std::chrono::weekday{date}.iso_encoding() > 5; }

int year_of(Date date) { return static_cast<int>(std::chrono::year_month_day{date}.year()); }

Date new_year(int year) { return sys_days{std::chrono::year{year} / std::chrono::January / 1}; }

std::string canonical(const Holidays& holidays) {
  std::string text = "sihe calendar 1\nversion " + holidays.version + "\nyears";
  for (const int year : holidays.years) text += " " + std::to_string(year);
  for (const auto& [date, worked] : holidays.days) {
    text += "\n" + date_text(date) + (worked ? " worked" : " off");
  }
  return text + "\n";
}

}  // namespace

std::string date_text(Date date) {
  const std::chrono::year_month_day day{date};
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text.data();
}

std::string digest_text(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::size_t bytes = 8;
  const std::array<std::string_view, 1> parts{text};
  const engine::Sha256 digest = engine::tree::sha256(parts);
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) {
    out += digits[digest[i] >> 4];
    out += digits[digest[i] & 0xf];
  }
  return out;
}

Calendar::Calendar(Holidays holidays, OfficeHours office)
    : holidays_(std::move(holidays)),
      office_(std::move(office)),
      digest_(digest_text(canonical(holidays_))) {
  ENSURE(!office_.spans.empty());
  for (const OfficeHours::Span& span : office_.spans) {
    ENSURE(span.from < span.to);
    whole_day_ += span.to - span.from;
  }
  // Half a day ends at noon; where there is no noon, in the middle.
  const OfficeHours::Span& morning = office_.spans.front();
  half_close_ = office_.spans.size() > 1 ? Worked{morning.to}
                                         : (Worked{morning.from} + Worked{morning.to}) / 2;

  first_ = end_ = a_monday;
  std::set<int> years(holidays_.years.begin(), holidays_.years.end());
  for (const auto& [date, worked] : holidays_.days) years.insert(year_of(date));
  for (const Date date : office_.half_days) years.insert(year_of(date));
  if (!years.empty()) {
    first_ = new_year(*years.begin());
    end_ = new_year(*years.rbegin() + 1);
  }
  std::int64_t worked_days = 0;
  Worked worked_time{};
  for (Date date = first_; date < end_; date += days{1}) {
    const auto said = holidays_.days.find(date);
    const bool worked = said == holidays_.days.end() ? !weekend(date) : said->second;
    DayKind kind = DayKind::off;
    if (worked) kind = office_.half_days.contains(date) ? DayKind::half : DayKind::working;
    known_.push_back({worked_days, worked_time, kind});
    if (worked) ++worked_days;
    worked_time += worked_in(kind, days{1});
  }
  known_.push_back({worked_days, worked_time, DayKind::off});
}

bool Calendar::covers(int year) const {
  return std::binary_search(holidays_.years.begin(), holidays_.years.end(), year);
}

int Calendar::assumed_year(Instant from, Instant to) const {
  const int last = year_of(date_of(std::max(from, to)));
  for (int year = year_of(date_of(std::min(from, to))); year <= last; ++year) {
    if (!covers(year)) return year;
  }
  return 0;
}

Date Calendar::date_of(Instant at) const { return floor<days>(at + office_.utc_offset); }

Instant Calendar::at(Date date, Worked time_of_day) const {
  return Instant{date} + time_of_day - office_.utc_offset;
}

DayKind Calendar::day(Date date) const {
  if (in_table(date)) return known_[static_cast<std::size_t>((date - first_).count())].kind;
  return weekend(date) ? DayKind::off : DayKind::working;
}

Reckoned Calendar::reckoned(Instant from, Instant at) const { return {at, assumed_year(from, at)}; }

// --- within a day -------------------------------------------------------------------------------

Worked Calendar::close_of(DayKind kind) const {
  return kind == DayKind::half ? half_close_ : Worked{office_.spans.back().to};
}

Worked Calendar::worked_in(DayKind kind, Worked time_of_day) const {
  if (kind == DayKind::off) return {};
  const Worked until = std::min(time_of_day, close_of(kind));
  Worked sum{};
  for (const OfficeHours::Span& span : office_.spans) {
    if (until <= span.from) break;
    sum += std::min(until, Worked{span.to}) - span.from;
  }
  return sum;
}

// When that much of the day is worked. Between two spans the day stands still: the earliest moment
// is the end of the one, the latest the beginning of the other.
Worked Calendar::time_of_day(DayKind kind, Worked worked, bool earliest) const {
  Worked left = worked;
  for (const OfficeHours::Span& span : office_.spans) {
    const Worked length = span.to - span.from;
    if (earliest ? left <= length : left < length) return span.from + left;
    left -= length;
  }
  return close_of(kind);
}

// --- days and time, counted from the first day of the table --------------------------------------
// Outside of the table every week is like the other, so it is reckoned, not looked up.

std::int64_t Calendar::days_before(Date date) const {
  if (date < first_) return weekdays_before(date) - weekdays_before(first_);
  if (date > end_) return known_.back().days + weekdays_before(date) - weekdays_before(end_);
  return known_[static_cast<std::size_t>((date - first_).count())].days;
}

// The worked day that has so many worked days before it.
Date Calendar::worked_day(std::int64_t number) const {
  if (number < 0) return weekday_number(number + weekdays_before(first_));
  if (number >= known_.back().days) {
    return weekday_number(number - known_.back().days + weekdays_before(end_));
  }
  const auto after =
      std::upper_bound(known_.begin(), known_.end(), number,
                       [](std::int64_t n, const Known& each) { return n < each.days; });
  return date_at(static_cast<std::size_t>(after - known_.begin()) - 1);
}

Worked Calendar::worked_before_day(Date date) const {
  if (date < first_) return days_before(date) * whole_day_;
  if (date > end_)
    return known_.back().time + (days_before(date) - known_.back().days) * whole_day_;
  return known_[static_cast<std::size_t>((date - first_).count())].time;
}

Worked Calendar::worked_until(Instant at) const {
  const Date date = date_of(at);
  return worked_before_day(date) + worked_in(day(date), at + office_.utc_offset - Instant{date});
}

// The day in which that much comes to be worked. At the border between two days: the one that ends
// with it if the earliest moment is wanted, else the one that begins with it.
Date Calendar::day_with(Worked worked, bool earliest) const {
  const std::int64_t whole = whole_day_.count();
  const auto number_in_weeks = [&](Worked of) {
    const std::int64_t number = floor_div(of.count(), whole);
    return earliest && of.count() == number * whole ? number - 1 : number;
  };
  const Worked all = known_.back().time;
  if (earliest ? worked <= Worked{0} : worked < Worked{0}) {
    return weekday_number(number_in_weeks(worked) + weekdays_before(first_));
  }
  if (earliest ? worked > all : worked >= all) {
    return weekday_number(number_in_weeks(worked - all) + weekdays_before(end_));
  }
  const auto found = std::partition_point(known_.begin(), known_.end(), [&](const Known& each) {
    return earliest ? each.time < worked : each.time <= worked;
  });
  return date_at(static_cast<std::size_t>(found - known_.begin()) - 1);
}

// --- what is asked ------------------------------------------------------------------------------

Reckoned Calendar::due(Instant start, int half_days) const {
  ENSURE(half_days >= 1);
  if (office_.start == StartRule::at_once) {
    return worked_after(start, whole_day_ * half_days / 2);
  }
  const Date date = date_of(start);
  const bool counts = office_.start == StartRule::same_day && start < at(date, close_of(day(date)));
  const std::int64_t before = days_before(counts ? date : date + days{1});
  const Date last = worked_day(before + (half_days + 1) / 2 - 1);
  const DayKind kind = half_days % 2 == 1 ? DayKind::half : day(last);
  return reckoned(start, at(last, close_of(kind)));
}

Reckoned Calendar::end_of_day(Instant start) const {
  // A second before midnight, so that it shows the date it is about.
  return {at(date_of(start), days{1} - std::chrono::seconds{1}), 0};
}

Worked Calendar::worked_between(Instant from, Instant to) const {
  return worked_until(to) - worked_until(from);
}

Reckoned Calendar::worked_after(Instant from, Worked time) const {
  if (time <= Worked{0}) return {from, 0};
  const Worked worked = worked_until(from) + time;
  const Date date = day_with(worked, true);
  return reckoned(from, at(date, time_of_day(day(date), worked - worked_before_day(date), true)));
}

Reckoned Calendar::worked_before(Instant to, Worked time) const {
  if (time <= Worked{0}) return {to, 0};
  const Worked worked = worked_until(to) - time;
  const Date date = day_with(worked, false);
  return reckoned(to, at(date, time_of_day(day(date), worked - worked_before_day(date), false)));
}

}  // namespace workflows::issue
