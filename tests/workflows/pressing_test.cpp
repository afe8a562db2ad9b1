// When the policy's rules take an issue a level up.
#include "workflows/issue/pressing.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_desk.hpp"

namespace workflows::issue {
namespace {

using support::CaseDesk;

PressRules some_rules() {
  PressRules rules;
  rules.urges_without_step = 2;
  rules.overdue_by[1] = parse_limit("2 working days").value();
  rules.overdue_by[2] = parse_limit("4 working hours").value();
  rules.supervise_answer = parse_limit("the same day").value();
  rules.escalate_answer[1] = parse_limit("1 working day").value();
  return rules;
}

std::shared_ptr<const Calendar> weekdays() {
  Holidays holidays;
  holidays.version = "test";
  holidays.years = {2025};
  OfficeHours office;
  using std::chrono::hours;
  office.spans = {{hours(8), hours(12)}, {hours(14), hours(18)}};
  return std::make_shared<const Calendar>(std::move(holidays), std::move(office));
}

TEST(Pressing, counts_as_the_calendar_does_and_names_the_rule_by_its_limit) {
  const Pressing pressing = pressing_of(some_rules(), weekdays());
  const auto friday = CaseDesk::shanghai("2025-03-07 17:00");
  EXPECT_EQ(pressing.to_town.until(friday), CaseDesk::shanghai("2025-03-11 18:00"));
  EXPECT_EQ(pressing.to_town.name, "overdue by 2 working days");
  EXPECT_EQ(pressing.to_district.until(friday), CaseDesk::shanghai("2025-03-10 11:00"));
  EXPECT_EQ(pressing.to_district.name, "overdue by 4 working hours");
  EXPECT_EQ(pressing.escalated(friday), CaseDesk::shanghai("2025-03-10 18:00"));
  EXPECT_EQ(pressing.urges, 2U);
}

TEST(Pressing, lets_a_day_end_where_the_residents_live) {
  const Pressing pressing = pressing_of(some_rules(), weekdays());
  const auto until = pressing.supervised(CaseDesk::shanghai("2025-03-07 09:00"));
  ASSERT_TRUE(until.has_value());
  EXPECT_GE(*until, CaseDesk::shanghai("2025-03-07 23:59"));
  EXPECT_LE(*until, CaseDesk::shanghai("2025-03-08 00:00"));
}

TEST(Pressing, has_no_rule_without_a_limit) {
  const Pressing pressing = pressing_of(PressRules(), weekdays());
  EXPECT_FALSE(pressing.to_town.until);
  EXPECT_FALSE(pressing.to_district.until);
  EXPECT_FALSE(pressing.urged);
  EXPECT_FALSE(pressing.supervised);
  EXPECT_FALSE(pressing.escalated);
  EXPECT_EQ(pressing.urges, 0U);
  EXPECT_NE(make_agenda(pressing), nullptr);
}

}  // namespace
}  // namespace workflows::issue
