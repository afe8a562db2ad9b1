// An issue's deadlines as they would stand had these rules been in force from its beginning. What
// was set by hand, by a meeting or by an extension counts as it was; what other rules set does not.
#pragma once

#include <array>
#include <optional>

#include "engine/log/record.hpp"
#include "workflows/issue/deadlines.hpp"

namespace workflows::issue {

class DeadlineReplay {
 public:
  // `rules` and `parent_of` outlive it.
  DeadlineReplay(const DeadlineRules& rules, const ParentOf& parent_of)
      : rules_(rules), parent_of_(parent_of) {}

  // Takes the issue's next record in. Requires: well-formed, one after the other.
  void take(const engine::log::RecordView& record);

  // As it would stand; all but the deadlines is as the records say.
  const fb::Marks& marks() const { return standing_.marks; }
  // The deadline that the rules set last for the clock; nothing if it has none, or one by hand.
  const std::optional<Deadline>& by_rule(fb::DeadlineKind kind) const {
    return by_rule_[index(kind)];
  }

 private:
  static std::size_t index(fb::DeadlineKind kind) {
    return kind == fb::DeadlineKind::rework ? 0 : static_cast<std::size_t>(kind);
  }

  const DeadlineRules& rules_;
  const ParentOf& parent_of_;
  Standing standing_;
  std::array<std::optional<Deadline>, deadline_kinds> by_rule_;  // `rework` with `solve`
};

// Whether a deadline was set by some policy, not by hand.
bool set_by_policy(const fb::DeadlineSet& fact);

}  // namespace workflows::issue
