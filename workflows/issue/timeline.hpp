// An issue's history as a supervisor reads it, and the issue as it stood at any past moment.
// Made from the issue's own records; pure.
#pragma once

#include <chrono>
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
#include "workflows/issue/issue.hpp"

namespace workflows::issue {

// The words of a personal field of a record: nothing if erased (or withheld from this reader).
using Words = std::function<std::optional<std::string>(const engine::log::RecordView&,
                                                       std::string_view field)>;

// What stands where a single line of text is wanted and the words are gone. Where a value may have
// a shape it is {"erased": true}, so that no program takes it for what somebody wrote.
inline constexpr std::string_view erased_text = "(erased)";

struct TimelineStep {
  engine::Position position;
  engine::Version version;
  std::string fact;  // "handed_over"
  engine::Instant occurred_at{};
  engine::Instant recorded_at{};
  std::string actor;
  std::string on_behalf_of;
  std::uint8_t stage_before = 0;
  std::uint8_t stage_after = 0;
  std::chrono::milliseconds since_last{0};
  engine::Instant due_at{};  // as it stood after this step; {}: none
  std::string source;
  std::string command_id;
  engine::schema::Object details;  // the fact's members, words filled in; erased ones say so
  // For a fact that was corrected later: field → {what is right, version of the correction}.
  struct Correction {
    std::string field, is;
    engine::Version by;
    std::string code = {};  // the right value where the field is a code or a choice
  };
  std::vector<Correction> corrections;
};

// The issue after some step: what a page shows. Corrected facts count with what is right; what they
// said before stands in `corrections`.
struct IssueState {
  std::uint64_t number = 0;
  engine::Version version;
  engine::Position position;
  fb::Marks marks{};
  engine::log::Dims dims;
  engine::Instant changed_at{};
  std::string title;  // without one: the beginning of the text
  std::string text;   // what was reported and supplemented
  std::string liaison;
  std::vector<std::string> co_units;
  std::vector<std::uint64_t> absorbed;  // issues merged into this one now
  engine::schema::Object reporter;      // name, phone, account, place as far as given
  std::string reply;                    // the last resolution's answer to the resident
  std::string external_id;
  bool emergency = false;
  std::optional<double> latitude, longitude;
  engine::schema::List corrections;  // {version, fact, field, was, is, by}, oldest first
};

struct Timeline {
  std::vector<TimelineStep> steps;
  IssueState state;  // after the last step
};

// One record alone: without the time since the step before, and without what corrected it later.
// corrupt: it is no fact. Requires: it is an issue's.
engine::Result<TimelineStep> read_step(const engine::log::RecordView& record, const Words& words,
                                       int offset_minutes);

// not_found: no such issue, or none yet that satisfies `until`. corrupt: a record that is no fact.
// `until`: only steps that satisfy it (a prefix of the history). `offset_minutes`: of the times in
// the details.
engine::Result<Timeline> read_timeline(
    const engine::log::LogReader& log, std::uint64_t number, const Words& words,
    const std::function<bool(const engine::log::RecordView&)>& until = {},
    int offset_minutes = engine::offset_minutes_default);

// The state as a value with stable member names (the API's and --json's issue document). Members
// that have no value are null.
engine::schema::Object show_state(const IssueState& state, int offset_minutes);
engine::schema::Object show_step(const TimelineStep& step, int offset_minutes);

// What stands for a title where none was given: the beginning of the text's first line.
std::string beginning(const std::string& text);

// What a fact is called in Chinese, as its schema says: "交办". The fact itself if it says nothing.
std::string fact_name_zh(std::string_view fact);

}  // namespace workflows::issue
