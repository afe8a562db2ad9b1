#include "engine/outbox/courier.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <utility>

#include "engine/core/background.hpp"
#include "engine/core/ensure.hpp"
#include "engine/tree/tree.hpp"

namespace engine::outbox {

namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds retry_wait{1};  // when the file or the log cannot be used
constexpr std::chrono::hours prune_wait{1};
constexpr std::chrono::seconds finish_wait{2};

}  // namespace

// Outlives the courier while a carrier still owes an answer.
struct Courier::Answers {
  struct Answer {
    std::int64_t id;
    std::uint64_t ticket;
    Outcome outcome;
  };

  explicit Answers(std::function<void()> ringer) : ring(std::move(ringer)) {}

  void put(Answer answer) {
    const std::lock_guard lock(mutex);
    arrived.push_back(std::move(answer));
    changed.notify_all();
    if (ring) ring();
  }
  std::vector<Answer> take() {
    const std::lock_guard lock(mutex);
    return std::exchange(arrived, {});
  }
  void close() {
    const std::lock_guard lock(mutex);
    ring = {};
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Answer> arrived;
  std::function<void()> ring;
};

milliseconds wait_after(std::uint32_t attempts, const Retry& retry, double chance) {
  constexpr std::uint32_t doublings_max = 32;  // beyond any `most`
  const std::uint32_t doublings = std::min(attempts - 1, doublings_max);
  const double full = std::min(
      static_cast<double>(retry.first.count()) * static_cast<double>(std::uint64_t{1} << doublings),
      static_cast<double>(retry.most.count()));
  return milliseconds{static_cast<std::int64_t>(full * (0.5 + 0.5 * chance))};
}

Courier::Courier(const log::LogReader& log, std::unique_ptr<Outbox> outbox, Plan plan,
                 std::vector<Route> routes, std::function<double()> chance,
                 std::function<void()> ring, Retry retry)
    : log_(log),
      outbox_(std::move(outbox)),
      plan_(std::move(plan)),
      chance_(std::move(chance)),
      retry_(retry),
      answers_(std::make_shared<Answers>(std::move(ring))) {
  for (Route& route : routes) {
    ENSURE(route.carrier != nullptr && route.rate.per_second > 0 && route.rate.burst >= 1);
    const double full = route.rate.burst;
    ways_.push_back({std::move(route), full, {}, 0, {}, {}});
  }
}

Courier::~Courier() { answers_->close(); }

std::optional<Instant> Courier::work(Instant now) {
  if (stop_) return std::nullopt;
  const auto done = turn(now);
  auto next = done ? next_moment(now) : Result<Instant>(now + retry_wait);
  const std::string trouble = !done ? done.error().detail : !next ? next.error().detail : "";
  const std::lock_guard lock(mutex_);
  state_.trouble = trouble;
  return next ? *next : now + retry_wait;
}

// What cannot be planned does not keep what is planned from being sent.
Result<void> Courier::turn(Instant now) {
  if (auto settled = settle(now); !settled) return settled;
  const auto planned = plan(now);
  if (auto sent = send(now); !sent) return sent;
  if (auto pruned = prune(now); !pruned) return pruned;
  if (auto shown = show(); !shown) return shown;
  return planned;
}

void Courier::take_answers(Instant now) {
  for (auto& answer : answers_->take()) {
    const auto found = flights_.find(answer.id);
    // Answered twice, or after it was given up.
    if (found == flights_.end() || found->second.ticket != answer.ticket) continue;
    if (!found->second.outcome) found->second.outcome = std::move(answer.outcome);
  }
  for (auto& [id, flight] : flights_) {
    if (!flight.outcome && now - flight.begun_at > carry_max) {
      flight.outcome = Outcome{Ending::doubtful, "the other side did not answer in time", {}};
    }
  }
}

Change Courier::change_of(const Flight& flight, Instant now) {
  const Outcome& outcome = *flight.outcome;
  Change out{flight.row.id, State::sent, now, outcome.why};
  switch (outcome.ending) {
    case Ending::sent:
      out.why.clear();
      break;
    case Ending::later: {
      const bool over = flight.row.attempts >= retry_.attempts_max ||
                        now - flight.row.since > retry_.give_up_after;
      out.to = over ? State::failed : State::waiting;
      milliseconds wait = wait_after(flight.row.attempts, retry_, chance_());
      if (outcome.wait) {
        wait = std::max(wait, std::min<milliseconds>(*outcome.wait, asked_wait_max));
      }
      out.next_at = now + wait;
      break;
    }
    case Ending::never:
      out.to = State::failed;
      break;
    case Ending::doubtful:
      out.to = State::doubtful;
      break;
    case Ending::needless:
      out.to = State::dropped;
      break;
  }
  return out;
}

void Courier::note(Way& way, const Outcome& outcome, Instant now) {
  --way.under_way;
  if (outcome.ending == Ending::needless) return;
  if (outcome.ending == Ending::sent) {
    way.trouble.clear();
    way.trouble_since.reset();
    return;
  }
  way.trouble = outcome.why;
  if (!way.trouble_since) way.trouble_since = now;
}

Result<void> Courier::settle(Instant now) {
  take_answers(now);
  std::vector<Change> changes;
  for (const auto& [id, flight] : flights_) {
    if (flight.outcome) changes.push_back(change_of(flight, now));
  }
  // What is not written down now is kept, and written down in the next turn.
  if (auto ended = outbox_->end(changes, now); !ended) return ended;
  for (const Change& change : changes) {
    const auto found = flights_.find(change.id);
    note(ways_[found->second.way], *found->second.outcome, now);
    flights_.erase(found);
  }
  if (!may_have_begun_) return {};
  std::vector<std::int64_t> under_way;
  for (const auto& [id, flight] : flights_) under_way.push_back(id);
  if (auto back = outbox_->put_back(under_way); !back) return back;
  may_have_begun_ = false;
  return {};
}

Result<void> Courier::plan(Instant now) {
  const Position from = outbox_->position();
  const Position to = std::min(log_.last(), Position{from.value + plan_records_max});
  if (from >= to) return {};
  std::vector<Planned> rows;
  Position done = from;
  Sha256 last{};
  const auto read = log_.read(from, to, [&](Position at, std::string_view bytes) {
    for (Draft& draft : plan_(log::RecordView(bytes))) rows.push_back({at, std::move(draft)});
    done = at;
    if (at == to) last = tree::leaf_hash(bytes);
    return !stop_;
  });
  if (!read) return read;
  if (done != to) return {};  // stopped: it is planned the next time
  return outbox_->add(rows, to, last, now);
}

Result<void> Courier::send(Instant now) {
  std::vector<Quota> quotas;
  for (Way& way : ways_) {
    const Rate& rate = way.route.rate;
    const double passed = std::chrono::duration<double>(now - way.filled_at).count();
    if (passed > 0) way.tokens = std::min(rate.burst, way.tokens + passed * rate.per_second);
    way.filled_at = now;  // also where the clock was set back
    const std::size_t free = way.route.under_way_max - way.under_way;
    const auto at_most = std::min(free, static_cast<std::size_t>(way.tokens));
    if (at_most > 0) quotas.push_back({way.route.name, at_most});
  }
  if (stop_ || quotas.empty()) return {};
  auto rows = outbox_->begin(quotas, now);
  if (!rows) {
    may_have_begun_ = true;
    return rows.error();
  }
  for (Row& row : *rows) carry(std::move(row), now);
  return {};
}

void Courier::carry(Row row, Instant now) {
  const auto found = std::find_if(ways_.begin(), ways_.end(),
                                  [&](const Way& way) { return way.route.name == row.route; });
  ENSURE(found != ways_.end());
  const std::int64_t id = row.id;
  const std::uint64_t ticket = ++tickets_;
  ++found->under_way;
  found->tokens -= 1;
  const auto way = static_cast<std::size_t>(found - ways_.begin());
  const auto flight = flights_.insert_or_assign(id, Flight{std::move(row), way, ticket, now, {}});
  found->route.carrier->carry(flight.first->second.row,
                              [answers = answers_, id, ticket](Outcome outcome) {
                                answers->put({id, ticket, std::move(outcome)});
                              });
}

Result<void> Courier::prune(Instant now) {
  if (now - pruned_at_ < prune_wait && now >= pruned_at_) return {};
  const auto pruned = outbox_->prune(now);
  if (!pruned) return pruned.error();
  if (*pruned < prune_max) pruned_at_ = now;
  return {};
}

Result<void> Courier::show() {
  auto standing = outbox_->standing();
  if (!standing) return standing.error();
  CourierState out;
  out.position = outbox_->position();
  out.oldest_waiting = standing->oldest_waiting;
  for (const Way& way : ways_) {
    out.routes.push_back({way.route.name, true, 0, 0, 0, 0, 0, 0, way.trouble, way.trouble_since});
  }
  for (const Count& count : standing->counts) {
    auto found = std::find_if(out.routes.begin(), out.routes.end(),
                              [&](const RouteState& each) { return each.name == count.route; });
    if (found == out.routes.end()) {
      found = out.routes.insert(found, RouteState{count.route, false, 0, 0, 0, 0, 0, 0, {}, {}});
    }
    const std::array members{&found->waiting, &found->sending,  &found->sent,
                             &found->failed,  &found->doubtful, &found->dropped};
    *members.at(static_cast<std::size_t>(count.state) - 1) = count.rows;
    if (!found->carried && found->waiting > 0) {
      found->trouble = "messages wait, and nothing carries this route: set it up or drop them";
    }
  }
  for (const RouteState& route : out.routes) {
    out.waiting += route.waiting;
    out.failed += route.failed;
    out.doubtful += route.doubtful;
  }
  const std::lock_guard lock(mutex_);
  out.trouble = state_.trouble;
  state_ = std::move(out);
  return {};
}

Result<Instant> Courier::next_moment(Instant now) {
  {
    const std::lock_guard lock(answers_->mutex);
    if (!answers_->arrived.empty()) return now;
  }
  if (log_.last() > outbox_->position()) return now;
  Instant next = now + look_wait;
  for (const Way& way : ways_) {
    if (way.under_way >= way.route.under_way_max) continue;
    const auto ready = outbox_->next_at(way.route.name);
    if (!ready) return ready.error();
    if (!*ready) continue;
    // Rounded up: a moment before, there would not be a whole one yet.
    const double missing = std::max(0.0, 1 - way.tokens) / way.route.rate.per_second;
    const auto filled = std::chrono::ceil<milliseconds>(std::chrono::duration<double>(missing));
    next = std::min(next, std::max(**ready, now + filled));
  }
  return std::max(next, now);
}

void Courier::stop() { stop_ = true; }

void Courier::finish(milliseconds grace, Instant now) {
  ENSURE(stop_);
  {
    std::unique_lock lock(answers_->mutex);
    answers_->changed.wait_for(lock, grace,
                               [&] { return answers_->arrived.size() >= flights_.size(); });
  }
  // What is not known then is found doubtful at the next start.
  static_cast<void>(settle(now));
}

CourierState Courier::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

CourierThread::CourierThread(Courier& courier, react::Bell& bell) : courier_(courier), bell_(bell) {
  thread_ = std::thread([this] {
    name_thread("courier");
    run_in_background();
    while (!stop_) {
      const auto next = courier_.work(bell_.now());
      if (!stop_) bell_.wait(next);
    }
    courier_.finish(finish_wait, bell_.now());
  });
}

CourierThread::~CourierThread() {
  stop_ = true;
  courier_.stop();
  bell_.ring();
  thread_.join();
}

}  // namespace engine::outbox
