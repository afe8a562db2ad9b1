#include "engine/react/bell.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace engine::react {
namespace {

// The system's clock counts finer, and so not as far.
const Instant last =
    std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::time_point::max());

class WallBell final : public Bell {
 public:
  WallBell(Clock clock, std::chrono::milliseconds gather)
      : clock_(std::move(clock)), gather_(gather) {}

  Instant now() override { return clock_(); }

  void wait(std::optional<Instant> until) override {
    std::unique_lock lock(mutex_);
    const auto rung = [this] { return rung_; };
    // The system's own clock, not a time span: the kernel then minds its being set.
    if (until) {
      rung_before_.wait_until(lock, std::chrono::system_clock::time_point(std::min(*until, last)),
                              rung);
    } else {
      rung_before_.wait(lock, rung);
    }
    if (rung_) {
      const auto gathered = last_ + gather_;
      while (std::chrono::steady_clock::now() < gathered) {
        rung_before_.wait_until(lock, gathered);
      }
    }
    rung_ = false;
    last_ = std::chrono::steady_clock::now();
  }

  void ring() override {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(rung_, true)) return;
    }
    rung_before_.notify_one();
  }

 private:
  const Clock clock_;
  const std::chrono::milliseconds gather_;
  std::mutex mutex_;
  std::condition_variable rung_before_;
  bool rung_ = false;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace

std::unique_ptr<Bell> wall_bell(Clock clock, std::chrono::milliseconds gather) {
  return std::make_unique<WallBell>(std::move(clock), gather);
}

}  // namespace engine::react
