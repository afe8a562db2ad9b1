// A few threads for what reads the log, behind a bounded queue. Internal to adapters/chat.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace adapters::chat {

constexpr unsigned pool_threads = 2;
constexpr std::size_t pool_waiting_max = 1'024;

class Pool {
 public:
  // Called with false if the threads end before its turn.
  using Job = std::function<void(bool)>;

  Pool();
  ~Pool() { stop(); }

  // False: too many wait, or stop() was called; the job is not taken.
  bool post(Job job);
  // Lets running jobs end and tells the waiting ones that they will not run.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace adapters::chat
