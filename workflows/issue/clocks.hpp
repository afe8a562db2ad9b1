// An issue's clocks: which of them run where, which deadline is whose, and which facts settle them.
// `solve` and `rework` are one clock with one deadline.
#pragma once

#include <cstdint>

#include "engine/core/time.hpp"
#include "workflows/issue/issue_generated.h"

namespace workflows::issue {

// The clock's bit in Marks::warned_of and Marks::missed; 0 for a kind that only a later program
// knows.
constexpr unsigned clock_bit(fb::DeadlineKind kind) {
  if (kind > fb::DeadlineKind::MAX) return 0;
  return 1U << (kind == fb::DeadlineKind::rework ? 0 : static_cast<unsigned>(kind));
}
inline constexpr unsigned all_clocks = 0xff;

// The deadline that was last set for the clock; 0: none.
inline std::int64_t due_of(const fb::Marks& marks, fb::DeadlineKind kind) {
  switch (kind) {
    case fb::DeadlineKind::accept:
      return marks.accept_due_at();
    case fb::DeadlineKind::sign:
      return marks.sign_due_at();
    case fb::DeadlineKind::follow_up:
      return marks.follow_up_due_at();
    case fb::DeadlineKind::solve:
    case fb::DeadlineKind::rework:
      return marks.due_at();
  }
  return 0;
}

// Each clock runs where the issue waits for what it measures: none at an end, and none but those of
// others' work while it is paused.
constexpr bool clock_runs(fb::DeadlineKind kind, fb::Stage stage) {
  switch (kind) {
    case fb::DeadlineKind::accept:
      return stage == fb::Stage::reported;
    case fb::DeadlineKind::sign:
      return stage == fb::Stage::handed_over;
    case fb::DeadlineKind::follow_up:
      return stage == fb::Stage::resolved;
    case fb::DeadlineKind::solve:
    case fb::DeadlineKind::rework:
      return stage >= fb::Stage::reported && stage < fb::Stage::paused;
  }
  return false;
}

// The deadline of a clock that runs; {}: it has none, or does not run. Who has been asked need not
// be asked in time any more, though the issue stays resolved.
inline engine::Instant running_due(const fb::Marks& marks, fb::DeadlineKind kind) {
  if (kind == fb::DeadlineKind::follow_up && marks.followed_up_at() != 0) return {};
  return engine::from_ms(clock_runs(kind, marks.stage()) ? due_of(marks, kind) : 0);
}

constexpr bool ended(fb::Stage stage) {
  return stage >= fb::Stage::closed && stage <= fb::Stage::merged;
}

// What a record says of the deadline: by when it is to be resolved, or was to be, until it ends.
inline engine::Instant due_until_end(const fb::Marks& marks) {
  return engine::from_ms(ended(marks.stage()) ? 0 : marks.due_at());
}

// --- which clocks a fact settles: their deadline is met, beside the point, or set anew -----------

template <class Fact>
unsigned settled_by(const Fact&) {
  return 0;
}
inline unsigned settled_by(const fb::Accepted&) { return clock_bit(fb::DeadlineKind::accept); }
inline unsigned settled_by(const fb::Signed&) { return clock_bit(fb::DeadlineKind::sign); }
inline unsigned settled_by(const fb::Returned&) { return clock_bit(fb::DeadlineKind::sign); }
inline unsigned settled_by(const fb::HandedOver&) { return clock_bit(fb::DeadlineKind::sign); }
inline unsigned settled_by(const fb::Reassigned&) { return clock_bit(fb::DeadlineKind::sign); }
inline unsigned settled_by(const fb::Resolved&) {
  return clock_bit(fb::DeadlineKind::solve) | clock_bit(fb::DeadlineKind::sign);
}
inline unsigned settled_by(const fb::FollowedUp&) { return clock_bit(fb::DeadlineKind::follow_up); }
inline unsigned settled_by(const fb::Reworked&) { return clock_bit(fb::DeadlineKind::follow_up); }
inline unsigned settled_by(const fb::ExtensionGranted&) {
  return clock_bit(fb::DeadlineKind::solve);
}
inline unsigned settled_by(const fb::DeadlineSet& fact) { return clock_bit(fact.kind()); }
inline unsigned settled_by(const fb::Closed&) { return all_clocks; }
inline unsigned settled_by(const fb::Declined&) { return all_clocks; }
inline unsigned settled_by(const fb::Withdrawn&) { return all_clocks; }
inline unsigned settled_by(const fb::Merged& fact) { return fact.into() != 0 ? all_clocks : 0; }

// A meeting that takes the issue away from where it was called settles what ran there.
inline unsigned settled_by(fb::Conclusion conclusion) {
  switch (conclusion) {
    case fb::Conclusion::accept:
    case fb::Conclusion::local:
    case fb::Conclusion::hand_over:
      return clock_bit(fb::DeadlineKind::sign);
    case fb::Conclusion::resolve:
      return clock_bit(fb::DeadlineKind::solve) | clock_bit(fb::DeadlineKind::sign);
    case fb::Conclusion::none:
    case fb::Conclusion::go_on:
    case fb::Conclusion::negotiate:
      break;
  }
  return 0;
}
inline unsigned settled_by(const fb::ConsultationHeld& fact) {
  return settled_by(fact.conclusion());
}
inline unsigned settled_by(const fb::NegotiationHeld& fact) {
  return settled_by(fact.conclusion());
}

}  // namespace workflows::issue
