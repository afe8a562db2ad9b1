// Which deadlines a fact sets, by the policy and the calendar in force. Pure: the same issue, the
// same fact, the same rules, the same deadlines, so an audit can reckon them again.
//
//   report                accept (and solve, of an emergency or if the policy counts it from there)
//   accept, reopen        solve · what somebody set by hand before it was accepted stays
//   hand over, reassign   sign, also where a meeting concludes so
//   a meeting with a due  solve: the meeting's own date wins over the rule
//   resolve               follow_up, also where a meeting concludes so
//   rework                rework
//   extension granted     solve, until then
//   resume                solve and sign, moved by the working time paused; what had passed stays
//   return                nothing: solve goes on as it was
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/writer/workflow.hpp"
#include "workflows/issue/apply.hpp"
#include "workflows/issue/policy.hpp"

namespace workflows::issue {

struct Deadline {
  fb::DeadlineKind kind = fb::DeadlineKind::solve;
  engine::Instant due{};
  engine::Instant warn_at{};  // {}: it is not warned of
  std::string calendar;       // as the fact names it, see DeadlineRules::named
};

// The category that one lies below, "" if none: by the directory, which is another workflow. Unset:
// no category lies below another.
using ParentOf = std::function<std::string(std::string_view category)>;

class DeadlineRules {
 public:
  DeadlineRules(Policy policy, Holidays holidays);

  const Policy& policy() const { return policy_; }
  const Calendar& calendar() const { return calendar_; }
  const std::string& policy_digest() const { return policy_digest_; }
  const std::string& calendar_digest() const { return calendar_.digest(); }

  // What holds for an issue: of the emergency limits, those of its category or the nearest one
  // above that has one, and the general ones, the first that is given.
  Limit limit(fb::DeadlineKind kind, bool emergency, std::string_view category,
              const ParentOf& parent_of) const;

  // When a limit ends that began at `start`. Requires: it is not none.
  Reckoned due(const Limit& limit, engine::Instant start) const;

  // When a deadline is warned of: the policy's time before it, or half way if that would be before
  // it began. {}: never.
  engine::Instant warn_at(engine::Instant start, engine::Instant due) const;

  // How a fact names the calendar: by its digest, with " without 2027" where that year was counted
  // over and is not in it.
  std::string named(int assumed_year) const;

 private:
  Policy policy_;
  Calendar calendar_;
  std::string policy_digest_;
};

// What happened to an issue: a fact, and how the issue stood before and after it.
struct Happened {
  engine::FactType type;
  std::string_view fact;
  const Standing& before;
  const Standing& after;
  engine::Instant at;
};

// The deadlines that the rules set when this happened. Requires: the fact is well-formed.
std::vector<Deadline> deadlines_set_by(const DeadlineRules& rules, const Happened& happened,
                                       const ParentOf& parent_of);

// The body of the set_deadline, which is the fact.
std::string deadline_set(const DeadlineRules& rules, const Deadline& deadline);

// A deadline set by hand, with the moment to warn of it by the rules if it names none; nothing if
// it is to stay as it is.
std::optional<std::string> with_warning(const DeadlineRules& rules, std::string_view set_deadline,
                                        engine::Instant at);

// The issue workflow (see issue.hpp) that sets deadlines by these rules with what starts or moves
// their clock. nullptr: nothing sets them but set_deadline.
std::unique_ptr<engine::writer::Workflow> make_issue_workflow(
    unsigned partition, std::shared_ptr<const DeadlineRules> rules, ParentOf parent_of = {});

}  // namespace workflows::issue
