#include "workflows/issue/apply.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

#include "workflows/issue/choices.hpp"
#include "workflows/issue/clocks.hpp"

namespace workflows::issue {
namespace {

using fb::Stage;

// fb::Marks with members that can be set: the same fields in the same places.
struct Sheet {
  std::int64_t opened_at, accepted_at, handed_over_at, signed_at, resolved_at, followed_up_at,
      ended_at, stage_since, due_at, accept_due_at, sign_due_at, follow_up_due_at;
  std::uint64_t merged_into;
  std::uint16_t returns, reworks, reopens, urges, hand_overs, consultations, negotiations, absorbed;
  Stage stage, stage_before_pause, stage_before_merge, stage_before_resolve, stage_before_meeting;
  fb::Supervision supervision;
  fb::Level level;
  fb::Outcome outcome;
  fb::Answer reached, solved;
  std::uint8_t satisfaction, extension_pending;
  std::uint16_t escalations, supervisions;
  std::uint8_t warned_of, missed, urges_unanswered, emergency;
  std::uint32_t spare;
};
static_assert(sizeof(Sheet) == sizeof(fb::Marks) && alignof(Sheet) == alignof(fb::Marks));
static_assert(std::is_trivially_copyable_v<fb::Marks>);
static_assert(std::endian::native == std::endian::little);

// A fact on its way into the sheet: one line of `on` for each.
struct Fold {
  Sheet& now;
  engine::log::Dims& dims;
  std::int64_t at;

  template <class Counter>
  static void count(Counter& counter) {
    if (counter < std::numeric_limits<Counter>::max()) ++counter;
  }
  static void take(std::string& dim, const flatbuffers::String* given) {
    if (given != nullptr && given->size() != 0) dim.assign(given->c_str(), given->size());
  }
  static Stage known(Stage before, Stage otherwise) {
    return before == Stage::none ? otherwise : before;
  }

  void enter(Stage stage) {
    if (stage != now.stage) now.stage_since = at;
    now.stage = stage;
    now.urges_unanswered = 0;
  }
  void settle(unsigned clocks) {
    now.warned_of = static_cast<std::uint8_t>(now.warned_of & ~clocks);
    now.missed = static_cast<std::uint8_t>(now.missed & ~clocks);
    now.supervision = now.missed != 0      ? fb::Supervision::overdue
                      : now.warned_of != 0 ? fb::Supervision::warned
                                           : fb::Supervision::on_time;
  }
  void end(Stage stage) {
    enter(stage);
    now.ended_at = at;
    now.extension_pending = 0;
  }
  void give(const flatbuffers::String* department) {
    take(dims.department, department);
    count(now.hand_overs);
    now.handed_over_at = at;
    now.signed_at = 0;
    now.sign_due_at = 0;
    enter(Stage::handed_over);
  }
  // It leaves the department, if one had it where it stood.
  void take_back(Stage where) {
    if (where == Stage::handed_over || where == Stage::handling) dims.department.clear();
    now.sign_due_at = 0;
  }
  void call_meeting(Stage meeting) {
    // Called again, it goes back to where it was called from first.
    if (now.stage != meeting) now.stage_before_meeting = now.stage;
    enter(meeting);
  }
  // Where work was done when it was resolved, and so where rework goes back to: a meeting does no
  // work, and nobody works on what a department has not signed for.
  Stage worked_in() const {
    const bool meeting = now.stage == Stage::consulting || now.stage == Stage::negotiating;
    const Stage where = meeting ? now.stage_before_meeting : now.stage;
    return where == Stage::local || where == Stage::handling ? where : Stage::accepted;
  }
  void resolve(fb::Outcome outcome) {
    now.stage_before_resolve = worked_in();
    now.outcome = outcome;
    now.resolved_at = at;
    now.extension_pending = 0;
    enter(Stage::resolved);
  }
  void unresolve() {
    now.resolved_at = now.followed_up_at = now.follow_up_due_at = 0;
    now.outcome = fb::Outcome::none;
    now.reached = now.solved = fb::Answer::unknown;
    now.satisfaction = 0;
    now.stage_before_resolve = Stage::none;
  }
  template <class Held>
  void conclude(const Held& held) {
    const Stage called_from = now.stage_before_meeting;
    switch (held.conclusion()) {
      case fb::Conclusion::accept:
        take_back(called_from);
        enter(Stage::accepted);
        break;
      case fb::Conclusion::local:
        take_back(called_from);
        enter(Stage::local);
        break;
      case fb::Conclusion::hand_over:
        give(held.department());
        break;
      case fb::Conclusion::negotiate:
        enter(Stage::negotiating);
        return;  // the next meeting may still go back to where this one came from
      case fb::Conclusion::resolve:
        resolve(held.outcome());
        break;
      case fb::Conclusion::go_on:
      case fb::Conclusion::none:
        enter(known(called_from, Stage::accepted));
        break;
    }
    now.stage_before_meeting = Stage::none;
  }
  void on(const fb::Reported& fact) {
    now.opened_at = at;
    now.emergency = fact.emergency() ? 1 : 0;
    take(dims.area, fact.area());
    take(dims.category, fact.category());
    take(dims.department, fact.department());
    dims.channel = channel_name(fact.channel());
    enter(Stage::reported);
  }
  void on(const fb::Supplemented&) {}
  void on(const fb::Accepted& fact) {
    if (now.accepted_at == 0) now.accepted_at = at;
    take(dims.area, fact.area());
    take(dims.category, fact.category());
    take(dims.department, fact.department());
    enter(Stage::accepted);
  }
  void on(const fb::Declined&) { end(Stage::declined); }
  void on(const fb::Withdrawn&) { end(Stage::withdrawn); }
  void on(const fb::Merged& fact) {
    if (fact.absorbed() != 0) count(now.absorbed);
    if (fact.into() == 0) return;
    now.stage_before_merge = now.stage;
    now.merged_into = fact.into();
    const auto pending = now.extension_pending;
    end(Stage::merged);
    now.extension_pending = pending;  // it may come back
  }
  void on(const fb::Unmerged& fact) {
    if (fact.released() != 0 && now.absorbed != 0) --now.absorbed;
    if (fact.from() == 0) return;
    enter(known(now.stage_before_merge, Stage::reported));
    now.stage_before_merge = Stage::none;
    now.merged_into = 0;
    now.ended_at = 0;
  }
  void on(const fb::Claimed&) { enter(Stage::local); }
  void on(const fb::Released&) { enter(Stage::accepted); }
  void on(const fb::ConsultationCalled&) { call_meeting(Stage::consulting); }
  void on(const fb::ConsultationHeld& fact) {
    count(now.consultations);
    conclude(fact);
  }
  void on(const fb::HandedOver& fact) { give(fact.department()); }
  void on(const fb::Signed&) {
    now.signed_at = at;
    enter(Stage::handling);
  }
  void on(const fb::Returned&) {
    count(now.returns);
    take_back(now.stage);
    enter(Stage::accepted);
  }
  void on(const fb::Reassigned& fact) { give(fact.department()); }
  void on(const fb::CoUnitAdded&) { now.urges_unanswered = 0; }
  void on(const fb::NegotiationCalled&) { call_meeting(Stage::negotiating); }
  void on(const fb::NegotiationHeld& fact) {
    count(now.negotiations);
    conclude(fact);
  }
  void on(const fb::MeetingCalledOff&) {
    enter(known(now.stage_before_meeting, Stage::accepted));
    now.stage_before_meeting = Stage::none;
  }
  void on(const fb::ProgressNoted&) { now.urges_unanswered = 0; }
  void on(const fb::ExtensionRequested&) { now.extension_pending = 1; }
  void on(const fb::ExtensionGranted& fact) {
    now.extension_pending = 0;
    now.due_at = fact.until();
  }
  void on(const fb::ExtensionRefused&) { now.extension_pending = 0; }
  void on(const fb::Paused&) {
    now.stage_before_pause = now.stage;
    enter(Stage::paused);
  }
  void on(const fb::Resumed&) {
    enter(known(now.stage_before_pause, Stage::accepted));
    now.stage_before_pause = Stage::none;
  }
  void on(const fb::Resolved& fact) { resolve(fact.outcome()); }
  void on(const fb::FollowedUp& fact) {
    now.followed_up_at = at;
    now.reached = fact.reached();
    now.solved = fact.solved();
    now.satisfaction = fact.satisfaction();
  }
  void on(const fb::Reworked&) {
    count(now.reworks);
    enter(known(now.stage_before_resolve, Stage::accepted));
    unresolve();
  }
  void on(const fb::Closed&) { end(Stage::closed); }
  void on(const fb::Reopened&) {
    count(now.reopens);
    now.ended_at = 0;
    unresolve();
    enter(Stage::accepted);
  }
  void on(const fb::Urged&) {
    count(now.urges);
    count(now.urges_unanswered);
  }
  void on(const fb::Supervised&) { count(now.supervisions); }
  void on(const fb::Escalated& fact) {
    count(now.escalations);
    now.level = fact.to();
  }
  void on(const fb::DeadlineSet& fact) {
    switch (fact.kind()) {
      case fb::DeadlineKind::solve:
      case fb::DeadlineKind::rework:
        now.due_at = fact.due();
        break;
      case fb::DeadlineKind::accept:
        now.accept_due_at = fact.due();
        break;
      case fb::DeadlineKind::sign:
        now.sign_due_at = fact.due();
        break;
      case fb::DeadlineKind::follow_up:
        now.follow_up_due_at = fact.due();
        break;
    }
  }
  void on(const fb::DeadlineMissed& fact) {
    now.missed = static_cast<std::uint8_t>(now.missed | clock_bit(fact.kind()));
  }
  void on(const fb::Warned& fact) {
    now.warned_of = static_cast<std::uint8_t>(now.warned_of | clock_bit(fact.kind()));
  }
  void on(const fb::Corrected& fact);
};

// Only what stands now can be put right: an outcome that rework took back is gone already.
void Fold::on(const fb::Corrected& fact) {
  if (fact.code() == nullptr || fact.field() == nullptr) return;
  const std::string_view field = fact.field()->string_view();
  const std::string_view code = fact.code()->string_view();
  if (field == "area") dims.area = code;
  if (field == "category") dims.category = code;
  if (field == "department") dims.department = code;
  if (field == "channel") {
    if (fb::Channel channel{}; choose(code, channel)) dims.channel = code;
  }
  if (field == "outcome" && now.resolved_at != 0) choose(code, now.outcome);
  if (now.followed_up_at == 0) return;
  if (field == "reached") choose(code, now.reached);
  if (field == "solved") choose(code, now.solved);
  if (field == "satisfaction") choose(code, now.satisfaction);
}

template <class Fact>
void take(Fold& fold, std::string_view bytes) {
  const Fact& fact = *flatbuffers::GetRoot<Fact>(bytes.data());
  fold.on(fact);
  fold.settle(settled_by(fact));
}

void fold(Fold& fold, fb::Fact type, std::string_view fact) {
  // clang-format off
  switch (type) {
    case fb::Fact::NONE: return;
    case fb::Fact::Reported: return take<fb::Reported>(fold, fact);
    case fb::Fact::Supplemented: return take<fb::Supplemented>(fold, fact);
    case fb::Fact::Accepted: return take<fb::Accepted>(fold, fact);
    case fb::Fact::Declined: return take<fb::Declined>(fold, fact);
    case fb::Fact::Withdrawn: return take<fb::Withdrawn>(fold, fact);
    case fb::Fact::Merged: return take<fb::Merged>(fold, fact);
    case fb::Fact::Unmerged: return take<fb::Unmerged>(fold, fact);
    case fb::Fact::Claimed: return take<fb::Claimed>(fold, fact);
    case fb::Fact::Released: return take<fb::Released>(fold, fact);
    case fb::Fact::ConsultationCalled: return take<fb::ConsultationCalled>(fold, fact);
    case fb::Fact::ConsultationHeld: return take<fb::ConsultationHeld>(fold, fact);
    case fb::Fact::HandedOver: return take<fb::HandedOver>(fold, fact);
    case fb::Fact::Signed: return take<fb::Signed>(fold, fact);
    case fb::Fact::Returned: return take<fb::Returned>(fold, fact);
    case fb::Fact::Reassigned: return take<fb::Reassigned>(fold, fact);
    case fb::Fact::CoUnitAdded: return take<fb::CoUnitAdded>(fold, fact);
    case fb::Fact::NegotiationCalled: return take<fb::NegotiationCalled>(fold, fact);
    case fb::Fact::NegotiationHeld: return take<fb::NegotiationHeld>(fold, fact);
    case fb::Fact::ProgressNoted: return take<fb::ProgressNoted>(fold, fact);
    case fb::Fact::ExtensionRequested: return take<fb::ExtensionRequested>(fold, fact);
    case fb::Fact::ExtensionGranted: return take<fb::ExtensionGranted>(fold, fact);
    case fb::Fact::ExtensionRefused: return take<fb::ExtensionRefused>(fold, fact);
    case fb::Fact::Paused: return take<fb::Paused>(fold, fact);
    case fb::Fact::Resumed: return take<fb::Resumed>(fold, fact);
    case fb::Fact::Resolved: return take<fb::Resolved>(fold, fact);
    case fb::Fact::FollowedUp: return take<fb::FollowedUp>(fold, fact);
    case fb::Fact::Reworked: return take<fb::Reworked>(fold, fact);
    case fb::Fact::Closed: return take<fb::Closed>(fold, fact);
    case fb::Fact::Reopened: return take<fb::Reopened>(fold, fact);
    case fb::Fact::Urged: return take<fb::Urged>(fold, fact);
    case fb::Fact::Supervised: return take<fb::Supervised>(fold, fact);
    case fb::Fact::Escalated: return take<fb::Escalated>(fold, fact);
    case fb::Fact::DeadlineSet: return take<fb::DeadlineSet>(fold, fact);
    case fb::Fact::DeadlineMissed: return take<fb::DeadlineMissed>(fold, fact);
    case fb::Fact::Corrected: return take<fb::Corrected>(fold, fact);
    case fb::Fact::Warned: return take<fb::Warned>(fold, fact);
    case fb::Fact::MeetingCalledOff: return take<fb::MeetingCalledOff>(fold, fact);
  }
  // clang-format on
}

}  // namespace

void apply(Standing& standing, engine::FactType type, std::string_view fact,
           engine::Instant occurred_at) {
  if (type.value > static_cast<std::uint16_t>(fb::Fact::MAX)) return;
  Sheet sheet = std::bit_cast<Sheet>(standing.marks);
  Fold into{sheet, standing.dims, engine::to_ms(occurred_at)};
  fold(into, static_cast<fb::Fact>(type.value), fact);
  standing.marks = std::bit_cast<fb::Marks>(sheet);
}

}  // namespace workflows::issue
