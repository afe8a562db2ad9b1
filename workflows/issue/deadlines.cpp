#include "workflows/issue/deadlines.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/ensure.hpp"
#include "workflows/issue/clocks.hpp"

namespace workflows::issue {
namespace {

using engine::Instant;
using fb::DeadlineKind;
using std::chrono::minutes;

constexpr std::size_t depth_max = 16;  // of the categories' tree

std::string bytes_of(const flatbuffers::FlatBufferBuilder& builder) {
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

// What one fact sets, gathered.
class Setting {
 public:
  Setting(const DeadlineRules& rules, const Happened& happened, const ParentOf& parent_of)
      : rules_(rules),
        happened_(happened),
        before_(happened.before.marks),
        after_(happened.after.marks),
        parent_of_(parent_of) {}

  void on(const fb::Reported&) {
    by_limit(DeadlineKind::accept, happened_.at);
    if (solve_from_report()) by_limit(DeadlineKind::solve, happened_.at);
  }

  void on(const fb::Accepted&) {
    const Instant start = solve_from_report() ? engine::from_ms(after_.opened_at()) : happened_.at;
    if (after_.due_at() != 0) {
      // Set at the report: by the rules, for the category it had then, or by somebody, and then it
      // stays.
      const auto then = reckon(DeadlineKind::solve, start, happened_.before.dims.category);
      if (!solve_from_report() || !then || engine::to_ms(then->at) != after_.due_at()) return;
    }
    const auto now = reckon(DeadlineKind::solve, start, happened_.after.dims.category);
    if (now && engine::to_ms(now->at) != after_.due_at()) {
      add(DeadlineKind::solve, start, *now);
    }
  }

  void on(const fb::HandedOver&) { by_limit(DeadlineKind::sign, happened_.at); }
  void on(const fb::Reassigned&) { by_limit(DeadlineKind::sign, happened_.at); }
  void on(const fb::Resolved&) { by_limit(DeadlineKind::follow_up, happened_.at); }
  void on(const fb::Reworked&) { by_limit(DeadlineKind::rework, happened_.at); }
  void on(const fb::Reopened&) { by_limit(DeadlineKind::solve, happened_.at); }
  void on(const fb::ExtensionGranted& fact) { by_hand(fact.until()); }
  void on(const fb::ConsultationHeld& fact) { held(fact); }
  void on(const fb::NegotiationHeld& fact) { held(fact); }

  void on(const fb::Resumed&) {
    for (const DeadlineKind kind : {DeadlineKind::solve, DeadlineKind::sign}) move(kind);
  }

  std::vector<Deadline> take() { return std::move(out_); }

 private:
  bool solve_from_report() const {
    return after_.emergency() || rules_.policy().solve_from == SolveFrom::report;
  }

  std::optional<Reckoned> reckon(DeadlineKind kind, Instant start,
                                 std::string_view category) const {
    const Limit limit = rules_.limit(kind, after_.emergency(), category, parent_of_);
    if (limit.unit == Limit::Unit::none) return std::nullopt;
    return rules_.due(limit, start);
  }

  void by_limit(DeadlineKind kind, Instant start) {
    const auto due = reckon(kind, start, happened_.after.dims.category);
    if (due) add(kind, start, *due);
  }

  // A date that somebody named for the solution.
  void by_hand(std::int64_t due) {
    if (!clock_runs(DeadlineKind::solve, after_.stage())) return;
    add(DeadlineKind::solve, happened_.at, {engine::from_ms(due), 0});
  }

  template <class Held>
  void held(const Held& fact) {
    if (fact.due() != 0) by_hand(fact.due());
    if (after_.stage() == fb::Stage::handed_over &&
        fact.conclusion() == fb::Conclusion::hand_over) {
      by_limit(DeadlineKind::sign, happened_.at);
    }
    if (after_.stage() == fb::Stage::resolved) by_limit(DeadlineKind::follow_up, happened_.at);
  }

  void move(DeadlineKind kind) {
    if (!clock_runs(kind, after_.stage())) return;
    const Instant due = engine::from_ms(due_of(after_, kind));
    const Instant paused_at = engine::from_ms(before_.stage_since());
    if (due == Instant{} || due <= paused_at) return;
    const Worked paused = rules_.calendar().worked_between(paused_at, happened_.at);
    if (paused <= Worked{0}) return;
    const Reckoned moved = rules_.calendar().worked_after(due, paused);
    const int year = rules_.calendar().assumed_year(paused_at, happened_.at);
    add(kind, happened_.at, {moved.at, year != 0 ? year : moved.assumed_year});
  }

  void add(DeadlineKind kind, Instant start, const Reckoned& due) {
    if (due.at == Instant{}) return;  // that moment means "none" wherever it is stored
    out_.push_back({kind, due.at, rules_.warn_at(start, due.at), rules_.named(due.assumed_year)});
  }

  const DeadlineRules& rules_;
  const Happened& happened_;
  const fb::Marks& before_;
  const fb::Marks& after_;
  const ParentOf& parent_of_;
  std::vector<Deadline> out_;
};

template <class Fact>
std::vector<Deadline> set_by(const DeadlineRules& rules, const Happened& happened,
                             const ParentOf& parent_of) {
  Setting setting(rules, happened, parent_of);
  setting.on(*flatbuffers::GetRoot<Fact>(happened.fact.data()));
  return setting.take();
}

}  // namespace

DeadlineRules::DeadlineRules(Policy policy, Holidays holidays)
    : policy_(std::move(policy)),
      calendar_(std::move(holidays), policy_.office),
      policy_digest_(digest_text(policy_text(policy_))) {}

Limit DeadlineRules::limit(DeadlineKind kind, bool emergency, std::string_view category,
                           const ParentOf& parent_of) const {
  if (emergency && policy_.emergency[kind]) return *policy_.emergency[kind];
  std::string code;
  for (std::size_t depth = 0; !policy_.categories.empty() && depth < depth_max; ++depth) {
    const std::string_view at = depth == 0 ? category : std::string_view(code);
    if (at.empty()) break;
    const auto found = policy_.categories.find(at);
    if (found != policy_.categories.end() && found->second[kind]) return *found->second[kind];
    if (!parent_of) break;
    code = parent_of(at);
  }
  return policy_.limits[kind].value_or(Limit{});
}

Reckoned DeadlineRules::due(const Limit& limit, Instant start) const {
  switch (limit.unit) {
    case Limit::Unit::same_day:
      return calendar_.end_of_day(start);
    case Limit::Unit::half_days:
      return calendar_.due(start, limit.count);
    case Limit::Unit::working_time:
      return calendar_.worked_after(start, minutes{limit.count});
    case Limit::Unit::none:
      break;
  }
  ENSURE(limit.unit != Limit::Unit::none);
  return {start, 0};
}

Instant DeadlineRules::warn_at(Instant start, Instant due) const {
  const Limit& before = policy_.warning;
  const bool days = before.unit == Limit::Unit::half_days;
  if (!days && before.unit != Limit::Unit::working_time) return {};
  const Worked time = days ? calendar_.whole_day() * before.count / 2 : minutes{before.count};
  const Instant at = calendar_.worked_before(due, time).at;
  if (at > start || due <= start) return at;
  return std::chrono::floor<std::chrono::seconds>(start + (due - start) / 2);
}

std::string DeadlineRules::named(int assumed_year) const {
  if (assumed_year == 0) return calendar_.digest();
  return calendar_.digest() + " without " + std::to_string(assumed_year);
}

std::vector<Deadline> deadlines_set_by(const DeadlineRules& rules, const Happened& happened,
                                       const ParentOf& parent_of) {
  switch (static_cast<fb::Fact>(happened.type.value)) {
    case fb::Fact::Reported:
      return set_by<fb::Reported>(rules, happened, parent_of);
    case fb::Fact::Accepted:
      return set_by<fb::Accepted>(rules, happened, parent_of);
    case fb::Fact::HandedOver:
      return set_by<fb::HandedOver>(rules, happened, parent_of);
    case fb::Fact::Reassigned:
      return set_by<fb::Reassigned>(rules, happened, parent_of);
    case fb::Fact::ConsultationHeld:
      return set_by<fb::ConsultationHeld>(rules, happened, parent_of);
    case fb::Fact::NegotiationHeld:
      return set_by<fb::NegotiationHeld>(rules, happened, parent_of);
    case fb::Fact::ExtensionGranted:
      return set_by<fb::ExtensionGranted>(rules, happened, parent_of);
    case fb::Fact::Resolved:
      return set_by<fb::Resolved>(rules, happened, parent_of);
    case fb::Fact::Reworked:
      return set_by<fb::Reworked>(rules, happened, parent_of);
    case fb::Fact::Reopened:
      return set_by<fb::Reopened>(rules, happened, parent_of);
    case fb::Fact::Resumed:
      return set_by<fb::Resumed>(rules, happened, parent_of);
    default:
      return {};  // moves no clock
  }
}

std::string deadline_set(const DeadlineRules& rules, const Deadline& deadline) {
  flatbuffers::FlatBufferBuilder builder(192);
  builder.ForceDefaults(true);
  const auto policy = builder.CreateString(rules.policy_digest());
  const auto calendar = builder.CreateString(deadline.calendar);
  builder.Finish(fb::CreateDeadlineSet(builder, deadline.kind, engine::to_ms(deadline.due), policy,
                                       calendar, engine::to_ms(deadline.warn_at)));
  return bytes_of(builder);
}

std::optional<std::string> with_warning(const DeadlineRules& rules, std::string_view set_deadline,
                                        Instant at) {
  const auto& fact = *flatbuffers::GetRoot<fb::DeadlineSet>(set_deadline.data());
  if (fact.due() == 0 || fact.warn_at() != 0) return std::nullopt;
  flatbuffers::FlatBufferBuilder builder(192);
  builder.ForceDefaults(true);
  const auto text = [&](const flatbuffers::String* given) {
    return given == nullptr ? flatbuffers::Offset<flatbuffers::String>{}
                            : builder.CreateString(given->c_str(), given->size());
  };
  const auto policy = text(fact.policy());
  const auto calendar = text(fact.calendar());
  const Instant warn = rules.warn_at(at, engine::from_ms(fact.due()));
  builder.Finish(fb::CreateDeadlineSet(builder, fact.kind(), fact.due(), policy, calendar,
                                       engine::to_ms(warn)));
  return bytes_of(builder);
}

}  // namespace workflows::issue
