// Answers that must be given by a time: whoever comes first, the answer or the time, settles it.
//
// Threads: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "engine/core/time.hpp"

namespace adapters::wecom {

constexpr std::size_t waiting_max = 10'000;

class Waiting {
 public:
  // One answer that is waited for.
  class Ticket {
   public:
    // True for the first that settles it, whoever that is.
    bool settle() {
      const std::lock_guard lock(mutex_);
      return !std::exchange(settled_, true);
    }

   private:
    friend class Waiting;
    bool settled() {
      const std::lock_guard lock(mutex_);
      return settled_;
    }
    std::mutex mutex_;
    bool settled_ = false;
  };
  using TicketPtr = std::shared_ptr<Ticket>;

  explicit Waiting(std::chrono::milliseconds patience);
  ~Waiting() { stop(); }

  // `too_late` is called, on a thread of this, if nobody settles the ticket in time; at stop()
  // likewise. nullptr: too many wait, or stop() was called; `too_late` is not called.
  TicketPtr wait(std::function<void()> too_late);

  void stop();

 private:
  struct Entry {
    engine::Deadline by;
    TicketPtr ticket;
    std::function<void()> too_late;
  };

  void run();

  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<Entry> entries_;  // all wait equally long, so the first one is due first
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace adapters::wecom
