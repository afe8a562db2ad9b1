#include "adapters/wecom/replay.hpp"

#include <charconv>
#include <utility>

#include "adapters/signing/signing.hpp"

namespace adapters::wecom {
namespace {

std::string key_of(std::string_view timestamp, std::string_view nonce) {
  return std::string(timestamp) + "/" + std::string(nonce);
}

}  // namespace

ReplayGuard::ReplayGuard(std::chrono::seconds window, std::size_t nonces_max, bool forgets)
    : window_seconds_(window.count()), nonces_max_(nonces_max), forgets_(forgets) {}

Seen ReplayGuard::take(engine::Instant now, std::string_view timestamp, std::string_view nonce,
                       std::string_view digest) {
  std::int64_t sent = 0;
  const auto [end, failed] =
      std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), sent);
  if (failed != std::errc{} || end != timestamp.data() + timestamp.size()) return Seen::stale;
  const std::int64_t now_seconds = engine::to_ms(now) / 1000;
  if (sent < now_seconds - window_seconds_ || sent > now_seconds + window_seconds_) {
    return Seen::stale;
  }
  if (nonce.size() > nonce_bytes_max) return Seen::reused;
  const std::lock_guard lock(mutex_);
  if (forgets_) drop_old(now_seconds);
  std::string key = key_of(timestamp, nonce);
  const auto found = seen_.find(key);
  if (found != seen_.end()) {
    return signing::same(found->second, digest) ? Seen::repeat : Seen::reused;
  }
  if (by_arrival_.size() >= nonces_max_) return Seen::full;
  // Whatever its time, until then it is within the window of nobody any more.
  by_arrival_.emplace_back(now_seconds + 2 * window_seconds_, key);
  seen_.emplace(std::move(key), digest);
  return Seen::fresh;
}

void ReplayGuard::forget(std::string_view timestamp, std::string_view nonce) {
  const std::lock_guard lock(mutex_);
  seen_.erase(key_of(timestamp, nonce));
}

std::size_t ReplayGuard::remembered() const {
  const std::lock_guard lock(mutex_);
  return seen_.size();
}

void ReplayGuard::drop_old(std::int64_t now_seconds) {
  while (!by_arrival_.empty() && by_arrival_.front().first < now_seconds) {
    seen_.erase(by_arrival_.front().second);
    by_arrival_.pop_front();
  }
}

}  // namespace adapters::wecom
