// What comes again, what cannot be kept, and the end.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/chat/memory.hpp"
#include "engine/log/open.hpp"
#include "engine/writer/writer.hpp"
#include "tests/support/chat_service.hpp"
#include "tests/support/temporary_folder.hpp"

namespace adapters::chat {
namespace {

using support::ChatService;

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// A log that keeps all it has, until it is told to fail; then its disk says no.
class FailingLog final : public engine::log::EventLog {
 public:
  std::atomic<bool> fails{false};

  engine::Position last() const override { return log_->last(); }
  engine::log::TreeHead tree_head() const override { return log_->tree_head(); }
  engine::Result<void> read(engine::Position after, engine::Position up_to,
                            const engine::log::Visit& visit) const override {
    return log_->read(after, up_to, visit);
  }
  engine::Result<void> read_stream(const engine::StreamId& stream, engine::Version after,
                                   const engine::log::Visit& visit) const override {
    return log_->read_stream(stream, after, visit);
  }
  engine::Result<std::optional<std::string>> last_of(
      const engine::StreamId& stream) const override {
    return log_->last_of(stream);
  }
  engine::Result<std::string> at(engine::Position position) const override {
    return log_->at(position);
  }
  engine::Result<std::optional<engine::StreamId>> highest_stream(
      const engine::StreamId& from, const engine::StreamId& to) const override {
    return log_->highest_stream(from, to);
  }
  engine::Result<std::optional<std::string>> find(std::string_view key) const override {
    return log_->find(key);
  }
  engine::Result<void> read_dedups(
      const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    return log_->read_dedups(visit);
  }
  engine::Result<std::optional<std::string>> sealed(const engine::PersonId& person,
                                                    engine::Position position,
                                                    std::string_view field) const override {
    return log_->sealed(person, position, field);
  }
  engine::Result<void> catch_up() override { return {}; }
  engine::Result<engine::Position> append(engine::Position expected_last,
                                          const engine::log::Batch& batch) override {
    if (fails) return engine::Error{engine::Fault::storage, "the disk is full"};
    return log_->append(expected_last, batch);
  }
  bool read_only() const override { return false; }
  void on_appended(std::function<void(engine::Position)> listener) override {
    log_->on_appended(std::move(listener));
  }

 private:
  std::unique_ptr<engine::log::EventLog> log_ = engine::log::memory_log();
};

class ChatRepeats : public ::testing::Test {
 protected:
  ChatService service_;
};

TEST_F(ChatRepeats, AnswersAQuestionOnceAndItsRepeatAlike) {
  const auto message = service_.message("满意");
  const Answer first = service_.take(message);
  EXPECT_EQ(first.heard, Heard::answered);
  const Answer second = service_.take(message);
  EXPECT_EQ(second.heard, Heard::repeat);
  EXPECT_EQ(second.text, first.text);
  service_.at(service_.now() + remembered_for + std::chrono::minutes(1));
  EXPECT_EQ(service_.take(message).heard, Heard::answered) << "a day is enough";
}

TEST_F(ChatRepeats, DoesACommandOnceAlsoAfterARestart) {
  const std::string number = service_.reported();
  const auto message = service_.message("补充 " + number + " 3号楼前也不亮");
  const Answer first = service_.take(message);
  const Answer second = service_.take(message);
  service_.begin();
  const Answer third = service_.take(message);
  EXPECT_EQ(first.heard, Heard::answered);
  EXPECT_EQ(second.heard, Heard::repeat);
  EXPECT_EQ(third.heard, Heard::repeat);
  EXPECT_EQ(third.text, first.text);
  EXPECT_EQ(service_.facts(number), "reported supplemented");
  const auto accept = service_.message("受理 " + number, "zhou", "town", "wecom");
  const Answer accepted = service_.take(accept);
  auto config = ChatService::usual();
  config.members.clear();
  service_.begin(config);
  EXPECT_TRUE(says(service_.take(accept).text, "只有已登记")) << "he is on duty no more";
  service_.begin();
  EXPECT_EQ(service_.take(accept).text, accepted.text);
  EXPECT_EQ(service_.facts(number), "reported supplemented accepted");
}

TEST_F(ChatRepeats, AnswersAQuestionOnceAlsoAfterARestart) {
  const support::TemporaryFolder folder;
  auto config = ChatService::usual();
  config.answered = folder.path() / "answered";
  service_.begin(config);
  const std::string number = service_.reported();
  const auto help = service_.message("帮助");
  const auto progress = service_.message("进度 " + number);
  const auto unplaced = service_.message("锦绣路18号门口路灯不亮", "chen", "nobody's");
  auto overheard = service_.message("今天天气不错");
  overheard.called = false;
  for (const auto& each : {help, progress}) {
    EXPECT_EQ(service_.take(each).heard, Heard::answered);
  }
  EXPECT_EQ(service_.take(unplaced).heard, Heard::held);
  EXPECT_EQ(service_.take(overheard).heard, Heard::not_for_us);
  service_.begin(config);
  for (const auto& each : {help, progress, unplaced}) {
    const Answer again = service_.take(each);
    EXPECT_EQ(again.heard, Heard::repeat);
    EXPECT_EQ(again.text, "") << "what it was answered is not kept";
  }
  EXPECT_EQ(service_.letters().size(), 1U);
  EXPECT_EQ(std::filesystem::file_size(config.answered), 16U + 3 * 24)
      << "what was not for us left nothing, nor did the report";
  EXPECT_EQ(service_.say("帮助").heard, Heard::answered) << "another message is another one";
  EXPECT_EQ(service_.talk().trouble(), "");
}

TEST_F(ChatRepeats, TakesACommandThatWasSaidBeforeTheLastFact) {
  const std::string number = service_.reported();
  auto message = service_.message("补充 " + number + " 3号楼前也不亮");
  message.said_at = service_.now() - std::chrono::minutes(5);
  EXPECT_EQ(service_.take(message).heard, Heard::answered);
  EXPECT_EQ(service_.facts(number), "reported supplemented");
}

TEST_F(ChatRepeats, SaysLaterWhenTheEngineTakesNothing) {
  const auto report = service_.message("锦绣路18号门口路灯不亮");
  const std::string number = service_.reported();
  service_.writer().stop();
  const Answer answer = service_.take(report);
  EXPECT_EQ(answer.heard, Heard::later);
  EXPECT_FALSE(answer.text.empty());
  const auto more = service_.message("补充 " + number + " 3号楼前也不亮");
  EXPECT_EQ(service_.take(more).heard, Heard::later);
  EXPECT_EQ(service_.take(more).heard, Heard::later) << "it is no repeat: nothing was kept";
  EXPECT_EQ(service_.say("进度 " + number).heard, Heard::answered) << "reading goes on";
}

TEST(ChatTalkFault, SaysThatItMayNotBeThereWhenTheDiskFails) {
  auto owned = std::make_unique<FailingLog>();
  FailingLog& log = *owned;
  ChatService service(std::move(owned));
  const std::string number = service.reported();
  log.fails = true;
  const auto report = service.message("锦绣路18号门口路灯不亮");
  const Answer first = service.take(report);
  EXPECT_EQ(first.heard, Heard::later);
  EXPECT_TRUE(says(first.text, "不一定已经记下")) << first.text;
  const Answer second = service.take(report);
  EXPECT_EQ(second.heard, Heard::later) << "nothing is taken until a restart";
  EXPECT_TRUE(says(second.text, "没有记下")) << second.text;
  EXPECT_EQ(service.say("撤回 " + number).heard, Heard::later);
  EXPECT_EQ(service.say("进度 " + number).heard, Heard::answered) << "reading goes on";
  EXPECT_EQ(service.issues(), 1U);
}

TEST_F(ChatRepeats, TakesNothingAfterItsEnd) {
  service_.talk().stop();
  EXPECT_EQ(service_.say("锦绣路18号门口路灯不亮").heard, Heard::later);
  EXPECT_EQ(service_.say("帮助").heard, Heard::later);
  EXPECT_EQ(service_.issues(), 0U);
}

TEST(ChatMemory, AnswersThoseThatWaitAndForgetsWhatIsOldOrTooMuch) {
  Memory memory;
  const auto now = engine::from_ms(1'772'500'000'000);
  std::vector<Heard> heard;
  const auto note = [&](Answer answer) { heard.push_back(answer.heard); };
  ASSERT_TRUE(memory.begin("a", now, note));
  EXPECT_FALSE(memory.begin("a", now, note));
  EXPECT_TRUE(heard.empty());
  memory.finish("a", now, {Heard::answered, "好"});
  EXPECT_EQ(heard, (std::vector{Heard::answered, Heard::repeat}));
  EXPECT_EQ(memory.remembered(), 1U);

  ASSERT_TRUE(memory.begin("b", now, note));
  memory.finish("b", now, {Heard::later, "忙"});
  EXPECT_TRUE(memory.begin("b", now, note)) << "nothing was kept of it";
  memory.finish("b", now, {Heard::answered, std::string(remembered_text_bytes_max + 1, 'x')});
  EXPECT_EQ(memory.remembered(), 1U);

  for (std::size_t i = 0; i < remembered_max; ++i) {
    ASSERT_TRUE(memory.begin(std::to_string(i), now, [](const Answer&) {}));
    memory.finish(std::to_string(i), now, {Heard::answered, "好"});
  }
  EXPECT_EQ(memory.remembered(), remembered_max);
  EXPECT_TRUE(memory.begin("a", now, note)) << "the oldest made room";
}

TEST(ChatMemory, TakesNoMoreAtATimeThanItMay) {
  Memory memory;
  const auto now = engine::from_ms(1'772'500'000'000);
  std::vector<Heard> heard;
  const auto note = [&](Answer answer) { heard.push_back(answer.heard); };
  for (std::size_t i = 0; i < underway_max; ++i) {
    ASSERT_TRUE(memory.begin(std::to_string(i), now, note));
  }
  EXPECT_FALSE(memory.begin("one more", now, note));
  EXPECT_EQ(heard, std::vector{Heard::later});
  for (std::size_t i = 0; i < waiting_repeats_max; ++i) {
    EXPECT_FALSE(memory.begin("0", now, note));
  }
  EXPECT_EQ(heard.size(), 1U);
  EXPECT_FALSE(memory.begin("0", now, note));
  EXPECT_EQ(heard, (std::vector{Heard::later, Heard::later}));
}

}  // namespace
}  // namespace adapters::chat
