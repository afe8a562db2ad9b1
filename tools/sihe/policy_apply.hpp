// A new policy for issues that are open already.
#pragma once

#include <cstdint>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/writer.hpp"
#include "workflows/issue/deadlines.hpp"

namespace tools {

struct Applied {
  std::uint64_t issues = 0;   // with a clock that runs
  std::uint64_t set = 0;      // deadlines set anew
  std::uint64_t kept = 0;     // deadlines that are what they would be
  std::uint64_t by_hand = 0;  // of these: set by hand
};

// Sets every running deadline as the rules would have, had they been in force from the issue's
// beginning; deadlines by hand, by a meeting or by an extension stay. Each is a
// submission of its own, whose id names the rules and the issue's version: stopped and begun again,
// it sets each once, and when it is done, doing it again sets nothing.
// invalid: one was refused. Else as the log and the writer said.
engine::Result<Applied> apply_policy(const engine::log::EventLog& log,
                                     engine::writer::Writer& writer,
                                     const workflows::issue::ParentOf& parent_of,
                                     const workflows::issue::DeadlineRules& rules);

}  // namespace tools
