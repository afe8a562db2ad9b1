// The courier: follows the log, writes into the outbox what each fact asks to be sent (Plan), and
// has it carried, each route by its Carrier, until it is sent or given up.
//
// Promises
//   - What outbox.hpp promises: once each, in order per address.
//   - One route that is slow or down holds up no other: so many at a time are under way per route,
//     each address has one, and nothing waits for an answer.
//   - Tried again after a wait that doubles, at most attempts_max times and give_up_after long;
//     no route is used more often than its rate.
//   - A carrier that does not answer within carry_max has the message doubtful.
//   - Bounded: planning plan_records_max records a turn, the rest of a turn by the quotas.
//
// Threads: work() and finish() one at a time; what carriers answer comes from any thread; stop(),
// state() from any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/core/time.hpp"
#include "engine/log/event_log.hpp"
#include "engine/log/record.hpp"
#include "engine/outbox/outbox.hpp"
#include "engine/react/bell.hpp"

namespace engine::outbox {

constexpr std::uint64_t plan_records_max = 8'192;
constexpr std::chrono::minutes carry_max{5};
// What people changed in the file is noticed so soon.
constexpr std::chrono::seconds look_wait{1};
// The other side may ask to be left alone for at most so long.
constexpr std::chrono::hours asked_wait_max{6};

// What a fact asks to be sent; pure. Called with the records of all workflows.
using Plan = std::function<std::vector<Draft>(const log::RecordView&)>;

enum class Ending : std::uint8_t {
  sent,
  later,     // it did not leave, or was not taken now
  never,     // it will not be taken, however often it is tried
  doubtful,  // it left, and what became of it is not known
  needless,  // there is nothing to say any more
};
struct Outcome {
  Ending ending = Ending::sent;
  std::string why;  // a sentence for the operator where it was not sent; no words of residents
  std::optional<std::chrono::seconds> wait;  // later: so long, asked for by the other side
};

class Carrier {
 public:
  virtual ~Carrier() = default;
  // Sends what the row stands for; must not wait for the other side. `done` once, from any thread,
  // now or later; also after the courier has gone.
  virtual void carry(const Row& row, std::function<void(Outcome)> done) = 0;
};

struct Rate {
  double per_second = 1;
  double burst = 1;  // so many at once after a pause
};
// What chat services bear from one that only answers, and a receiver of events.
constexpr Rate chat_rate{1, 5};
constexpr Rate webhook_rate{50, 50};

struct Route {
  std::string name;
  std::unique_ptr<Carrier> carrier;
  Rate rate = chat_rate;
  std::size_t under_way_max = 8;
};

struct Retry {
  std::chrono::milliseconds first = std::chrono::seconds{5};
  std::chrono::milliseconds most = std::chrono::hours{1};
  std::uint32_t attempts_max = 40;
  std::chrono::milliseconds give_up_after = std::chrono::hours{72};
};
// How long to wait after so many attempts: first, doubled each time, at most `most`; of that
// between a half and all, as `chance` (0 … 1) has it. Requires: attempts >= 1.
std::chrono::milliseconds wait_after(std::uint32_t attempts, const Retry& retry, double chance);

struct RouteState {
  std::string name;
  bool carried = true;  // false: rows wait for a route that nothing carries
  std::uint64_t waiting = 0, sending = 0, sent = 0, failed = 0, doubtful = 0, dropped = 0;
  std::string trouble;  // why the last one did not arrive; "" if it did
  std::optional<Instant> trouble_since;
};
struct CourierState {
  Position position;  // all facts up to here have their rows
  std::uint64_t waiting = 0, failed = 0, doubtful = 0;
  std::optional<Instant> oldest_waiting;
  std::vector<RouteState> routes;
  std::string trouble;  // why the outbox or the log cannot be used; "" while all is well
};

class Courier {
 public:
  // `chance`: 0 … 1, as random as it should be. `ring`: something is to be done, work() should be
  // called; from any thread, until this ends. The log outlives it.
  Courier(const log::LogReader& log, std::unique_ptr<Outbox> outbox, Plan plan,
          std::vector<Route> routes, std::function<double()> chance, std::function<void()> ring,
          Retry retry = {});
  ~Courier();

  // Does what is to be done at `now`. Gives when there is more to do if nothing happens until then;
  // nothing: it was stopped.
  std::optional<Instant> work(Instant now);
  // work() returns soon, now and ever after.
  void stop();
  // After stop(): waits up to `grace` for the answers to what is under way and writes them down.
  void finish(std::chrono::milliseconds grace, Instant now);

  CourierState state() const;

 private:
  struct Answers;  // of carriers
  struct Way {     // a route at work
    Route route;
    double tokens = 0;
    Instant filled_at{};
    std::size_t under_way = 0;
    std::string trouble;
    std::optional<Instant> trouble_since;
  };
  struct Flight {
    Row row;
    std::size_t way = 0;
    std::uint64_t ticket = 0;
    Instant begun_at{};
    std::optional<Outcome> outcome;  // arrived, not yet written down
  };

  Result<void> turn(Instant now);
  Result<void> settle(Instant now);
  Result<void> plan(Instant now);
  Result<void> send(Instant now);
  Result<void> prune(Instant now);
  Result<void> show();
  Change change_of(const Flight& flight, Instant now);
  void note(Way& way, const Outcome& outcome, Instant now);
  void take_answers(Instant now);
  void carry(Row row, Instant now);
  Result<Instant> next_moment(Instant now);

  const log::LogReader& log_;
  const std::unique_ptr<Outbox> outbox_;
  const Plan plan_;
  const std::function<double()> chance_;
  const Retry retry_;
  const std::shared_ptr<Answers> answers_;
  std::vector<Way> ways_;
  std::unordered_map<std::int64_t, Flight> flights_;
  std::uint64_t tickets_ = 0;
  bool may_have_begun_ = false;  // a begin() failed: what of it reached the disk is not known
  Instant pruned_at_{};
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;  // of the state
  CourierState state_;
};

// What carriers answer is taken up so soon; it bounds how fast one address can go.
constexpr std::chrono::milliseconds courier_gather_max{5};

// A courier at work on a thread of its own, until this ends. Both outlive it.
class CourierThread {
 public:
  CourierThread(Courier& courier, react::Bell& bell);
  // Waits a moment for the answers to what is under way.
  ~CourierThread();

 private:
  Courier& courier_;
  react::Bell& bell_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace engine::outbox
