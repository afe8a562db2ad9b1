#include "workflows/meeting/decide.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <type_traits>
#include <utility>

#include <boost/mpl/vector.hpp>
#include <boost/msm/back/state_machine.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "workflows/meeting/meeting.hpp"
#include "workflows/meeting/rows.hpp"
#include "workflows/meeting/table.hpp"

namespace workflows::meeting {
namespace {

namespace msm = boost::msm;
using engine::FactType;
using engine::Instant;
using engine::writer::Decision;
using engine::writer::Desk;
using engine::writer::Draft;
using engine::writer::Refusal;
using engine::writer::Step;
using engine::writer::StreamState;

// --- the table's words, for MSM; see workflows/issue/decide.cpp ---------------------------------

template <class Tag>
struct State : msm::front::state<> {};

template <class OnlyIf>
struct Guard;
template <class... Condition>
struct Guard<when::all<Condition...>> {
  template <class One>
  static bool check(const auto& ask) noexcept {
    if (One::holds(ask)) return true;
    ask.asked.unmet = &One::about;
    return false;
  }
  bool operator()(const auto& ask, auto&, auto&, auto&) const noexcept {
    return (check<Condition>(ask) && ...);
  }
};

template <class Action>
struct Do;
template <class Fact>
struct Do<table::record<Fact>> {
  void operator()(const auto& ask, auto&, auto&, auto&) const noexcept {
    static_assert(std::is_same_v<Fact, typename std::decay_t<decltype(ask)>::Fact>);
    ask.asked.recorded = true;
  }
};

template <class Rows>
struct Transitions;
template <class... From, class... Asked_, class... To, class... Record, class... OnlyIf>
struct Transitions<table::Rows<table::Row<From, Asked_, To, Record, OnlyIf>...>> {
  using type = boost::mpl::vector<
      msm::front::Row<State<From>, Asked_, State<To>, Do<Record>, Guard<OnlyIf>>...>;
};

struct MeetingTable : msm::front::state_machine_def<MeetingTable> {
  using initial_state = State<table::None>;
  using no_message_queue = int;
  struct transition_table : Transitions<table::Life>::type {};
  // No row is an answer, not a fault: decide() turns it into a refusal.
  void no_transition(const auto&, auto&, int) {}
};

using Machine = msm::back::state_machine<MeetingTable>;

template <fb::Stage stage>
constexpr int msm_id = msm::back::get_state_id<Machine::stt, State<table::At<stage>>>::value;
constexpr std::array ids{msm_id<fb::Stage::none>, msm_id<fb::Stage::called>,
                         msm_id<fb::Stage::held>, msm_id<fb::Stage::cancelled>};
static_assert(ids.size() == static_cast<std::size_t>(fb::Stage::MAX) + 1);

// MSM has no setter for the active state. Its serialization hook is the one door in.
struct PutAt {
  int id;
  template <class T>
  PutAt& operator&(T& part) {
    if constexpr (std::is_same_v<T, int[1]>) part[0] = id;
    return *this;
  }
};

template <class Event>
int ask(Asked& asked) {
  static thread_local Machine machine;
  PutAt put{ids.at(static_cast<std::size_t>(asked.marks.stage()))};
  machine.serialize(put, 0);
  const auto* fact = flatbuffers::GetRoot<typename Event::Fact>(asked.step.body.data());
  machine.process_event(Event{*fact, asked});
  return machine.current_state()[0];
}

int ask(Asked& asked) {
  switch (static_cast<fb::Fact>(asked.step.verb.value)) {
    case fb::Fact::MeetingCalled:
      return ask<Call>(asked);
    case fb::Fact::MeetingHeld:
      return ask<Hold>(asked);
    case fb::Fact::MeetingCancelled:
      return ask<Cancel>(asked);
    case fb::Fact::NONE:
      break;
  }
  return -1;
}

// --- the workflow's "no", in words for people ---------------------------------------------------

std::string issue_digits(std::uint64_t number) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "%013llu", static_cast<unsigned long long>(number));
  return digits;
}

// What follows "a meeting that is … cannot".
std::string done(FactType type) {
  constexpr std::array phrases{"", "be called again", "be held", "be cancelled"};
  static_assert(phrases.size() == static_cast<std::size_t>(fb::Fact::MAX) + 1);
  return std::string(phrases[type.value]) + " " + fact_name_zh(schema().by_type(type)->fact);
}

std::string stage_in_words(std::uint8_t stage) {
  return stage_name(stage) + " " + stage_name_zh(stage);
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

Refusal not_at_this_stage(const Asked& asked) {
  const auto stage = static_cast<std::uint8_t>(asked.marks.stage());
  std::string allowed;
  for (const std::string& each : allowed_at(stage)) allowed += (allowed.empty() ? "" : ", ") + each;
  return refusal(asked.step, "not_at_this_stage", stage,
                 "A meeting that is " + stage_in_words(stage) + " cannot " + done(asked.step.verb) +
                     (allowed.empty() ? "." : "; possible now: " + allowed + "."));
}

Refusal condition_not_met(const Asked& asked) {
  const auto stage = static_cast<std::uint8_t>(asked.marks.stage());
  const Condition& why = *asked.unmet;
  Refusal out =
      refusal(asked.step, "condition_not_met", stage,
              "The meeting cannot " + done(asked.step.verb) + " like this: " + why.en + " " +
                  why.zh + (asked.issue == 0 ? "" : " (" + issue_digits(asked.issue) + ")") + ".");
  out.pointer = why.list;
  if (asked.item) out.pointer += "/" + std::to_string(*asked.item) + why.field;
  return out;
}

Refusal too_early(const Step& step, const StreamState& state, Instant asked) {
  return refusal(step, "too_early", state.stage,
                 "It cannot have happened at " +
                     engine::format_rfc3339(asked, engine::offset_minutes_default) +
                     ": the meeting " + format_number(step.stream.number) + " was called at " +
                     engine::format_rfc3339(state.occurred_at, engine::offset_minutes_default) +
                     " 时间早于上一条记录.");
}

Draft draft_of(const Asked& asked, const Standing& now) {
  Draft draft;
  draft.stream = asked.step.stream;
  draft.type = asked.step.verb;
  draft.occurred_at = asked.occurred_at;
  draft.opened_at = engine::from_ms(now.marks.called_at());
  draft.due_at = engine::from_ms(now.marks.at());  // for which it is called: what lists go by
  draft.stage_after = static_cast<std::uint8_t>(now.marks.stage());
  draft.dims = now.dims;
  draft.summary.assign(reinterpret_cast<const char*>(&now.marks), sizeof now.marks);
  draft.fact = asked.step.body;
  draft.carries_personal = !asked.step.personal.empty();
  return draft;
}

}  // namespace

Decision decide(const Desk& desk, const Step& step, engine::WorkflowId issues) {
  if (schema().by_type(step.verb) == nullptr) {
    return refusal(
        step, "unknown_command", 0,
        "There is no command number " + std::to_string(step.verb.value) + " for a meeting.");
  }
  if (step.stream.number == 0) {
    return refusal(step, "no_number", 0,
                   "The meeting numbers of that year are used up 该年度编号已用完.");
  }
  ENSURE(step.body.size() >= 2 * sizeof(flatbuffers::uoffset_t));
  const StreamState& state = desk.state(step.stream);
  const bool begins = step.verb.value == static_cast<std::uint16_t>(fb::Fact::MeetingCalled);
  if (state.version.value == 0 && !begins) {
    return refusal(step, "not_found", 0,
                   "There is no meeting " + format_number(step.stream.number) +
                       " 无此会议; a meeting begins with being called.");
  }
  // Without a time of its own it happens now, or with the last fact if the clock stepped back.
  const Instant at = step.occurred_at.value_or(std::max(desk.now, state.occurred_at));
  if (state.version.value != 0 && at < state.occurred_at) return too_early(step, state, at);

  Standing now{engine::log::summary<fb::Marks>(state.summary), state.dims};
  Asked asked{desk, step, state, now.marks, at, issues};
  // A later program's stage has none of our rows.
  if (now.marks.stage() > fb::Stage::MAX) return not_at_this_stage(asked);
  const int leads_to = ask(asked);
  if (!asked.recorded) {
    return asked.unmet != nullptr ? condition_not_met(asked) : not_at_this_stage(asked);
  }
  apply(now, step.verb, step.body, at);
  // The table says where we go; the fold says where we are. They must agree.
  ENSURE(leads_to == ids.at(static_cast<std::size_t>(now.marks.stage())));
  return std::vector{draft_of(asked, now)};
}

}  // namespace workflows::meeting
