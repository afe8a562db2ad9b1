#include "adapters/onebot/actions.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "adapters/json/json.hpp"

namespace adapters::onebot {
namespace {

using chat::Sent;

std::string failure(const Outcome& outcome) {
  std::string out = "OneBot refused it: retcode " + std::to_string(outcome.retcode);
  if (!outcome.wording.empty()) out += ", " + outcome.wording;
  return out;
}

void tell(const Outcome& outcome, const Done& done) {
  if (outcome.done) return done(Sent::done, {});
  done(Sent::never, failure(outcome));
}

// What an answer of the HTTP API says of the action.
void tell(const Posted& posted, const Done& done) {
  if (posted.sent != Sent::done) return done(posted.sent, posted.body);
  const std::string status = std::to_string(posted.status);
  switch (posted.status) {
    case 200: {
      const auto value = read_json(posted.body);
      const auto outcome = value ? read_outcome(*value) : std::nullopt;
      if (outcome) return tell(*outcome, done);
      return done(Sent::doubtful, "OneBot's HTTP API answered what is no outcome");
    }
    case 401:
    case 403:
      return done(Sent::later, "OneBot's HTTP API takes no access token of ours: " + status);
    case 429:
    case 503:
      return done(Sent::later, "OneBot's HTTP API is busy: " + status);
    case 500:
    case 502:
    case 504:
      return done(Sent::doubtful, "OneBot's HTTP API failed: " + status);
    default:
      return done(Sent::never, "OneBot's HTTP API answered " + status);
  }
}

}  // namespace

Actions::Actions(std::chrono::milliseconds outcome_wait, PostAction post)
    : outcome_wait_(outcome_wait), post_(std::move(post)), watcher_([this] { watch(); }) {}

Actions::~Actions() { stop(); }

std::uint64_t Actions::open(std::string self_id, Role role, std::shared_ptr<http::Line> line) {
  std::shared_ptr<http::Line> replaced;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto old =
        std::find_if(connections_.begin(), connections_.end(), [&](const auto& connection) {
          return connection.second.self_id == self_id && connection.second.role == role;
        });
    if (old != connections_.end()) {
      // It stays known until it has closed: it may still tell of what it was asked for.
      replaced = old->second.line;
      old->second.role = Role::none;
    } else if (stopped_ || connections_.size() >= connections_max) {
      return 0;
    }
    number = ++last_number_;
    connections_[number] = {std::move(self_id), role, std::move(line)};
  }
  if (replaced) replaced->close();
  return number;
}

void Actions::close(std::uint64_t connection) {
  std::vector<Done> lost;
  {
    const std::lock_guard lock(mutex_);
    connections_.erase(connection);
    for (auto it = under_way_.begin(); it != under_way_.end();) {
      if (it->second.connection != connection) {
        ++it;
        continue;
      }
      lost.push_back(std::move(it->second.done));
      it = under_way_.erase(it);
    }
  }
  for (const Done& done : lost) {
    done(Sent::doubtful, "the connection to OneBot closed before it told what came of it");
  }
}

void Actions::take(std::uint64_t connection, const Outcome& outcome) {
  std::uint64_t echo = 0;
  const char* const end = outcome.echo.data() + outcome.echo.size();
  if (std::from_chars(outcome.echo.data(), end, echo).ptr != end) return;
  Done done;
  {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(echo);
    if (found == under_way_.end() || found->second.connection != connection) return;
    done = std::move(found->second.done);
    under_way_.erase(found);
  }
  tell(outcome, done);
}

std::vector<std::string> Actions::accounts() const {
  std::vector<std::string> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [number, connection] : connections_) {
    if (connection.role == Role::api || connection.role == Role::universal) {
      out.push_back(connection.self_id);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// One that is there for actions alone before one that is for all; of two, the later one.
std::pair<std::uint64_t, std::shared_ptr<http::Line>> Actions::find(
    const std::string& self_id) const {
  std::pair<std::uint64_t, std::shared_ptr<http::Line>> out;
  for (const Role wanted : {Role::universal, Role::api}) {
    for (const auto& [number, connection] : connections_) {
      const bool same = self_id.empty() || connection.self_id == self_id;
      if (same && connection.role == wanted) out = {number, connection.line};
    }
  }
  return out;
}

void Actions::act(const std::string& self_id, const Action& action, Done done) {
  std::unique_lock lock(mutex_);
  const auto [connection, line] = find(self_id);
  const bool full = under_way_.size() >= actions_under_way_max;
  if (stopped_ || full || !line) {
    const bool stopped = stopped_;
    lock.unlock();
    if (stopped) return done(Sent::later, "the service stops");
    if (full) return done(Sent::later, "OneBot has not told yet what came of too many actions");
    if (post_) return post(action, std::move(done));
    return done(Sent::later,
                "no OneBot implementation is connected with the role API or Universal");
  }
  const std::uint64_t echo = ++last_number_;
  const auto due = Clock::now() + outcome_wait_;
  under_way_[echo] = {connection, due, std::move(done)};
  wake(due);
  lock.unlock();
  if (line->send(frame_of(action, std::to_string(echo)))) return;
  lock.lock();
  const auto unsent = under_way_.find(echo);
  if (unsent == under_way_.end()) return;  // told of already: the connection has closed
  const Done untold = std::move(unsent->second.done);
  under_way_.erase(unsent);
  lock.unlock();
  untold(Sent::later, "the connection to OneBot takes no more at present");
}

void Actions::post(const Action& action, Done done) {
  post_("/" + action.name, json::write(action.params),
        [done = std::move(done)](const Posted& posted) { tell(posted, done); });
}

bool Actions::postpone(std::chrono::milliseconds wait, std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  if (stopped_ || postponed_.size() >= postponed_max) return false;
  const auto due = Clock::now() + wait;
  postponed_.emplace(due, std::move(call));
  wake(due);
  return true;
}

void Actions::stop() {
  std::map<std::uint64_t, UnderWay> lost;
  std::multimap<Clock::time_point, std::function<void()>> forgotten;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    lost.swap(under_way_);
    forgotten.swap(postponed_);
    changed_.notify_all();
  }
  if (watcher_.joinable()) watcher_.join();
  for (const auto& [echo, action] : lost) {
    action.done(Sent::doubtful, "the service stopped before OneBot told what came of it");
  }
}

// Requires: the lock is held.
void Actions::wake(Clock::time_point due) {
  if (due < asleep_until_) changed_.notify_all();
}

void Actions::watch() {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    asleep_until_ = Clock::time_point::max();
    if (!under_way_.empty()) asleep_until_ = under_way_.begin()->second.due;
    if (!postponed_.empty()) asleep_until_ = std::min(asleep_until_, postponed_.begin()->first);
    if (asleep_until_ == Clock::time_point::max()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, asleep_until_);
    }
    asleep_until_ = Clock::time_point::min();
    const auto due = take_due(Clock::now());
    if (due.empty()) continue;
    lock.unlock();
    for (const auto& call : due) call();
    lock.lock();
  }
}

// Requires: the lock is held.
std::vector<std::function<void()>> Actions::take_due(Clock::time_point now) {
  std::vector<std::function<void()>> out;
  while (!under_way_.empty() && under_way_.begin()->second.due <= now) {
    out.emplace_back([done = std::move(under_way_.begin()->second.done)] {
      done(Sent::doubtful, "OneBot did not tell in time what came of it");
    });
    under_way_.erase(under_way_.begin());
  }
  while (!postponed_.empty() && postponed_.begin()->first <= now) {
    out.push_back(std::move(postponed_.begin()->second));
    postponed_.erase(postponed_.begin());
  }
  return out;
}

}  // namespace adapters::onebot
