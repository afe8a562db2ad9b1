// A new policy for issues that are open already.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/writer.hpp"
#include "workflows/issue/deadlines.hpp"

namespace tools {

// Issues that are asked for and not answered yet.
constexpr std::size_t apply_in_flight_max = 256;
// How often an issue that went on in between is looked at again.
constexpr unsigned apply_rounds_max = 16;

struct Applied {
  std::uint64_t issues = 0;   // with a clock that runs
  std::uint64_t set = 0;      // deadlines set anew
  std::uint64_t kept = 0;     // deadlines that are what they would be
  std::uint64_t by_hand = 0;  // of these: set by hand
};

struct ApplyOptions {
  std::string actor = "sihe policy apply";  // in whose name they are set
  const std::atomic<bool>* stop = nullptr;  // if it becomes true: ends soon, cancelled
};

// Sets every running deadline as the rules would have, had they been in force from the issue's
// beginning; deadlines by hand, by a meeting or by an extension stay, and so does what was warned
// of or missed and would be due at the same time. What an issue needs is one submission, set on the
// very version that was looked at: if the issue goes on meanwhile, it is looked at again. So it may
// run beside others, and stopped and begun again it sets each once; when it is done, doing it
// again sets nothing.
// Requires: what is decided from now on goes by these rules already.
// invalid: one was refused. busy: some went on each time they were looked at. cancelled: stopped.
// Else as the log and the writer said.
engine::Result<Applied> apply_policy(const engine::log::EventLog& log,
                                     engine::writer::Writer& writer,
                                     const workflows::issue::ParentOf& parent_of,
                                     const workflows::issue::DeadlineRules& rules,
                                     const ApplyOptions& options = {});

}  // namespace tools
