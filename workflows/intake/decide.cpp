#include "workflows/intake/decide.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "workflows/intake/apply.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/intake/table.hpp"

namespace workflows::intake {

using engine::FactType;
using engine::Instant;
using engine::writer::Decision;
using engine::writer::Desk;
using engine::writer::Draft;
using engine::writer::Refusal;
using engine::writer::Step;
using engine::writer::StreamState;

bool is_there(const Asked& asked) {
  const auto issue = flatbuffers::GetRoot<fb::LetterAdmitted>(asked.step.body.data())->issue();
  return asked.desk.state({asked.issues, issue}).version.value != 0;
}

bool says_why(const Asked& asked) {
  return std::any_of(asked.step.personal.begin(), asked.step.personal.end(), [](const auto& words) {
    return words.field == "reason" && words.words.find_first_not_of(" \t\r\n") != std::string::npos;
  });
}

namespace {

// What follows "a letter that is … cannot".
std::string done(FactType type) {
  constexpr std::array phrases{"", "be held again", "be admitted", "be dropped"};
  static_assert(phrases.size() == static_cast<std::size_t>(fb::Fact::MAX) + 1);
  return std::string(phrases[type.value]) + " " + fact_name_zh(schema().by_type(type)->fact);
}

Refusal refusal(const Step& step, const char* code, std::uint8_t stage, std::string detail) {
  Refusal out;
  out.code = code;
  out.detail = std::move(detail);
  out.stage = stage;
  out.allowed = allowed_at(stage);
  out.stream = step.stream;
  return out;
}

Refusal not_at_this_stage(const Step& step, std::uint8_t stage) {
  std::string allowed;
  for (const std::string& each : allowed_at(stage)) allowed += (allowed.empty() ? "" : ", ") + each;
  return refusal(step, "not_at_this_stage", stage,
                 "A letter that is " + stage_name(stage) + " " + stage_name_zh(stage) + " cannot " +
                     done(step.verb) +
                     (allowed.empty() ? "." : "; possible now: " + allowed + "."));
}

Refusal condition_not_met(const Step& step, std::uint8_t stage, const Condition& why) {
  Refusal out = refusal(
      step, "condition_not_met", stage,
      "The letter cannot " + done(step.verb) + " like this: " + why.en + " " + why.zh + ".");
  out.pointer = why.pointer;
  return out;
}

Draft draft_of(const Step& step, const Standing& now, Instant at) {
  Draft draft;
  draft.stream = step.stream;
  draft.type = step.verb;
  draft.occurred_at = at;
  draft.opened_at = engine::from_ms(now.marks.held_at());
  draft.stage_after = static_cast<std::uint8_t>(now.marks.stage());
  draft.dims = now.dims;
  draft.summary.assign(reinterpret_cast<const char*>(&now.marks), sizeof now.marks);
  draft.fact = step.body;
  draft.carries_personal = !step.personal.empty();
  return draft;
}

// Why it cannot even be asked where it stands in the table.
std::optional<Refusal> out_of_place(const Step& step, const StreamState& state, Instant at) {
  const bool begins = step.verb.value == static_cast<std::uint16_t>(fb::Fact::LetterHeld);
  if (state.version.value == 0 && !begins) {
    return refusal(step, "not_found", 0,
                   "There is no letter " + format_number(step.stream.number) + " 无此来信.");
  }
  if (state.version.value == 0 || at >= state.occurred_at) return std::nullopt;
  return refusal(step, "too_early", state.stage,
                 "It cannot have happened at " +
                     engine::format_rfc3339(at, engine::offset_minutes_default) + ": the letter " +
                     format_number(step.stream.number) + " was held at " +
                     engine::format_rfc3339(state.occurred_at, engine::offset_minutes_default) +
                     " 时间早于上一条记录.");
}

}  // namespace

Decision decide(const Desk& desk, const Step& step, engine::WorkflowId issues) {
  if (schema().by_type(step.verb) == nullptr) {
    return refusal(
        step, "unknown_command", 0,
        "There is no command number " + std::to_string(step.verb.value) + " for a letter.");
  }
  if (step.stream.number == 0) {
    return refusal(step, "no_number", 0,
                   "The letter numbers of that year are used up 该年度编号已用完.");
  }
  ENSURE(step.body.size() >= 2 * sizeof(flatbuffers::uoffset_t));
  const StreamState& state = desk.state(step.stream);
  // Without a time of its own it happens now, or with the last fact if the clock stepped back.
  const Instant at = step.occurred_at.value_or(std::max(desk.now, state.occurred_at));
  if (auto no = out_of_place(step, state, at)) return *std::move(no);

  Standing now{engine::log::summary<fb::Marks>(state.summary), state.dims};
  const auto row = std::find_if(table.begin(), table.end(), [&](const Row& each) {
    return each.from == now.marks.stage() &&
           static_cast<std::uint16_t>(each.asked) == step.verb.value;
  });
  if (row == table.end()) {
    return not_at_this_stage(step, static_cast<std::uint8_t>(now.marks.stage()));
  }
  if (row->only_if != nullptr && !row->only_if->holds({desk, step, issues})) {
    return condition_not_met(step, static_cast<std::uint8_t>(now.marks.stage()), *row->only_if);
  }
  apply(now, step.verb, step.body, at);
  // The table says where we go; the fold says where we are. They must agree.
  ENSURE(row->to == now.marks.stage());
  return std::vector{draft_of(step, now, at)};
}

}  // namespace workflows::intake
