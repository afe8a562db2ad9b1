// Remembers which signed requests have come, so that one that somebody kept is of no use later: it
// must be of about now, and its nonce new.
//
// The same request again (WeCom sends it up to four times until it is answered) is told from
// another one with its nonce, so that a repeat can be answered without doing anything again.
//
// Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/core/time.hpp"

namespace adapters::wecom {

constexpr std::chrono::seconds window_default{300};
constexpr std::size_t nonces_max_default = 100'000;
constexpr std::size_t nonce_bytes_max = 128;

enum class Seen : std::uint8_t {
  fresh,
  repeat,  // the very same request came before
  stale,   // its time is not within the window, or is none
  reused,  // another request had this time and nonce, or the nonce is over nonce_bytes_max
  full,    // more fresh requests within the window than can be remembered: later
};

class ReplayGuard {
 public:
  // `forgets`: what no request within the window can have any more. Without it, requests may be
  // taken in any order of time, and it is full for good when it is full.
  explicit ReplayGuard(std::chrono::seconds window = window_default,
                       std::size_t nonces_max = nonces_max_default, bool forgets = true);

  // `timestamp`: seconds since 1970, as it stands in the query. Requires: the signature was
  // verified, so that nobody else fills the memory; `digest` tells the content from any other.
  Seen take(engine::Instant now, std::string_view timestamp, std::string_view nonce,
            std::string_view digest);

  // The request was not dealt with after all: when it comes again, it is fresh.
  void forget(std::string_view timestamp, std::string_view nonce);

  std::size_t remembered() const;

 private:
  void drop_old(std::int64_t now_seconds);

  const std::int64_t window_seconds_;
  const std::size_t nonces_max_;
  const bool forgets_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> seen_;            // time/nonce → digest
  std::deque<std::pair<std::int64_t, std::string>> by_arrival_;  // (forgotten after, time/nonce)
};

}  // namespace adapters::wecom
