// What a channel has taken in since the start, for /readyz and /metrics.
//
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace adapters::intake {

class Traffic {
 public:
  std::atomic<std::uint64_t> requests{0};    // all that came
  std::atomic<std::uint64_t> taken{0};       // became a command or a question that was answered
  std::atomic<std::uint64_t> repeats{0};     // had come before
  std::atomic<std::uint64_t> not_for_us{0};  // read no further: nobody called the service
  std::atomic<std::uint64_t> held{0};        // went to a person (intake)
  std::atomic<std::uint64_t> unverified{0};  // not from whom they claimed to come from
  std::atomic<std::uint64_t> failed{0};      // the engine could not take them: they may come again

  // Why the channel does not work at present, one sentence; "" while it does.
  void set_trouble(std::string trouble) {
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(trouble);
  }
  std::string trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

 private:
  mutable std::mutex mutex_;
  std::string trouble_;
};

}  // namespace adapters::intake
