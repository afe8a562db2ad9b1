// The timers: of every issue, what waits for time to pass. Folded from the log alone, so that what
// is due is found again after any crash; reading no clock, so that every fold gives the same. Who
// acts on them is workflows/issue/clerk.hpp.
//
// An issue whose clocks do not run (paused), or which has ended or was merged, waits for nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "engine/view/projection.hpp"
#include "workflows/issue/timers_entry.hpp"

namespace workflows::issue {

constexpr const char* timers_view = "timers";

class Timers : public engine::view::Projection {
 public:
  // Gives false to stop.
  using Visit = std::function<bool(const TimerEntry&)>;

  // The issues that wait for this (TimerEntry::moment), the earliest first. The first is found in
  // O(1), each further one in O(log n). A moment may have passed long ago: nobody has recorded that
  // it did.
  virtual void each(Wait wait, const Visit& visit) const = 0;
  // Deadlines that run and have not been missed.
  virtual std::size_t pending() const = 0;
  // Issues that wait for this.
  virtual std::size_t waiting(Wait wait) const = 0;
  // nullptr: it waits for nothing. Valid until the next fold.
  virtual const TimerEntry* find(std::uint64_t number) const = 0;
};

std::unique_ptr<Timers> make_timers();

}  // namespace workflows::issue
