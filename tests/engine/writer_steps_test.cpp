// Submissions of several steps: all or none, all refusals told, and the number of what the first
// step makes known to the steps behind it.
#include <cstring>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/writer/writer.hpp"

namespace {

using namespace engine;
using namespace engine::writer;

// Takes a body of bytes; refuses the streams from 900 on.
class Box final : public Workflow {
 public:
  WorkflowId id() const override { return WorkflowId{7}; }
  std::uint16_t schema_version() const override { return 1; }
  std::uint64_t machine() const override { return 1; }
  StreamId fresh(const Step&, Instant) override { return {id(), ++last_}; }
  std::vector<StreamId> addresses(const Step&) const override { return {}; }
  Decision decide(const Desk&, const Step& step) const override {
    if (step.stream.number >= 900) {
      Refusal no;
      no.code = "full";
      no.detail = "The box is full.";
      return no;
    }
    Draft draft;
    draft.stream = step.stream;
    draft.type = FactType{1};
    draft.occurred_at = draft.opened_at = Instant{} + std::chrono::hours{1};
    draft.fact = step.body;
    draft.summary = "s";
    return std::vector{draft};
  }
  void recorded(const log::RecordView&) override {}
  Result<void> restore(const log::LogReader&) override { return {}; }

 private:
  std::uint64_t last_ = 40;
};

class NoCodes final : public CodeBook {
 public:
  bool known(std::string_view, std::string_view) const override { return false; }
  std::vector<std::string> nearest(std::string_view, std::string_view, std::size_t) const override {
    return {};
  }
};

struct Steps : testing::Test {
  Steps() { writer.start().value(); }

  static Step on(std::uint64_t stream) {
    Step step;
    step.workflow = WorkflowId{7};
    step.verb = FactType{1};
    step.stream = {step.workflow, stream};
    step.body = "abcd12345678";
    return step;
  }
  Answer ask(std::vector<Step> steps, std::string id = {}) {
    return writer.ask({"test", std::move(id), {"clerk", ""}, std::move(steps)});
  }

  std::unique_ptr<log::EventLog> log = log::memory_log();
  std::unique_ptr<keys::Vault> vault = keys::memory_vault();
  Box box;
  NoCodes codes;
  Writer writer{*log, *vault, {&box}, codes, [] { return Instant{} + std::chrono::hours{2}; }};
};

TEST_F(Steps, AllRefusalsAreToldTogether) {
  const auto answer = ask({on(1), on(901), on(2), on(901), on(950)});
  const auto* refusal = std::get_if<Refusal>(&answer);
  ASSERT_NE(refusal, nullptr);
  EXPECT_EQ(refusal->step, 1U);
  EXPECT_EQ(refusal->stream.number, 901U);
  ASSERT_EQ(refusal->also.size(), 1U) << "what follows on a stream that refused is not told";
  EXPECT_EQ(refusal->also[0].step, 4U);
  EXPECT_EQ(refusal->also[0].stream.number, 950U);
  EXPECT_EQ(log->last(), Position{0});
}

TEST_F(Steps, AreAllTakenOrNone) {
  EXPECT_TRUE(std::holds_alternative<Refusal>(ask({on(1), on(2), on(900)})));
  EXPECT_EQ(log->last(), Position{0});
  EXPECT_TRUE(std::holds_alternative<Recorded>(ask({on(1), on(2), on(899)})));
  EXPECT_EQ(log->last(), Position{3});
}

TEST_F(Steps, ThatFollowAreToldTheNumberOfTheFirst) {
  Step follows = on(5);
  follows.first_number_at = 4;
  const auto answer = ask({on(0), follows});
  ASSERT_TRUE(std::holds_alternative<Recorded>(answer));
  EXPECT_EQ(std::get<Recorded>(answer).stream.number, 41U);
  const std::string record = log->at(Position{2}).value();
  const auto fact = log::RecordView(record).fact();
  EXPECT_EQ(fact, std::string("abcd\x29\0\0\0\0\0\0\0", 12));
}

TEST_F(Steps, ThatAreConsequencesMakeARepeatNoOtherCommand) {
  Step consequence = on(5);
  consequence.consequence = true;
  ASSERT_TRUE(std::holds_alternative<Recorded>(ask({on(1), consequence}, "a")));
  const auto again = ask({on(1)}, "a");
  ASSERT_TRUE(std::holds_alternative<Recorded>(again));
  EXPECT_TRUE(std::get<Recorded>(again).repeated);
  const auto other = ask({on(1), on(5)}, "a");
  ASSERT_TRUE(std::holds_alternative<Failed>(other));
  EXPECT_EQ(std::get<Failed>(other).why, Failure::reused_id);
}

}  // namespace
