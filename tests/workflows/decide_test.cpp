#include "workflows/issue/decide.hpp"

#include "tests/workflows/issue_desk.hpp"

namespace workflows::issue {
namespace {

class Decide : public IssueDesk {};

// --- the main road ------------------------------------------------------------------------------

TEST_F(Decide, brings_an_issue_from_report_to_closure) {
  EXPECT_EQ(desk_.told(lamp_, "report", {{"text", "路灯不亮"}}), "reported");
  EXPECT_EQ(desk_.told(lamp_, "accept", {{"area", "330304010001"}}), "accepted");
  EXPECT_EQ(desk_.told(lamp_, "hand_over", {{"department", "enforcement"}}), "handed_over");
  EXPECT_EQ(desk_.told(lamp_, "sign"), "signed");
  EXPECT_EQ(desk_.told(lamp_, "note_progress", {{"text", "已派人查看"}}), "progress_noted");
  EXPECT_EQ(desk_.told(lamp_, "resolve", {{"outcome", "solved"}}), "resolved");
  EXPECT_EQ(desk_.told(lamp_, "follow_up", {{"reached", "yes"}, {"solved", "yes"}}), "followed_up");
  EXPECT_EQ(desk_.told(lamp_, "close"), "closed");
  EXPECT_EQ(desk_.stage(lamp_), "closed");
  EXPECT_EQ(desk_.state(lamp_).version.value, 8U);
}

TEST_F(Decide, ends_most_small_things_where_they_are_claimed) {
  accepted(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "claim", {{"by", "党员林建国"}}), "claimed");
  EXPECT_EQ(desk_.stage(lamp_), "local");
  EXPECT_EQ(desk_.told(lamp_, "resolve", {{"outcome", "solved"}}), "resolved");
}

TEST_F(Decide, takes_back_what_nobody_does_who_claimed_it) {
  accepted(lamp_);
  desk_.given(lamp_, "claim", {{"by", "党员林建国"}});
  EXPECT_EQ(desk_.told(lamp_, "release", {{"reason", "外出"}}), "released");
  EXPECT_EQ(desk_.stage(lamp_), "accepted");
}

TEST_F(Decide, leaves_in_each_draft_what_the_record_needs) {
  desk_.it_is("2025-03-04 09:12");
  reported(lamp_);
  desk_.it_is("2025-03-04 10:00");
  const auto answer = desk_.ask(lamp_, "accept", {{"category", "lamp"}, {"note", "属实"}});
  ASSERT_EQ(answer.facts.size(), 1U);
  const auto& draft = answer.facts.front();
  EXPECT_EQ(draft.stream.number, lamp_);
  EXPECT_EQ(draft.opened_at, CaseDesk::shanghai("2025-03-04 09:12"));
  EXPECT_EQ(draft.occurred_at, CaseDesk::shanghai("2025-03-04 10:00"));
  EXPECT_EQ(draft.due_at, engine::Instant{});
  EXPECT_EQ(draft.stage_after, 2);
  EXPECT_EQ(draft.dims.area, "330304010001");
  EXPECT_EQ(draft.dims.category, "lamp");
  EXPECT_EQ(draft.dims.channel, "hotline");
  EXPECT_TRUE(draft.carries_personal);
  EXPECT_EQ(draft.summary.size(), sizeof(fb::Marks));
}

TEST_F(Decide, remembers_when_each_step_was) {
  desk_.it_is("2025-03-04 09:12");
  reported(lamp_);
  desk_.it_is("2025-03-04 10:00");
  desk_.given(lamp_, "accept");
  desk_.it_is("2025-03-05 09:00");
  desk_.given(lamp_, "hand_over", {{"department", "enforcement"}});
  desk_.it_is("2025-03-05 11:00");
  desk_.given(lamp_, "sign");
  const auto marks = desk_.marks(lamp_);
  EXPECT_EQ(engine::from_ms(marks.opened_at()), CaseDesk::shanghai("2025-03-04 09:12"));
  EXPECT_EQ(engine::from_ms(marks.accepted_at()), CaseDesk::shanghai("2025-03-04 10:00"));
  EXPECT_EQ(engine::from_ms(marks.handed_over_at()), CaseDesk::shanghai("2025-03-05 09:00"));
  EXPECT_EQ(engine::from_ms(marks.signed_at()), CaseDesk::shanghai("2025-03-05 11:00"));
  EXPECT_EQ(engine::from_ms(marks.stage_since()), CaseDesk::shanghai("2025-03-05 11:00"));
  EXPECT_EQ(marks.hand_overs(), 1);
}

// --- refusals, each by its code -----------------------------------------------------------------

TEST_F(Decide, finds_no_issue_that_was_not_reported) {
  const auto answer = desk_.ask(lamp_, "accept");
  EXPECT_EQ(answer.text(), "not_found");
  EXPECT_EQ(answer.refusal->allowed, std::vector<std::string>{"report"});
  EXPECT_EQ(answer.refusal->stream.number, lamp_);
}

TEST_F(Decide, says_the_stage_the_command_and_what_would_be_allowed_now) {
  reported(lamp_);
  const auto answer = desk_.ask(lamp_, "resolve", {{"outcome", "solved"}});
  ASSERT_EQ(answer.text(), "not_at_this_stage");
  const auto& refusal = *answer.refusal;
  EXPECT_EQ(refusal.stage, 1);
  EXPECT_EQ(refusal.allowed, allowed_at(1));
  EXPECT_NE(refusal.detail.find("reported 已上报"), std::string::npos) << refusal.detail;
  EXPECT_NE(refusal.detail.find("be resolved 办结"), std::string::npos) << refusal.detail;
  EXPECT_NE(refusal.detail.find("accept, decline"), std::string::npos) << refusal.detail;
}

TEST_F(Decide, reports_no_issue_twice) {
  reported(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "report", {{"text", "又不亮了"}}), "not_at_this_stage");
}

TEST_F(Decide, takes_nothing_that_happened_before_what_is_recorded) {
  desk_.it_is("2025-03-04 10:00");
  reported(lamp_);
  auto step = desk_.step(lamp_, "accept", {});
  step.occurred_at = CaseDesk::shanghai("2025-03-04 09:59");
  const auto answer = desk_.ask(step);
  EXPECT_EQ(answer.text(), "too_early");
  EXPECT_EQ(answer.refusal->allowed, allowed_at(1));
  step.occurred_at = CaseDesk::shanghai("2025-03-04 10:00");
  EXPECT_EQ(desk_.ask(step).text(), "accepted");
}

TEST_F(Decide, lets_things_happen_with_the_last_fact_if_the_clock_steps_back) {
  desk_.it_is("2025-03-04 10:00");
  reported(lamp_);
  desk_.it_is("2025-03-04 09:58");
  const auto answer = desk_.ask(lamp_, "accept");
  ASSERT_EQ(answer.text(), "accepted");
  EXPECT_EQ(answer.facts.front().occurred_at, CaseDesk::shanghai("2025-03-04 10:00"));
}

TEST_F(Decide, has_no_number_to_give_when_a_year_is_used_up) {
  EXPECT_EQ(desk_.told(0, "report", {{"text", "路灯不亮"}}), "no_number");
}

TEST_F(Decide, knows_no_command_beyond_the_last) {
  reported(lamp_);
  auto step = desk_.step(lamp_, "accept", {});
  for (const unsigned verb : {0U, 38U, 999U}) {
    step.verb = engine::FactType{static_cast<std::uint16_t>(verb)};
    EXPECT_EQ(desk_.ask(step).text(), "unknown_command") << verb;
  }
}

TEST_F(Decide, refuses_an_issue_whose_stage_only_a_later_program_knows) {
  reported(lamp_);
  auto state = desk_.state(lamp_);
  constexpr std::size_t stage_at = 120;  // bytes into the marks, for ever
  ASSERT_EQ(state.summary[stage_at], 1);
  state.summary[stage_at] = 77;
  state.stage = 77;
  const engine::writer::Desk desk{
      [&](const engine::StreamId&) -> const engine::writer::StreamState& { return state; },
      desk_.now, nullptr};
  const auto decision = decide(desk, desk_.step(lamp_, "accept", {}));
  const auto& refusal = std::get<engine::writer::Refusal>(decision);
  EXPECT_EQ(refusal.code, "not_at_this_stage");
  EXPECT_NE(refusal.detail.find("stage-77"), std::string::npos) << refusal.detail;
  EXPECT_TRUE(refusal.allowed.empty());
}

// --- reasons and grounds ------------------------------------------------------------------------

TEST_F(Decide, declines_only_with_a_reason_and_the_legal_ground) {
  reported(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "decline", {{"reason", " "}, {"ground", "信访工作条例第三十一条"}}),
            "condition_not_met /reason");
  EXPECT_EQ(desk_.told(lamp_, "decline", {{"reason", "已进入诉讼"}, {"ground", " \n"}}),
            "condition_not_met /ground");
  EXPECT_EQ(desk_.told(lamp_, "decline",
                       {{"reason", "已进入诉讼"}, {"ground", "信访工作条例第三十一条"}}),
            "declined");
  EXPECT_EQ(desk_.stage(lamp_), "declined");
}

TEST_F(Decide, declines_only_what_nobody_has_judged_yet) {
  accepted(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "decline", {{"reason", "r"}, {"ground", "g"}}), "not_at_this_stage");
}

TEST_F(Decide, returns_only_with_a_reason_and_the_legal_ground) {
  handed_over(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "return", {{"reason", "\t"}, {"ground", "三定方案"}}),
            "condition_not_met /reason");
  EXPECT_EQ(desk_.told(lamp_, "return", {{"reason", "非本单位职责"}, {"ground", " "}}),
            "condition_not_met /ground");
  EXPECT_EQ(desk_.told(lamp_, "return", {{"reason", "非本单位职责"}, {"ground", "三定方案"}}),
            "returned");
  EXPECT_EQ(desk_.stage(lamp_), "accepted");
  EXPECT_EQ(desk_.state(lamp_).dims.department, "");
  EXPECT_EQ(desk_.marks(lamp_).returns(), 1);
}

TEST_F(Decide, lets_a_resident_take_it_back_until_it_is_resolved) {
  handling(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "withdraw"), "withdrawn");
  resolved(dark_street_);
  EXPECT_EQ(desk_.told(dark_street_, "withdraw"), "not_at_this_stage");
}

// --- what the engine does of itself -------------------------------------------------------------

TEST_F(Decide, escalates_by_itself_with_the_third_return) {
  accepted(lamp_);
  const auto bounced = [&] {
    desk_.given(lamp_, "hand_over", {{"department", "enforcement"}});
    return desk_.ask(lamp_, "return", {{"reason", "非本单位职责"}, {"ground", "三定方案"}});
  };
  EXPECT_EQ(bounced().text(), "returned");
  EXPECT_EQ(bounced().text(), "returned");
  const auto third = bounced();
  ASSERT_EQ(third.text(), "returned escalated");
  const auto* escalated = flatbuffers::GetRoot<fb::Escalated>(third.facts[1].fact.data());
  EXPECT_EQ(escalated->rule()->str(), "third return");
  EXPECT_EQ(escalated->to(), fb::Level::town);
  EXPECT_EQ(desk_.marks(lamp_).level(), fb::Level::town);
  EXPECT_EQ(third.facts[0].occurred_at, third.facts[1].occurred_at);
  EXPECT_FALSE(third.facts[1].carries_personal);
  EXPECT_EQ(bounced().text(), "returned escalated");  // to the district: there is no level above
  EXPECT_EQ(bounced().text(), "returned");
}

TEST_F(Decide, asks_a_reason_and_a_ground_of_the_third_return_too) {
  accepted(lamp_);
  for (int i = 0; i < 3; ++i) {
    desk_.given(lamp_, "hand_over", {{"department", "enforcement"}});
    if (i < 2) desk_.given(lamp_, "return", {{"reason", "r"}, {"ground", "g"}});
  }
  EXPECT_EQ(desk_.told(lamp_, "return", {{"reason", "r"}, {"ground", " "}}),
            "condition_not_met /ground");
}

TEST_F(Decide, escalates_by_itself_with_the_third_rework) {
  resolved(lamp_);
  const auto again = [&] {
    const auto answer = desk_.ask(lamp_, "rework", {{"reason", "仍不亮"}});
    desk_.given(lamp_, "resolve", {{"outcome", "solved"}});
    return answer;
  };
  EXPECT_EQ(again().text(), "reworked");
  EXPECT_EQ(again().text(), "reworked");
  const auto third = again();
  ASSERT_EQ(third.text(), "reworked escalated");
  const auto* escalated = flatbuffers::GetRoot<fb::Escalated>(third.facts[1].fact.data());
  EXPECT_EQ(escalated->rule()->str(), "third rework");
  EXPECT_EQ(escalated->to(), fb::Level::town);
}

TEST_F(Decide, lets_nobody_escalate_in_the_name_of_a_rule) {
  accepted(lamp_);
  for (const char* rule : {"third return", "two urges without a step", "overdue by 1 day", "x"}) {
    EXPECT_EQ(desk_.told(lamp_, "escalate", {{"to", "town"}, {"rule", rule}}),
              "condition_not_met /rule");
  }
  EXPECT_EQ(desk_.told(lamp_, "escalate", {{"to", "town"}, {"reason", "third return"}}),
            "escalated");
  const auto& fact = *flatbuffers::GetRoot<fb::Escalated>(desk_.facts().back().fact.data());
  EXPECT_EQ(fact.rule(), nullptr);
  auto by_the_engine = desk_.step(lamp_, "escalate", {{"to", "district"}, {"rule", "overdue"}});
  by_the_engine.consequence = true;
  EXPECT_EQ(desk_.ask(by_the_engine).text(), "escalated");
}

TEST_F(Decide, lets_nobody_set_a_deadline_in_the_name_of_a_policy) {
  accepted(lamp_);
  const std::string due = rfc3339("2025-04-01 17:30");
  for (const char* named : {"policy", "calendar"}) {
    EXPECT_EQ(desk_.told(lamp_, "set_deadline", {{"kind", "solve"}, {"due", due}, {named, "b0a1"}}),
              "condition_not_met /policy");
  }
  EXPECT_EQ(desk_.marks(lamp_).due_at(), 0);
  EXPECT_EQ(desk_.told(lamp_, "set_deadline", {{"kind", "solve"}, {"due", due}}), "deadline_set");
}

// --- resolved is not solved ---------------------------------------------------------------------

TEST_F(Decide, resolves_also_what_cannot_be_solved) {
  handling(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "resolve", {{"outcome", "cannot_solve"}}), "resolved");
  EXPECT_EQ(desk_.marks(lamp_).outcome(), fb::Outcome::cannot_solve);
}

TEST_F(Decide, resolves_nothing_that_the_department_has_not_signed) {
  handed_over(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "resolve", {{"outcome", "solved"}}), "not_at_this_stage");
}

TEST_F(Decide, hears_only_of_a_resident_who_was_reached_whether_it_is_solved) {
  resolved(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "follow_up", {{"reached", "unknown"}}), "condition_not_met /reached");
  EXPECT_EQ(desk_.told(lamp_, "follow_up", {{"reached", "no"}, {"solved", "yes"}}),
            "condition_not_met /solved");
  EXPECT_EQ(desk_.told(lamp_, "follow_up", {{"reached", "no"}, {"satisfaction", 3}}),
            "condition_not_met /satisfaction");
  EXPECT_EQ(desk_.told(lamp_, "follow_up", {{"reached", "no"}}), "followed_up");
  EXPECT_EQ(
      desk_.told(lamp_, "follow_up", {{"reached", "yes"}, {"solved", "no"}, {"satisfaction", 2}}),
      "followed_up");
  const auto marks = desk_.marks(lamp_);
  EXPECT_EQ(marks.reached(), fb::Answer::yes);
  EXPECT_EQ(marks.solved(), fb::Answer::no);
  EXPECT_EQ(marks.satisfaction(), 2);
  EXPECT_EQ(desk_.stage(lamp_), "resolved");
}

TEST_F(Decide, forgets_outcome_and_follow_up_with_the_rework_but_not_that_there_was_one) {
  resolved(lamp_);
  desk_.given(lamp_, "follow_up", {{"reached", "yes"}, {"solved", "no"}, {"satisfaction", 1}});
  desk_.given(lamp_, "rework", {{"reason", "仍不亮"}});
  const auto marks = desk_.marks(lamp_);
  EXPECT_EQ(desk_.stage(lamp_), "handling");  // where it had been worked on
  EXPECT_EQ(desk_.state(lamp_).dims.department, "enforcement");
  EXPECT_EQ(marks.resolved_at(), 0);
  EXPECT_EQ(marks.followed_up_at(), 0);
  EXPECT_EQ(marks.outcome(), fb::Outcome::none);
  EXPECT_EQ(marks.reached(), fb::Answer::unknown);
  EXPECT_EQ(marks.satisfaction(), 0);
  EXPECT_EQ(marks.reworks(), 1);
}

TEST_F(Decide, reopens_what_was_closed) {
  closed(lamp_);
  EXPECT_NE(desk_.marks(lamp_).ended_at(), 0);
  EXPECT_EQ(desk_.told(lamp_, "rework", {{"reason", "又坏了"}}), "not_at_this_stage");
  EXPECT_EQ(desk_.told(lamp_, "reopen", {{"reason", "又坏了"}}), "reopened");
  EXPECT_EQ(desk_.stage(lamp_), "accepted");
  EXPECT_EQ(desk_.marks(lamp_).reopens(), 1);
  EXPECT_EQ(desk_.marks(lamp_).ended_at(), 0);
  EXPECT_EQ(desk_.marks(lamp_).resolved_at(), 0);
}

// --- departments --------------------------------------------------------------------------------

TEST_F(Decide, reassigns_to_another_department_which_must_sign_anew) {
  handling(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "reassign", {{"department", "power"}}), "reassigned");
  EXPECT_EQ(desk_.stage(lamp_), "handed_over");
  EXPECT_EQ(desk_.state(lamp_).dims.department, "power");
  EXPECT_EQ(desk_.marks(lamp_).signed_at(), 0);
  EXPECT_EQ(desk_.marks(lamp_).hand_overs(), 2);
}

TEST_F(Decide, adds_units_that_help_to_what_a_department_has) {
  handed_over(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "add_co_unit", {{"department", "power"}}), "co_unit_added");
  EXPECT_EQ(desk_.state(lamp_).dims.department, "enforcement");
  accepted(dark_street_);
  EXPECT_EQ(desk_.told(dark_street_, "add_co_unit", {{"department", "power"}}),
            "not_at_this_stage");
}

}  // namespace
}  // namespace workflows::issue
