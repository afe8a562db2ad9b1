// The writer: one thread decides all submissions that wait, each against the state left by the one
// before; a second one appends their facts in one batch, one sync, and answers. While it does so,
// the first one decides what comes next, on what is not durable yet.
//
// Promises
//   - An answer Recorded is given only after the batch is durable and anchored.
//   - A submission is recorded all or none; of two with the same (source, id) one is.
//   - After a storage fault nothing more is taken: each waiting submission is told `unknown` if its
//     facts were in the failed batch, `not_written` if they had not been handed to the log.
//   - Answers are given in the order of asking, also those that write nothing: a refusal may rest
//     on a fact that becomes durable only with it.
//   - Every `done` is called exactly once, also at stop().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/time.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/command.hpp"
#include "engine/writer/workflow.hpp"

namespace engine::writer {

struct Limits {
  std::size_t queue_max = 65'536;           // submissions waiting; one more is told overloaded
  std::size_t queue_bytes_max = 256 << 20;  // their bodies and words together
  std::size_t batch_submissions_max = 2'048;
  std::size_t hot_streams_max = 200'000;  // states kept in memory
};

struct Counters {
  std::uint64_t submissions = 0;
  std::uint64_t recorded = 0;  // facts
  std::uint64_t refused = 0;
  std::uint64_t repeated = 0;
  std::uint64_t overloaded = 0;
  std::uint64_t batches = 0;
  std::size_t waiting = 0;
};

class Writer {
 public:
  // All of them outlive the writer. `codes` may be one of the workflows.
  Writer(log::EventLog& log, keys::Vault& vault, std::vector<Workflow*> workflows,
         const CodeBook& codes, Clock clock, Limits limits = {});
  ~Writer();  // as stop()

  // Restores the workflows from the log and starts the thread. Requires: called once, first.
  Result<void> start();

  // Takes the submission and returns at once. `done` is called on a thread of the writer's (or on
  // the caller's, before returning, if it is not taken); it must be quick and must not throw.
  void submit(Submission submission, std::function<void(Answer)> done);

  // The same for one who waits (tests, import, the command line).
  Answer ask(Submission submission);

  // Decides and writes what waits, takes nothing more, and ends the thread.
  void stop();

  Counters counters() const;
  bool read_only() const;  // a storage fault came

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace engine::writer
