#include "adapters/open311/readers.hpp"

#include <utility>

namespace adapters::open311 {

engine::Result<engine::board::Board*> Desk::board() {
  if (!board_) {
    auto opened = engine::board::open_board(file_);
    if (!opened) return opened.error();
    board_ = std::move(*opened);
  }
  return board_.get();
}

Readers::Readers(const std::filesystem::path& board) {
  for (unsigned i = 0; i < reader_threads; ++i) {
    threads_.emplace_back([this, board] { run(Desk(board)); });
  }
}

bool Readers::post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() == waiting_reads_max) return false;
    jobs_.push_back(std::move(job));
  }
  more_.notify_one();
  return true;
}

void Readers::run(Desk desk) {
  std::unique_lock lock(mutex_);
  while (true) {
    more_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    {
      const Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job(&desk);
    }
    lock.lock();
  }
}

void Readers::stop() {
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
  for (const Job& job : left) job(nullptr);
}

}  // namespace adapters::open311
