// Times in text: RFC 3339 ("2026-03-02T09:15:00+08:00", fraction of up to 9 digits, "Z").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/time.hpp"

namespace engine {

// Nothing if it is not exactly RFC 3339 with an offset, or no real date and time of day.
// A leap second (:60) reads as the next second. Fractions beyond milliseconds are cut.
std::optional<Instant> parse_rfc3339(std::string_view text);

// "2026-03-02T09:15:00+08:00", milliseconds only where there are some.
std::string format_rfc3339(Instant t, int offset_minutes);

// Asia/Shanghai has had one offset since 1991; the configuration may name another.
constexpr int offset_minutes_default = 8 * 60;

}  // namespace engine
