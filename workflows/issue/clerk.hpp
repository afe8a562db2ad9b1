// What time makes true of issues, and nobody asks for: that a deadline is near, that it has passed,
// and that an issue goes a level up because nothing came of it. Read from the timers; what is
// recorded is decided like any command, by the table.
//
// Each fact carries the moment at which it became true, or that of the issue's last fact if that is
// later: a history never goes back. Its `due` says the true deadline.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/core/time.hpp"
#include "engine/react/clerk.hpp"
#include "workflows/issue/timers.hpp"

namespace workflows::issue {

// Who hands in what the clerk records: `source` and `actor` of its facts.
constexpr const char* clerk_name = "deadlines";

// When an issue goes a level up by itself (village, town, district).
struct Pressing {
  // Until when is waited, by when that began; later for what began later. Nothing: for ever.
  using Until = std::function<std::optional<engine::Instant>(engine::Instant since)>;
  struct Overdue {
    Until until;       // since the deadline passed; unset: no such rule
    std::string name;  // "overdue by 2 working days", as the history names the rule
  };

  Overdue to_town, to_district;
  unsigned urges = 2;  // so many without a step, at once; 0: no such rule
  // An answer, which is any step of those who have the issue in hand. Unset: no such rule.
  Until urged;       // to an urge
  Until supervised;  // to a supervision that does not say itself by when
  Until escalated;   // of the level that it was escalated to
};

// Reads the view `timers`.
std::unique_ptr<engine::react::Agenda> make_agenda(Pressing pressing = {});

}  // namespace workflows::issue
