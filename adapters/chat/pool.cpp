#include "adapters/chat/pool.hpp"

#include <utility>

#include "engine/core/background.hpp"

namespace adapters::chat {

Pool::Pool() {
  for (unsigned i = 0; i < pool_threads; ++i) {
    threads_.emplace_back([this] { run(); });
  }
}

bool Pool::post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() == pool_waiting_max) return false;
    jobs_.push_back(std::move(job));
  }
  more_.notify_one();
  return true;
}

void Pool::run() {
  engine::name_thread("sihe-chat");
  std::unique_lock lock(mutex_);
  while (true) {
    more_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job(true);
    lock.lock();
  }
}

void Pool::stop() {
  std::deque<Job> left;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    left.swap(jobs_);
  }
  more_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  for (const Job& job : left) job(false);
}

}  // namespace adapters::chat
