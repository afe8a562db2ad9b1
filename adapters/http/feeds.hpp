// /v1/events: everything that is recorded, as server-sent events, resumable by position. Internal
// to adapters/http.
//
// Promises
//   - An event's id is its position; who comes back with the last id he saw misses nothing and gets
//     nothing twice. Events that are not his, or not asked for, still move the id on.
//   - A feed says something at least every `heartbeat`, so that both sides notice a dead line.
//   - It ends when its token is revoked.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/http/call.hpp"

namespace adapters::http {

constexpr std::size_t feeds_max = 256;
constexpr std::chrono::seconds heartbeat{15};

// One feed's bell: rung by whoever has news, silent once the feed is gone.
class Bell {
 public:
  void set(std::function<void()> wake);
  void mute();
  // Wakes the feed if it waits; the second ring before it has looked does nothing.
  void ring();
  // The feed has nothing at the moment: the next ring wakes it.
  void arm() { armed_.store(true, std::memory_order_release); }

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  std::atomic<bool> armed_{false};
};

class Feeds {
 public:
  explicit Feeds(const ApiParts& parts);
  ~Feeds() { stop(); }

  // The feed that the call asks for.
  Outcome open(const Call& call);
  // Rings all bells; never blocks for long.
  void appended();
  // Ends all feeds.
  void stop();
  std::size_t count();

 private:
  std::size_t sweep();  // requires the mutex; drops the bells of feeds that are gone
  void beat();

  const ApiParts& parts_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<Bell>> bells_;
  std::shared_ptr<std::atomic<bool>> over_ = std::make_shared<std::atomic<bool>>(false);
  std::condition_variable ends_;
  std::thread beats_;
};

}  // namespace adapters::http
