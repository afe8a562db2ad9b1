// What each figure means 口径, written down once (figures_text.cpp) and shown from here everywhere.
//
// The population. Most figures count issues, each of them once, and they count them as they stand:
// a resolution that was taken back by a rework or a reopening, a closing that was reopened, a
// merger that was undone count no more. Such an issue is counted under the area, category, channel
// and department that it has now; where one of them is corrected or the issue is handed to another
// department, all its counts go along. So a row is one population, and the rows of every grouping
// add up to the total.
//
// The period. [from, to) is held against the time of the figure's own fact: reported by the report,
// resolved by the resolution, closed by the closing. In hand and open tell what stands, whenever it
// was reported, as long as that was before `to`; by month they stand in the month of the report.
//
// What happened on the way (returned, reworked, handed over, followed up, meetings, hand-over to
// signing, time in a stage …) is counted once for each time it happened, under the area, category
// and channel that the issue had then, and under the department that had it until then; a hand-over
// under the department that received it.
//
// Rates. A rate is one count ÷ others, each of them held against the period by its own time. So in
// a short period the part may exceed the whole (more returned than handed over); then it has no
// interval.
//
// The clock. Overdue is what is past its deadline: resolved_at > due, or open with at > due. A
// paused issue's clock stands still: it is judged at the moment it was paused. An issue without a
// deadline is neither in time nor late.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflows/issue/statistics.hpp"

namespace workflows::issue {

using FigureCount = std::int64_t Figures::*;

struct Figure {
  std::string_view name;  // as in JSON and in the column's head
  std::string_view zh;
  std::string_view en;          // the definition, a sentence
  std::string_view zh_text;     // the definition in Chinese
  FigureCount count = nullptr;  // where it stands, if it is a count
  // The shares that are counted; of a rate, its whole. 0: it counts meetings or areas, not issues.
  std::uint64_t books = 0;
  // A rate: the count ÷ the sum of the others.
  FigureCount part = nullptr;
  std::array<FigureCount, 3> whole{};
};

// Counts in the order they are shown, then rates and times.
std::span<const Figure> all_figures();
// Whether rows of that kind have the figure. Meetings and areas belong to places (meetings to
// months, too), but to no category, channel or department.
bool applies(const Figure& figure, By by);
// nullptr: there is none of that name.
const Figure* find_figure(std::string_view name);
// The shares behind a figure, also of one stage ("in_handling"). Nothing: there is none of that
// name, or it counts no issues.
std::optional<std::uint64_t> books_behind(std::string_view name);

// The times, each with the shares that have them.
struct TimeKind {
  std::string name;
  std::uint64_t books;
  bool always;  // stands in a row also without any
};
std::vector<TimeKind> all_times();

// Below so many a rate is shown with its n, greyed, and compared with no other.
constexpr std::int64_t rate_n_min = 20;

struct Rate {
  std::int64_t k = 0;  // the part
  std::int64_t n = 0;  // the whole
  // Nothing where n is 0.
  std::optional<double> value;
  // The Wilson score interval of 95 %: what the rate may well be where n stands for more than
  // these. Nothing also where the part is not one of the whole.
  std::optional<double> low, high;

  bool comparable() const { return n >= rate_n_min; }
};
// Requires: the figure is a rate.
Rate rate_of(const Figure& figure, const Figures& figures);
// E. B. Wilson, Probable inference, JASA 22 (1927). Requires: 0 <= k <= n, 0 < n.
std::pair<double, double> wilson(std::int64_t k, std::int64_t n);

// Rows in the order of a figure, the highest first; rates by value, those that are not comparable
// after all others. Rows that are equal, and those without, stay as they are.
// Requires: the figure is a count or a rate.
void rank(std::vector<StatisticsRow>& rows, const Figure& figure);

}  // namespace workflows::issue
