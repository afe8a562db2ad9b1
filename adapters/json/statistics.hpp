// The statistics as every way out shows them: the API, `sihe stats --json`.
#pragma once

#include <optional>
#include <string_view>

#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"
#include "engine/schema/value.hpp"
#include "workflows/issue/statistics.hpp"

namespace adapters::json {

// "area" … "total"
std::string_view by_name(workflows::issue::By by);
std::optional<workflows::issue::By> parse_by(std::string_view name);

// {"position", "at", "rows": [{<by>: key, "name", …figures, "times": {…}}], "total": {…}}.
// Unplaced: the key is null. A time's median and the like are null where its n is 0.
engine::schema::Value statistics_value(const workflows::issue::StatisticsTable& table,
                                       workflows::issue::By by, engine::Position position,
                                       engine::Instant at, int offset_minutes);

}  // namespace adapters::json
