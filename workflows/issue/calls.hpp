// Which meeting an issue waits for: what a meeting must know of the issues on its agenda.
#pragma once

#include <cstdint>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/log/event_log.hpp"

namespace workflows::issue {

struct CalledTo {
  engine::Version version;  // 0: there is no such issue
  std::uint8_t stage = 0;
  std::uint64_t meeting = 0;  // of the call that still stands; 0: none, or of no number
};

// Reads the issue's history. Errors: those of the log.
engine::Result<CalledTo> read_call(const engine::log::LogReader& log, std::uint64_t issue);

}  // namespace workflows::issue
