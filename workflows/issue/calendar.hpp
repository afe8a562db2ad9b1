// Which days are worked, and how long: the State Council's holidays and make-up days, and the
// office hours. Everything that counts working days or working time asks here. Pure: no clock, no
// time zone but the offset it is given.
//
// A year that the calendar does not know is counted as plain Monday to Friday, and whoever asks is
// told so (`assumed_year`): never a silent guess.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/rfc3339.hpp"
#include "engine/core/time.hpp"

namespace workflows::issue {

// A date where the residents live. It has no zone of its own.
using Date = std::chrono::sys_days;
using Worked = std::chrono::milliseconds;  // working time

// "2026-02-14"
std::string date_text(Date date);

// The first 16 digits of the text's SHA-256, in hexadecimal: how a policy and a calendar are named
// in a deadline.
std::string digest_text(std::string_view text);

// What a calendar file says.
struct Holidays {
  std::string version;
  std::vector<int> years;     // those it knows everything of, rising
  std::map<Date, bool> days;  // true: worked, though a weekend; false: off, though a weekday
};

// From when a limit in working days counts.
enum class StartRule : std::uint8_t {
  day_after,  // the first day is the first working day after it began
  same_day,   // the first day is the day it began, if that is worked and not over yet
  at_once,    // from the moment on, in office hours: 1 day is the office time of a whole day
};

struct OfficeHours {
  struct Span {
    std::chrono::minutes from;  // since midnight
    std::chrono::minutes to;
  };
  std::vector<Span> spans;   // of a working day, rising, apart from one another
  std::set<Date> half_days;  // where they are worked days, only the first half is
  StartRule start = StartRule::day_after;
  std::chrono::minutes utc_offset{engine::offset_minutes_default};
};

enum class DayKind : std::uint8_t { off, half, working };

struct Reckoned {
  engine::Instant at;
  int assumed_year = 0;  // the first year without a calendar that was counted over; 0: none
};

class Calendar {
 public:
  // Requires: at least one span, each of them longer than nothing.
  Calendar(Holidays holidays, OfficeHours office);

  const std::string& version() const { return holidays_.version; }
  // Of the holidays alone: the office hours belong to the policy, and stand in its digest.
  const std::string& digest() const { return digest_; }
  const std::vector<int>& years() const { return holidays_.years; }
  const OfficeHours& office() const { return office_; }

  bool covers(int year) const;
  // The first year without a calendar that the time between the two touches; 0: none.
  int assumed_year(engine::Instant from, engine::Instant to) const;

  Date date_of(engine::Instant at) const;
  DayKind day(Date date) const;

  // When a limit of so many half working days ends that began at `start`: at the close of the last
  // day, or of its first half. A half day counts as a day. Requires: half_days >= 1.
  Reckoned due(engine::Instant start, int half_days) const;
  // The end of the calendar day of `start`, be it worked or not.
  Reckoned end_of_day(engine::Instant start) const;

  // Office time from one to the other; negative if `to` is earlier.
  Worked worked_between(engine::Instant from, engine::Instant to) const;
  // The earliest moment that has so much office time after `from`; `from` itself for none.
  Reckoned worked_after(engine::Instant from, Worked time) const;
  // The latest moment that has so much office time left until `to`; `to` itself for none.
  Reckoned worked_before(engine::Instant to, Worked time) const;
  // The office time of a whole working day.
  Worked whole_day() const { return whole_day_; }

 private:
  // Of one day: what was worked before it, counted from the first day in `known_`.
  struct Known {
    std::int64_t days;
    Worked time;
    DayKind kind;
  };

  Date date_at(std::size_t index) const { return first_ + std::chrono::days(index); }
  bool in_table(Date date) const { return date >= first_ && date < end_; }
  engine::Instant at(Date date, Worked time_of_day) const;
  Worked close_of(DayKind kind) const;
  Worked worked_in(DayKind kind, Worked time_of_day) const;
  Worked time_of_day(DayKind kind, Worked worked, bool earliest) const;

  std::int64_t days_before(Date date) const;
  Date worked_day(std::int64_t number) const;
  Worked worked_before_day(Date date) const;
  Worked worked_until(engine::Instant at) const;
  Date day_with(Worked worked, bool earliest) const;
  Reckoned reckoned(engine::Instant from, engine::Instant at) const;

  Holidays holidays_;
  OfficeHours office_;
  std::string digest_;
  Worked whole_day_{};
  Worked half_close_{};
  Date first_{};
  Date end_{};                // the day after the last in `known_`
  std::vector<Known> known_;  // a row for each day from first_ on, and one for end_
};

}  // namespace workflows::issue
