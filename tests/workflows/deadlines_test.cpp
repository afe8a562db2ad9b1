// Which deadlines follow from what happens, by the policy. 2025-03-04 is a Tuesday.
#include "workflows/issue/deadlines.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/issue_walk.hpp"
#include "tests/support/some_rules.hpp"

namespace workflows::issue {
namespace {

using engine::Instant;
using support::CaseDesk;
using support::IssueWalk;

class DeadlinesByRule : public testing::Test {
 protected:
  // What the asking recorded: "reported · accept due 2025-03-05 17:30".
  std::string told(const char* verb, CaseDesk::Object body = {}) {
    const auto answer = desk_.ask(lamp_, verb, std::move(body));
    if (answer.refusal) return answer.text();
    std::string out;
    for (const auto& fact : answer.facts) {
      const auto name = schema().by_type(fact.type)->fact;
      out += out.empty() ? "" : " · ";
      if (name != "deadline_set") {
        out += name;
        continue;
      }
      const auto& set = *flatbuffers::GetRoot<fb::DeadlineSet>(fact.fact.data());
      out += fb::EnumNameDeadlineKind(set.kind()) + (" due " + minute(set.due()));
      last_warning_ = minute(set.warn_at());
      last_calendar_ = set.calendar() == nullptr ? "" : set.calendar()->str();
      last_policy_ = set.policy() == nullptr ? "" : set.policy()->str();
    }
    return out;
  }
  static std::string minute(std::int64_t ms) {
    std::string out = engine::format_rfc3339(engine::from_ms(ms), 480).substr(0, 16);
    out[10] = ' ';
    return out;
  }
  static std::string at(const char* minute) {
    return engine::format_rfc3339(CaseDesk::shanghai(minute), 480);
  }
  std::string report(const char* minute, CaseDesk::Object more = {}) {
    desk_.it_is(minute);
    more.emplace_back("text", "环村路路灯不亮");
    return told("report", std::move(more));
  }

  const std::shared_ptr<const DeadlineRules> rules_ = support::some_rules();
  CaseDesk desk_{rules_};
  const std::uint64_t lamp_ = CaseDesk::number(1);
  std::string last_warning_;
  std::string last_calendar_;
  std::string last_policy_;
};

TEST_F(DeadlinesByRule, are_set_with_what_starts_their_clock) {
  EXPECT_EQ(report("2025-03-04 09:00"), "reported · accept due 2025-03-05 17:30");
  EXPECT_EQ(last_warning_, "2025-03-05 14:00");
  EXPECT_EQ(last_policy_, rules_->policy_digest());
  EXPECT_EQ(last_calendar_, rules_->calendar_digest());
  desk_.it_is("2025-03-05 10:00");
  EXPECT_EQ(told("accept"), "accepted · solve due 2025-03-12 17:30");
  EXPECT_EQ(told("hand_over", {{"department", "power"}}),
            "handed_over · sign due 2025-03-06 17:30");
  EXPECT_EQ(told("sign"), "signed");
  EXPECT_EQ(told("resolve", {{"outcome", "solved"}}), "resolved · follow_up due 2025-03-06 17:30");
  desk_.it_is("2025-03-07 10:00");
  EXPECT_EQ(told("rework", {{"reason", "又坏了"}}), "reworked · rework due 2025-03-12 17:30");
  EXPECT_EQ(told("resolve", {{"outcome", "solved"}}), "resolved · follow_up due 2025-03-10 17:30");
  EXPECT_EQ(told("close"), "closed");
  desk_.it_is("2025-04-01 10:00");
  EXPECT_EQ(told("reopen", {{"reason", "又坏了"}}), "reopened · solve due 2025-04-08 17:30");
}

TEST_F(DeadlinesByRule, of_an_emergency_end_the_day_it_was_reported) {
  EXPECT_EQ(report("2025-03-08 20:00", {{"emergency", true}}),
            "reported · accept due 2025-03-08 23:59 · solve due 2025-03-08 23:59");
  EXPECT_EQ(last_warning_, "2025-03-08 21:59");  // no working time is left: half way
  desk_.it_is("2025-03-08 21:00");
  EXPECT_EQ(told("accept"), "accepted");
}

TEST_F(DeadlinesByRule, of_a_question_are_those_of_its_category_or_what_it_lies_below) {
  desk_.codes.codes["category"] = {"question", "question-of-law", "lamp"};
  (*desk_.parents)["question-of-law"] = "question";
  report("2025-03-04 09:00");
  EXPECT_EQ(told("accept", {{"category", "question-of-law"}}),
            "accepted · solve due 2025-03-06 17:30");
}

TEST_F(DeadlinesByRule, counted_from_the_report_follow_the_category_when_it_is_accepted) {
  Policy policy = support::some_policy();
  policy.solve_from = SolveFrom::report;
  desk_ = CaseDesk(support::rules_of(policy));
  desk_.codes.codes["category"] = {"question"};
  EXPECT_EQ(report("2025-03-04 09:00"),
            "reported · accept due 2025-03-05 17:30 · solve due 2025-03-11 17:30");
  desk_.it_is("2025-03-05 09:00");
  EXPECT_EQ(told("accept", {{"category", "question"}}), "accepted · solve due 2025-03-06 17:30");
}

TEST_F(DeadlinesByRule, set_by_hand_before_it_is_accepted_stay) {
  report("2025-03-04 09:00");
  EXPECT_EQ(told("set_deadline", {{"kind", "solve"}, {"due", at("2025-03-20 12:00")}}),
            "solve due 2025-03-20 12:00");
  EXPECT_EQ(last_warning_, "2025-03-20 08:30");
  EXPECT_EQ(last_policy_, "");
  EXPECT_EQ(told("accept"), "accepted");
}

TEST_F(DeadlinesByRule, a_meetings_own_date_wins) {
  report("2025-03-04 09:00");
  told("accept");
  told("call_consultation");
  EXPECT_EQ(
      told("hold_consultation",
           {{"conclusion", "hand_over"}, {"department", "power"}, {"due", at("2025-03-28 17:30")}}),
      "consultation_held · solve due 2025-03-28 17:30 · sign due 2025-03-05 17:30");
  told("sign");
  told("call_negotiation");
  EXPECT_EQ(told("hold_negotiation", {{"conclusion", "resolve"}, {"outcome", "solved"}}),
            "negotiation_held · follow_up due 2025-03-05 17:30");
}

TEST_F(DeadlinesByRule, an_extension_is_due_when_it_says) {
  report("2025-03-04 09:00");
  told("accept");
  told("request_extension", {{"until", at("2025-03-20 17:30")}, {"reason", "待料"}});
  EXPECT_EQ(told("grant_extension", {{"until", at("2025-03-20 17:30")}}),
            "extension_granted · solve due 2025-03-20 17:30");
  EXPECT_EQ(last_warning_, "2025-03-20 14:00");
}

TEST_F(DeadlinesByRule, of_a_bounced_issue_stay_as_they_are) {
  report("2025-03-04 09:00");
  told("accept");
  const auto due = desk_.marks(lamp_).due_at();
  desk_.it_is("2025-03-05 09:00");
  told("hand_over", {{"department", "power"}});
  EXPECT_EQ(told("return", {{"reason", "非职责"}, {"ground", "三定方案"}}), "returned");
  EXPECT_EQ(desk_.marks(lamp_).due_at(), due);
  EXPECT_EQ(desk_.marks(lamp_).sign_due_at(), 0);
}

TEST_F(DeadlinesByRule, move_by_the_working_time_paused) {
  report("2025-03-04 09:00");
  told("accept");                                // due Tuesday the 11th
  told("hand_over", {{"department", "power"}});  // to be signed for on the 5th
  desk_.it_is("2025-03-05 16:30");
  told("pause", {{"reason", "等待道路开挖许可"}});
  desk_.it_is("2025-03-06 09:30");  // two office hours later
  EXPECT_EQ(told("resume"), "resumed · solve due 2025-03-12 10:30 · sign due 2025-03-06 10:30");
}

TEST_F(DeadlinesByRule, do_not_move_over_a_weekend_or_once_they_have_passed) {
  report("2025-03-07 09:00");
  told("accept");
  told("hand_over", {{"department", "power"}});
  desk_.it_is("2025-03-08 10:00");
  told("pause", {{"reason", "等待"}});
  desk_.it_is("2025-03-09 10:00");
  EXPECT_EQ(told("resume"), "resumed");
  desk_.it_is("2025-03-11 10:00");  // it should have been signed for on the 10th
  told("pause", {{"reason", "等待"}});
  desk_.it_is("2025-03-12 10:00");
  EXPECT_EQ(told("resume"), "resumed · solve due 2025-03-17 17:30");
}

TEST_F(DeadlinesByRule, that_reach_into_a_year_without_a_calendar_say_so) {
  report("2025-12-30 09:00");
  EXPECT_EQ(last_calendar_, rules_->calendar_digest());
  told("accept");
  EXPECT_EQ(last_calendar_, rules_->calendar_digest() + " without 2026");
}

TEST_F(DeadlinesByRule, are_not_set_where_the_policy_names_no_limit) {
  Policy policy = support::some_policy();
  policy.limits[fb::DeadlineKind::accept].reset();
  policy.limits[fb::DeadlineKind::solve] = Limit{};
  policy.warning = {};
  desk_ = CaseDesk(support::rules_of(policy));
  EXPECT_EQ(report("2025-03-04 09:00"), "reported");
  EXPECT_EQ(told("accept"), "accepted");
  EXPECT_EQ(told("set_deadline", {{"kind", "solve"}, {"due", at("2025-03-20 12:00")}}),
            "solve due 2025-03-20 12:00");
  EXPECT_EQ(last_warning_, "1970-01-01 08:00");
}

// --- whatever is asked, in whatever order --------------------------------------------------------

using Chances = std::vector<std::uint64_t>;

Chances any_chances() {
  return *rc::gen::container<Chances>(
      *rc::gen::inRange<std::size_t>(0, 120),
      rc::gen::noShrink(rc::gen::resize(1000, rc::gen::arbitrary<std::uint64_t>())));
}

// Each fact with how its issue stood before and after it.
template <class Seen>
void walk_by_rules(const Chances& chances, Seen seen) {
  IssueWalk issues{support::some_rules()};
  std::map<engine::StreamId, fb::Marks> before;
  for (const std::uint64_t chance : chances) {
    const auto answer = issues.desk.ask(issues.next(chance));
    for (std::size_t i = 0; i < answer.facts.size(); ++i) {
      const auto& fact = answer.facts[i];
      const auto after = engine::log::summary<fb::Marks>(fact.summary);
      seen(fact, i, before[fact.stream], after, answer.facts);
      before[fact.stream] = after;
    }
  }
}

RC_GTEST_PROP(AnyHistoryByRules, LeavesNoClockRunningAtAnEnd, ()) {
  walk_by_rules(any_chances(),
                [](const auto& fact, auto, const auto&, const auto& after, const auto&) {
                  if (!ended(after.stage())) return;
                  for (const auto kind : fb::EnumValuesDeadlineKind()) {
                    RC_ASSERT(running_due(after, kind) == Instant{});
                  }
                  RC_ASSERT(fact.due_at == Instant{});
                  RC_ASSERT(after.supervision() == fb::Supervision::on_time);
                });
}

RC_GTEST_PROP(AnyHistoryByRules, HasADeadlineForEachClockThatStarts, ()) {
  walk_by_rules(any_chances(),
                [](const auto& fact, std::size_t i, const auto&, const auto&, const auto& facts) {
                  if (i + 1 != facts.size()) return;  // not the last of what one command recorded
                  const auto marks = engine::log::summary<fb::Marks>(fact.summary);
                  if (marks.stage() == fb::Stage::reported) {
                    RC_ASSERT(marks.accept_due_at() != 0);
                  }
                  if (marks.stage() == fb::Stage::handed_over) {
                    RC_ASSERT(marks.sign_due_at() != 0);
                  }
                  if (marks.stage() == fb::Stage::resolved) {
                    RC_ASSERT(marks.follow_up_due_at() != 0);
                  }
                  if (in_hand(static_cast<std::uint8_t>(marks.stage())) &&
                      marks.stage() != fb::Stage::reported && marks.accepted_at() != 0) {
                    RC_ASSERT(marks.due_at() != 0);
                  }
                });
}

RC_GTEST_PROP(AnyHistoryByRules, MovesADeadlineByExactlyTheWorkingTimePaused, ()) {
  const Calendar calendar(support::some_holidays(), support::some_policy().office);
  walk_by_rules(any_chances(), [&](const auto& fact, std::size_t i, const auto& before, const auto&,
                                   const auto& facts) {
    if (fact.type.value != static_cast<std::uint16_t>(fb::Fact::Resumed)) return;
    const auto after = engine::log::summary<fb::Marks>(facts.back().summary);
    const Instant paused_at = engine::from_ms(before.stage_since());
    const Worked paused = calendar.worked_between(paused_at, fact.occurred_at);
    for (const auto kind : {fb::DeadlineKind::solve, fb::DeadlineKind::sign}) {
      if (due_of(before, kind) == 0 || !clock_runs(kind, after.stage())) continue;
      const Instant was = engine::from_ms(due_of(before, kind));
      const Instant is = engine::from_ms(due_of(after, kind));
      const Worked moved = calendar.worked_between(was, is);
      RC_ASSERT(moved == (was > paused_at ? paused : Worked{0}));
    }
    RC_ASSERT(i == 0U);
  });
}

}  // namespace
}  // namespace workflows::issue
