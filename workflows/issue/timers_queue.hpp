// The issues that wait for something, by when: a heap from which nothing is taken out of turn. What
// is no longer so is left in it until it comes to the top, or until there is too much of it. So a
// change costs O(log n), and the earliest is always on top. Internal to the timers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace workflows::issue {

struct WaitingIssue {
  std::int64_t moment = 0;
  std::uint64_t number = 0;
  friend auto operator<=>(const WaitingIssue&, const WaitingIssue&) = default;
};

class TimersQueue {
 public:
  // The issue waits for another moment than before; 0: it does not wait. `holds` says whether what
  // stands here of an issue still is so.
  template <class Holds>
  void change(std::uint64_t number, std::int64_t before, std::int64_t now, const Holds& holds) {
    if (before == now) return;
    waiting_ = waiting_ + (now != 0 ? 1 : 0) - (before != 0 ? 1 : 0);
    if (now != 0) {
      heap_.push_back({now, number});
      std::push_heap(heap_.begin(), heap_.end(), later);
    }
    while (!heap_.empty() && !holds(heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), later);
      heap_.pop_back();
    }
    if (heap_.size() > 2 * waiting_ + spare) clean(holds);
  }

  std::size_t waiting() const { return waiting_; }

  // Visits in order of time what holds, from the earliest on, until `visit` gives false.
  template <class Holds>
  void each(const Holds& holds, const std::function<bool(const WaitingIssue&)>& visit) const {
    const auto behind = [this](std::size_t a, std::size_t b) { return heap_[a] > heap_[b]; };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(behind)> next(behind);
    if (!heap_.empty()) next.push(0);
    WaitingIssue last;  // the same may stand here twice
    while (!next.empty()) {
      const std::size_t at = next.top();
      next.pop();
      const WaitingIssue& each = heap_[at];
      if (each != last && holds(each) && !visit(each)) return;
      last = each;
      for (const std::size_t child : {2 * at + 1, 2 * at + 2}) {
        if (child < heap_.size()) next.push(child);
      }
    }
  }

 private:
  static constexpr std::size_t spare = 1'024;
  static bool later(const WaitingIssue& a, const WaitingIssue& b) { return a > b; }

  template <class Holds>
  void clean(const Holds& holds) {
    std::sort(heap_.begin(), heap_.end());  // in order is a heap, too
    heap_.erase(std::unique(heap_.begin(), heap_.end()), heap_.end());
    std::erase_if(heap_, [&](const WaitingIssue& each) { return !holds(each); });
  }

  std::vector<WaitingIssue> heap_;
  std::size_t waiting_ = 0;
};

}  // namespace workflows::issue
