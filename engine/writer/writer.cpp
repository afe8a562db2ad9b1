#include "engine/writer/writer.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/writer/deciding.hpp"

namespace engine::writer {

namespace {

struct Waiting {
  Submission submission;
  std::function<void(Answer)> done;
  std::size_t bytes = 0;
};

std::size_t bytes_of(const Submission& submission) {
  std::size_t bytes = 0;
  for (const Step& step : submission.steps) {
    bytes += step.body.size();
    for (const PersonalField& each : step.personal) bytes += each.words.size();
  }
  return bytes;
}

constexpr std::string_view nothing_written = "nothing was written";

}  // namespace

struct Writer::Impl {
  Impl(log::EventLog& log_, keys::Vault& vault_, std::vector<Workflow*> workflows,
       const CodeBook& codes, Clock clock_, Limits limits_)
      : log(log_),
        vault(vault_),
        clock(std::move(clock_)),
        limits(limits_),
        deciding(log_, vault_, std::move(workflows), codes, limits_.hot_streams_max) {}

  void run();
  void take(std::vector<Waiting>& out);
  void work(std::vector<Waiting>& batch);
  std::optional<Failed> append();
  void stop_taking(const std::string& why);
  void count(const Answer& answer);

  log::EventLog& log;
  keys::Vault& vault;
  Clock clock;
  Limits limits;
  Deciding deciding;

  mutable std::mutex mutex;
  std::condition_variable waits;
  std::deque<Waiting> queue;
  std::size_t queue_bytes = 0;
  bool stopping = false;
  bool sleeping = false;
  std::string fault;  // why nothing is taken any more; empty while all is well

  std::atomic<bool> read_only{false};
  std::atomic<std::uint64_t> submissions{0}, recorded{0}, refused{0}, repeated{0}, overloaded{0},
      batches{0};
  std::thread thread;
};

// Waits for submissions; none are left and none will come if `out` stays empty.
void Writer::Impl::take(std::vector<Waiting>& out) {
  std::unique_lock lock(mutex);
  sleeping = true;
  waits.wait(lock, [&] { return stopping || !queue.empty(); });
  sleeping = false;
  while (!queue.empty() && out.size() < limits.batch_submissions_max) {
    queue_bytes -= queue.front().bytes;
    out.push_back(std::move(queue.front()));
    queue.pop_front();
  }
}

void Writer::Impl::run() {
  std::vector<Waiting> batch;
  while (true) {
    batch.clear();
    take(batch);
    if (batch.empty()) return;
    work(batch);
  }
}

// Decides, appends, answers; in as many appends as the batch needs.
void Writer::Impl::work(std::vector<Waiting>& batch) {
  std::vector<Answer> answers;
  std::size_t answered = 0;
  while (answered < batch.size()) {
    answers.clear();
    std::optional<Failed> failed;
    if (read_only.load(std::memory_order_acquire)) {
      const std::lock_guard lock(mutex);
      failed = Failed{Failure::not_written, "nothing of it was written: " + fault};
      answers.resize(batch.size() - answered, *failed);
    } else {
      deciding.begin(clock());
      while (answered + answers.size() < batch.size() && deciding.has_room()) {
        auto answer = deciding.decide(batch[answered + answers.size()].submission);
        if (!answer) {
          stop_taking(answer.error().detail);
          answers.emplace_back(Failed{Failure::not_written, answer.error().detail});
          break;
        }
        answers.push_back(*std::move(answer));
      }
      failed = append();
    }
    for (Answer& answer : answers) {
      // Whatever was decided rests on facts that may not be there now.
      if (failed && !std::holds_alternative<Recorded>(answer)) {
        answer = Failed{Failure::not_written, failed->detail};
      } else if (failed && std::get<Recorded>(answer).last > deciding.expected_last()) {
        answer = *failed;
      }
      count(answer);
      batch[answered++].done(std::move(answer));
    }
  }
}

std::optional<Failed> Writer::Impl::append() {
  const log::Batch& batch = deciding.batch();
  if (batch.entries.empty()) return std::nullopt;
  if (!batch.sealed.empty()) {
    if (const auto flushed = vault.flush(); !flushed) {
      stop_taking(flushed.error().detail);
      return Failed{Failure::not_written, flushed.error().detail};
    }
  }
  const auto appended = log.append(deciding.expected_last(), batch);
  if (appended) {
    batches.fetch_add(1, std::memory_order_relaxed);
    recorded.fetch_add(batch.entries.size(), std::memory_order_relaxed);
    return std::nullopt;
  }
  const std::string& detail = appended.error().detail;
  stop_taking(detail);
  const bool surely_not = detail.find(nothing_written) != std::string::npos;
  return Failed{surely_not ? Failure::not_written : Failure::unknown, detail};
}

void Writer::Impl::stop_taking(const std::string& why) {
  const std::lock_guard lock(mutex);
  if (fault.empty()) fault = why;
  read_only.store(true, std::memory_order_release);
}

void Writer::Impl::count(const Answer& answer) {
  submissions.fetch_add(1, std::memory_order_relaxed);
  if (const auto* each = std::get_if<Recorded>(&answer); each != nullptr && each->repeated) {
    repeated.fetch_add(1, std::memory_order_relaxed);
  }
  if (std::holds_alternative<Refusal>(answer) || std::holds_alternative<Moved>(answer)) {
    refused.fetch_add(1, std::memory_order_relaxed);
  }
}

Writer::Writer(log::EventLog& log, keys::Vault& vault, std::vector<Workflow*> workflows,
               const CodeBook& codes, Clock clock, Limits limits)
    : impl_(std::make_unique<Impl>(log, vault, std::move(workflows), codes, std::move(clock),
                                   limits)) {}

Writer::~Writer() { stop(); }

Result<void> Writer::start() {
  ENSURE(!impl_->thread.joinable());
  if (auto restored = impl_->deciding.restore(); !restored) return restored;
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
  return {};
}

void Writer::submit(Submission submission, std::function<void(Answer)> done) {
  std::optional<Failed> no;
  bool wake = false;
  {
    Waiting waiting{std::move(submission), std::move(done), 0};
    waiting.bytes = bytes_of(waiting.submission);
    const std::lock_guard lock(impl_->mutex);
    if (impl_->stopping) {
      no = Failed{Failure::stopping, "the engine is shutting down"};
    } else if (!impl_->fault.empty()) {
      no = Failed{Failure::read_only, "nothing is taken until a restart: " + impl_->fault};
    } else if (impl_->queue.size() >= impl_->limits.queue_max ||
               impl_->queue_bytes + waiting.bytes > impl_->limits.queue_bytes_max) {
      no = Failed{Failure::overloaded, "too many commands wait; ask again later"};
      impl_->overloaded.fetch_add(1, std::memory_order_relaxed);
    } else {
      impl_->queue_bytes += waiting.bytes;
      wake = impl_->sleeping;
      impl_->sleeping = false;
      impl_->queue.push_back(std::move(waiting));
    }
    // What was refused was not moved. NOLINTNEXTLINE(bugprone-use-after-move)
    if (no) done = std::move(waiting.done);
  }
  if (no) return done(*std::move(no));  // NOLINT(bugprone-use-after-move): given back above
  if (wake) impl_->waits.notify_one();
}

Answer Writer::ask(Submission submission) {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<Answer> answer;
  submit(std::move(submission), [&](Answer given) {
    const std::lock_guard lock(mutex);
    answer = std::move(given);
    answered.notify_one();
  });
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return answer.has_value(); });
  return *std::move(answer);
}

void Writer::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->waits.notify_one();
  if (impl_->thread.joinable()) impl_->thread.join();
}

Counters Writer::counters() const {
  Counters out;
  out.submissions = impl_->submissions.load(std::memory_order_relaxed);
  out.recorded = impl_->recorded.load(std::memory_order_relaxed);
  out.refused = impl_->refused.load(std::memory_order_relaxed);
  out.repeated = impl_->repeated.load(std::memory_order_relaxed);
  out.overloaded = impl_->overloaded.load(std::memory_order_relaxed);
  out.batches = impl_->batches.load(std::memory_order_relaxed);
  const std::lock_guard lock(impl_->mutex);
  out.waiting = impl_->queue.size();
  return out;
}

bool Writer::read_only() const { return impl_->read_only.load(std::memory_order_acquire); }

}  // namespace engine::writer
