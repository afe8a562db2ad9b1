// What each figure means 口径, written down once and shown from here everywhere.
//
// The population. Every figure but those of the last two kinds counts issues, each of them once,
// and it counts them as they stand: a resolution that was taken back by a rework or a reopening, a
// closing that was reopened, a merger that was undone count no more. Such an issue is counted under
// the area, category, channel and department that it has now; where one of them is corrected or the
// issue is handed to another department, all its counts go along. So a row is one population, and
// the rows of every grouping add up to the total.
//
// The period. [from, to) is held against the time of the figure's own fact: reported by the report,
// resolved by the resolution, closed by the closing. In hand and open tell what stands, whenever it
// was reported, as long as that was before `to`; by month they stand in the month of the report.
//
// What happened on the way (returned, reworked, reopened, hand-over to signing, time in a stage) is
// counted once for each time it happened, under the area, category and channel that the issue had
// then, and under the department that had it until then.
//
// The clock. Overdue is what is past its deadline: resolved_at > due, or open with at > due. A
// paused issue's clock stands still: it is judged at the moment it was paused. An issue without a
// deadline is neither in time nor late.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "workflows/issue/statistics.hpp"

namespace workflows::issue {

struct Figure {
  std::string_view name;  // as in JSON and in the column's head
  std::string_view zh;
  std::string_view en;                     // the definition, a sentence
  std::string_view zh_text;                // the definition in Chinese
  std::int64_t Figures::*count = nullptr;  // where it stands, if it is a count
};

// Counts in the order they are shown, then rates and times.
std::span<const Figure> all_figures();
// nullptr: there is none of that name.
const Figure* find_figure(std::string_view name);

// Of all that had a deadline and came to it, the part that was in time; n is of how many.
struct Rate {
  double value = 0;
  std::int64_t n = 0;
};
// Nothing where n is 0.
std::optional<Rate> on_time_rate(const Figures& figures);

// Below so many a rate is shown with its n and compared with no other.
constexpr std::int64_t rate_n_min = 20;

}  // namespace workflows::issue
