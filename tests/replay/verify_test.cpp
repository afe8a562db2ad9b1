#include "replay/verify.hpp"

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

#include "tests/support/issue_history.hpp"

namespace {

using engine::log::fb::RecordT;
using replay::Check;
using replay::Finding;
using replay::Report;
using support::IssueHistory;

// Replaces one member of the head, which has no setters.
struct HeadParts {
  std::uint64_t position, stream;
  std::int64_t recorded_at, occurred_at, opened_at, due_at;
  std::uint64_t machine;
  std::uint32_t version;
  std::uint16_t type, schema;
  std::uint8_t workflow, stage_before, stage_after, more;
  std::uint32_t spare;
};
static_assert(sizeof(HeadParts) == sizeof(engine::log::fb::Head));

template <class Change>
IssueHistory::Spoil head(Change change) {
  return [change](RecordT& record) {
    HeadParts parts{};
    std::memcpy(&parts, record.head.get(), sizeof parts);
    change(parts);
    std::memcpy(static_cast<void*>(record.head.get()), &parts, sizeof parts);
  };
}

class Verify : public testing::Test {
 protected:
  const std::uint64_t lamp_ = IssueHistory::number(1);
  const std::uint64_t drain_ = IssueHistory::number(2);
  const std::string lamp_name_ = "issue " + workflows::issue::format_number(lamp_);

  void reported() {
    history_.fact(drain_, "report", {{"text", "污水满溢"}, {"area", "330304010001"}},
                  "2025-03-03 08:00");
    history_.fact(lamp_, "report", {{"text", "路灯不亮"}, {"area", "330304010001"}},
                  "2025-03-04 09:12");
  }
  void accepted() { history_.fact(lamp_, "accept", {{"category", "lamp"}}, "2025-03-04 10:00"); }
  void resolved() {
    history_.fact(lamp_, "claim", {{"by", "陈海燕"}}, "2025-03-04 11:00");
    history_.fact(lamp_, "resolve", {{"outcome", "solved"}, {"reply", "已更换"}},
                  "2025-03-05 11:00");
  }

  Report verify() {
    return replay::verify_log({history_.log(), &history_.vault(), replay::all_rules()}, {}).value();
  }

  // The one finding of that check; nothing else may have been found by it.
  static Finding only(const Report& report, std::string_view check) {
    const auto found = std::find_if(report.checks.begin(), report.checks.end(),
                                    [&](const Check& each) { return each.name == check; });
    EXPECT_NE(found, report.checks.end());
    if (found == report.checks.end() || found->first.empty()) {
      ADD_FAILURE() << check << " found nothing";
      return {};
    }
    EXPECT_EQ(found->first.size(), 1u);
    return found->first.front();
  }

  IssueHistory history_;
};

TEST_F(Verify, finds_nothing_in_a_sound_log) {
  reported();
  accepted();
  resolved();
  const Report report = verify();
  for (const Check& check : report.checks) {
    for (const Finding& finding : check.first) {
      ADD_FAILURE() << check.name << ": " << finding.about << ": " << finding.what;
    }
  }
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.position.value, 5u);
  EXPECT_EQ(report.checks.size(), 9u);
  for (const Check& check : report.checks) EXPECT_GT(check.count, 0u) << check.name;
}

TEST_F(Verify, finds_a_step_that_the_table_does_not_have) {
  reported();
  history_.spoil_next(head([](HeadParts& h) { h.stage_after = 10; }));
  accepted();
  const Finding finding = only(verify(), "table");
  EXPECT_EQ(finding.about, lamp_name_);
  EXPECT_EQ(finding.position.value, 3u);
  EXPECT_NE(finding.what.find("from stage 1 to 10 by accepted"), std::string::npos) << finding.what;
}

TEST_F(Verify, holds_nothing_against_a_table_that_it_does_not_know_but_says_so) {
  reported();
  history_.spoil_next(head([](HeadParts& h) { h.machine = 0xabc; }));
  accepted();
  const Report report = verify();
  EXPECT_TRUE(report.sound());
  const auto table = std::find_if(report.checks.begin(), report.checks.end(),
                                  [](const Check& each) { return each.name == "table"; });
  ASSERT_EQ(table->notes.size(), 1u);
  EXPECT_NE(table->notes[0].find("0000000000000abc"), std::string::npos);
}

TEST_F(Verify, finds_a_gap_in_the_versions_of_an_issue) {
  reported();
  history_.spoil_next(head([](HeadParts& h) { h.version = 4; }));
  accepted();
  const Finding finding = only(verify(), "streams");
  EXPECT_EQ(finding.about, lamp_name_);
  EXPECT_NE(finding.what.find("version 4: follows version 1"), std::string::npos) << finding.what;
}

TEST_F(Verify, finds_a_fact_that_happened_before_the_one_in_front_of_it) {
  reported();
  history_.spoil_next(head(
      [](HeadParts& h) { h.occurred_at = engine::to_ms(support::shanghai("2025-03-01 00:00")); }));
  history_.fact(lamp_, "supplement", {{"text", "还是不亮"}}, "2025-03-04 10:00");
  EXPECT_EQ(only(verify(), "streams").position.value, 3u);
}

TEST_F(Verify, finds_a_record_that_was_recorded_before_the_one_in_front_of_it) {
  reported();
  history_.spoil_next(head([](HeadParts& h) { h.recorded_at -= 1; }));
  accepted();
  EXPECT_EQ(only(verify(), "order").position.value, 3u);
}

TEST_F(Verify, finds_a_record_that_stands_at_another_place_than_it_says) {
  reported();
  history_.spoil_next(head([](HeadParts& h) { h.position = 2; }));
  accepted();
  EXPECT_EQ(only(verify(), "order").position.value, 3u);
}

TEST_F(Verify, finds_a_stage_that_the_fact_before_did_not_leave) {
  reported();
  history_.spoil_next(head([](HeadParts& h) { h.stage_before = 2; }));
  accepted();
  const Finding finding = only(verify(), "streams");
  EXPECT_NE(finding.what.find("starts from stage 2, but the fact before left it at 1"),
            std::string::npos)
      << finding.what;
}

TEST_F(Verify, finds_an_area_that_no_fact_put_there) {
  reported();
  history_.spoil_next([](RecordT& record) { record.area = "330304010002"; });
  accepted();
  const Finding finding = only(verify(), "summaries");
  EXPECT_EQ(finding.about, lamp_name_);
  EXPECT_NE(finding.what.find("330304010002"), std::string::npos) << finding.what;
}

TEST_F(Verify, finds_an_area_before_that_was_not_there) {
  reported();
  history_.spoil_next([](RecordT& record) { record.area_before = "330304010002"; });
  accepted();
  EXPECT_EQ(only(verify(), "streams").about, lamp_name_);
}

TEST_F(Verify, finds_a_summary_that_the_fact_does_not_make) {
  reported();
  accepted();
  // The first eight bytes are opened_at.
  history_.spoil_next([](RecordT& record) { record.after[0] ^= 1; });
  history_.fact(lamp_, "supplement", {{"text", "还是不亮"}}, "2025-03-04 10:30");
  const Finding finding = only(verify(), "summaries");
  EXPECT_EQ(finding.about, lamp_name_);
  EXPECT_NE(finding.what.find("leaves opened_at"), std::string::npos) << finding.what;
}

TEST_F(Verify, finds_a_summary_of_before_that_is_not_the_one_left) {
  reported();
  history_.spoil_next([](RecordT& record) { record.before[0] ^= 1; });
  accepted();
  EXPECT_EQ(only(verify(), "streams").about, lamp_name_);
}

TEST_F(Verify, finds_a_fact_that_is_not_well_formed) {
  reported();
  history_.spoil_next([](RecordT& record) { record.fact = {1, 2, 3}; });
  accepted();
  const Finding finding = only(verify(), "facts");
  EXPECT_EQ(finding.about, lamp_name_);
  EXPECT_EQ(finding.position.value, 3u);
}

TEST_F(Verify, finds_a_fact_of_a_type_that_there_is_not) {
  reported();
  history_.spoil_next(head([](HeadParts& h) { h.type = 999; }));
  accepted();
  EXPECT_NE(only(verify(), "facts").what.find("type 999"), std::string::npos);
}

TEST_F(Verify, finds_words_that_were_promised_but_not_committed_to) {
  history_.spoil_next([](RecordT& record) { record.personal.clear(); });
  reported();
  EXPECT_NE(only(verify(), "facts").what.find("no commitment to its text"), std::string::npos);
}

TEST_F(Verify, finds_other_words_than_those_committed_to) {
  history_.fact(drain_, "report", {{"text", "污水满溢"}}, "2025-03-03 08:00");
  history_.swap_next_words();
  history_.fact(lamp_, "report", {{"text", "路灯不亮"}}, "2025-03-04 09:12");
  const Finding finding = only(verify(), "words");
  EXPECT_EQ(finding.about, lamp_name_);
  EXPECT_NE(finding.what.find("text: the sealed words are not those"), std::string::npos);
}

TEST_F(Verify, finds_words_that_are_gone_although_nobody_was_erased) {
  history_.lose_next_words();
  reported();
  EXPECT_NE(only(verify(), "words").what.find("not erased"), std::string::npos);
}

TEST_F(Verify, finds_a_dedup_key_that_is_missing) {
  reported();
  history_.forget_next_dedup();
  accepted();
  const Finding finding = only(verify(), "dedup");
  EXPECT_EQ(finding.about, "command test/3");
  EXPECT_EQ(finding.position.value, 3u);
}

TEST_F(Verify, finds_a_dedup_key_that_belongs_to_no_record) {
  reported();
  history_.spoil_next([](RecordT& record) {
    record.source.clear();
    record.command_id.clear();
  });
  accepted();
  const Finding finding = only(verify(), "dedup");
  EXPECT_EQ(finding.about, "command test/3");
  EXPECT_NE(finding.what.find("no record has it"), std::string::npos);
}

TEST_F(Verify, finds_a_command_that_was_recorded_twice) {
  reported();
  history_.forget_next_dedup();
  history_.spoil_next([](RecordT& record) { record.command_id = "2"; });
  accepted();
  const Finding finding = only(verify(), "dedup");
  EXPECT_EQ(finding.about, "command test/2");
  EXPECT_NE(finding.what.find("recorded twice"), std::string::npos);
}

TEST_F(Verify, finds_a_submission_of_which_a_part_is_missing) {
  reported();
  history_.spoil_next(head([](HeadParts& h) { h.more = 2; }));
  accepted();
  resolved();
  const Finding finding = only(verify(), "submissions");
  EXPECT_EQ(finding.position.value, 4u);
  EXPECT_NE(finding.what.find("begins at record 3 lacks 2"), std::string::npos) << finding.what;
}

TEST_F(Verify, finds_a_log_that_ends_within_a_submission) {
  reported();
  history_.spoil_next(head([](HeadParts& h) { h.more = 1; }));
  accepted();
  EXPECT_NE(only(verify(), "submissions").what.find("ends within a submission"), std::string::npos);
}

TEST_F(Verify, tells_the_first_difference_of_each_issue_and_counts_all) {
  reported();
  for (int i = 0; i < 3; ++i) {
    history_.spoil_next([](RecordT& record) { record.area_before = "elsewhere"; });
    history_.fact(lamp_, "supplement", {{"text", "还是不亮"}}, "2025-03-04 10:30");
  }
  const Report report = verify();
  const auto streams = std::find_if(report.checks.begin(), report.checks.end(),
                                    [](const Check& each) { return each.name == "streams"; });
  EXPECT_EQ(streams->found, 3u);
  ASSERT_EQ(streams->first.size(), 1u);
  EXPECT_EQ(streams->first[0].position.value, 3u);
}

TEST_F(Verify, leaves_the_words_alone_without_a_key_store_and_says_so) {
  reported();
  const Report report =
      replay::verify_log({history_.log(), nullptr, replay::all_rules()}, {}).value();
  EXPECT_TRUE(report.sound());
  EXPECT_TRUE(report.checks.back().skipped);
}

TEST_F(Verify, stops_when_it_is_asked_to) {
  reported();
  const auto stopped = replay::verify_log({history_.log(), &history_.vault(), replay::all_rules()},
                                          [](auto, auto, auto) { return false; });
  ASSERT_TRUE(stopped.has_error());
  EXPECT_EQ(stopped.error().fault, engine::Fault::cancelled);
}

}  // namespace
