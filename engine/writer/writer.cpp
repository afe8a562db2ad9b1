#include "engine/writer/writer.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "engine/core/background.hpp"
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

// What was decided and is not durable yet: the facts, who waits for them, and what each is told.
struct Decided {
  Position expected_last;
  log::Batch batch;
  std::vector<Waiting> waiting;
  std::vector<Answer> answers;     // of the first of `waiting`; the others were not decided
  std::optional<Failed> not_kept;  // why it cannot be appended: its new keys are not durable
};

}  // namespace

struct Writer::Impl {
  Impl(log::EventLog& log_, keys::Vault& vault_, std::vector<Workflow*> workflows,
       const CodeBook& codes, Clock clock_, Limits limits_)
      : log(log_),
        vault(vault_),
        clock(std::move(clock_)),
        limits(limits_),
        deciding(log_, vault_, std::move(workflows), codes, limits_.hot_streams_max) {}

  // The thread that decides, and what it does one after the other.
  void decide_all();
  bool take();
  void decide();
  void keep_keys();
  void hand_over();
  // The thread that makes durable and answers.
  void commit_all();
  void commit(Decided& decided);
  std::optional<Failed> append(const Decided& decided);
  Answer answer_of(const Answer& decided, const Failed& failed) const;
  void stop_taking(const std::string& why);
  std::string taken_no_more() const;
  void count(const Answer& answer);

  log::EventLog& log;
  keys::Vault& vault;
  Clock clock;
  Limits limits;

  // Of the thread that decides.
  Deciding deciding;
  std::vector<Waiting> taken;
  std::unique_ptr<Decided> open = std::make_unique<Decided>();

  mutable std::mutex mutex;
  std::condition_variable waits;  // for submissions, and for the other thread to be free
  std::deque<Waiting> queue;
  std::size_t queue_bytes = 0;
  bool stopping = false;
  bool sleeping = false;
  std::string fault;  // why nothing is taken any more; empty while all is well
  std::condition_variable handed;
  std::unique_ptr<Decided> underway;  // handed over, until it is answered
  std::unique_ptr<Decided> spare = std::make_unique<Decided>();  // kept for its memory
  bool all_handed = false;
  Position unsure_until;  // of the thread that commits: up to there it may be on disk

  std::atomic<bool> read_only{false};
  std::atomic<std::uint64_t> submissions{0}, recorded{0}, refused{0}, repeated{0}, overloaded{0},
      batches{0};
  std::thread decider;
  std::thread committer;
};

// Decides what comes while what was decided before is made durable, and hands it over as soon as
// that is done: a batch grows by itself where the disk is slow.
void Writer::Impl::decide_all() {
  name_thread("sihe-decide");
  while (take()) {
    while (!taken.empty()) {
      decide();
      keep_keys();
      if (!taken.empty()) hand_over();  // it is full
    }
    bool is_free = false;
    {
      const std::lock_guard lock(mutex);
      is_free = !underway;
    }
    if (is_free && !open->waiting.empty()) hand_over();
  }
  if (!open->waiting.empty()) hand_over();
  const std::lock_guard lock(mutex);
  all_handed = true;
  handed.notify_one();
}

// Waits for submissions, or for the moment to hand over what is open. False: none will come.
bool Writer::Impl::take() {
  std::unique_lock lock(mutex);
  sleeping = true;
  const bool is_open = !open->waiting.empty();
  waits.wait(lock, [&] { return stopping || !queue.empty() || (is_open && !underway); });
  sleeping = false;
  if (stopping && queue.empty()) return false;
  const std::size_t room =
      limits.batch_submissions_max - std::min(open->waiting.size(), limits.batch_submissions_max);
  // An open batch that is full waits for its turn; then there is room again.
  if (room == 0) waits.wait(lock, [&] { return !underway; });
  for (std::size_t left = room; left > 0 && !queue.empty(); --left) {
    queue_bytes -= queue.front().bytes;
    taken.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return true;
}

// Decides what was taken, as far as the open batch has room for it.
void Writer::Impl::decide() {
  if (open->waiting.empty()) open->expected_last = deciding.begin(clock());
  std::size_t done = 0;
  while (done < taken.size() && deciding.has_room()) {
    Waiting& each = taken[done];
    if (read_only.load(std::memory_order_acquire)) {
      open->answers.emplace_back(Failed{Failure::not_written, taken_no_more()});
    } else if (auto answer = deciding.decide(each.submission)) {
      open->answers.push_back(*std::move(answer));
    } else {
      stop_taking(answer.error().detail);
      open->answers.emplace_back(Failed{Failure::not_written, answer.error().detail});
    }
    open->waiting.push_back(std::move(each));
    ++done;
  }
  taken.erase(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(done));
}

// Before the batch is: words whose key is lost are lost.
void Writer::Impl::keep_keys() {
  if (open->not_kept) return;
  if (const auto flushed = vault.flush(); !flushed) {
    stop_taking(flushed.error().detail);
    open->not_kept = Failed{Failure::not_written, flushed.error().detail};
  }
}

void Writer::Impl::hand_over() {
  deciding.take_batch(open->batch);
  std::unique_lock lock(mutex);
  waits.wait(lock, [&] { return !underway; });
  underway = std::exchange(open, std::move(spare));
  handed.notify_one();
}

void Writer::Impl::commit_all() {
  name_thread("sihe-commit");
  std::unique_lock lock(mutex);
  while (true) {
    handed.wait(lock, [&] { return underway || all_handed; });
    if (!underway) return;
    Decided& decided = *underway;
    lock.unlock();
    commit(decided);
    lock.lock();
    spare = std::move(underway);
    waits.notify_one();
  }
}

// Appends and answers. Whatever was decided rests on facts that may not be there now.
void Writer::Impl::commit(Decided& decided) {
  const std::optional<Failed> failed = append(decided);
  for (std::size_t i = 0; i < decided.waiting.size(); ++i) {
    Answer& answer = decided.answers[i];
    if (failed) answer = answer_of(answer, *failed);
    count(answer);
    decided.waiting[i].done(std::move(answer));
  }
  decided.waiting.clear();
  decided.answers.clear();
  decided.not_kept.reset();
}

Answer Writer::Impl::answer_of(const Answer& decided, const Failed& failed) const {
  const auto* recorded = std::get_if<Recorded>(&decided);
  if (recorded != nullptr && recorded->repeated && recorded->last <= log.last()) return decided;
  const bool may_be_there = recorded != nullptr && recorded->last <= unsure_until;
  return Failed{may_be_there ? Failure::unknown : Failure::not_written, failed.detail};
}

std::optional<Failed> Writer::Impl::append(const Decided& decided) {
  if (log.read_only()) return Failed{Failure::not_written, taken_no_more()};
  if (decided.not_kept) return decided.not_kept;
  if (decided.batch.entries.empty()) return std::nullopt;
  const auto appended = log.append(decided.expected_last, decided.batch);
  if (appended) {
    batches.fetch_add(1, std::memory_order_relaxed);
    recorded.fetch_add(decided.batch.entries.size(), std::memory_order_relaxed);
    return std::nullopt;
  }
  stop_taking(appended.error().detail);
  if (appended.error().fault == Fault::storage) {
    unsure_until = decided.batch.entries.back().position;
  }
  return Failed{Failure::not_written, appended.error().detail};
}

std::string Writer::Impl::taken_no_more() const {
  const std::lock_guard lock(mutex);
  return "nothing of it was written: " + fault;
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
  ENSURE(!impl_->decider.joinable());
  if (auto restored = impl_->deciding.restore(); !restored) return restored;
  impl_->committer = std::thread([impl = impl_.get()] { impl->commit_all(); });
  impl_->decider = std::thread([impl = impl_.get()] { impl->decide_all(); });
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
  if (impl_->decider.joinable()) impl_->decider.join();
  if (impl_->committer.joinable()) impl_->committer.join();
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
