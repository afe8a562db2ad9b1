// Letters: what a channel could not deal with is held, then becomes an issue or is dropped.
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/core/rfc3339.hpp"
#include "engine/log/open.hpp"
#include "engine/writer/writer.hpp"
#include "tests/support/case_desk.hpp"
#include "workflows/intake/card.hpp"
#include "workflows/intake/history.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"

namespace {

namespace intake = workflows::intake;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Answer;
using engine::writer::Recorded;
using engine::writer::Refusal;
using engine::writer::Step;

// Letters and issues decided by the real writer on a log in memory.
class LetterDesk {
 public:
  LetterDesk() { writer_.start().value(); }
  ~LetterDesk() { writer_.stop(); }

  static Step step(const engine::schema::Schema& schema, engine::WorkflowId workflow,
                   std::uint64_t number, std::string_view verb, Object body) {
    const auto* table = schema.by_verb(verb);
    auto made = schema.compose(*table, Value(std::move(body))).composed.value();
    Step out;
    out.workflow = workflow;
    out.verb = table->type;
    out.stream = {workflow, number};
    out.body = std::move(made.body);
    out.personal = std::move(made.personal);
    return out;
  }
  static Step letter_step(std::uint64_t number, std::string_view verb, Object body) {
    return step(intake::schema(), intake::workflow_id, number, verb, std::move(body));
  }
  static Step report() {
    return step(workflows::issue::schema(), workflows::issue::workflow_id, 0, "report",
                {{"text", "路灯不亮"}});
  }

  Answer ask(std::vector<Step> steps) {
    return writer_.ask({"test", "", {"clerk", ""}, std::move(steps)});
  }
  std::uint64_t held() {
    const auto answer = ask({letter_step(0, "hold_letter",
                                         {{"channel", "wecom"},
                                          {"reason", "unplaced"},
                                          {"detail", "the group is bound to no area"}})});
    return std::get<Recorded>(answer).stream.number;
  }
  std::uint64_t issue() { return std::get<Recorded>(ask({report()})).stream.number; }
  // What a person decides: the answer's code, or the stage that it led to.
  std::string decide(std::uint64_t letter, std::string_view verb, Object body) {
    const Answer answer = ask({letter_step(letter, verb, std::move(body))});
    if (const auto* no = std::get_if<Refusal>(&answer)) return no->code + " " + no->pointer;
    return intake::stage_name(std::get<Recorded>(answer).stage);
  }
  std::string admit(std::uint64_t letter, std::uint64_t issue) {
    return decide(letter, "admit_letter", {{"issue", workflows::issue::format_number(issue)}});
  }
  std::string drop(std::uint64_t letter, const char* reason = "广告") {
    return decide(letter, "drop_letter", {{"reason", reason}});
  }
  std::string shown(std::uint64_t letter, std::string_view name) const {
    const auto document = intake::show_letter(*log_, letter, {}, 480).value();
    for (const auto& [key, value] : document) {
      if (key == name && value.string() != nullptr) return *value.string();
    }
    return "";
  }
  engine::log::EventLog& log() { return *log_; }

  engine::Instant now = *engine::parse_rfc3339("2026-03-02T09:00:00+08:00");

 private:
  support::SomeCodes codes_;
  std::unique_ptr<engine::log::EventLog> log_ = engine::log::memory_log();
  std::unique_ptr<engine::keys::Vault> vault_ = engine::keys::memory_vault();
  std::unique_ptr<engine::writer::Workflow> issues_ = workflows::issue::make_issue_workflow();
  std::unique_ptr<engine::writer::Workflow> letters_ =
      intake::make_intake_workflow(workflows::issue::workflow_id);
  engine::writer::Writer writer_{
      *log_, *vault_, {issues_.get(), letters_.get()}, codes_, [this] { return now; }};
};

TEST(IntakeMachine, has_these_rows) {
  EXPECT_EQ(intake::machine_text(),
            "letter | none | hold_letter | held | letter_held | \n"
            "letter | held | admit_letter | admitted | letter_admitted | issue_there\n"
            "letter | held | drop_letter | dropped | letter_dropped | reason_given\n");
}

// Stands in every record: another value is another table, and an audit must then know both.
TEST(IntakeMachine, has_this_digest) { EXPECT_EQ(intake::machine_digest(), 0x3c06ab8fe5969481ULL); }

TEST(IntakeMachine, tells_what_it_has) {
  const auto digest = intake::machine_digest();
  EXPECT_EQ(intake::table_has(digest, 1, engine::FactType{2}, 2), true);
  EXPECT_EQ(intake::table_has(digest, 2, engine::FactType{3}, 3), false);
  EXPECT_EQ(intake::table_has(digest, 1, engine::FactType{2}, 3), false);
  EXPECT_EQ(intake::table_has(digest + 1, 1, engine::FactType{2}, 2), std::nullopt);
  EXPECT_EQ(intake::allowed_at(1), (std::vector<std::string>{"admit_letter", "drop_letter"}));
  EXPECT_EQ(intake::allowed_at(2), std::vector<std::string>{});
}

TEST(LetterNumber, is_told_from_those_of_issues_and_meetings) {
  const auto number = intake::make_number({26, 1, 7});
  const std::string text = intake::format_number(number);
  EXPECT_EQ(text.size(), 14U);
  EXPECT_EQ(intake::parse_number(text), number);
  EXPECT_EQ(intake::parts_of(number).sequence, 7U);
  EXPECT_EQ(workflows::issue::parse_number(text), std::nullopt);
  std::string swapped = text;
  std::swap(swapped[0], swapped[1]);
  EXPECT_EQ(intake::parse_number(swapped), std::nullopt);
  EXPECT_EQ(intake::parse_number(text.substr(1)), std::nullopt);
}

TEST(Letter, becomes_an_issue_of_the_same_submission) {
  LetterDesk desk;
  const auto letter = desk.held();
  Step own = LetterDesk::letter_step(letter, "admit_letter", {{"issue", "1"}});
  own.first_number_at =
      intake::schema().place_of(*intake::schema().by_verb("admit_letter"), own.body, "issue");
  const auto answer = desk.ask({LetterDesk::report(), own});
  ASSERT_TRUE(std::holds_alternative<Recorded>(answer));
  const auto issue = std::get<Recorded>(answer).stream.number;
  EXPECT_EQ(desk.shown(letter, "stage"), "admitted");
  EXPECT_EQ(desk.shown(letter, "issue"), workflows::issue::format_number(issue));
}

TEST(Letter, that_cannot_be_admitted_leaves_no_issue_behind) {
  LetterDesk desk;
  const auto letter = desk.held();
  EXPECT_EQ(desk.drop(letter), "dropped");
  const auto last = desk.log().last();
  Step own = LetterDesk::letter_step(letter, "admit_letter", {{"issue", "1"}});
  own.first_number_at =
      intake::schema().place_of(*intake::schema().by_verb("admit_letter"), own.body, "issue");
  EXPECT_TRUE(std::holds_alternative<Refusal>(desk.ask({LetterDesk::report(), own})));
  EXPECT_EQ(desk.log().last(), last);
}

TEST(Letter, is_not_admitted_as_an_issue_that_is_not_there) {
  LetterDesk desk;
  const auto letter = desk.held();
  EXPECT_EQ(desk.admit(letter, 2601000000174), "condition_not_met /issue");
  EXPECT_EQ(desk.admit(letter, desk.issue()), "admitted");
}

TEST(Letter, is_dropped_with_a_reason_only) {
  LetterDesk desk;
  const auto letter = desk.held();
  EXPECT_EQ(desk.drop(letter, "  "), "condition_not_met /reason");
  EXPECT_EQ(desk.drop(letter), "dropped");
  EXPECT_EQ(desk.drop(letter), "not_at_this_stage ");
}

TEST(Letter, that_never_came_is_not_found) {
  LetterDesk desk;
  EXPECT_EQ(desk.drop(intake::make_number({26, 1, 9})), "not_found ");
}

TEST(Letter, stands_on_the_board_by_channel_and_reason_and_without_words) {
  LetterDesk desk;
  const auto letter = desk.held();
  desk.log()
      .read_stream({intake::workflow_id, letter}, engine::Version{0},
                   [&](engine::Position, std::string_view bytes) {
                     const engine::log::RecordView record(bytes);
                     const auto card = intake::describe(record, {});
                     EXPECT_TRUE(card.has_value());
                     EXPECT_EQ(card->title, "the group is bound to no area");
                     EXPECT_EQ(card->text, std::nullopt);
                     EXPECT_TRUE(card->open);
                     EXPECT_EQ(record.channel(), "wecom");
                     EXPECT_EQ(record.category(), "unplaced");
                     return true;
                   })
      .value();
}

// Whatever is asked, in whatever order: a letter ends once, and its end stays.
RC_GTEST_PROP(AnyLetter, StaysWhereItEnded, ()) {
  LetterDesk desk;
  const auto issue = desk.issue();
  std::vector<std::uint64_t> letters{desk.held(), desk.held(), desk.held()};
  std::vector<std::string> ends(letters.size());
  const auto moves =
      *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
  for (const std::uint8_t move : moves) {
    const std::size_t which = move % letters.size();
    const bool drops = (move & 0x40) != 0;
    const bool empty = (move & 0x80) != 0;
    const std::string answer = drops ? desk.drop(letters[which], empty ? " " : "重复")
                                     : desk.admit(letters[which], empty ? 7 : issue);
    if (!ends[which].empty()) {
      RC_ASSERT(answer == "not_at_this_stage ");
    } else if (!empty) {
      RC_ASSERT(answer == (drops ? "dropped" : "admitted"));
      ends[which] = answer;
    } else {
      RC_ASSERT(answer == (drops ? "condition_not_met /reason" : "condition_not_met /issue"));
    }
    RC_ASSERT(desk.shown(letters[which], "stage") == (ends[which].empty() ? "held" : ends[which]));
  }
}

}  // namespace
