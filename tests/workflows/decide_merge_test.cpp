// Two issues that are one, and facts that were wrong.
#include "tests/workflows/issue_desk.hpp"

namespace workflows::issue {
namespace {

class Merging : public IssueDesk {
 protected:
  CaseDesk::Answer merge(std::uint64_t from, std::uint64_t into) {
    return desk_.ask(from, "merge", {{"into", format_number(into)}, {"reason", "同一盏灯"}});
  }
  CaseDesk::Answer unmerge(std::uint64_t released, std::uint64_t from) {
    return desk_.ask(released, "unmerge", {{"from", format_number(from)}});
  }
};

TEST_F(Merging, is_recorded_in_both_issues_at_once) {
  handling(lamp_);
  reported(dark_street_);
  const auto answer = merge(dark_street_, lamp_);
  ASSERT_EQ(answer.text(), "merged merged");
  EXPECT_EQ(answer.facts[0].stream.number, dark_street_);
  EXPECT_EQ(answer.facts[1].stream.number, lamp_);
  EXPECT_EQ(answer.facts[0].occurred_at, answer.facts[1].occurred_at);
  EXPECT_TRUE(answer.facts[0].carries_personal);
  EXPECT_FALSE(answer.facts[1].carries_personal);
  EXPECT_EQ(desk_.stage(dark_street_), "merged");
  EXPECT_EQ(desk_.marks(dark_street_).merged_into(), lamp_);
  EXPECT_EQ(desk_.stage(lamp_), "handling");
  EXPECT_EQ(desk_.marks(lamp_).absorbed(), 1);
  const auto* back = flatbuffers::GetRoot<fb::Merged>(answer.facts[1].fact.data());
  EXPECT_EQ(back->absorbed(), dark_street_);
  EXPECT_EQ(back->into(), 0U);
}

TEST_F(Merging, is_undone_in_both_issues_at_once) {
  handling(lamp_);
  handed_over(dark_street_);
  merge(dark_street_, lamp_);
  const auto answer = unmerge(dark_street_, lamp_);
  ASSERT_EQ(answer.text(), "unmerged unmerged");
  EXPECT_EQ(desk_.stage(dark_street_), "handed_over");  // where it was
  EXPECT_EQ(desk_.state(dark_street_).dims.department, "enforcement");
  EXPECT_EQ(desk_.marks(dark_street_).merged_into(), 0U);
  EXPECT_EQ(desk_.marks(dark_street_).ended_at(), 0);
  EXPECT_EQ(desk_.marks(lamp_).absorbed(), 0);
}

TEST_F(Merging, is_undone_whatever_became_of_the_issue_that_went_on) {
  handling(lamp_);
  reported(dark_street_);
  merge(dark_street_, lamp_);
  desk_.given(lamp_, "resolve", {{"outcome", "solved"}});
  desk_.given(lamp_, "close");
  EXPECT_EQ(unmerge(dark_street_, lamp_).text(), "unmerged unmerged");
  EXPECT_EQ(desk_.stage(lamp_), "closed");
}

TEST_F(Merging, brings_the_deadline_back_with_the_issue) {
  accepted(lamp_);
  accepted(dark_street_);
  due(dark_street_, "solve", "2025-03-11 17:30");
  const auto merged = merge(dark_street_, lamp_);
  EXPECT_EQ(merged.facts[0].due_at, engine::Instant{});
  const auto unmerged = unmerge(dark_street_, lamp_);
  EXPECT_EQ(unmerged.facts[0].due_at, CaseDesk::shanghai("2025-03-11 17:30"));
}

TEST_F(Merging, goes_back_into_a_pause_and_out_of_it) {
  accepted(lamp_);
  handling(dark_street_);
  desk_.given(dark_street_, "pause", {{"reason", "待批复"}});
  merge(dark_street_, lamp_);
  unmerge(dark_street_, lamp_);
  EXPECT_EQ(desk_.stage(dark_street_), "paused");
  desk_.given(dark_street_, "resume");
  EXPECT_EQ(desk_.stage(dark_street_), "handling");
}

TEST_F(Merging, is_refused_by_the_issue_that_cannot_end) {
  accepted(lamp_);
  resolved(dark_street_);
  const auto answer = merge(dark_street_, lamp_);
  EXPECT_EQ(answer.text(), "not_at_this_stage");
  EXPECT_EQ(answer.refusal->stream.number, dark_street_);
  EXPECT_EQ(answer.refusal->stage, 9);
}

TEST_F(Merging, is_refused_by_the_issue_that_goes_on_no_more) {
  closed(lamp_);
  reported(dark_street_);
  const auto answer = merge(dark_street_, lamp_);
  EXPECT_EQ(answer.text(), "not_at_this_stage /into");
  EXPECT_EQ(answer.refusal->stream.number, lamp_);
  EXPECT_EQ(answer.refusal->stage, 10);
  EXPECT_EQ(desk_.stage(dark_street_), "reported");  // neither of them moved
  EXPECT_NE(answer.refusal->detail.find("closed 已归档"), std::string::npos);
}

TEST_F(Merging, is_refused_into_an_issue_that_is_merged_itself) {
  accepted(lamp_);
  accepted(dark_street_);
  merge(dark_street_, lamp_);
  EXPECT_EQ(merge(lamp_, dark_street_).text(), "not_at_this_stage /into");
}

TEST_F(Merging, is_refused_into_nothing_itself_or_nobody) {
  accepted(lamp_);
  EXPECT_EQ(desk_.told(lamp_, "merge"), "condition_not_met /into");
  EXPECT_EQ(merge(lamp_, lamp_).text(), "condition_not_met /into");
  const auto answer = merge(lamp_, dark_street_);
  EXPECT_EQ(answer.text(), "not_found /into");
  EXPECT_EQ(answer.refusal->stream.number, dark_street_);
}

TEST_F(Merging, is_not_asked_of_the_issue_that_goes_on) {
  accepted(lamp_);
  accepted(dark_street_);
  EXPECT_EQ(desk_.told(
                lamp_, "merge",
                {{"into", format_number(dark_street_)}, {"absorbed", format_number(dark_street_)}}),
            "condition_not_met /absorbed");
}

TEST_F(Merging, is_undone_only_from_the_issue_it_went_into) {
  const auto third = CaseDesk::number(3);
  accepted(lamp_);
  accepted(dark_street_);
  accepted(third);
  merge(dark_street_, lamp_);
  EXPECT_EQ(unmerge(dark_street_, third).text(), "condition_not_met /from");
  EXPECT_EQ(desk_.told(dark_street_, "unmerge"), "condition_not_met /from");
  EXPECT_EQ(unmerge(lamp_, third).text(), "not_at_this_stage");
}

TEST_F(Merging, happens_before_nothing_that_either_of_them_holds) {
  desk_.it_is("2025-03-04 09:00");
  accepted(dark_street_);
  desk_.it_is("2025-03-04 12:00");
  accepted(lamp_);
  auto step = desk_.step(dark_street_, "merge", {{"into", format_number(lamp_)}});
  step.occurred_at = CaseDesk::shanghai("2025-03-04 11:00");
  const auto answer = desk_.ask(step);
  EXPECT_EQ(answer.text(), "too_early /into");
  EXPECT_EQ(answer.refusal->stream.number, lamp_);
  desk_.it_is("2025-03-04 11:00");  // a clock that steps back is no such thing
  EXPECT_EQ(merge(dark_street_, lamp_).text(), "merged merged");
}

// --- corrections --------------------------------------------------------------------------------

class Correcting : public IssueDesk {
 protected:
  std::string corrected(CaseDesk::Object body) {
    return desk_.told(lamp_, "correct", std::move(body));
  }
};

TEST_F(Correcting, names_a_fact_that_is_there_and_a_field_that_facts_have) {
  accepted(lamp_);
  EXPECT_EQ(corrected({{"version", 1}, {"field", "place"}, {"is", "环村路12号"}}), "corrected");
  EXPECT_EQ(corrected({{"version", 0}, {"field", "place"}, {"is", "环村路12号"}}),
            "condition_not_met /version");
  EXPECT_EQ(corrected({{"version", 9}, {"field", "place"}, {"is", "环村路12号"}}),
            "condition_not_met /version");
  EXPECT_EQ(corrected({{"version", 1}, {"field", "colour"}, {"is", "黄"}}),
            "condition_not_met /field");
}

TEST_F(Correcting, moves_the_issue_where_a_code_is_put_right) {
  desk_.codes.codes["area"] = {"330304010002"};
  accepted(lamp_);
  EXPECT_EQ(
      corrected({{"version", 1}, {"field", "area"}, {"is", "潘桥"}, {"code", "330304010002"}}),
      "corrected");
  EXPECT_EQ(desk_.state(lamp_).dims.area, "330304010002");
  EXPECT_EQ(corrected({{"version", 1}, {"field", "area"}, {"is", "潘桥"}, {"code", "33030401000"}}),
            "unknown_code /code");
}

TEST_F(Correcting, names_the_nearest_codes_for_one_that_is_not_known) {
  desk_.codes.codes["category"] = {"lamp 路灯"};
  accepted(lamp_);
  const auto answer = desk_.ask(
      lamp_, "correct", {{"version", 2}, {"field", "category"}, {"is", "路灯"}, {"code", "lam"}});
  EXPECT_EQ(answer.text(), "unknown_code /code");
  EXPECT_EQ(answer.refusal->allowed, std::vector<std::string>{"lamp 路灯"});
}

TEST_F(Correcting, takes_a_choice_by_its_name_only) {
  resolved(lamp_);
  EXPECT_EQ(corrected({{"version", 5}, {"field", "outcome"}, {"is", "已解释"}, {"code", "done"}}),
            "condition_not_met /code");
  EXPECT_EQ(corrected({{"version", 5}, {"field", "reply"}, {"is", "已换灯"}, {"code", "x"}}),
            "condition_not_met /code");
  EXPECT_EQ(
      corrected({{"version", 5}, {"field", "outcome"}, {"is", "已解释"}, {"code", "explained"}}),
      "corrected");
  EXPECT_EQ(desk_.marks(lamp_).outcome(), fb::Outcome::explained);
}

TEST_F(Correcting, is_possible_at_an_end_too) {
  closed(lamp_);
  EXPECT_EQ(corrected({{"version", 5}, {"field", "reply"}, {"is", "已换灯"}}), "corrected");
  EXPECT_EQ(desk_.stage(lamp_), "closed");
}

}  // namespace
}  // namespace workflows::issue
