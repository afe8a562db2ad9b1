// Which messages were answered that left no trace in the log (questions, refusals), so that none is
// answered again after a restart. A file of times and of the digests of ids: no words, no accounts.
//
// Promises
//   - What add() was given is known to whoever opens the file after this process, however it ended.
//     It is not synced, which would cost a hundred times as much: when the power goes,
//     the last seconds may be missing, and their questions are answered again.
//   - Bounded: remembered_max of them for remembered_for, the oldest forgotten first; the file has
//     at most twice as many.
//   - A file that was cut short is read as far as it goes.
//
// Threads: any.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/core/time.hpp"

namespace adapters::chat {

constexpr std::size_t remembered_max = 100'000;
constexpr std::chrono::hours remembered_for{24};

class AnsweredBook {
 public:
  // Opens or makes the file. invalid: it is something else, and is left alone. storage: it cannot
  // be read or written.
  static engine::Result<std::unique_ptr<AnsweredBook>> open(const std::filesystem::path& file,
                                                            engine::Instant now);
  ~AnsweredBook();
  AnsweredBook(const AnsweredBook&) = delete;
  AnsweredBook& operator=(const AnsweredBook&) = delete;

  bool has(std::string_view key, engine::Instant now);
  // A key that is there already is not added again.
  void add(std::string_view key, engine::Instant now);

  std::size_t size() const;
  // Why the last one was not written down; nothing is, after that. "" while all is well.
  std::string trouble() const;

 private:
  using Digest = std::array<std::uint64_t, 2>;
  struct Hash {
    std::size_t operator()(const Digest& digest) const { return digest[0]; }
  };

  explicit AnsweredBook(std::filesystem::path file) : file_(std::move(file)) {}
  static Digest digest_of(std::string_view key);
  engine::Result<void> read();
  engine::Result<void> write_anew();
  void drop_old(engine::Instant now);
  void take(engine::Instant at, const Digest& digest);

  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::unordered_set<Digest, Hash> known_;
  std::deque<std::pair<engine::Instant, Digest>> by_age_;
  int handle_ = -1;
  std::size_t in_file_ = 0;
  std::string trouble_;
};

}  // namespace adapters::chat
