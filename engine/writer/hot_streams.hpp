// The states of the streams that were decided on last, so that the next decision needs no read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "engine/core/ids.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/workflow.hpp"

namespace engine::writer {

// Two generations: what is used moves to the young one; when that is full, the old one is dropped
// whole. Cheaper than a list of the order of use, and forgets nothing that was used lately.
class HotStreams {
 public:
  // So many put()s after a find() or put(), the state is still where it was: those of a batch that
  // is being made durable, and of the one that is decided meanwhile. What is not durable yet is
  // nowhere else.
  static constexpr std::size_t puts_survived = 2 * log::batch_records_max;

  // Keeps at most `streams_max` states, but never fewer than that promise needs.
  explicit HotStreams(std::size_t streams_max)
      : generation_max_(std::max(streams_max / 2, puts_survived)) {}

  // nullptr: not there. Valid for puts_survived further put()s of other streams.
  const StreamState* find(const StreamId& id) {
    if (const auto found = young_.find(id); found != young_.end()) return &found->second;
    const auto found = old_.find(id);
    if (found == old_.end()) return nullptr;
    auto node = old_.extract(found);
    return &young_.insert(std::move(node)).position->second;
  }

  const StreamState* put(const StreamId& id, StreamState state) {
    old_.erase(id);
    const StreamState* there = &young_.insert_or_assign(id, std::move(state)).first->second;
    if (young_.size() >= generation_max_) old_ = std::exchange(young_, {});
    return there;
  }

 private:
  std::size_t generation_max_;
  std::unordered_map<StreamId, StreamState> young_;
  std::unordered_map<StreamId, StreamState> old_;
};

}  // namespace engine::writer
