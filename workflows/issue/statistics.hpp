// The statistics: a fold over the log that can be merged, and the figures it gives. Definitions
// stand in workflows/issue/figures.hpp, once, and are shown from there everywhere.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/time.hpp"
#include "engine/view/projection.hpp"

namespace workflows::issue {

enum class By : std::uint8_t { area, town, district, category, channel, department, month, total };

// Median, 90th percentile (nearest rank, exact), maximum and sum, in seconds.
struct Spread {
  double median_s = 0, p90_s = 0, max_s = 0, sum_s = 0;
};

// In calendar time, and in working time where it was asked for. Without values n is 0 and the
// others mean nothing.
struct TimeFigures : Spread {
  std::uint64_t n = 0;
  std::optional<Spread> working;
};

// What each means stands in figures.cpp.
struct Figures {
  std::int64_t reported = 0, accepted = 0, declined = 0, withdrawn = 0, merged = 0, in_hand = 0;
  std::int64_t resolved = 0, closed = 0;
  std::int64_t resolved_on_time = 0, resolved_late = 0, resolved_no_deadline = 0;
  std::int64_t open_in_time = 0, open_overdue = 0, open_no_deadline = 0;
  std::int64_t reopened = 0, returned = 0, reworked = 0;
  std::int64_t problems = 0, hand_overs = 0, resolutions = 0, closings = 0, unsigned_now = 0;
  std::int64_t responded_in_time = 0, responded_late = 0, response_overdue = 0;
  std::int64_t outcome_solved = 0, outcome_explained = 0, outcome_cannot_solve = 0;
  std::int64_t outcome_out_of_scope = 0, outcome_refused_by_resident = 0;
  std::int64_t resolved_reached = 0, follow_ups = 0, follow_ups_reached = 0, follow_ups_solved = 0;
  std::int64_t rated = 0, satisfied = 0;
  std::int64_t consultations_called = 0, consultations_held = 0;
  std::int64_t negotiations_called = 0, negotiations_held = 0, issues_with_meeting = 0;
  std::int64_t consultation_meetings_called = 0, consultation_meetings_held = 0;
  std::int64_t handover_meetings_called = 0, handover_meetings_held = 0;
  std::int64_t negotiation_meetings_called = 0, negotiation_meetings_held = 0;
  std::int64_t areas_without_meeting = 0;
  std::map<std::string, TimeFigures> times;  // report_to_accept, report_to_resolve, …
};

struct StatisticsRow {
  std::string key;  // area code, category …; "" = unplaced
  std::string name;
  Figures figures;
};

// A meeting of its own, for the figures that count those: called, and perhaps held. Whoever asks
// brings them along; they stand in streams of another workflow.
enum class MeetingKind : std::uint8_t { consultation, handover, negotiation };

struct CountedMeeting {
  std::string area;
  MeetingKind kind = MeetingKind::consultation;
  engine::Instant called_at{};
  engine::Instant held_at{};  // {}: it was not
};

struct StatisticsQuery {
  By by = By::area;
  std::vector<std::string> areas;           // only these codes (a subtree, already spread out)
  std::optional<engine::Instant> from, to;  // [from, to) of the fact's own time
  engine::Instant at{};                     // overdue is judged at this moment
  int offset_minutes = 480;
  // Seconds of working time from one moment to a later one. Unset: times are calendar time only.
  std::function<std::int64_t(engine::Instant from, engine::Instant to)> working;
  std::vector<CountedMeeting> meetings;
};

struct StatisticsTable {
  std::vector<StatisticsRow> rows;  // by key
  Figures total;
};

// How codes roll up and what they are called: from the directory.
struct Naming {
  virtual ~Naming() = default;
  virtual std::string name(std::string_view kind, std::string_view code) const = 0;
  virtual std::string town_of(std::string_view area) const = 0;      // "" if it lies in none
  virtual std::string district_of(std::string_view area) const = 0;  // likewise
};

// Which issues stand behind a number of the table.
struct ListQuery {
  std::string figure;              // a count's, rate's (its whole) or time's name
  std::optional<std::string> key;  // of one row only
};

struct ListedIssue {
  std::uint64_t number = 0;
  std::int64_t times = 0;  // how often it is counted: what happens may happen again
};

// What the fold takes in, for questions about the past. Unset: everything.
struct FoldFilter {
  std::optional<engine::Instant> occurred_until;  // the world at T as known now
  std::optional<engine::Instant> recorded_until;  // as known then
};

class Statistics : public engine::view::Projection {
 public:
  virtual StatisticsTable table(const StatisticsQuery& query, const Naming& naming) const = 0;
  // The issues behind a number of that table, by number; their `times` add up to it.
  // Requires: there is a figure of that name.
  virtual std::vector<ListedIssue> list(const StatisticsQuery& query, const Naming& naming,
                                        const ListQuery& wanted) const = 0;
};

std::unique_ptr<Statistics> make_statistics(FoldFilter filter = {});

}  // namespace workflows::issue
