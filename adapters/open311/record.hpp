// An issue as Open311 shows it. Pure but for reading its history. Internal to adapters/open311.
#pragma once

#include <cstdint>
#include <optional>

#include "adapters/open311/core.hpp"
#include "adapters/open311/words.hpp"
#include "workflows/issue/timeline.hpp"

namespace adapters::open311 {

// Nothing: there is no such issue, or Open311 does not know of it.
engine::Result<std::optional<workflows::issue::Timeline>> shown_timeline(const Core& core,
                                                                         std::uint64_t number,
                                                                         WordReader& words);

// `words`: whether the timeline's may be shown.
RequestRecord record_of(const Core& core, const workflows::directory::Tree& tree,
                        const workflows::issue::Timeline& timeline, bool words);

// What happened to it within [from, to] that concerns the one who reported it, oldest first.
std::vector<Update> updates_of(const Core& core, const workflows::directory::Tree& tree,
                               const workflows::issue::Timeline& timeline, bool words,
                               engine::Instant from, engine::Instant to);

}  // namespace adapters::open311
