// A meeting's history, and the meeting as it stood at any past moment. Made from its own records;
// pure. What came of the issues on its agenda stands in their histories.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/log/event_log.hpp"
#include "engine/log/record.hpp"
#include "engine/schema/value.hpp"
#include "workflows/meeting/meeting.hpp"

namespace workflows::meeting {

// The words of a personal field of a record: nothing if erased (or withheld from this reader).
using Words = std::function<std::optional<std::string>(const engine::log::RecordView&,
                                                       std::string_view field)>;

struct HistoryStep {
  engine::Position position;
  engine::Version version;
  std::string fact;  // "meeting_held"
  engine::Instant occurred_at{};
  engine::Instant recorded_at{};
  std::string actor;
  std::string on_behalf_of;
  std::uint8_t stage_before = 0;
  std::uint8_t stage_after = 0;
  std::string source;
  std::string command_id;
  engine::schema::Object details;  // the fact's members, words filled in; erased ones say so
};

struct History {
  std::uint64_t number = 0;
  std::vector<HistoryStep> steps;
  fb::Marks marks{};  // after the last step
  engine::log::Dims dims;

  engine::Version version() const { return steps.back().version; }
  engine::Position position() const { return steps.back().position; }
};

// One record alone. corrupt: it is no fact. Requires: it is a meeting's.
engine::Result<HistoryStep> read_step(const engine::log::RecordView& record, const Words& words,
                                      int offset_minutes);

// not_found: no such meeting, or none yet that satisfies `until`. corrupt: a record that is no
// fact. `until`: only steps that satisfy it (a prefix of the history).
engine::Result<History> read_history(
    const engine::log::LogReader& log, std::uint64_t number, const Words& words,
    const std::function<bool(const engine::log::RecordView&)>& until = {},
    int offset_minutes = engine::offset_minutes_default);

engine::schema::Object show_step(const HistoryStep& step, int offset_minutes);

// The meeting as a value with stable member names: what it was called with, how it stands, and what
// came of it. `agenda` has the issues with their conclusions as far as there are any. Members that
// have no value are null.
engine::schema::Object show_state(const History& history, int offset_minutes);

}  // namespace workflows::meeting
