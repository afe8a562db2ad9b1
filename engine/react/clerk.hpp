// The clerk: records what becomes true because time has passed, and nobody asks for. What that is,
// a workflow says (Agenda), from a view of the log; so the clerk needs no memory: after a crash, or
// after days, the view says what was not recorded.
//
// Promises
//   - Nothing is handed in before its moment has come by the clock. What was late is handed in with
//     the moment at which it was due; a clock that is set forward makes it due.
//   - Each is handed in under an id of its own, so that it is recorded once, whatever happens
//   between.
//   - Bounded: batch_max submissions are under way at a time. With nothing due it waits for the
//   next
//     moment or for the log to grow; it never looks just in case.
//   - A refusal is no error: things went on before it was handed in. It is not handed in again
//   until
//     its stream has changed.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/core/time.hpp"
#include "engine/log/event_log.hpp"
#include "engine/react/bell.hpp"
#include "engine/view/projection.hpp"
#include "engine/view/projector.hpp"
#include "engine/writer/writer.hpp"

namespace engine::react {

constexpr std::size_t batch_max = 512;

// Something to be recorded now. `seen`: what tells, with the id, that it was decided on the same
// facts (the version of the stream).
struct Task {
  writer::Submission submission;
  std::uint64_t seen = 0;
};

// What a workflow wants recorded as time passes. Pure.
class Agenda {
 public:
  virtual ~Agenda() = default;
  virtual std::string_view view() const = 0;  // the name of the projection that it reads

  // True: that was refused already; it is to be passed over.
  using Refused = std::function<bool(const std::string& id, std::uint64_t seen)>;
  // What is due at `now`, the earliest first, at most `at_most`.
  virtual std::vector<Task> due(const view::Projection& view, Instant now, std::size_t at_most,
                                const Refused& refused) const = 0;
  // The first moment after `now` at which something becomes due; nothing: none is known.
  virtual std::optional<Instant> next(const view::Projection& view, Instant now) const = 0;
  // How much waits for time to pass.
  virtual std::size_t pending(const view::Projection& view) const = 0;
};

struct ClerkState {
  std::uint64_t recorded = 0;  // submissions, since the start
  std::uint64_t refused = 0;
  std::size_t pending = 0;
  std::optional<Instant> next;  // nothing: nothing is known to become due
  std::string trouble;          // why it could not go on; empty while all is well
};

class Clerk {
 public:
  // All of them outlive it. Requires: the projector follows the agenda's view.
  Clerk(const log::EventLog& log, writer::Writer& writer, view::Projector& projector,
        std::unique_ptr<Agenda> agenda);
  ~Clerk();

  // Hands in all that is due at `now`, as the log stands when it returns. Gives when there is more
  // to do if nothing is recorded until then; nothing: not before. One thread at a time.
  std::optional<Instant> work(Instant now);
  // work() returns soon, now and ever after. From any thread.
  void stop();

  ClerkState state() const;  // from any thread

 private:
  bool has_caught_up();
  bool hand_in(std::vector<Task> tasks);
  void note(const std::string& trouble);

  const log::EventLog& log_;
  writer::Writer& writer_;
  view::Projector& projector_;
  const std::unique_ptr<Agenda> agenda_;
  std::unordered_map<std::string, std::uint64_t> refused_;  // by id: what was seen
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;  // of the state
  ClerkState state_;
};

// A clerk at work on a thread of its own, until this ends. Both outlive it.
class ClerkThread {
 public:
  ClerkThread(Clerk& clerk, Bell& bell);
  ~ClerkThread();

 private:
  Clerk& clerk_;
  Bell& bell_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace engine::react
