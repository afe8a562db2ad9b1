// Time for those who act when a moment has come: what it is now, and a wait that ends then or when
// the bell is rung. A test has a bell of its own, whose time is the test's.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "engine/core/time.hpp"

namespace engine::react {

// Threads: one waits; ring() may be called from any, and is not forgotten if nobody waits yet.
class Bell {
 public:
  virtual ~Bell() = default;
  virtual Instant now() = 0;
  // Returns at `until`, or when rung; nothing: only when rung. It may also return for no reason.
  virtual void wait(std::optional<Instant> until) = 0;
  virtual void ring() = 0;
};

// Goes by the wall clock, also where that is set while somebody waits: forward, and the moment
// comes at once; back, and it comes later. Rings that follow one another closely are heard as one,
// after at most `gather`, so that a busy log does not wake anybody for each of its batches.
constexpr std::chrono::milliseconds gather_max{50};
std::unique_ptr<Bell> wall_bell(Clock clock, std::chrono::milliseconds gather = gather_max);

}  // namespace engine::react
