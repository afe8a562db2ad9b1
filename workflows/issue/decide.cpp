#include "workflows/issue/decide.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <utility>

#include <boost/mpl/push_back.hpp>
#include <boost/mpl/vector.hpp>
#include <boost/msm/back/state_machine.hpp>
#include <boost/msm/front/functor_row.hpp>
#include <boost/msm/front/state_machine_def.hpp>

#include "engine/core/ensure.hpp"
#include "workflows/issue/clocks.hpp"
#include "workflows/issue/expand.hpp"
#include "workflows/issue/refusal.hpp"
#include "workflows/issue/rows.hpp"

namespace workflows::issue {
namespace {

namespace msm = boost::msm;
using engine::FactType;
using engine::Instant;
using engine::StreamId;
using engine::writer::Decision;
using engine::writer::Desk;
using engine::writer::Draft;
using engine::writer::Refusal;
using engine::writer::Step;
using engine::writer::StreamState;

// --- the table's words, for MSM -----------------------------------------------------------------
// Guards and actions touch nothing but the notes in `asked`, and do not throw: MSM would swallow
// it.

template <class Tag>
struct State : msm::front::state<> {};

template <class Condition>
bool check(const auto& ask) noexcept {
  if (Condition::holds(ask)) return true;
  if constexpr (Condition::demand) {
    if (ask.asked.unmet == nullptr) ask.asked.unmet = &Condition::about;
  } else if constexpr (*Condition::about.en != '\0') {
    ask.asked.not_chosen = &Condition::about;
  }
  return false;
}

template <class Condition>
struct Guard {
  bool operator()(const auto& ask, auto&, auto&, auto&) const noexcept {
    return check<Condition>(ask);
  }
};
template <class... Condition>
struct Guard<when::all<Condition...>> {
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
template <class Rule>
struct Do<table::escalate<Rule>> {
  void operator()(const auto& ask, auto&, auto&, auto&) const noexcept {
    ask.asked.escalated_by = Rule::rule;
  }
};
template <class... Action>
struct Do<table::then<Action...>> {
  void operator()(const auto& ask, auto& machine, auto& from, auto& to) const noexcept {
    (Do<Action>{}(ask, machine, from, to), ...);
  }
};

template <class Ours, class Msm>
struct As {
  using type = Msm;
};
template <class To>
using target = std::conditional_t<std::is_same_v<To, table::stays>, msm::front::none, State<To>>;
template <class Action>
using action =
    std::conditional_t<std::is_same_v<Action, table::nothing>, msm::front::none, Do<Action>>;
template <class OnlyIf>
using guard =
    std::conditional_t<std::is_same_v<OnlyIf, when::always>, msm::front::none, Guard<OnlyIf>>;

// MPL's vectors stop at fifty; one pushed back upon another does not.
template <class Sequence, class... Rows>
struct Vector {
  using type = Sequence;
};
template <class Sequence, class From, class Asked, class To, class Record, class OnlyIf,
          class... More>
struct Vector<Sequence, table::Row<From, Asked, To, Record, OnlyIf>, More...> {
  using row = msm::front::Row<State<From>, Asked, target<To>, action<Record>, guard<OnlyIf>>;
  using type = typename Vector<typename boost::mpl::push_back<Sequence, row>::type, More...>::type;
};
template <class Life, class Supervision>
struct Regions;
template <class... L, class... S>
struct Regions<table::Rows<L...>, table::Rows<S...>> {
  using type = typename Vector<boost::mpl::vector0<>, L..., S...>::type;
};

struct IssueTable : msm::front::state_machine_def<IssueTable> {
  using initial_state = boost::mpl::vector<State<table::None>, State<table::OnTime>>;
  // A decision is one event; nothing ever waits. So the machine has no queue to allocate.
  using no_message_queue = int;
  struct transition_table : Regions<table::LifeRows, table::SupervisionRows>::type {};

  // No row is an answer, not a fault: decide() turns it into a refusal.
  void no_transition(const auto&, auto&, int) {}
};

using Machine = msm::back::state_machine<IssueTable>;

// --- MSM's numbers stay here --------------------------------------------------------------------
// MSM numbers states by where they stand in the table, so editing a row renumbers them. Ours are
// permanent; these two arrays are the only bridge.

template <class Tag>
constexpr int msm_id = msm::back::get_state_id<Machine::stt, State<Tag>>::value;

template <std::size_t... stage>
constexpr auto stage_ids(std::index_sequence<stage...>) {
  return std::array{msm_id<table::At<static_cast<fb::Stage>(stage)>>...};
}
constexpr std::size_t stages = static_cast<std::size_t>(fb::Stage::MAX) + 1;
constexpr std::array life_ids = stage_ids(std::make_index_sequence<stages>{});
constexpr std::array clock_ids{msm_id<table::OnTime>, msm_id<table::Warned>,
                               msm_id<table::Overdue>};

int life_id(fb::Stage stage) { return life_ids.at(static_cast<std::size_t>(stage)); }
int clock_id(fb::Supervision state) { return clock_ids.at(static_cast<std::size_t>(state)); }

// MSM has no setter for the active states. Its serialization hook is the one door in.
struct PutAt {
  int life;
  int clock;
  template <class T>
  PutAt& operator&(T& part) {
    if constexpr (std::is_same_v<T, int[2]>) {
      part[0] = life;
      part[1] = clock;
    }
    return *this;
  }
};

Machine& machine_at(const fb::Marks& marks) {
  // One for each thread, set anew for every decision: making one costs more than a decision.
  static thread_local Machine machine;
  PutAt put{life_id(marks.stage()), clock_id(marks.supervision())};
  machine.serialize(put, 0);
  return machine;
}

template <class Event>
void ask(Machine& machine, const char* body, Asked& asked) {
  machine.process_event(Event{*flatbuffers::GetRoot<typename Event::Fact>(body), asked});
}

using Asking = void (*)(Machine&, const char*, Asked&);

template <class... Events>
constexpr auto asking() {
  std::array<Asking, static_cast<std::size_t>(fb::Fact::MAX) + 1> out{};
  ((out[static_cast<std::size_t>(fb::FactTraits<typename Events::Fact>::enum_value)] =
        &ask<Events>),
   ...);
  return out;
}

constexpr auto by_type =
    asking<Report, Supplement, Accept, Decline, Withdraw, Merge, Unmerge, Claim, Release,
           CallConsultation, HoldConsultation, HandOver, Sign, Return, Reassign, AddCoUnit,
           CallNegotiation, HoldNegotiation, NoteProgress, RequestExtension, GrantExtension,
           RefuseExtension, Pause, Resume, Resolve, FollowUp, Rework, Close, Reopen, Urge,
           Supervise, Escalate, SetDeadline, MissDeadline, Correct, Warn, CallOff>();
static_assert(std::count(by_type.begin(), by_type.end(), nullptr) == 1);  // NONE

// --- the decision -------------------------------------------------------------------------------

std::string bytes_of(flatbuffers::FlatBufferBuilder& builder) {
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

std::string escalated(fb::Level from, const char* rule) {
  flatbuffers::FlatBufferBuilder builder(128);
  builder.ForceDefaults(true);
  const auto to = static_cast<fb::Level>(static_cast<int>(from) + 1);
  builder.Finish(fb::CreateEscalated(builder, to, builder.CreateString(rule)));
  return bytes_of(builder);
}

std::string absorbed(std::uint64_t issue) {
  flatbuffers::FlatBufferBuilder builder(64);
  builder.Finish(fb::CreateMerged(builder, 0, issue));
  return bytes_of(builder);
}

std::string let_go(std::uint64_t issue) {
  flatbuffers::FlatBufferBuilder builder(64);
  builder.Finish(fb::CreateUnmerged(builder, 0, issue));
  return bytes_of(builder);
}

// One issue's part of the decision.
class Part {
 public:
  Part(const Desk& desk, const Step& step, const StreamId& stream, const StreamState& state,
       Instant occurred_at)
      : stream_(stream),
        standing_{engine::log::summary<fb::Marks>(state.summary), state.dims},
        asked_{desk, step, state, standing_.marks, occurred_at} {}

  // Sets the deadlines that what was recorded starts or moves, each by the table. Requires: ask()
  // said yes.
  void set_deadlines(const DeadlineRules& rules, const ParentOf& parent_of,
                     const std::string& body) {
    const Standing before{asked_.marks, asked_.state.dims};
    const Happened happened{type_, body, before, standing_, asked_.occurred_at};
    for (const Deadline& each : deadlines_set_by(rules, happened, parent_of)) {
      const std::string set = deadline_set(rules, each);
      Asked again{asked_.desk, asked_.step, asked_.state, standing_.marks, asked_.occurred_at};
      Machine& machine = machine_at(standing_.marks);
      issue::ask<SetDeadline>(machine, set.data(), again);
      ENSURE(again.recorded);
      record(FactType{static_cast<std::uint16_t>(fb::Fact::DeadlineSet)}, set);
      agree(machine);
    }
  }

  // False: refused, see refusal(). `half`: the other issue of a merge asks.
  bool ask(FactType type, const std::string& body, Asking asking, bool half) {
    type_ = type;
    half_ = half;
    if (standing_.marks.stage() > fb::Stage::MAX ||
        standing_.marks.supervision() > fb::Supervision::MAX) {
      return false;  // a later program's stage: none of our rows
    }
    Machine& machine = machine_at(standing_.marks);
    asking(machine, body.data(), asked_);
    if (!asked_.recorded) return false;
    record(type, body);
    drafts_.back().carries_personal = !half && !asked_.step.personal.empty();
    if (asked_.escalated_by != nullptr) {
      record(FactType{static_cast<std::uint16_t>(fb::Fact::Escalated)},
             escalated(standing_.marks.level(), asked_.escalated_by));
    }
    agree(machine);
    return true;
  }

  Refusal refusal() const {
    const fb::Marks& marks = asked_.marks;
    return has_row(marks.stage(), type_, half_) ? condition_not_met(asked_, type_)
                                                : not_at_this_stage(asked_, type_, half_);
  }

  const Asked& asked() const { return asked_; }
  std::vector<Draft>& drafts() { return drafts_; }

 private:
  // The table says where we go; the fold says where we are. They must agree.
  void agree(Machine& machine) const {
    ENSURE(machine.current_state()[0] == life_id(standing_.marks.stage()));
    ENSURE(machine.current_state()[1] == clock_id(standing_.marks.supervision()));
  }

  void record(FactType type, std::string fact) {
    apply(standing_, type, fact, asked_.occurred_at);
    Draft& draft = drafts_.emplace_back();
    const fb::Marks& marks = standing_.marks;
    draft.stream = stream_;
    draft.type = type;
    draft.occurred_at = asked_.occurred_at;
    draft.opened_at = engine::from_ms(marks.opened_at());
    draft.due_at = due_until_end(marks);
    draft.stage_after = static_cast<std::uint8_t>(marks.stage());
    draft.dims = standing_.dims;
    draft.summary.assign(reinterpret_cast<const char*>(&marks), sizeof marks);
    draft.fact = std::move(fact);
  }

  StreamId stream_;
  Standing standing_;
  Asked asked_;
  FactType type_;
  bool half_ = false;
  std::vector<Draft> drafts_;
};

// What merge and unmerge do to the issue that goes on.
struct OtherHalf {
  std::uint64_t issue = 0;
  const char* pointer = "";
  std::string (*fact)(std::uint64_t);
  Asking asking;
};

std::optional<OtherHalf> other_half(const Step& step) {
  switch (static_cast<fb::Fact>(step.verb.value)) {
    case fb::Fact::Merged:
      return OtherHalf{flatbuffers::GetRoot<fb::Merged>(step.body.data())->into(), "/into",
                       &absorbed, &ask<Absorb>};
    case fb::Fact::Unmerged:
      return OtherHalf{flatbuffers::GetRoot<fb::Unmerged>(step.body.data())->from(), "/from",
                       &let_go, &ask<LetGo>};
    default:
      return std::nullopt;
  }
}

// A correction's code is not the step's own CodeRef: which directory it is of depends on the field.
std::optional<Refusal> unknown_code_in(const Asked& asked, const Step& step) {
  if (step.verb.value != static_cast<std::uint16_t>(fb::Fact::Corrected)) return std::nullopt;
  const auto& fact = *flatbuffers::GetRoot<fb::Corrected>(step.body.data());
  if (fact.code() == nullptr || fact.field() == nullptr) return std::nullopt;
  const std::string_view kind = code_kind(fact.field()->string_view());
  const std::string_view code = fact.code()->string_view();
  if (kind.empty()) return std::nullopt;
  if (asked.desk.codes != nullptr && asked.desk.codes->known(kind, code)) return std::nullopt;
  return unknown_code(asked, kind, code);
}

}  // namespace

Decision decide(const Desk& desk, const Step& step, const DeadlineRules* rules,
                const ParentOf& parent_of) {
  if (step.verb.value == 0 || step.verb.value >= by_type.size()) return unknown_command(step.verb);
  if (step.stream.number == 0) return no_number();
  ENSURE(step.body.size() >= 2 * sizeof(flatbuffers::uoffset_t));

  const StreamState& state = desk.state(step.stream);
  const bool begins = step.verb.value == static_cast<std::uint16_t>(fb::Fact::Reported);
  if (state.version.value == 0 && !begins) return not_found(step.stream, "");

  std::optional<OtherHalf> half = other_half(step);
  if (half && (half->issue == 0 || half->issue == step.stream.number)) half.reset();
  const StreamId other{step.stream.workflow, half ? half->issue : 0};
  const StreamState* other_state = half ? &desk.state(other) : nullptr;

  Instant last = state.occurred_at;
  if (half) last = std::max(last, other_state->occurred_at);
  // Without a time of its own it happens now, or with the last fact if the clock stepped back.
  const Instant at = step.occurred_at.value_or(std::max(desk.now, last));
  if (state.version.value != 0 && at < state.occurred_at) {
    return too_early(step.stream, state, at);
  }

  std::optional<std::string> completed;
  if (rules != nullptr && step.verb.value == static_cast<std::uint16_t>(fb::Fact::DeadlineSet)) {
    completed = with_warning(*rules, step.body, at);
  }
  const std::string& body = completed ? *completed : step.body;
  Part part(desk, step, step.stream, state, at);
  if (!part.ask(step.verb, body, by_type[step.verb.value], false)) return part.refusal();
  if (auto refused = in_a_rules_name(part.asked(), step.verb)) return *std::move(refused);
  if (auto refused = unknown_code_in(part.asked(), step)) return *std::move(refused);
  if (rules != nullptr) part.set_deadlines(*rules, parent_of, body);
  if (!half) return std::move(part.drafts());

  if (other_state->version.value == 0) return not_found(other, half->pointer);
  if (at < other_state->occurred_at) {
    Refusal refusal = too_early(other, *other_state, at);
    refusal.pointer = half->pointer;
    return refusal;
  }
  Part goes_on(desk, step, other, *other_state, at);
  if (!goes_on.ask(step.verb, half->fact(step.stream.number), half->asking, true)) {
    Refusal refusal = goes_on.refusal();
    refusal.stream = other;
    refusal.pointer = half->pointer;
    return refusal;
  }
  std::vector<Draft> drafts = std::move(part.drafts());
  std::move(goes_on.drafts().begin(), goes_on.drafts().end(), std::back_inserter(drafts));
  return drafts;
}

}  // namespace workflows::issue
