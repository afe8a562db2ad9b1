#include "tests/workflows/issue_desk.hpp"
#include "workflows/issue/clocks.hpp"

namespace workflows::issue {
namespace {

class Meetings : public IssueDesk {
 protected:
  void consulting(std::uint64_t issue) {
    accepted(issue);
    desk_.given(issue, "call_consultation", {{"place", "村委会"}});
  }
  void negotiating(std::uint64_t issue) {
    handling(issue);
    desk_.given(issue, "call_negotiation");
  }
};

TEST_F(Meetings, are_called_of_what_is_accepted_local_or_with_a_department) {
  accepted(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "call_consultation"), "consultation_called");
  EXPECT_EQ(desk_.stage(lamp_), "consulting");
  handed_over(dark_street_);
  EXPECT_EQ(desk_.told(dark_street_, "call_negotiation"), "not_at_this_stage");
  EXPECT_EQ(desk_.told(dark_street_, "call_consultation"), "consultation_called");
  const auto local = CaseDesk::number(3);
  accepted(local);
  desk_.given(local, "claim", {{"by", "林建国"}});
  EXPECT_EQ(desk_.told(local, "call_consultation"), "consultation_called");
  const auto handled = CaseDesk::number(4);
  handling(handled);
  EXPECT_EQ(desk_.told(handled, "call_consultation"), "consultation_called");
  const auto fresh = CaseDesk::number(5);
  reported(fresh);
  EXPECT_EQ(desk_.told(fresh, "call_consultation"), "not_at_this_stage");
}

// --- consultation: five ways on -----------------------------------------------------------------

TEST_F(Meetings, lead_from_consulting_back_to_accepted) {
  handling(lamp_);
  desk_.given(lamp_, "call_consultation");
  EXPECT_EQ(desk_.told(lamp_, "hold_consultation", {{"conclusion", "accept"}}),
            "consultation_held");
  EXPECT_EQ(desk_.stage(lamp_), "accepted");
  EXPECT_EQ(desk_.state(lamp_).dims.department, "");  // the department has it no more
  EXPECT_EQ(desk_.marks(lamp_).consultations(), 1);
}

TEST_F(Meetings, lead_from_consulting_to_a_department_that_is_named) {
  consulting(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "hold_consultation", {{"conclusion", "hand_over"}}),
            "condition_not_met /department");
  EXPECT_EQ(desk_.told(lamp_, "hold_consultation",
                       {{"conclusion", "hand_over"}, {"department", "water"}}),
            "consultation_held");
  EXPECT_EQ(desk_.stage(lamp_), "handed_over");
  EXPECT_EQ(desk_.state(lamp_).dims.department, "water");
  EXPECT_EQ(desk_.marks(lamp_).hand_overs(), 1);
}

TEST_F(Meetings, lead_from_consulting_to_negotiating) {
  consulting(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "hold_consultation", {{"conclusion", "negotiate"}}),
            "consultation_held");
  EXPECT_EQ(desk_.stage(lamp_), "negotiating");
}

TEST_F(Meetings, lead_from_consulting_to_whom_takes_it_on_there) {
  consulting(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "hold_consultation", {{"conclusion", "local"}}),
            "condition_not_met /by");
  EXPECT_EQ(desk_.told(lamp_, "hold_consultation", {{"conclusion", "local"}, {"by", "村委会"}}),
            "consultation_held");
  EXPECT_EQ(desk_.stage(lamp_), "local");
}

TEST_F(Meetings, lead_from_consulting_to_resolved_with_an_outcome) {
  consulting(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "hold_consultation", {{"conclusion", "resolve"}}),
            "condition_not_met /outcome");
  EXPECT_EQ(
      desk_.told(lamp_, "hold_consultation", {{"conclusion", "resolve"}, {"outcome", "explained"}}),
      "consultation_held");
  EXPECT_EQ(desk_.stage(lamp_), "resolved");
  EXPECT_EQ(desk_.marks(lamp_).outcome(), fb::Outcome::explained);
  EXPECT_NE(desk_.marks(lamp_).resolved_at(), 0);
}

TEST_F(Meetings, lead_from_consulting_nowhere_else) {
  consulting(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "hold_consultation", {{"conclusion", "go_on"}}),
            "condition_not_met /conclusion");
  EXPECT_EQ(desk_.stage(lamp_), "consulting");
}

// --- negotiation --------------------------------------------------------------------------------

TEST_F(Meetings, lead_from_negotiating_back_to_where_it_was_called) {
  negotiating(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "hold_negotiation", {{"conclusion", "go_on"}}), "negotiation_held");
  EXPECT_EQ(desk_.stage(lamp_), "handling");
  EXPECT_EQ(desk_.state(lamp_).dims.department, "enforcement");
  EXPECT_EQ(desk_.marks(lamp_).negotiations(), 1);
}

TEST_F(Meetings, lead_back_beyond_the_consultation_that_led_to_the_negotiation) {
  handed_over(lamp_);
  desk_.given(lamp_, "call_consultation");
  desk_.given(lamp_, "hold_consultation", {{"conclusion", "negotiate"}});
  EXPECT_EQ(desk_.told(lamp_, "hold_negotiation", {{"conclusion", "go_on"}}), "negotiation_held");
  EXPECT_EQ(desk_.stage(lamp_), "handed_over");
}

TEST_F(Meetings, lead_from_negotiating_where_it_concludes) {
  const std::pair<CaseDesk::Object, const char*> ways[] = {
      {{{"conclusion", "accept"}}, "accepted"},
      {{{"conclusion", "hand_over"}, {"department", "water"}}, "handed_over"},
      {{{"conclusion", "local"}, {"by", "村委会"}}, "local"},
      {{{"conclusion", "resolve"}, {"outcome", "solved"}}, "resolved"},
  };
  std::uint32_t next = 1;
  for (const auto& [conclusion, stage] : ways) {
    const auto issue = CaseDesk::number(next++);
    negotiating(issue);
    EXPECT_EQ(desk_.told(issue, "hold_negotiation", conclusion), "negotiation_held");
    EXPECT_EQ(desk_.stage(issue), stage);
  }
}

TEST_F(Meetings, do_not_lead_from_one_negotiation_to_the_next) {
  negotiating(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "hold_negotiation", {{"conclusion", "negotiate"}}),
            "condition_not_met /conclusion");
}

// --- work goes on where it was done -------------------------------------------------------------

TEST_F(Meetings, that_resolve_it_leave_the_rework_to_whom_it_was_called_from) {
  negotiating(lamp_);
  desk_.given(lamp_, "hold_negotiation", {{"conclusion", "resolve"}, {"outcome", "solved"}});
  desk_.given(lamp_, "rework", {{"reason", "对方未履行"}});
  EXPECT_EQ(desk_.stage(lamp_), "handling");
}

TEST_F(Meetings, leave_the_rework_to_nobody_who_had_not_signed) {
  handed_over(lamp_);
  desk_.given(lamp_, "call_consultation");
  desk_.given(lamp_, "hold_consultation", {{"conclusion", "resolve"}, {"outcome", "solved"}});
  desk_.given(lamp_, "rework", {{"reason", "仍不亮"}});
  EXPECT_EQ(desk_.stage(lamp_), "accepted");
}

TEST_F(Meetings, can_be_waited_for_and_go_on_after_a_pause) {
  negotiating(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "pause", {{"reason", "当事人外出"}}), "paused");
  EXPECT_EQ(desk_.told(lamp_, "hold_negotiation", {{"conclusion", "go_on"}}), "not_at_this_stage");
  EXPECT_EQ(desk_.told(lamp_, "resume"), "resumed");
  EXPECT_EQ(desk_.stage(lamp_), "negotiating");
  EXPECT_EQ(desk_.told(lamp_, "hold_negotiation", {{"conclusion", "go_on"}}), "negotiation_held");
  EXPECT_EQ(desk_.stage(lamp_), "handling");
}

TEST_F(Meetings, are_not_the_only_thing_that_a_pause_leads_back_to) {
  const char* stages[] = {"accepted", "local", "handed_over", "handling"};
  std::uint32_t next = 1;
  for (const char* stage : stages) {
    const auto issue = CaseDesk::number(next++);
    if (std::string_view(stage) == "accepted") accepted(issue);
    if (std::string_view(stage) == "local") {
      accepted(issue);
      desk_.given(issue, "claim", {{"by", "林建国"}});
    }
    if (std::string_view(stage) == "handed_over") handed_over(issue);
    if (std::string_view(stage) == "handling") handling(issue);
    desk_.given(issue, "pause", {{"reason", "待上级批复"}});
    EXPECT_EQ(desk_.stage(issue), "paused");
    EXPECT_EQ(desk_.told(issue, "resume"), "resumed");
    EXPECT_EQ(desk_.stage(issue), stage);
  }
}

// --- called off ---------------------------------------------------------------------------------

TEST_F(Meetings, that_are_called_off_leave_the_issue_where_it_was_called_from) {
  handling(lamp_);
  desk_.given(lamp_, "call_consultation");
  EXPECT_EQ(desk_.told(lamp_, "call_off_meeting"), "meeting_called_off");
  EXPECT_EQ(desk_.stage(lamp_), "handling");
  EXPECT_EQ(desk_.state(lamp_).dims.department, "enforcement");
  EXPECT_EQ(desk_.marks(lamp_).consultations(), 0);
  handed_over(dark_street_);
  due(dark_street_, "sign", "2025-03-05 17:30");
  desk_.given(dark_street_, "call_consultation");
  desk_.given(dark_street_, "hold_consultation", {{"conclusion", "negotiate"}});
  EXPECT_EQ(desk_.told(dark_street_, "call_off_meeting"), "meeting_called_off");
  EXPECT_EQ(desk_.stage(dark_street_), "handed_over");
  EXPECT_EQ(running_due(desk_.marks(dark_street_), fb::DeadlineKind::sign),
            CaseDesk::shanghai("2025-03-05 17:30"))
      << "it waits for its signature again";
  EXPECT_EQ(desk_.told(dark_street_, "call_off_meeting"), "not_at_this_stage");
}

TEST_F(Meetings, of_negotiation_may_be_called_once_a_consultation_asked_for_one) {
  handling(lamp_);
  desk_.given(lamp_, "call_consultation");
  desk_.given(lamp_, "hold_consultation", {{"conclusion", "negotiate"}});
  EXPECT_EQ(desk_.told(lamp_, "call_negotiation", {{"place", "村委会"}}), "negotiation_called");
  EXPECT_EQ(desk_.stage(lamp_), "negotiating");
  EXPECT_EQ(desk_.told(lamp_, "hold_negotiation", {{"conclusion", "go_on"}}), "negotiation_held");
  EXPECT_EQ(desk_.stage(lamp_), "handling");
}

}  // namespace
}  // namespace workflows::issue
