#include "adapters/wecom/waiting.hpp"

#include "engine/core/background.hpp"

namespace adapters::wecom {

Waiting::Waiting(std::chrono::milliseconds patience)
    : patience_(patience), thread_([this] { run(); }) {}

Waiting::TicketPtr Waiting::wait(std::function<void()> too_late) {
  auto ticket = std::make_shared<Ticket>();
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    while (!entries_.empty() && entries_.front().ticket->settled()) entries_.pop_front();
    if (stopping_ || entries_.size() >= waiting_max) return nullptr;
    first = entries_.empty();
    entries_.push_back({std::chrono::steady_clock::now() + patience_, ticket, std::move(too_late)});
  }
  if (first) more_.notify_one();
  return ticket;
}

void Waiting::run() {
  engine::name_thread("sihe-wecom");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (entries_.empty()) {
      more_.wait(lock);
      continue;
    }
    if (!entries_.front().ticket->settled() &&
        std::chrono::steady_clock::now() < entries_.front().by) {
      // A copy: the entry may go while this waits, and the wait looks at its time once more.
      const auto by = entries_.front().by;
      more_.wait_until(lock, by);
      continue;
    }
    const Entry entry = std::move(entries_.front());
    entries_.pop_front();
    lock.unlock();
    if (entry.ticket->settle()) entry.too_late();
    lock.lock();
  }
}

void Waiting::stop() {
  std::deque<Entry> left;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    left.swap(entries_);
  }
  more_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (const Entry& each : left) {
    if (each.ticket->settle()) each.too_late();
  }
}

}  // namespace adapters::wecom
