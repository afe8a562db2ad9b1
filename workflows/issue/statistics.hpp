// The statistics: a fold over the log that can be merged, and the figures it gives. Definitions
// stand in workflows/issue/figures.hpp, once, and are shown from there everywhere.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/time.hpp"
#include "engine/view/projection.hpp"

namespace workflows::issue {

enum class By : std::uint8_t { area, town, category, channel, department, month, total };

// n, median, 90th percentile (nearest rank) and maximum, in seconds. Exact up to 100,000 values,
// within 1 % beyond. Without values n is 0 and the others mean nothing.
struct TimeFigures {
  std::uint64_t n = 0;
  double median_s = 0, p90_s = 0, max_s = 0;
};

struct Figures {
  std::int64_t reported = 0, accepted = 0, declined = 0, withdrawn = 0, merged = 0, in_hand = 0;
  std::int64_t resolved = 0, closed = 0;
  std::int64_t resolved_on_time = 0, resolved_late = 0, resolved_no_deadline = 0;
  std::int64_t open_in_time = 0, open_overdue = 0, open_no_deadline = 0;
  std::int64_t reopened = 0, returned = 0, reworked = 0;
  std::map<std::string, TimeFigures> times;  // report_to_accept, report_to_resolve, …
};

struct StatisticsRow {
  std::string key;  // area code, category …; "" = unplaced
  std::string name;
  Figures figures;
};

struct StatisticsQuery {
  By by = By::area;
  std::vector<std::string> areas;           // only these codes (a subtree, already spread out)
  std::optional<engine::Instant> from, to;  // [from, to) of the fact's own time
  engine::Instant at{};                     // overdue is judged at this moment
  int offset_minutes = 480;
};

struct StatisticsTable {
  std::vector<StatisticsRow> rows;  // by key
  Figures total;
};

// How codes roll up and what they are called: from the directory.
struct Naming {
  virtual ~Naming() = default;
  virtual std::string name(std::string_view kind, std::string_view code) const = 0;
  virtual std::string town_of(std::string_view area) const = 0;  // "" if it lies in none
};

// What the fold takes in, for questions about the past. Unset: everything.
struct FoldFilter {
  std::optional<engine::Instant> occurred_until;  // the world at T as known now
  std::optional<engine::Instant> recorded_until;  // as known then
};

class Statistics : public engine::view::Projection {
 public:
  virtual StatisticsTable table(const StatisticsQuery& query, const Naming& naming) const = 0;
};

std::unique_ptr<Statistics> make_statistics(FoldFilter filter = {});

}  // namespace workflows::issue
