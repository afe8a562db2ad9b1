// The statistics as every way out shows them: the API, `sihe stats --json`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"
#include "engine/schema/value.hpp"
#include "workflows/issue/statistics.hpp"
#include "workflows/meeting/book.hpp"

namespace adapters::json {

// "area" … "total"
std::string_view by_name(workflows::issue::By by);
std::optional<workflows::issue::By> parse_by(std::string_view name);

// The meetings as the figures count them.
std::vector<workflows::issue::CountedMeeting> counted_meetings(
    const workflows::meeting::Book& book);

// {"position", "at", "rows": [{<by>: key, "name", …counts, "rates": {…}, "times": {…}}],
// "total": {…}}. Unplaced: the key is null. A time's median and the like are null where its n is 0,
// a rate's value where its n is 0. A rate: {"k", "n", "value", "low", "high", "comparable"}, with
// its Wilson interval of 95 %; not comparable: n is too small to compare it with any other.
engine::schema::Value statistics_value(const workflows::issue::StatisticsTable& table,
                                       workflows::issue::By by, engine::Position position,
                                       engine::Instant at, int offset_minutes);

// {"position", "at", "figure", "key", "count", "issues": [{"number", "times"}]}: the issues behind
// a number; the times add up to the count.
engine::schema::Value statistics_list_value(
    const std::vector<workflows::issue::ListedIssue>& issues,
    const workflows::issue::ListQuery& wanted, engine::Position position, engine::Instant at,
    int offset_minutes);

}  // namespace adapters::json
