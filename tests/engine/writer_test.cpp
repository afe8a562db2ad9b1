// The writer with a workflow of its own, on logs that can be held and that fail when told.
#include "engine/writer/writer.hpp"

#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/big_endian.hpp"
#include "engine/log/open.hpp"

namespace {

using engine::Error;
using engine::Fault;
using engine::Position;
using engine::Result;
using engine::StreamId;
using engine::Version;
using engine::log::Batch;
using engine::log::EventLog;
using engine::writer::Answer;
using engine::writer::Decision;
using engine::writer::Desk;
using engine::writer::Draft;
using engine::writer::Failed;
using engine::writer::Failure;
using engine::writer::Recorded;
using engine::writer::Refusal;
using engine::writer::Step;
using engine::writer::Submission;
using engine::writer::Writer;

constexpr engine::WorkflowId counters{9};
constexpr engine::FactType add{1};

// A stream is a sum; a step adds one, and is refused where the sum is not what it says.
class Sums final : public engine::writer::Workflow {
 public:
  engine::WorkflowId id() const override { return counters; }
  std::uint16_t schema_version() const override { return 1; }
  std::uint64_t machine() const override { return 1; }
  StreamId fresh(const Step&, engine::Instant) override { return {counters, ++given_}; }
  std::vector<StreamId> addresses(const Step&) const override { return {}; }
  void recorded(const engine::log::RecordView&) override {}
  Result<void> restore(const engine::log::LogReader&) override { return {}; }

  Decision decide(const Desk& desk, const Step& step) const override {
    const auto& state = desk.state(step.stream);
    const std::uint64_t sum =
        state.summary.empty() ? 0 : engine::get_big_endian<std::uint64_t>(state.summary);
    if (!step.body.empty() && std::to_string(sum) != step.body) {
      Refusal no;
      no.code = "other_sum";
      no.detail = "the sum is " + std::to_string(sum);
      return no;
    }
    Draft draft;
    draft.stream = step.stream;
    draft.type = add;
    draft.occurred_at = desk.now;
    draft.opened_at = desk.now;
    engine::put_big_endian(draft.summary, sum + 1);
    draft.fact = "added";
    return std::vector<Draft>{draft};
  }

 private:
  std::uint64_t given_ = 1'000;
};

struct NoCodes final : engine::writer::CodeBook {
  bool known(std::string_view, std::string_view) const override { return true; }
  std::vector<std::string> nearest(std::string_view, std::string_view, std::size_t) const override {
    return {};
  }
};

// A log in memory whose appends wait while it is held, and fail from the given one on.
class HeldLog final : public EventLog {
 public:
  void hold() { set(true); }
  void let_go() { set(false); }
  void fail_from(std::size_t append) { fails_from_ = append; }
  // Waits until somebody appends while it is held.
  void wait_for_append() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return at_the_door_; });
  }
  std::size_t appends() const { return appends_; }

  Result<Position> append(Position expected_last, const Batch& batch) override {
    std::unique_lock lock(mutex_);
    at_the_door_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    at_the_door_ = false;
    if (++appends_ >= fails_from_) {
      failed_ = true;
      return Error{Fault::storage, "the disk is full"};
    }
    return log_->append(expected_last, batch);
  }
  bool read_only() const override { return failed_; }
  void on_appended(std::function<void(Position)> listener) override {
    log_->on_appended(std::move(listener));
  }
  Position last() const override { return log_->last(); }
  engine::log::TreeHead tree_head() const override { return log_->tree_head(); }
  Result<void> read(Position after, Position up_to,
                    const engine::log::Visit& visit) const override {
    return log_->read(after, up_to, visit);
  }
  Result<void> read_stream(const StreamId& stream, Version after,
                           const engine::log::Visit& visit) const override {
    return log_->read_stream(stream, after, visit);
  }
  Result<std::optional<std::string>> last_of(const StreamId& stream) const override {
    return log_->last_of(stream);
  }
  Result<std::string> at(Position position) const override { return log_->at(position); }
  Result<std::optional<StreamId>> highest_stream(const StreamId& from,
                                                 const StreamId& to) const override {
    return log_->highest_stream(from, to);
  }
  Result<std::optional<std::string>> find(std::string_view key) const override {
    return log_->find(key);
  }
  Result<void> read_dedups(
      const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    return log_->read_dedups(visit);
  }
  Result<std::optional<std::string>> sealed(const engine::PersonId& person, Position position,
                                            std::string_view field) const override {
    return log_->sealed(person, position, field);
  }
  Result<void> catch_up() override { return {}; }

 private:
  void set(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }

  std::unique_ptr<EventLog> log_ = engine::log::memory_log();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool at_the_door_ = false;
  std::atomic<bool> failed_{false};
  std::atomic<std::size_t> appends_{0};
  std::atomic<std::size_t> fails_from_{SIZE_MAX};
};

class WriterOnHeldLog : public testing::Test {
 protected:
  WriterOnHeldLog()
      : vault_(engine::keys::memory_vault()),
        writer_(log_, *vault_, {&sums_}, codes_, [] { return engine::from_ms(1'000'000); }) {
    writer_.start().value();
  }
  ~WriterOnHeldLog() override { log_.let_go(); }

  std::future<Answer> submit(std::uint64_t stream, const std::string& id,
                             const std::string& sum = "") {
    Submission submission;
    submission.source = "test";
    submission.id = id;
    submission.actor.name = "tester";
    Step step;
    step.workflow = counters;
    step.verb = add;
    step.stream = {counters, stream};
    step.body = sum;
    submission.steps.push_back(std::move(step));
    auto promise = std::make_shared<std::promise<Answer>>();
    auto future = promise->get_future();
    writer_.submit(std::move(submission),
                   [promise](Answer answer) { promise->set_value(std::move(answer)); });
    return future;
  }

  // One command underway in a held append; what is submitted next is decided meanwhile.
  std::future<Answer> one_underway(std::uint64_t stream, const std::string& id) {
    log_.hold();
    auto first = submit(stream, id);
    log_.wait_for_append();
    return first;
  }

  HeldLog log_;
  std::unique_ptr<engine::keys::Vault> vault_;
  Sums sums_;
  NoCodes codes_;
  Writer writer_;
};

Failure why(const Answer& answer) { return std::get<Failed>(answer).why; }

TEST_F(WriterOnHeldLog, DecidesOnWhatIsNotDurableYet) {
  auto first = one_underway(1, "a");
  auto second = submit(1, "b", "1");
  auto third = submit(1, "c", "1");
  log_.let_go();
  EXPECT_EQ(std::get<Recorded>(first.get()).version, Version{1});
  EXPECT_EQ(std::get<Recorded>(second.get()).version, Version{2});
  EXPECT_EQ(std::get<Refusal>(third.get()).detail, "the sum is 2");
  EXPECT_EQ(log_.last(), Position{2});
}

TEST_F(WriterOnHeldLog, AnswersNobodyBeforeItIsDurable) {
  auto first = one_underway(1, "a");
  auto refused = submit(1, "b", "7");
  auto repeated = submit(1, "a");
  EXPECT_EQ(first.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  EXPECT_EQ(refused.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  EXPECT_EQ(repeated.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  log_.let_go();
  EXPECT_FALSE(std::get<Recorded>(first.get()).repeated);
  EXPECT_EQ(std::get<Refusal>(refused.get()).code, "other_sum");
  const auto again = std::get<Recorded>(repeated.get());
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.first, Position{1});
  EXPECT_EQ(log_.last(), Position{1}) << "the repeat of what is underway is written once";
}

TEST_F(WriterOnHeldLog, WhatWaitsForTheDiskGoesInOneBatch) {
  auto first = one_underway(1, "a");
  std::vector<std::future<Answer>> rest;
  for (int i = 0; i < 100; ++i) {
    rest.push_back(submit(static_cast<std::uint64_t>(i % 7 + 1), "b" + std::to_string(i)));
  }
  log_.let_go();
  first.get();
  for (auto& each : rest) EXPECT_TRUE(std::holds_alternative<Recorded>(each.get()));
  EXPECT_EQ(log_.last(), Position{101});
  // As many as came while the thread was between two looks, not one each.
  EXPECT_LE(log_.appends(), 10U);
}

TEST_F(WriterOnHeldLog, TellsWhatMayBeThereFromWhatIsNot) {
  auto before = submit(5, "before");
  EXPECT_TRUE(std::holds_alternative<Recorded>(before.get()));
  log_.fail_from(2);
  auto first = one_underway(1, "a");
  auto second = submit(2, "b");
  auto repeat = submit(1, "a");
  auto old = submit(5, "before");
  auto refused = submit(1, "c", "7");
  // Handed in before the disk has failed; when they are decided does not matter.
  log_.let_go();
  EXPECT_EQ(why(first.get()), Failure::unknown);
  EXPECT_EQ(why(second.get()), Failure::not_written);
  EXPECT_EQ(why(refused.get()), Failure::not_written);
  const Answer again = repeat.get();
  // Decided while the first was underway its fate is that of the first, afterwards it is not taken.
  EXPECT_TRUE(why(again) == Failure::unknown || why(again) == Failure::not_written);
  const Answer known = old.get();
  EXPECT_TRUE(std::holds_alternative<Recorded>(known) || why(known) == Failure::not_written);
  EXPECT_TRUE(writer_.read_only());
  EXPECT_EQ(log_.appends(), 2U) << "nothing is written after a fault";
  EXPECT_EQ(why(submit(3, "d").get()), Failure::read_only);
}

TEST_F(WriterOnHeldLog, WritesWhatWaitsAtTheEnd) {
  auto first = one_underway(1, "a");
  std::vector<std::future<Answer>> rest;
  for (int i = 0; i < 20; ++i) rest.push_back(submit(2, "b" + std::to_string(i)));
  std::thread ending([this] { writer_.stop(); });
  log_.let_go();
  ending.join();
  EXPECT_TRUE(std::holds_alternative<Recorded>(first.get()));
  for (auto& each : rest) EXPECT_TRUE(std::holds_alternative<Recorded>(each.get()));
  EXPECT_EQ(why(submit(3, "late").get()), Failure::stopping);
  EXPECT_EQ(log_.last(), Position{21});
}

TEST(Writer, KeepsTheStateOfWhatIsUnderwayHoweverFewItKeeps) {
  HeldLog log;
  const auto vault = engine::keys::memory_vault();
  Sums sums;
  const NoCodes codes;
  engine::writer::Limits limits;
  limits.hot_streams_max = 1;
  Writer writer(
      log, *vault, {&sums}, codes, [] { return engine::from_ms(1'000'000); }, limits);
  writer.start().value();
  std::mutex mutex;
  std::map<std::uint64_t, Version> seen;
  std::atomic<std::size_t> answered{0};
  constexpr std::size_t submissions = 60'000;
  for (std::size_t i = 0; i < submissions; ++i) {
    Submission submission;
    submission.actor.name = "tester";
    Step step;
    step.workflow = counters;
    step.verb = add;
    step.stream = {counters, i % 20'000 + 1};
    step.body = std::to_string(i / 20'000);
    submission.steps.push_back(std::move(step));
    writer.submit(std::move(submission), [&, i](Answer answer) {
      const std::lock_guard lock(mutex);
      const auto* recorded = std::get_if<Recorded>(&answer);
      if (recorded != nullptr) seen[i % 20'000 + 1] = recorded->version;
      ++answered;
    });
  }
  writer.stop();
  EXPECT_EQ(answered, submissions);
  ASSERT_EQ(seen.size(), 20'000U);
  for (const auto& [stream, version] : seen) ASSERT_EQ(version, Version{3}) << stream;
}

}  // namespace
