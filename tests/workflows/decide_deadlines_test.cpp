// Deadlines, pauses, extensions, and who presses.
#include "tests/workflows/issue_desk.hpp"
#include "workflows/issue/clocks.hpp"

namespace workflows::issue {
namespace {

class Deadlines : public IssueDesk {
 protected:
  std::string missed(const char* kind, const char* due) {
    return desk_.told(lamp_, "miss_deadline", {{"kind", kind}, {"due", rfc3339(due)}});
  }
  std::string warned(const char* kind, const char* due) {
    return desk_.told(lamp_, "warn", {{"kind", kind}, {"due", rfc3339(due)}});
  }
  std::string extension(const char* until) {
    return desk_.told(lamp_, "request_extension", {{"until", rfc3339(until)}, {"reason", "待料"}});
  }
  engine::Instant due_at() { return engine::from_ms(desk_.marks(lamp_).due_at()); }
};

// --- set, by kind -------------------------------------------------------------------------------

TEST_F(Deadlines, are_set_each_for_its_own_clock) {
  reported(lamp_);
  due(lamp_, "accept", "2025-03-05 09:00");
  due(lamp_, "solve", "2025-03-11 17:30");
  due(lamp_, "sign", "2025-03-06 09:00");
  due(lamp_, "follow_up", "2025-03-12 09:00");
  const auto marks = desk_.marks(lamp_);
  EXPECT_EQ(engine::from_ms(marks.accept_due_at()), CaseDesk::shanghai("2025-03-05 09:00"));
  EXPECT_EQ(due_at(), CaseDesk::shanghai("2025-03-11 17:30"));
  EXPECT_EQ(engine::from_ms(marks.sign_due_at()), CaseDesk::shanghai("2025-03-06 09:00"));
  EXPECT_EQ(engine::from_ms(marks.follow_up_due_at()), CaseDesk::shanghai("2025-03-12 09:00"));
  EXPECT_EQ(desk_.state(lamp_).due_at, CaseDesk::shanghai("2025-03-11 17:30"));
}

TEST_F(Deadlines, of_rework_are_those_of_solving_set_anew) {
  resolved(lamp_);
  desk_.given(lamp_, "rework", {{"reason", "仍不亮"}});
  due(lamp_, "rework", "2025-03-14 17:30");
  EXPECT_EQ(due_at(), CaseDesk::shanghai("2025-03-14 17:30"));
}

TEST_F(Deadlines, of_a_resolved_issue_are_for_the_follow_up_only) {
  resolved(lamp_);
  EXPECT_EQ(
      desk_.told(lamp_, "set_deadline", {{"kind", "solve"}, {"due", rfc3339("2025-03-11 17:30")}}),
      "condition_not_met /kind");
  due(lamp_, "follow_up", "2025-03-12 09:00");
}

TEST_F(Deadlines, begin_anew_for_signing_with_each_hand_over) {
  handed_over(lamp_);
  due(lamp_, "sign", "2025-03-05 09:00");
  desk_.given(lamp_, "reassign", {{"department", "power"}});
  EXPECT_EQ(desk_.marks(lamp_).sign_due_at(), 0);
}

// --- how they stand -----------------------------------------------------------------------------

TEST_F(Deadlines, are_warned_of_once_and_before_they_pass) {
  accepted(lamp_);
  due(lamp_, "solve", "2025-03-11 17:30");
  EXPECT_EQ(warned("solve", "2025-03-11 17:31"), "condition_not_met /due");  // another deadline
  desk_.it_is("2025-03-10 17:30");
  EXPECT_EQ(warned("solve", "2025-03-11 17:30"), "warned");
  EXPECT_EQ(desk_.supervision(lamp_), "warned");
  EXPECT_EQ(warned("solve", "2025-03-11 17:30"), "condition_not_met /due");
}

TEST_F(Deadlines, are_missed_once_and_not_before_they_pass) {
  accepted(lamp_);
  due(lamp_, "solve", "2025-03-11 17:30");
  desk_.it_is("2025-03-11 17:29");
  EXPECT_EQ(missed("solve", "2025-03-11 17:30"), "condition_not_met /due");
  desk_.it_is("2025-03-11 17:30");
  EXPECT_EQ(missed("solve", "2025-03-11 17:30"), "deadline_missed");
  EXPECT_EQ(desk_.supervision(lamp_), "overdue");
  EXPECT_EQ(missed("solve", "2025-03-11 17:30"), "condition_not_met /due");
  EXPECT_EQ(desk_.stage(lamp_), "accepted");
}

TEST_F(Deadlines, of_one_clock_do_not_hide_those_of_another) {
  handed_over(lamp_);
  due(lamp_, "sign", "2025-03-05 09:00");
  due(lamp_, "solve", "2025-03-11 17:30");
  desk_.it_is("2025-03-05 09:01");
  EXPECT_EQ(missed("sign", "2025-03-05 09:00"), "deadline_missed");
  desk_.it_is("2025-03-10 17:30");
  EXPECT_EQ(warned("solve", "2025-03-11 17:30"), "warned");
  EXPECT_EQ(desk_.supervision(lamp_), "overdue");  // the worst of them
  desk_.given(lamp_, "sign");
  EXPECT_EQ(desk_.supervision(lamp_), "warned");  // signed at last
  desk_.it_is("2025-03-11 17:31");
  EXPECT_EQ(missed("solve", "2025-03-11 17:30"), "deadline_missed");
  desk_.given(lamp_, "resolve", {{"outcome", "solved"}});
  EXPECT_EQ(desk_.supervision(lamp_), "on_time");
}

TEST_F(Deadlines, of_accepting_are_settled_by_accepting) {
  reported(lamp_);
  due(lamp_, "accept", "2025-03-05 09:00");
  desk_.it_is("2025-03-05 10:00");
  EXPECT_EQ(missed("accept", "2025-03-05 09:00"), "deadline_missed");
  desk_.given(lamp_, "accept");
  EXPECT_EQ(desk_.supervision(lamp_), "on_time");
  EXPECT_EQ(missed("accept", "2025-03-05 09:00"), "condition_not_met /due");
}

TEST_F(Deadlines, of_the_follow_up_are_settled_by_it) {
  resolved(lamp_);
  due(lamp_, "follow_up", "2025-03-05 09:00");
  desk_.it_is("2025-03-05 10:00");
  EXPECT_EQ(missed("follow_up", "2025-03-05 09:00"), "deadline_missed");
  EXPECT_EQ(desk_.supervision(lamp_), "overdue");
  desk_.given(lamp_, "follow_up", {{"reached", "yes"}, {"solved", "yes"}});
  EXPECT_EQ(desk_.supervision(lamp_), "on_time");
}

TEST_F(Deadlines, set_anew_are_on_time_again) {
  accepted(lamp_);
  due(lamp_, "solve", "2025-03-11 17:30");
  desk_.it_is("2025-03-12 09:00");
  ASSERT_EQ(missed("solve", "2025-03-11 17:30"), "deadline_missed");
  due(lamp_, "solve", "2025-03-20 17:30");
  EXPECT_EQ(desk_.supervision(lamp_), "on_time");
  desk_.it_is("2025-03-20 17:31");
  EXPECT_EQ(missed("solve", "2025-03-20 17:30"), "deadline_missed");
}

TEST_F(Deadlines, do_not_pass_while_it_is_paused) {
  accepted(lamp_);
  due(lamp_, "solve", "2025-03-11 17:30");
  desk_.given(lamp_, "pause", {{"reason", "汛期不能施工"}});
  desk_.it_is("2025-03-20 09:00");
  EXPECT_EQ(missed("solve", "2025-03-11 17:30"), "not_at_this_stage");
  EXPECT_EQ(running_due(desk_.marks(lamp_), fb::DeadlineKind::solve), engine::Instant{});
  due(lamp_, "solve", "2025-03-27 17:30");  // moved by the time paused
  desk_.given(lamp_, "resume");
  EXPECT_EQ(running_due(desk_.marks(lamp_), fb::DeadlineKind::solve),
            CaseDesk::shanghai("2025-03-27 17:30"));
}

// --- on time or not, judged afterwards ----------------------------------------------------------

TEST_F(Deadlines, stay_in_the_marks_to_judge_the_resolution_by) {
  handling(lamp_);
  due(lamp_, "solve", "2025-03-11 17:30");
  desk_.it_is("2025-03-11 17:30");
  const auto answer = desk_.ask(lamp_, "resolve", {{"outcome", "solved"}});
  const auto& resolved = answer.facts.front();
  EXPECT_EQ(resolved.due_at, resolved.occurred_at);  // to the minute, which is on time
  desk_.given(lamp_, "close");
  const auto marks = desk_.marks(lamp_);
  EXPECT_LE(marks.resolved_at(), marks.due_at());
  EXPECT_EQ(desk_.state(lamp_).due_at, engine::Instant{});  // but in no list of deadlines any more
}

TEST_F(Deadlines, of_the_resolution_that_a_rework_took_back_judge_nothing_more) {
  resolved(lamp_);
  desk_.given(lamp_, "rework", {{"reason", "仍不亮"}});
  EXPECT_EQ(desk_.marks(lamp_).resolved_at(), 0);  // open, and measured by the deadline set next
}

TEST_F(Deadlines, leave_nothing_behind_at_an_end) {
  handed_over(lamp_);
  due(lamp_, "sign", "2025-03-05 09:00");
  due(lamp_, "solve", "2025-03-05 09:00");
  desk_.it_is("2025-03-05 09:01");
  ASSERT_EQ(missed("sign", "2025-03-05 09:00"), "deadline_missed");
  ASSERT_EQ(missed("solve", "2025-03-05 09:00"), "deadline_missed");
  desk_.given(lamp_, "withdraw");
  EXPECT_EQ(desk_.supervision(lamp_), "on_time");
  EXPECT_EQ(desk_.state(lamp_).due_at, engine::Instant{});
  for (const char* verb : {"urge", "warn", "miss_deadline", "set_deadline"}) {
    CaseDesk::Object body;
    if (std::string_view(verb) != "urge") {
      body = {{"kind", "solve"}, {"due", rfc3339("2025-03-05 09:00")}};
    }
    EXPECT_EQ(desk_.told(lamp_, verb, body), "not_at_this_stage") << verb;
  }
}

// --- extensions ---------------------------------------------------------------------------------

TEST_F(Deadlines, can_be_asked_to_be_later_only_before_they_pass) {
  handling(lamp_);
  EXPECT_EQ(extension("2025-03-20 17:30"), "condition_not_met");  // there is none
  due(lamp_, "solve", "2025-03-11 17:30");
  EXPECT_EQ(extension("2025-03-11 17:30"), "condition_not_met /until");
  EXPECT_EQ(extension("2025-03-20 17:30"), "extension_requested");
  EXPECT_EQ(extension("2025-03-21 17:30"), "condition_not_met");  // one is pending
  EXPECT_EQ(desk_.told(lamp_, "refuse_extension", {{"reason", "料已到"}}), "extension_refused");
  EXPECT_EQ(due_at(), CaseDesk::shanghai("2025-03-11 17:30"));
  desk_.it_is("2025-03-11 17:30");
  EXPECT_EQ(extension("2025-03-20 17:30"), "condition_not_met");
}

TEST_F(Deadlines, are_later_once_it_is_granted) {
  handling(lamp_);
  due(lamp_, "solve", "2025-03-11 17:30");
  EXPECT_EQ(desk_.told(lamp_, "grant_extension", {{"until", rfc3339("2025-03-20 17:30")}}),
            "condition_not_met");
  ASSERT_EQ(extension("2025-03-20 17:30"), "extension_requested");
  desk_.it_is("2025-03-12 09:00");
  ASSERT_EQ(missed("solve", "2025-03-11 17:30"), "deadline_missed");
  EXPECT_EQ(desk_.told(lamp_, "grant_extension", {{"until", rfc3339("2025-03-20 17:30")}}),
            "extension_granted");
  EXPECT_EQ(due_at(), CaseDesk::shanghai("2025-03-20 17:30"));
  EXPECT_EQ(desk_.supervision(lamp_), "on_time");
  EXPECT_FALSE(desk_.marks(lamp_).extension_pending());
}

TEST_F(Deadlines, have_no_extension_pending_once_it_is_resolved) {
  handling(lamp_);
  due(lamp_, "solve", "2025-03-11 17:30");
  ASSERT_EQ(extension("2025-03-20 17:30"), "extension_requested");
  desk_.given(lamp_, "resolve", {{"outcome", "solved"}});
  EXPECT_FALSE(desk_.marks(lamp_).extension_pending());
}

// --- who presses --------------------------------------------------------------------------------

TEST_F(Deadlines, are_pressed_for_without_touching_the_stage) {
  handling(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "urge", {{"text", "请尽快"}}), "urged");
  EXPECT_EQ(desk_.told(lamp_, "urge"), "urged");
  EXPECT_EQ(desk_.told(lamp_, "supervise", {{"text", "限期答复"}}), "supervised");
  EXPECT_EQ(desk_.stage(lamp_), "handling");
  EXPECT_EQ(desk_.marks(lamp_).urges(), 2);
  EXPECT_EQ(desk_.marks(lamp_).supervisions(), 1);
}

TEST_F(Deadlines, are_urged_in_vain_until_somebody_takes_a_step) {
  handling(lamp_);
  desk_.given(lamp_, "urge");
  desk_.given(lamp_, "urge");
  desk_.given(lamp_, "supplement", {{"text", "就在村口"}});  // the resident's own, no step
  EXPECT_EQ(desk_.marks(lamp_).urges_unanswered(), 2);
  desk_.given(lamp_, "note_progress", {{"text", "已派人查看"}});
  EXPECT_EQ(desk_.marks(lamp_).urges_unanswered(), 0);
  desk_.given(lamp_, "urge");
  desk_.given(lamp_, "resolve", {{"outcome", "solved"}});
  EXPECT_EQ(desk_.marks(lamp_).urges_unanswered(), 0);
  EXPECT_EQ(desk_.marks(lamp_).urges(), 3);
}

TEST_F(Deadlines, are_escalated_upwards_only) {
  handling(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "escalate", {{"to", "village"}}), "condition_not_met /to");
  EXPECT_EQ(desk_.told(lamp_, "escalate", {{"to", "town"}}), "escalated");
  EXPECT_EQ(desk_.told(lamp_, "escalate", {{"to", "town"}}), "condition_not_met /to");
  EXPECT_EQ(desk_.told(lamp_, "escalate", {{"to", "district"}}), "escalated");
  EXPECT_EQ(desk_.marks(lamp_).escalations(), 2);
  EXPECT_EQ(desk_.marks(lamp_).level(), fb::Level::district);
}

TEST_F(Deadlines, of_an_emergency_can_be_told_from_others) {
  desk_.given(lamp_, "report", {{"text", "电线落地"}, {"emergency", true}});
  EXPECT_TRUE(desk_.marks(lamp_).emergency());
}

}  // namespace
}  // namespace workflows::issue
