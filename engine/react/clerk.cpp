#include "engine/react/clerk.hpp"

#include <condition_variable>
#include <utility>
#include <variant>

namespace engine::react {

namespace {

using writer::Answer;
using writer::Failed;
using writer::Failure;
using writer::Recorded;

// What could not be handed in now is tried again.
constexpr std::chrono::seconds retry_wait{1};
// Between two looks whether to stop, while a view is behind.
constexpr std::chrono::seconds behind_wait{1};
// More refusals are kept than can be under way; if they are forgotten, they are asked once more.
constexpr std::size_t refused_max = 65'536;

// The answers to what is under way, in the order of handing in.
class Answers {
 public:
  explicit Answers(std::size_t count) : answers_(count), missing_(count) {}

  void put(std::size_t at, Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_[at] = std::move(answer);
    if (--missing_ == 0) complete_.notify_one();
  }
  const std::vector<Answer>& wait() {
    std::unique_lock lock(mutex_);
    complete_.wait(lock, [this] { return missing_ == 0; });
    return answers_;
  }

 private:
  std::vector<Answer> answers_;
  std::size_t missing_;
  std::mutex mutex_;
  std::condition_variable complete_;
};

}  // namespace

Clerk::Clerk(const log::EventLog& log, writer::Writer& writer, view::Projector& projector,
             std::unique_ptr<Agenda> agenda)
    : log_(log), writer_(writer), projector_(projector), agenda_(std::move(agenda)) {}

Clerk::~Clerk() = default;

std::optional<Instant> Clerk::work(Instant now) {
  while (!stop_) {
    if (!has_caught_up()) return stop_ ? std::nullopt : std::optional(now + retry_wait);
    std::vector<Task> tasks;
    std::optional<Instant> next;
    std::size_t pending = 0;
    projector_.use(agenda_->view(), [&](const view::Projection& view, Position) {
      tasks = agenda_->due(view, now, batch_max, [this](const std::string& id, std::uint64_t seen) {
        const auto found = refused_.find(id);
        return found != refused_.end() && found->second == seen;
      });
      next = agenda_->next(view, now);
      pending = agenda_->pending(view);
    });
    {
      const std::lock_guard lock(mutex_);
      state_.pending = pending;
      state_.next = tasks.empty() ? next : now;
      if (tasks.empty()) state_.trouble.clear();
    }
    if (tasks.empty()) return next;
    if (!hand_in(std::move(tasks))) {
      // After a storage fault nothing is taken any more, however often it is tried.
      if (log_.read_only() || writer_.read_only()) return std::nullopt;
      return now + retry_wait;
    }
  }
  return std::nullopt;
}

// The view has to show what was recorded, or the same would be handed in again.
bool Clerk::has_caught_up() {
  while (!stop_) {
    const auto waited = projector_.wait(agenda_->view(), log_.last(),
                                        std::chrono::steady_clock::now() + behind_wait);
    if (waited) return true;
    if (waited.error().fault == Fault::cancelled) continue;
    note(waited.error().detail);
    return false;
  }
  return false;
}

// False: not all of it could be handed in; the state says why.
bool Clerk::hand_in(std::vector<Task> tasks) {
  const auto answers = std::make_shared<Answers>(tasks.size());
  std::vector<std::pair<std::string, std::uint64_t>> asked;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    asked.emplace_back(tasks[i].submission.id, tasks[i].seen);
    writer_.submit(std::move(tasks[i].submission),
                   [answers, i](Answer answer) { answers->put(i, std::move(answer)); });
  }
  const std::vector<Answer>& answered = answers->wait();
  std::uint64_t recorded = 0;
  std::uint64_t refused = 0;
  std::string trouble;
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const auto* failed = std::get_if<Failed>(&answered[i]);
    if (failed != nullptr && failed->why != Failure::reused_id) {
      trouble = failed->detail;
      continue;
    }
    const auto* done = std::get_if<Recorded>(&answered[i]);
    const bool is_new = done != nullptr && !done->repeated;
    recorded += is_new ? 1 : 0;
    refused += is_new ? 0 : 1;
    if (is_new) continue;
    if (refused_.size() >= refused_max) refused_.clear();
    refused_.insert_or_assign(std::move(asked[i].first), asked[i].second);
  }
  const std::lock_guard lock(mutex_);
  state_.recorded += recorded;
  state_.refused += refused;
  state_.trouble = trouble;
  return trouble.empty();
}

void Clerk::note(const std::string& trouble) {
  const std::lock_guard lock(mutex_);
  state_.trouble = trouble;
}

void Clerk::stop() { stop_ = true; }

ClerkState Clerk::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

ClerkThread::ClerkThread(Clerk& clerk, Bell& bell) : clerk_(clerk), bell_(bell) {
  thread_ = std::thread([this] {
    while (!stop_) {
      const auto next = clerk_.work(bell_.now());
      if (!stop_) bell_.wait(next);
    }
  });
}

ClerkThread::~ClerkThread() {
  stop_ = true;
  clerk_.stop();
  bell_.ring();
  thread_.join();
}

}  // namespace engine::react
