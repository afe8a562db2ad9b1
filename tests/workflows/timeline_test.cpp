#include "workflows/issue/timeline.hpp"

#include <gtest/gtest.h>

#include "tests/support/issue_history.hpp"

namespace {

using engine::schema::Object;
using engine::schema::Value;
using support::IssueHistory;
using support::shanghai;
using workflows::issue::read_timeline;
using workflows::issue::show_state;
using workflows::issue::show_step;

const Value* member(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string text(const Object& object, std::string_view name) {
  const Value* value = member(object, name);
  return value == nullptr || value->string() == nullptr ? "" : *value->string();
}

class Timeline : public testing::Test {
 protected:
  const std::uint64_t lamp_ = IssueHistory::number(1);
  const std::uint64_t other_ = IssueHistory::number(2);

  // A lamp reported, accepted, handed over, signed, resolved.
  void lamp_is_repaired() {
    history_.fact(lamp_, "report",
                  {{"text", "环村路路灯不亮"},
                   {"title", "路灯不亮"},
                   {"channel", "hotline"},
                   {"area", "330304010001"},
                   {"name", "林建国"},
                   {"phone", "13800000001"},
                   {"place", "环村路21号"}},
                  "2025-03-04 09:12");
    history_.fact(lamp_, "accept", {{"category", "lamp"}, {"liaison", "陈海燕"}},
                  "2025-03-04 13:40");
    history_.fact(lamp_, "set_deadline", {{"kind", "solve"}, {"due", "2025-03-11T17:30:00+08:00"}},
                  "2025-03-04 13:40");
    history_.fact(lamp_, "hand_over",
                  {{"department", "enforcement"}, {"co_units", engine::schema::List{"power"}}},
                  "2025-03-05 09:00");
    history_.fact(lamp_, "sign", {{"by", "项秀英"}}, "2025-03-05 10:00");
    history_.fact(lamp_, "resolve", {{"outcome", "solved"}, {"reply", "已更换灯头"}},
                  "2025-03-07 16:00");
  }

  workflows::issue::Timeline read() {
    return read_timeline(history_.log(), lamp_, history_.words()).value();
  }

  IssueHistory history_;
};

TEST_F(Timeline, tells_when_each_step_happened_and_how_long_after_the_one_before) {
  lamp_is_repaired();
  const auto timeline = read();
  ASSERT_EQ(timeline.steps.size(), 6u);
  EXPECT_EQ(timeline.steps[0].fact, "reported");
  EXPECT_EQ(timeline.steps[0].since_last.count(), 0);
  EXPECT_EQ(timeline.steps[1].occurred_at, shanghai("2025-03-04 13:40"));
  EXPECT_EQ(timeline.steps[1].since_last, std::chrono::minutes(4 * 60 + 28));
  EXPECT_EQ(timeline.steps[5].stage_before, 6);
  EXPECT_EQ(timeline.steps[5].stage_after, 9);
  EXPECT_EQ(timeline.steps[2].due_at, shanghai("2025-03-11 17:30"));
  EXPECT_EQ(timeline.steps[5].due_at, shanghai("2025-03-11 17:30"));
}

TEST_F(Timeline, puts_the_words_where_the_schema_has_them) {
  lamp_is_repaired();
  const auto timeline = read();
  EXPECT_EQ(text(timeline.steps[0].details, "text"), "环村路路灯不亮");
  EXPECT_EQ(timeline.steps[0].details.front().first, "text");
  EXPECT_EQ(text(timeline.steps[0].details, "channel"), "hotline");
  EXPECT_EQ(text(timeline.steps[5].details, "reply"), "已更换灯头");
}

TEST_F(Timeline, shows_the_issue_as_it_stands_now) {
  lamp_is_repaired();
  const Object state = show_state(read().state, 480);
  EXPECT_EQ(text(state, "number"), "2501000000133");
  EXPECT_EQ(text(state, "stage"), "resolved");
  EXPECT_EQ(text(state, "stage_zh"), "已办结");
  EXPECT_EQ(text(state, "area"), "330304010001");
  EXPECT_EQ(text(state, "category"), "lamp");
  EXPECT_EQ(text(state, "channel"), "hotline");
  EXPECT_EQ(text(state, "department"), "enforcement");
  EXPECT_EQ(text(state, "liaison"), "陈海燕");
  EXPECT_EQ(text(state, "outcome"), "solved");
  EXPECT_EQ(text(state, "reply"), "已更换灯头");
  EXPECT_EQ(text(state, "due_at"), "2025-03-11T17:30:00+08:00");
  EXPECT_EQ(text(state, "opened_at"), "2025-03-04T09:12:00+08:00");
  EXPECT_EQ(*member(state, "co_units"), Value(engine::schema::List{"power"}));
}

TEST_F(Timeline, shows_the_issue_as_it_stood_at_a_past_moment) {
  lamp_is_repaired();
  const auto then = read_timeline(history_.log(), lamp_, history_.words(),
                                  [](const engine::log::RecordView& record) {
                                    return record.occurred_at() <= shanghai("2025-03-05 09:30");
                                  })
                        .value();
  EXPECT_EQ(then.steps.size(), 4u);
  const Object state = show_state(then.state, 480);
  EXPECT_EQ(text(state, "stage"), "handed_over");
  EXPECT_EQ(*member(state, "resolved_at"), Value());
  EXPECT_EQ(*member(state, "reply"), Value());
}

TEST_F(Timeline, knows_no_issue_before_it_was_reported) {
  lamp_is_repaired();
  const auto before = read_timeline(history_.log(), lamp_, history_.words(),
                                    [](const engine::log::RecordView&) { return false; });
  ASSERT_TRUE(before.has_error());
  EXPECT_EQ(before.error().fault, engine::Fault::not_found);
  EXPECT_NE(before.error().detail.find("not yet"), std::string::npos);
  const auto nobody = read_timeline(history_.log(), other_, history_.words());
  ASSERT_TRUE(nobody.has_error());
  EXPECT_EQ(nobody.error().fault, engine::Fault::not_found);
}

TEST_F(Timeline, says_where_words_were_erased) {
  history_.lose_next_words();
  lamp_is_repaired();
  const auto timeline = read();
  const Value* words = member(timeline.steps[0].details, "text");
  ASSERT_NE(words, nullptr);
  ASSERT_NE(words->find("erased"), nullptr);
  EXPECT_EQ(timeline.state.text, "(erased)");
  EXPECT_EQ(timeline.state.title, "(erased)");
  ASSERT_NE(member(timeline.state.reporter, "name"), nullptr);
  EXPECT_NE(member(timeline.state.reporter, "name")->find("erased"), nullptr);
}

TEST_F(Timeline, withholds_every_word_from_who_may_not_read_them) {
  lamp_is_repaired();
  const auto timeline = read_timeline(history_.log(), lamp_, {}).value();
  EXPECT_EQ(timeline.state.text, "(erased)");
  EXPECT_EQ(text(timeline.steps[0].details, "channel"), "hotline");
}

TEST_F(Timeline, takes_the_beginning_of_the_text_for_a_title_where_there_is_none) {
  history_.fact(lamp_, "report", {{"text", "路灯不亮\n已经半个月"}}, "2025-03-04 09:12");
  EXPECT_EQ(read().state.title, "路灯不亮");
}

TEST_F(Timeline, adds_what_was_supplemented_to_the_text) {
  history_.fact(lamp_, "report", {{"text", "路灯不亮"}}, "2025-03-04 09:12");
  history_.fact(lamp_, "supplement", {{"text", "就在村口"}}, "2025-03-04 10:00");
  EXPECT_EQ(read().state.text, "路灯不亮\n就在村口");
}

TEST_F(Timeline, names_the_issues_that_were_merged_into_it_until_they_part) {
  history_.fact(lamp_, "report", {{"text", "路灯不亮"}}, "2025-03-04 09:12");
  history_.fact(lamp_, "merge", {{"absorbed", workflows::issue::format_number(other_)}},
                "2025-03-04 10:00");
  EXPECT_EQ(read().state.absorbed, std::vector<std::uint64_t>{other_});
  history_.fact(lamp_, "unmerge", {{"released", workflows::issue::format_number(other_)}},
                "2025-03-04 11:00");
  EXPECT_TRUE(read().state.absorbed.empty());
}

TEST_F(Timeline, shows_a_wrong_fact_and_its_correction_with_both_values) {
  lamp_is_repaired();
  history_.fact(lamp_, "correct", {{"version", 1}, {"field", "place"}, {"is", "环村路12号"}},
                "2025-03-07 17:00");
  const auto timeline = read();
  ASSERT_EQ(timeline.steps[0].corrections.size(), 1u);
  EXPECT_EQ(timeline.steps[0].corrections[0].field, "place");
  EXPECT_EQ(timeline.steps[0].corrections[0].is, "环村路12号");
  EXPECT_EQ(timeline.steps[0].corrections[0].by.value, 7u);
  EXPECT_EQ(text(timeline.steps[0].details, "place"), "环村路21号");
  EXPECT_EQ(text(timeline.steps[6].details, "was"), "环村路21号");
  EXPECT_EQ(text(timeline.steps[6].details, "is"), "环村路12号");
  EXPECT_EQ(text(timeline.state.reporter, "place"), "环村路12号");
  const Object state = show_state(timeline.state, 480);
  const auto* corrections = member(state, "corrections")->list();
  ASSERT_EQ(corrections->size(), 1u);
  EXPECT_EQ(*corrections->front().find("was"), Value("环村路21号"));
  EXPECT_EQ(*corrections->front().find("is"), Value("环村路12号"));
}

TEST_F(Timeline, passes_a_corrected_correction_on_to_the_fact_it_spoke_of) {
  lamp_is_repaired();
  history_.fact(lamp_, "correct", {{"version", 1}, {"field", "title"}, {"is", "路灯闪"}},
                "2025-03-07 17:00");
  history_.fact(lamp_, "correct", {{"version", 7}, {"field", "is"}, {"is", "路灯闪烁"}},
                "2025-03-07 17:05");
  const auto timeline = read();
  EXPECT_EQ(timeline.state.title, "路灯闪烁");
  ASSERT_EQ(timeline.steps[0].corrections.size(), 2u);
  EXPECT_EQ(timeline.steps[0].corrections[1].by.value, 8u);
  EXPECT_EQ(text(timeline.steps[7].details, "was"), "路灯闪");
}

TEST_F(Timeline, survives_a_correction_of_a_step_that_is_not_there) {
  lamp_is_repaired();
  history_.fact(lamp_, "correct", {{"version", 77}, {"field", "title"}, {"is", "路灯闪"}},
                "2025-03-07 17:00");
  history_.fact(lamp_, "correct", {{"version", 8}, {"field", "is"}, {"is", "itself"}},
                "2025-03-07 17:00");
  EXPECT_EQ(read().steps.size(), 8u);
}

TEST_F(Timeline, shows_a_step_with_names_in_both_languages) {
  lamp_is_repaired();
  const Object step = show_step(read().steps[3], 480);
  EXPECT_EQ(text(step, "fact"), "handed_over");
  EXPECT_EQ(text(step, "fact_zh"), "交办");
  EXPECT_EQ(text(step, "stage_before"), "accepted");
  EXPECT_EQ(text(step, "stage_after"), "handed_over");
  EXPECT_EQ(text(step, "actor"), "clerk");
  EXPECT_EQ(text(step, "occurred_at"), "2025-03-05T09:00:00+08:00");
}

TEST(TimelineWords, every_fact_has_a_chinese_name) {
  for (const auto& table : workflows::issue::schema().tables()) {
    EXPECT_NE(workflows::issue::fact_name_zh(table.fact), table.fact) << table.fact;
  }
}

}  // namespace
