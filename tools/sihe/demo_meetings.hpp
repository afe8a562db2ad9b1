// The demo's meetings: a story tells of one issue that it was called to a meeting and what came of
// it; here that becomes a meeting of its own, with a number. Internal to the demo.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/writer/command.hpp"
#include "tools/sihe/demo_story.hpp"

namespace tools::demo {

// Whether the act is a meeting's, and calls it.
bool is_of_meeting(std::string_view verb);
bool calls_meeting(std::string_view verb);

// The steps of the act: the meeting's own, and what it asks of the issue. `meeting`: 0 where it is
// called. `area`: of the issue. Requires: is_of_meeting(act.verb).
engine::Result<std::vector<engine::writer::Step>> meeting_steps(const Act& act, std::uint64_t issue,
                                                                std::uint64_t meeting,
                                                                const std::string& area);

}  // namespace tools::demo
