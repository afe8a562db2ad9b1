// Meetings and the issues on their agendas: called, held, cancelled, all or nothing.
#include <algorithm>
#include <ostream>

#include <gtest/gtest.h>

#include "tests/support/meeting_desk.hpp"

namespace {

using engine::writer::Recorded;
using engine::writer::Refusal;
using support::MeetingDesk;
using Object = MeetingDesk::Object;
using Facts = std::vector<std::string>;

std::string with(const char* fact, std::uint64_t meeting) {
  return fact + (" " + std::to_string(meeting));
}

struct Meeting : testing::Test {
  MeetingDesk desk;

  static std::string told(const MeetingDesk::Answer& answer) { return MeetingDesk::told(answer); }
  static Object concluded(std::uint64_t issue, std::string_view conclusion) {
    return MeetingDesk::concluded(issue, conclusion);
  }
  static Object due(Object conclusion, const char* time) {
    conclusion.emplace_back("due", time);
    return conclusion;
  }
};

TEST_F(Meeting, OfConsultationIsWrittenIntoItsIssuesWhenItIsCalled) {
  const auto lamp = desk.accepted(), road = desk.handling();
  const auto meeting = desk.call("consultation", {lamp, road});
  EXPECT_EQ(desk.facts(lamp),
            (Facts{"reported", "accepted", with("consultation_called", meeting)}));
  EXPECT_EQ(desk.facts(road).back(), with("consultation_called", meeting));
  EXPECT_EQ(desk.stage(lamp), "consulting");
  EXPECT_EQ(desk.stage(road), "consulting");
  EXPECT_EQ(desk.meeting_stage(meeting), "called");
  const auto marks = desk.meeting_marks(meeting);
  EXPECT_EQ(workflows::meeting::agenda_of(marks), (std::vector{lamp, road}));
  EXPECT_EQ(marks.kind(), workflows::meeting::fb::Kind::consultation);
}

TEST_F(Meeting, HasANumberThatNobodyTakesForAnIssues) {
  const auto meeting = desk.call("handover", {desk.accepted()});
  EXPECT_EQ(workflows::meeting::format_number(meeting), "260100000198");
  EXPECT_EQ(workflows::issue::parse_number(workflows::meeting::format_number(meeting)),
            std::nullopt);
  EXPECT_EQ(workflows::meeting::parse_number("2601-0000-0198"), meeting);
  EXPECT_EQ(workflows::meeting::parse_number("260100000199"), std::nullopt);
  EXPECT_EQ(workflows::meeting::parse_number("260100000189"), std::nullopt);
  EXPECT_EQ(workflows::meeting::parse_number("26010000019"), std::nullopt);
  EXPECT_EQ(workflows::meeting::parse_number("2601000001981"), std::nullopt);
  EXPECT_EQ(workflows::meeting::parse_number("26010000019x"), std::nullopt);
  EXPECT_NE(desk.call("handover", {desk.accepted()}), meeting);
}

TEST_F(Meeting, OfHandoverLeavesItsIssuesAsTheyAreUntilItIsHeld) {
  const auto lamp = desk.accepted();
  const auto meeting = desk.call("handover", {lamp});
  EXPECT_EQ(desk.facts(lamp), (Facts{"reported", "accepted"}));
  EXPECT_EQ(
      told(desk.hold(meeting, {due(concluded(lamp, "hand_over"), "2026-03-09T17:30:00+08:00")})),
      "recorded");
  EXPECT_EQ(desk.facts(lamp),
            (Facts{"reported", "accepted", with("handed_over", meeting), "deadline_set"}));
  EXPECT_EQ(desk.stage(lamp), "handed_over");
  EXPECT_EQ(engine::format_rfc3339(engine::from_ms(desk.marks(lamp).due_at()), 480),
            "2026-03-09T17:30:00+08:00");
}

TEST_F(Meeting, OfConsultationBringsEachIssueWhereItsConclusionLeads) {
  std::vector<std::uint64_t> issues;
  std::vector<Object> conclusions;
  const char* all[] = {"accept", "hand_over", "negotiate", "local", "resolve"};
  for (const char* each : all) {
    issues.push_back(desk.accepted());
    conclusions.push_back(concluded(issues.back(), each));
  }
  const auto meeting = desk.call("consultation", issues);
  conclusions[1].emplace_back("co_units", MeetingDesk::List{"roads"});
  conclusions[1] = due(conclusions[1], "2026-03-12T17:30:00+08:00");
  const auto before = desk.log().last().value;
  ASSERT_EQ(told(desk.hold(meeting, conclusions)), "recorded");
  EXPECT_EQ(desk.log().last().value, before + 1 + 5 + 1);
  const char* stages[] = {"accepted", "handed_over", "negotiating", "local", "resolved"};
  for (std::size_t i = 0; i < issues.size(); ++i) {
    EXPECT_EQ(desk.stage(issues[i]), stages[i]);
    const auto facts = desk.facts(issues[i]);
    EXPECT_NE(std::find(facts.begin(), facts.end(), with("consultation_held", meeting)),
              facts.end());
    EXPECT_EQ(desk.marks(issues[i]).consultations(), 1);
  }
  EXPECT_EQ(desk.meeting_marks(meeting).concluded(), 5);
  EXPECT_EQ(desk.meeting_stage(meeting), "held");
}

TEST_F(Meeting, OfNegotiationTakesOnWhatAConsultationSentToIt) {
  const auto lamp = desk.handling(), road = desk.accepted();
  const auto consultation = desk.call("consultation", {lamp});
  ASSERT_EQ(told(desk.hold(consultation, {concluded(lamp, "negotiate")})), "recorded");
  const auto negotiation = desk.call("negotiation", {lamp, road});
  EXPECT_EQ(desk.facts(lamp).back(), with("negotiation_called", negotiation));
  EXPECT_EQ(told(desk.hold(negotiation, {concluded(lamp, "go_on"), concluded(road, "resolve")})),
            "recorded");
  EXPECT_EQ(desk.stage(lamp), "handling") << "where the first meeting was called from";
  EXPECT_EQ(desk.stage(road), "resolved");
}

// --- all or nothing -----------------------------------------------------------------------------

TEST_F(Meeting, ThatSomeIssuesRefuseIsNotHeldAndSaysWhichAndWhy) {
  const auto lamp = desk.accepted(), road = desk.accepted(), well = desk.accepted();
  const auto meeting = desk.call("consultation", {lamp, road, well});
  desk.given(lamp, "withdraw");
  desk.given(well, "pause", {{"reason", "待料"}});
  const auto before = desk.log().last();
  const auto answer = desk.hold(
      meeting, {concluded(lamp, "accept"), concluded(road, "accept"), concluded(well, "local")});
  const auto& refusal = std::get<Refusal>(answer);
  EXPECT_EQ(told(answer), "not_at_this_stage /conclusions/0, not_at_this_stage /conclusions/2");
  EXPECT_EQ(refusal.stream.number, lamp);
  EXPECT_EQ(refusal.also.at(0).stream.number, well);
  EXPECT_NE(refusal.detail.find("withdrawn 已撤回"), std::string::npos) << refusal.detail;
  EXPECT_EQ(desk.log().last(), before);
  EXPECT_EQ(desk.meeting_stage(meeting), "called");
  EXPECT_EQ(told(desk.hold(meeting, {concluded(lamp, "not_discussed"), concluded(road, "accept"),
                                     concluded(well, "not_discussed")})),
            "recorded");
  EXPECT_EQ(desk.plan.left_alone, (std::vector{lamp, well}));
  EXPECT_EQ(desk.meeting_marks(meeting).concluded(), 1);
}

TEST_F(Meeting, ThatSomeIssuesRefuseIsNotCalled) {
  const auto lamp = desk.accepted(), fresh = desk.reported(), road = desk.accepted();
  const auto before = desk.log().last();
  EXPECT_EQ(told(desk.meeting(0, "call_meeting",
                              MeetingDesk::called("consultation", {lamp, fresh, road}))),
            "not_at_this_stage /agenda/1");
  EXPECT_EQ(desk.log().last(), before);
  EXPECT_EQ(desk.stage(lamp), "accepted");
}

TEST_F(Meeting, IsHeldOnceAndOnlyByItsOwnIssues) {
  const auto lamp = desk.accepted();
  const auto meeting = desk.call("consultation", {lamp});
  ASSERT_EQ(told(desk.hold(meeting, {concluded(lamp, "accept")})), "recorded");
  EXPECT_EQ(told(desk.hold(meeting, {concluded(lamp, "accept")})), "not_at_this_stage ");
  EXPECT_EQ(told(desk.cancel(meeting)), "not_at_this_stage ");
}

TEST_F(Meeting, OfOneIssueIsNoOtherMeetings) {
  const auto lamp = desk.accepted();
  const auto first = desk.call("negotiation", {lamp});
  const auto second = desk.call("negotiation", {lamp});
  EXPECT_EQ(told(desk.hold(first, {concluded(lamp, "go_on")})), "elsewhere /conclusions/0/issue");
  EXPECT_EQ(told(desk.hold(first, {concluded(lamp, "not_discussed")})), "recorded");
  EXPECT_EQ(desk.stage(lamp), "negotiating") << "it still waits for the second";
  EXPECT_EQ(told(desk.hold(second, {concluded(lamp, "go_on")})), "recorded");
  EXPECT_EQ(desk.stage(lamp), "accepted");
}

// --- cancelled ----------------------------------------------------------------------------------

TEST_F(Meeting, ThatIsCancelledLeavesItsIssuesWhereTheyWere) {
  const auto lamp = desk.accepted(), road = desk.handling(), well = desk.accepted();
  const auto meeting = desk.call("consultation", {lamp, road, well});
  desk.given(well, "withdraw");
  ASSERT_EQ(told(desk.cancel(meeting)), "recorded");
  EXPECT_EQ(desk.stage(lamp), "accepted");
  EXPECT_EQ(desk.stage(road), "handling");
  EXPECT_EQ(desk.stage(well), "withdrawn");
  EXPECT_EQ(desk.facts(road).back(), with("meeting_called_off", meeting));
  EXPECT_EQ(desk.marks(road).consultations(), 0) << "a cancelled meeting was not held";
  EXPECT_EQ(desk.plan.left_alone, std::vector{well});
  EXPECT_EQ(desk.meeting_stage(meeting), "cancelled");
}

TEST_F(Meeting, ThatIsCancelledSaysWhy) {
  const auto meeting = desk.call("handover", {desk.accepted()});
  EXPECT_EQ(told(desk.meeting(meeting, "cancel_meeting", {{"reason", " "}})),
            "condition_not_met /reason");
  EXPECT_EQ(told(desk.cancel(meeting)), "recorded");
}

TEST_F(Meeting, ThatWasNotDiscussedLeavesItsIssueWhereItWas) {
  const auto road = desk.handling();
  const auto meeting = desk.call("consultation", {road});
  ASSERT_EQ(told(desk.hold(meeting, {concluded(road, "not_discussed")})), "recorded");
  EXPECT_EQ(desk.stage(road), "handling");
  EXPECT_EQ(desk.marks(road).consultations(), 0);
}

// --- words and repeats --------------------------------------------------------------------------

TEST_F(Meeting, SealsWhatIsToBeDoneNextWithTheIssuesOwnWords) {
  const auto lamp = desk.accepted();
  const auto meeting = desk.call("consultation", {lamp});
  Object conclusion = concluded(lamp, "accept");
  conclusion.emplace_back("next_step", "联系王阿姨");
  ASSERT_EQ(told(desk.hold(meeting, {conclusion})), "recorded");
  ASSERT_EQ(desk.plan.steps.size(), 2U);
  EXPECT_TRUE(desk.plan.steps[0].personal.empty());
  ASSERT_EQ(desk.plan.steps[1].personal.size(), 1U);
  EXPECT_EQ(desk.plan.steps[1].personal[0].field, "minutes");
  EXPECT_EQ(desk.plan.steps[1].personal[0].words, "联系王阿姨");
}

TEST_F(Meeting, ThatIsHeldTwiceUnderOneKeyIsHeldOnce) {
  const auto lamp = desk.accepted(), road = desk.accepted();
  const auto meeting = desk.call("consultation", {lamp, road});
  const Object body =
      MeetingDesk::held({concluded(lamp, "accept"), concluded(road, "not_discussed")});
  ASSERT_EQ(told(desk.meeting(meeting, "hold_meeting", body, "key")), "recorded");
  const auto last = desk.log().last();
  const auto again = desk.meeting(meeting, "hold_meeting", body, "key");
  ASSERT_TRUE(std::holds_alternative<Recorded>(again));
  EXPECT_TRUE(std::get<Recorded>(again).repeated);
  EXPECT_EQ(desk.log().last(), last);
}

// --- what cannot be meant -----------------------------------------------------------------------

struct Bad {
  const char* name;
  const char* kind;
  std::vector<const char*> conclusions;  // of the issues of the agenda, in its order
  const char* spoilt;                    // what is done to the second conclusion
  const char* told;
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class BadHolding : public testing::TestWithParam<Bad> {};

TEST_P(BadHolding, IsToldWhereAndChangesNothing) {
  MeetingDesk desk;
  const Bad& bad = GetParam();
  const std::vector<std::uint64_t> issues{desk.accepted(), desk.accepted()};
  const auto meeting = desk.call(bad.kind, issues);
  std::vector<Object> conclusions;
  for (std::size_t i = 0; i < bad.conclusions.size(); ++i) {
    conclusions.push_back(MeetingDesk::concluded(issues[i], bad.conclusions[i]));
  }
  const std::string_view spoilt = bad.spoilt;
  const auto drop = [&](std::string_view name) {
    std::erase_if(conclusions[1], [&](const auto& each) { return each.first == name; });
  };
  if (spoilt == "no department") drop("department");
  if (spoilt == "no taker") drop("by");
  if (spoilt == "no outcome") drop("outcome");
  if (spoilt == "due before") conclusions[1].emplace_back("due", "2026-03-01T09:00:00+08:00");
  if (spoilt == "due") conclusions[1].emplace_back("due", "2026-03-09T09:00:00+08:00");
  if (spoilt == "words") conclusions[1].emplace_back("next_step", "再议");
  if (spoilt == "unknown department") {
    drop("department");
    conclusions[1].emplace_back("department", "watr");
  }
  if (spoilt == "unknown co-unit") {
    conclusions[1].emplace_back("co_units", MeetingDesk::List{"roads", "rods"});
  }
  if (spoilt == "twice") conclusions[1] = conclusions[0];
  if (spoilt == "another") {
    drop("issue");
    conclusions[1].emplace_back("issue", workflows::issue::format_number(desk.accepted()));
  }
  const auto before = desk.log().last();
  EXPECT_EQ(MeetingDesk::told(desk.hold(meeting, conclusions)), bad.told);
  EXPECT_EQ(desk.log().last(), before);
}

INSTANTIATE_TEST_SUITE_P(
    Meeting, BadHolding,
    testing::Values(
        Bad{"LeftOut", "consultation", {"accept"}, "", "condition_not_met /conclusions"},
        Bad{"Twice",
            "consultation",
            {"accept", "accept"},
            "twice",
            "condition_not_met /conclusions/1/issue"},
        Bad{"NotOnTheAgenda",
            "handover",
            {"hand_over", "hand_over"},
            "another",
            "condition_not_met /conclusions/1/issue"},
        Bad{"NegotiationOfANegotiation",
            "negotiation",
            {"go_on", "negotiate"},
            "",
            "condition_not_met /conclusions/1/conclusion"},
        Bad{"ConsultationThatGoesOn",
            "consultation",
            {"accept", "go_on"},
            "",
            "condition_not_met /conclusions/1/conclusion"},
        Bad{"HandoverThatResolves",
            "handover",
            {"hand_over", "resolve"},
            "",
            "invalid /conclusions/1/department"},
        Bad{"NoDepartment",
            "consultation",
            {"accept", "hand_over"},
            "no department",
            "condition_not_met /conclusions/1/department"},
        Bad{"NoDepartmentOfAHandover",
            "handover",
            {"hand_over", "hand_over"},
            "no department",
            "invalid /conclusions/1/department"},
        Bad{"UnknownDepartment",
            "consultation",
            {"accept", "hand_over"},
            "unknown department",
            "unknown_code /conclusions/1/department"},
        Bad{"UnknownCoUnit",
            "consultation",
            {"accept", "hand_over"},
            "unknown co-unit",
            "unknown_code /conclusions/1/co_units/1"},
        Bad{"NoTaker",
            "negotiation",
            {"go_on", "local"},
            "no taker",
            "condition_not_met /conclusions/1/by"},
        Bad{"NoOutcome",
            "negotiation",
            {"go_on", "resolve"},
            "no outcome",
            "condition_not_met /conclusions/1/outcome"},
        Bad{"DueBeforeTheMeeting",
            "consultation",
            {"accept", "accept"},
            "due before",
            "condition_not_met /conclusions/1/due"},
        Bad{"DueOfWhatIsResolved",
            "consultation",
            {"accept", "resolve"},
            "due",
            "condition_not_met /conclusions/1/due"},
        Bad{"WordsOfWhatWasNotDiscussed",
            "consultation",
            {"accept", "not_discussed"},
            "words",
            "invalid /conclusions/1/next_step"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST_F(Meeting, IsNotCalledForWhatIsNotThereOrTwice) {
  const auto lamp = desk.accepted();
  const auto nobody = workflows::issue::make_number({26, 1, 999});
  for (const char* kind : {"consultation", "handover", "negotiation"}) {
    EXPECT_EQ(told(desk.meeting(0, "call_meeting", MeetingDesk::called(kind, {lamp, nobody}))),
              "condition_not_met /agenda/1");
    EXPECT_EQ(told(desk.meeting(0, "call_meeting", MeetingDesk::called(kind, {lamp, lamp}))),
              "condition_not_met /agenda/1");
  }
  EXPECT_EQ(desk.facts(lamp), (Facts{"reported", "accepted"}));
}

TEST_F(Meeting, ThatIsNotThereIsNotHeld) {
  const auto lamp = desk.accepted();
  const auto meeting = desk.call("handover", {lamp});
  EXPECT_EQ(told(desk.hold(meeting, {concluded(lamp, "hand_over")})), "recorded");
}

TEST_F(Meeting, TakesAFullAgenda) {
  std::vector<std::uint64_t> issues;
  std::vector<Object> conclusions;
  for (std::size_t i = 0; i < workflows::meeting::agenda_max; ++i) {
    issues.push_back(desk.accepted());
    conclusions.push_back(due(concluded(issues.back(), "hand_over"), "2026-03-09T17:30:00+08:00"));
  }
  const auto meeting = desk.call("consultation", issues);
  const auto before = desk.log().last().value;
  ASSERT_EQ(told(desk.hold(meeting, conclusions)), "recorded");
  EXPECT_EQ(desk.log().last().value, before + 1 + 2 * workflows::meeting::agenda_max);
}

}  // namespace
