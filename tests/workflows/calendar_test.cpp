// How working days and working time are counted.
#include "workflows/issue/calendar.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace workflows::issue {
namespace {

using engine::Instant;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::literals::operator""h;
using std::literals::operator""min;

Date date(int year, unsigned month, unsigned day) {
  return std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day};
}

Instant at(const std::string& text) { return engine::parse_rfc3339(text + ":00+08:00").value(); }
std::string shown(Instant instant) { return engine::format_rfc3339(instant, 480).substr(0, 16); }

// Spring festival 2025: 28 January to 4 February off, Sunday the 26th and Saturday the 8th worked.
Holidays spring() {
  Holidays out{"spring", {2024, 2025}, {{date(2025, 1, 1), false}}};
  for (Date day = date(2025, 1, 28); day <= date(2025, 2, 4); day += days{1}) out.days[day] = false;
  out.days[date(2025, 1, 26)] = out.days[date(2025, 2, 8)] = true;
  return out;
}

OfficeHours office(StartRule start = StartRule::day_after) {
  OfficeHours out;
  out.spans = {{8h + 30min, 12h}, {14h, 17h + 30min}};
  out.start = start;
  return out;
}

std::string due(StartRule start, const std::string& from, int half_days) {
  return shown(Calendar(spring(), office(start)).due(at(from), half_days).at);
}

TEST(Calendar, counts_over_a_holiday_and_its_make_up_days) {
  const Calendar calendar(spring(), office());
  EXPECT_EQ(calendar.day(date(2025, 1, 25)), DayKind::off);
  EXPECT_EQ(calendar.day(date(2025, 1, 26)), DayKind::working);
  EXPECT_EQ(calendar.day(date(2025, 1, 28)), DayKind::off);
  EXPECT_EQ(due(StartRule::day_after, "2025-01-24T10:00", 2), "2025-01-26T17:30");
  EXPECT_EQ(due(StartRule::day_after, "2025-01-24T10:00", 4), "2025-01-27T17:30");
  EXPECT_EQ(due(StartRule::day_after, "2025-01-24T10:00", 10), "2025-02-07T17:30");
}

TEST(Calendar, begins_to_count_where_the_start_rule_says) {
  // A Friday within the office hours, and after them; the next worked day is Sunday the 26th.
  EXPECT_EQ(due(StartRule::day_after, "2025-01-24T15:30", 2), "2025-01-26T17:30");
  EXPECT_EQ(due(StartRule::same_day, "2025-01-24T15:30", 2), "2025-01-24T17:30");
  EXPECT_EQ(due(StartRule::at_once, "2025-01-24T15:30", 2), "2025-01-26T15:30");
  EXPECT_EQ(due(StartRule::day_after, "2025-01-24T17:30", 2), "2025-01-26T17:30");
  EXPECT_EQ(due(StartRule::same_day, "2025-01-24T17:30", 2), "2025-01-26T17:30");
  EXPECT_EQ(due(StartRule::at_once, "2025-01-24T17:30", 2), "2025-01-26T17:30");
  // A Saturday: whatever the rule, the first day is the Sunday that is worked.
  EXPECT_EQ(due(StartRule::day_after, "2025-01-25T09:00", 2), "2025-01-26T17:30");
  EXPECT_EQ(due(StartRule::same_day, "2025-01-25T09:00", 2), "2025-01-26T17:30");
  EXPECT_EQ(due(StartRule::at_once, "2025-01-25T09:00", 2), "2025-01-26T17:30");
}

TEST(Calendar, ends_a_half_day_at_noon) {
  EXPECT_EQ(due(StartRule::day_after, "2025-01-24T10:00", 1), "2025-01-26T12:00");
  EXPECT_EQ(due(StartRule::day_after, "2025-01-24T10:00", 3), "2025-01-27T12:00");
  EXPECT_EQ(due(StartRule::at_once, "2025-01-24T10:00", 1), "2025-01-24T15:30");
  OfficeHours through;
  through.spans = {{9h, 17h}};
  EXPECT_EQ(shown(Calendar(spring(), through).due(at("2025-01-24T10:00"), 1).at),
            "2025-01-26T13:00");
}

TEST(Calendar, closes_at_noon_on_a_half_day_that_counts_as_a_day) {
  OfficeHours hours = office();
  hours.half_days = {date(2025, 1, 27), date(2025, 1, 29)};  // the second is a holiday anyway
  const Calendar calendar(spring(), hours);
  EXPECT_EQ(calendar.day(date(2025, 1, 27)), DayKind::half);
  EXPECT_EQ(calendar.day(date(2025, 1, 29)), DayKind::off);
  EXPECT_EQ(shown(calendar.due(at("2025-01-26T10:00"), 2).at), "2025-01-27T12:00");
  EXPECT_EQ(shown(calendar.due(at("2025-01-26T10:00"), 4).at), "2025-02-05T17:30");
  EXPECT_EQ(calendar.worked_between(at("2025-01-27T00:00"), at("2025-02-05T00:00")), 3h + 30min);
}

TEST(Calendar, counts_office_time_only) {
  const Calendar calendar(spring(), office());
  EXPECT_EQ(calendar.whole_day(), 7h);
  EXPECT_EQ(calendar.worked_between(at("2025-01-24T09:00"), at("2025-01-24T15:00")), 4h);
  EXPECT_EQ(calendar.worked_between(at("2025-01-24T17:00"), at("2025-01-26T09:00")), 1h);
  EXPECT_EQ(calendar.worked_between(at("2025-01-28T00:00"), at("2025-02-05T08:30")), 0h);
  EXPECT_EQ(calendar.worked_between(at("2025-01-26T09:00"), at("2025-01-24T17:00")), -1h);
}

TEST(Calendar, adds_time_to_the_earliest_moment_and_takes_it_off_to_the_latest) {
  const Calendar calendar(spring(), office());
  const auto after = [&](const char* from, Worked time) {
    return shown(calendar.worked_after(at(from), time).at);
  };
  const auto before = [&](const char* to, Worked time) {
    return shown(calendar.worked_before(at(to), time).at);
  };
  EXPECT_EQ(after("2025-01-24T17:30", 7h), "2025-01-26T17:30");
  EXPECT_EQ(after("2025-01-24T17:30", 3h + 30min), "2025-01-26T12:00");
  EXPECT_EQ(after("2025-01-25T11:11", 0h), "2025-01-25T11:11");
  EXPECT_EQ(after("2025-01-25T11:11", 1min), "2025-01-26T08:31");
  EXPECT_EQ(before("2025-01-26T17:30", 3h + 30min), "2025-01-26T14:00");
  EXPECT_EQ(before("2025-01-26T17:30", 7h), "2025-01-26T08:30");
  EXPECT_EQ(before("2025-01-26T17:30", 8h), "2025-01-24T16:30");
}

TEST(Calendar, says_that_it_assumed_a_year_it_does_not_know) {
  const Calendar calendar(spring(), office());
  EXPECT_TRUE(calendar.covers(2025));
  EXPECT_FALSE(calendar.covers(2026));
  EXPECT_EQ(calendar.due(at("2025-12-29T10:00"), 4).assumed_year, 0);
  const Reckoned over = calendar.due(at("2025-12-31T10:00"), 2);
  EXPECT_EQ(shown(over.at), "2026-01-01T17:30");  // a Thursday like any other, as far as it knows
  EXPECT_EQ(over.assumed_year, 2026);
  EXPECT_EQ(calendar.due(at("2023-12-29T10:00"), 2).assumed_year, 2023);
  EXPECT_EQ(calendar.worked_after(at("2025-12-31T17:00"), 1h).assumed_year, 2026);
}

TEST(Calendar, without_any_year_is_plain_weeks) {
  const Calendar calendar({}, office());
  EXPECT_EQ(shown(calendar.due(at("2025-01-24T10:00"), 10).at), "2025-01-31T17:30");
  EXPECT_EQ(calendar.due(at("2025-01-24T10:00"), 10).assumed_year, 2025);
  EXPECT_EQ(calendar.worked_between(at("1969-12-29T00:00"), at("1970-01-12T00:00")), 70h);
}

TEST(Calendar, has_a_digest_of_its_days_and_not_of_the_office) {
  const Calendar calendar(spring(), office());
  EXPECT_EQ(calendar.digest().size(), 16U);
  EXPECT_EQ(Calendar(spring(), office(StartRule::at_once)).digest(), calendar.digest());
  Holidays other = spring();
  other.days[date(2025, 5, 1)] = false;
  EXPECT_NE(Calendar(other, office()).digest(), calendar.digest());
}

// --- what must hold for any moments --------------------------------------------------------------

// From years before the calendar to years after it.
rc::Gen<Instant> any_moment() {
  return rc::gen::map(rc::gen::inRange<std::int64_t>(1'600'000'000, 1'860'000'000),
                      [](std::int64_t seconds) { return engine::from_ms(seconds * 1000); });
}

Calendar with_half_days() {
  OfficeHours hours = office();
  hours.half_days = {date(2024, 12, 31), date(2025, 1, 27), date(2026, 2, 16)};
  return {spring(), hours};
}

RC_GTEST_PROP(Calendar, what_is_added_is_what_lies_between, ()) {
  const Calendar calendar = with_half_days();
  const Instant from = *any_moment();
  const Worked time = minutes{*rc::gen::inRange(0, 100'000)};
  const Instant after = calendar.worked_after(from, time).at;
  const Instant before = calendar.worked_before(from, time).at;
  RC_ASSERT(calendar.worked_between(from, after) == time);
  RC_ASSERT(calendar.worked_between(before, from) == time);
  // A moment less would be too little, and it would be too little a moment later.
  constexpr Worked moment{1};
  if (time > Worked{0}) {
    RC_ASSERT(calendar.worked_between(from, after - moment) < time);
    RC_ASSERT(calendar.worked_between(before + moment, from) < time);
  }
}

RC_GTEST_PROP(Calendar, time_is_the_sum_of_its_minutes, ()) {
  const Calendar calendar = with_half_days();
  const Instant from = std::chrono::floor<minutes>(*any_moment());
  const int length = *rc::gen::inRange(0, 3'000);
  Worked sum{};
  for (int i = 0; i < length; ++i) {
    const Instant minute = from + minutes{i};
    const auto time = minute + hours{8} - Instant{calendar.date_of(minute)};
    const DayKind kind = calendar.day(calendar.date_of(minute));
    const bool morning = time >= 8h + 30min && time < 12h;
    const bool afternoon = time >= 14h && time < 17h + 30min;
    if (kind != DayKind::off && (morning || (afternoon && kind == DayKind::working))) sum += 1min;
  }
  RC_ASSERT(calendar.worked_between(from, from + minutes{length}) == sum);
}

RC_GTEST_PROP(Calendar, so_many_worked_days_lie_up_to_the_due_one, ()) {
  const Calendar calendar = with_half_days();
  const Instant start = *any_moment();
  const int number = *rc::gen::inRange(1, 300);
  const Date last = calendar.date_of(calendar.due(start, number * 2).at);
  int counted = 0;
  for (Date day = calendar.date_of(start) + days{1}; day <= last; day += days{1}) {
    if (calendar.day(day) != DayKind::off) ++counted;
  }
  RC_ASSERT(counted == number);
  RC_ASSERT(calendar.day(last) != DayKind::off);
}

}  // namespace
}  // namespace workflows::issue
