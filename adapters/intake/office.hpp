// Keeps letters: each becomes one submission on workflows/intake, under its channel's id or, where
// it has none, under the digest of what came; so the same letter, however often, is one.
//
// Promises
//   - Whoever cannot prove who he is cannot fill the disk: of Reason::unverified at most so many an
//     hour and channel are kept (a bucket that refills evenly); a repeat costs nothing.
//   - What is kept fits into one step of the engine: a body that is no plain text in base64, words
//     and fields shortened where they must be, and the letter says so (`cut`).
//
// Threads: hold() may be called from any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/intake/letter.hpp"
#include "engine/core/time.hpp"
#include "engine/writer/writer.hpp"

namespace adapters::intake {

constexpr unsigned unverified_an_hour = 200;  // of one channel
constexpr std::size_t channels_max = 32;      // with a bucket of their own; the others share one

// Under what a letter is known to the log: the source of its submission, and the id.
constexpr const char* letter_source = "intake";
std::string letter_key(std::string_view channel, std::string_view id);

class Office {
 public:
  // Both outlive it, and the writer has stopped before it ends.
  Office(engine::writer::Writer& writer, engine::Clock clock);
  ~Office();
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  // `done` once: at once where the letter is not kept, else on the writer's thread.
  void hold(Letter letter, std::function<void(Held)> done);
  // The same as a value. The office outlives it.
  Hold as_function();

  // Letters that were not kept because too many came, since the start.
  std::uint64_t turned_away() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The letter as the engine takes it. Requires nothing of the letter.
engine::writer::Submission submission_of(const Letter& letter);

}  // namespace adapters::intake
