#include "tools/sihe/bench_load.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "engine/core/ensure.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/demo_directory.hpp"
#include "workflows/issue/issue.hpp"

namespace tools::bench {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::StreamId;
using engine::schema::Composed;
using engine::schema::Object;
using engine::schema::Table;
using engine::writer::Answer;
using engine::writer::Recorded;
using engine::writer::Step;
using engine::writer::Submission;

namespace {

struct Act {
  const Table* table;
  Composed made;
};

Act act(const char* verb, Object body) {
  const auto& schema = workflows::issue::schema();
  const Table* table = schema.by_verb(verb);
  ENSURE(table != nullptr);
  auto result = schema.compose(*table, std::move(body));
  ENSURE(result.composed.has_value());
  return {table, *std::move(result.composed)};
}

// Seven steps of one issue; the first differs by village.
std::vector<Act> reports() {
  std::vector<Act> out;
  for (const auto& village : demo::communities()) {
    out.push_back(act("report", {{"text", "村口的路灯坏了三天，晚上老人出门看不见路，请尽快修复"},
                                 {"channel", "hotline"},
                                 {"area", village.code},
                                 {"phone", "0577-88880000"}}));
  }
  return out;
}

std::vector<Act> rest() {
  std::string unit;
  for (const auto& entry : demo::directory_entries()) {
    if (entry.kind == "department" && unit.empty()) unit = entry.code;
  }
  std::vector<Act> out;
  out.push_back(act("accept", {}));
  out.push_back(act("hand_over", {{"department", unit}}));
  out.push_back(act("sign", {{"by", "张工"}}));
  out.push_back(act("note_progress", {{"text", "已派人到现场查看"}}));
  out.push_back(act("resolve", {{"outcome", "solved"}, {"reply", "路灯已经修好"}}));
  out.push_back(act("close", {}));
  return out;
}

class Load {
 public:
  Load(engine::writer::Writer& writer, const LoadWanted& wanted)
      : writer_(writer),
        wanted_(wanted),
        reports_(reports()),
        rest_(rest()),
        chains_(wanted.submitters * wanted.in_flight) {}

  // The calling thread hands in for all submitters; the writer's only leaves the answers.
  Result<LoadDone> run() {
    const auto begin = std::chrono::steady_clock::now();
    std::size_t open = 0;
    for (std::size_t i = 0; i < chains_.size(); ++i) open += submit(i) ? 1 : 0;
    std::vector<Answered> answers;
    while (open > 0) {
      answers.clear();
      {
        std::unique_lock lock(mutex_);
        came_.wait(lock, [&] { return !inbox_.empty(); });
        answers.swap(inbox_);
      }
      for (const Answered& each : answers) open -= take(each) ? 0 : 1;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (failed_) return *failed_;
    return LoadDone{recorded_, took.count()};
  }

 private:
  struct Chain {
    StreamId stream;
    std::size_t act = 0;  // 0: report
  };

  struct Answered {
    std::size_t chain;
    Answer answer;
  };

  // False: there is nothing more to hand in.
  bool submit(std::size_t index) {
    if (handed_in_ == wanted_.commands || failed_) return false;
    Chain& chain = chains_[index];
    const std::uint64_t number = handed_in_++;
    const Act& act = chain.act == 0 ? reports_[number % reports_.size()] : rest_[chain.act - 1];
    Submission submission;
    submission.source = "bench";
    submission.id = std::to_string(number);
    submission.actor.name = "submitter-" + std::to_string(index % wanted_.submitters);
    Step step;
    step.workflow = workflows::issue::workflow_id;
    step.verb = act.table->type;
    step.stream = {step.workflow, chain.act == 0 ? 0 : chain.stream.number};
    step.body = act.made.body;
    step.personal = act.made.personal;
    step.codes = act.made.codes;
    submission.steps.push_back(std::move(step));
    writer_.submit(std::move(submission), [this, index](Answer answer) {
      const std::lock_guard lock(mutex_);
      inbox_.push_back({index, std::move(answer)});
      came_.notify_one();
    });
    return true;
  }

  // False: this chain has ended.
  bool take(const Answered& answered) {
    const auto* recorded = std::get_if<Recorded>(&answered.answer);
    if (recorded == nullptr) {
      if (!failed_) failed_ = why(answered.answer);
      return false;
    }
    ++recorded_;
    Chain& chain = chains_[answered.chain];
    chain.stream = recorded->stream;
    chain.act = chain.act == rest_.size() ? 0 : chain.act + 1;
    return submit(answered.chain);
  }

  static Error why(const Answer& answer) {
    if (const auto* refusal = std::get_if<engine::writer::Refusal>(&answer)) {
      return {Fault::invalid, refusal->detail};
    }
    const auto* failed = std::get_if<engine::writer::Failed>(&answer);
    return {Fault::storage, failed == nullptr ? "the issue has moved on" : failed->detail};
  }

  engine::writer::Writer& writer_;
  LoadWanted wanted_;
  std::vector<Act> reports_;
  std::vector<Act> rest_;
  std::vector<Chain> chains_;
  std::uint64_t handed_in_ = 0;
  std::uint64_t recorded_ = 0;
  std::optional<Error> failed_;
  std::mutex mutex_;  // of the inbox
  std::condition_variable came_;
  std::vector<Answered> inbox_;
};

}  // namespace

Result<void> add_directory(engine::writer::Writer& writer) {
  for (const auto& entry : demo::directory_entries()) {
    Submission submission;
    submission.source = "bench";
    submission.id = "entry/" + entry.kind + "/" + entry.code;
    submission.actor.name = "bench";
    submission.steps.push_back(workflows::directory::add_entry(entry, wall_clock()()));
    const Answer answer = writer.ask(std::move(submission));
    if (!std::holds_alternative<Recorded>(answer)) {
      return Error{Fault::invalid, "the entry " + entry.code + " cannot be added"};
    }
  }
  return {};
}

Result<LoadDone> run_load(engine::writer::Writer& writer, const LoadWanted& wanted) {
  return Load(writer, wanted).run();
}

}  // namespace tools::bench
