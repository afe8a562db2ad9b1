// Reads a calendar: a TOML file with the holidays and make-up days of some years. See
// adapters/files/README.md.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "workflows/issue/calendar.hpp"

namespace adapters::files {

constexpr std::size_t calendar_bytes_max = 256 * 1024;

// invalid: everything that is wrong with it at once, with its lines. `name`: for the message.
engine::Result<workflows::issue::Holidays> read_calendar(std::string_view toml,
                                                         std::string_view name);

// "2026-02-14"; nothing if it is no date, or none of the years 1900 to 9999.
std::optional<workflows::issue::Date> parse_date(std::string_view text);

}  // namespace adapters::files
