// Policies and calendars as files, and the shipped ones against days that nobody here wrote.
#include "adapters/files/policy.hpp"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "adapters/files/calendar.hpp"
#include "adapters/files/shipped.hpp"
#include "adapters/json/json.hpp"
#include "tests/support/places.hpp"

namespace adapters::files {
namespace {

using std::chrono::days;
using workflows::issue::Calendar;
using workflows::issue::Date;
using workflows::issue::DayKind;
using workflows::issue::Holidays;
using workflows::issue::Limit;
using workflows::issue::Policy;
using workflows::issue::fb::DeadlineKind;

const std::string office = "version = \"1\"\n[office]\nhours = [\"08:30-12:00\"]\n";
const std::string count = "[count]\nstart = \"the day after\"\n";
const std::string head = office + count + "[limits]\n";  // six lines

// What is wrong, without the first line; "" if nothing is.
template <class Read>
std::string problems(const engine::Result<Read>& read) {
  return read ? "" : read.error().detail.substr(read.error().detail.find('\n') + 1);
}
std::string policy_problems(const std::string& toml) { return problems(read_policy(toml, "p")); }
std::string calendar_problems(const std::string& toml) {
  return problems(read_calendar(toml, "c"));
}

Policy shipped_default() { return read_policy(*shipped_policy("default"), "default").value(); }
Calendar shipped_days() {
  return {read_calendar(*shipped_calendar("cn-2018-2026"), "cn-2018-2026").value(),
          shipped_default().office};
}

TEST(PolicyFile, every_shipped_one_can_be_used) {
  ASSERT_EQ(shipped_policies().size(), 2U);
  for (const std::string_view name : shipped_policies()) {
    EXPECT_EQ(problems(read_policy(*shipped_policy(name), name)), "") << name;
  }
  for (const std::string_view name : shipped_calendars()) {
    EXPECT_EQ(problems(read_calendar(*shipped_calendar(name), name)), "") << name;
  }
}

TEST(PolicyFile, the_shipped_one_has_the_limits_of_the_domain) {
  const Policy policy = shipped_default();
  const auto limit = [&](DeadlineKind kind) { return limit_text(policy.limits[kind].value()); };
  EXPECT_EQ(limit(DeadlineKind::accept), "1 working day");
  EXPECT_EQ(limit(DeadlineKind::sign), "1 working day");
  EXPECT_EQ(limit(DeadlineKind::solve), "5 working days");
  EXPECT_EQ(limit(DeadlineKind::rework), "3 working days");
  EXPECT_EQ(limit(DeadlineKind::follow_up), "1 working day");
  EXPECT_EQ(limit_text(policy.emergency[DeadlineKind::solve].value()), "the same day");
  EXPECT_EQ(limit_text(policy.categories.at("咨询")[DeadlineKind::solve].value()),
            "2 working days");
  EXPECT_EQ(policy.press.urges_without_step, 2U);
}

TEST(PolicyFile, limits_are_read_and_said_in_the_same_words) {
  for (const char* text : {"none", "the same day", "half a working day", "1 working day",
                           "1.5 working days", "4 working hours", "90 working minutes"}) {
    const auto limit = workflows::issue::parse_limit(text);
    ASSERT_TRUE(limit) << text;
    EXPECT_EQ(workflows::issue::limit_text(*limit), text);
  }
  for (const char* text : {"", "5", "five working days", "-1 working days", "0 working days",
                           "5 days", "1.25 working days", "5  working days", "tomorrow"}) {
    EXPECT_FALSE(workflows::issue::parse_limit(text)) << text;
  }
}

TEST(PolicyFile, says_what_is_wrong_and_where) {
  EXPECT_EQ(policy_problems(head), "");
  EXPECT_EQ(policy_problems(head + "solve = \"5 days\"\n").substr(0, 27),
            "line 7: solve must be none,");
  EXPECT_EQ(policy_problems(head + "solv = \"none\"\n"),
            "line 7: [limits] has no key \"solv\"; did you mean solve?");
  EXPECT_EQ(policy_problems(office + count), "line 1: a policy lacks [limits]");
  EXPECT_EQ(policy_problems(office + "[limits]\n[count]\nstart = \"now\"\n"),
            "line 6: start must be the day after, the same day or at once");
  EXPECT_EQ(policy_problems("version = \"1\"\n[office]\nhours = [\"12:00-08:30\"]\n" + count +
                            "[limits]\n"),
            "line 3: hours must be spans like \"08:30-12:00\", not \"12:00-08:30\"");
  EXPECT_EQ(policy_problems("version = \"1\"\n[office]\nhours = [\"08:00-12:00\", \"11:00-17:00\"]"
                            "\nhalf_days = [\"2026-02-30\"]\n" +
                            count + "[limits]\n"),
            "line 3: hours must follow one another with a break between: 11:00-17:00\n"
            "line 4: half_days must list dates like \"2026-02-13\"");
  EXPECT_EQ(policy_problems(head + "[[category]]\ncodes = [\"a\", \"a\"]\n"),
            "line 8: codes name a category a second time: a");
}

TEST(PolicyFile, two_that_say_the_same_have_the_same_text) {
  const auto text = [](const std::string& toml) {
    return workflows::issue::policy_text(read_policy(toml, "p").value());
  };
  const std::string five = head + "solve = \"5 working days\"\n";
  EXPECT_EQ(text(five), text("# other words\n" + five + "[emergency]\n"));
  EXPECT_NE(text(five), text(head + "solve = \"6 working days\"\n"));
}

TEST(CalendarFile, says_what_is_wrong_and_where) {
  const std::string year = "version = \"1\"\n[[year]]\nyear = 2026\n";
  EXPECT_EQ(calendar_problems(year + "off = [\"10-01..10-07\"]\nworked = [\"10-10\"]\n"), "");
  EXPECT_EQ(calendar_problems(year), "line 2: off is needed: the holidays of that year");
  EXPECT_EQ(calendar_problems(year + "off = [\n\"10-07..10-01\",\n\"02-30\"]\n"),
            "line 5: off must list days of the year, \"10-01\" or \"10-01..10-07\"\n"
            "line 6: off must list days of the year, \"10-01\" or \"10-01..10-07\"");
  EXPECT_EQ(calendar_problems(year + "off = [\"10-01\"]\nworked = [\"10-09\"]\n"),
            "line 5: 2026-10-09 is a weekday: worked anyway, no make-up day");
  EXPECT_EQ(calendar_problems(year + "off = [\"10-10\"]\nworked = [\"10-10\"]\n"),
            "line 5: 2026-10-10 stands in the calendar already");
  EXPECT_EQ(calendar_problems(year + "off = []\n[[year]]\nyear = 2026\noff = []\n"),
            "line 6: year comes a second time: 2026");
  EXPECT_EQ(calendar_problems("version = \"1\"\n"),
            "line 1: a calendar needs at least one [[year]]");
}

// --- against real data ---------------------------------------------------------------------------

TEST(ShippedCalendar, has_every_day_of_2018_to_2026_right) {
  const auto folder = support::real_data("cn-workdays");
  if (!folder) GTEST_SKIP() << "skipped: no real data";
  std::map<std::string, bool> off;
  for (int year = 2018; year <= 2026; ++year) {
    const auto read =
        json::parse(support::contents(*folder / (std::to_string(year) + ".json"))).value();
    for (const auto& day : *read.find("days")->list()) {
      off[*day.find("date")->string()] = std::get<bool>(day.find("isOffDay")->it);
    }
  }
  const Calendar calendar = shipped_days();
  EXPECT_EQ(calendar.years(), (std::vector{2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026}));
  int looked_at = 0;
  for (Date day = parse_date("2018-01-01").value(); day < parse_date("2027-01-01").value();
       day += days{1}, ++looked_at) {
    const std::string text = workflows::issue::date_text(day);
    const bool weekend = std::chrono::weekday{day}.iso_encoding() > 5;
    const auto said = off.find(text);
    const bool worked = said == off.end() ? !weekend : !said->second;
    EXPECT_EQ(calendar.day(day), worked ? DayKind::working : DayKind::off) << text;
  }
  EXPECT_EQ(looked_at, 3287);
}

TEST(ShippedCalendar, gives_every_sampled_due_date) {
  const auto folder = support::real_data("cn-workdays");
  if (!folder) GTEST_SKIP() << "skipped: no real data";
  const auto samples = json::parse(support::contents(*folder / "due_samples.json")).value();
  const Calendar calendar = shipped_days();
  ASSERT_GT(samples.object()->size(), 20U);
  for (const auto& [asked, due] : *samples.object()) {
    const engine::Instant start{parse_date(asked.substr(0, 10)).value() + std::chrono::hours{1}};
    const auto reckoned = calendar.due(start, 2 * std::stoi(asked.substr(12)));
    EXPECT_EQ(workflows::issue::date_text(calendar.date_of(reckoned.at)), *due.string()) << asked;
    EXPECT_EQ(reckoned.assumed_year, 0);
  }
}

}  // namespace
}  // namespace adapters::files
