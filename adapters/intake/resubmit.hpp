// A letter handed to its channel again, as it came, and closed with the issue that it became.
//
// Promises
//   - Two steps, each durable before the next: the channel records, under the id that it knows the
//     message by for ever; then the letter is closed. Whatever ends in between, the letter is still
//     held, and the next time the channel finds the issue that there is and the letter is closed
//     with that one.
//   - What the channel does not take stays held.
//
// Threads: resubmit() reads the log. `done` once, from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "adapters/intake/again.hpp"
#include "engine/core/error.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/writer.hpp"

namespace adapters::intake {

// All of them outlive what is asked.
struct ResubmitParts {
  const engine::log::LogReader& log;
  const engine::keys::Vault& vault;
  engine::writer::Writer& writer;
  const HandIn& hand_in;
};

// The letter is closed, or what the writer said to that: its position and version are the letter's.
struct Closed {
  std::uint64_t issue = 0;  // 0: the letter had been dropped
  engine::writer::Answer answer;
};

// Closed; or why it is not (Again: not recorded); or what kept it from being read (not_found,
// corrupt, storage).
using Resubmitted = std::variant<Closed, Again, engine::Error>;

// `closing`: whose act it is, and under which key it is known; without steps. A letter that has
// been closed is not handed in: the writer answers, as it does to any command that comes too late
// or once more.
void resubmit(const ResubmitParts& parts, std::uint64_t number, engine::writer::Submission closing,
              std::optional<engine::Version> expected, std::function<void(Resubmitted)> done);

}  // namespace adapters::intake
