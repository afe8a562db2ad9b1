// Two clocks, two types. Facts carry wall time; waits use the steady clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace engine {

// Stored, shown, compared: UTC, milliseconds. In storage: signed 64-bit milliseconds since
// 1970-01-01T00:00:00Z; 0 means "not known" there, so that instant itself cannot be stored.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// Waited for, never stored.
using Deadline = std::chrono::steady_clock::time_point;

// The wall clock, passed in wherever "now" is needed, so that a test can be its own time.
using Clock = std::function<Instant()>;

constexpr std::int64_t to_ms(Instant t) { return t.time_since_epoch().count(); }
constexpr Instant from_ms(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

}  // namespace engine
