// What time has still to do with one issue: an entry of the timers, and how it is folded, merged
// and stored. Internal to the timers and to those who act on them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/time.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/clocks.hpp"

namespace workflows::issue {

// What an issue may wait for. Only what can still go a level up waits for more than its clocks.
enum class Wait : std::uint8_t {
  clock,            // a deadline that runs: its warning, or its end; or a supervision's answer_by
  overdue_village,  // at the level of the village: what becomes of a missed deadline that still
                    // runs
  overdue_town,     // the same at the level of the town
  urged,            // an answer to an urge
  supervised,       // an answer to a supervision that named no moment
  escalated,        // an answer of the level it was escalated to
};
constexpr std::size_t waits_count = 6;

// How the rule ends, in a history, by which urges without a step escalate.
constexpr std::string_view urges_rule = "urges without a step";

struct TimerEntry {
  // By its place in `clocks`; solve and rework are one.
  static constexpr std::array clocks{fb::DeadlineKind::solve, fb::DeadlineKind::accept,
                                     fb::DeadlineKind::sign, fb::DeadlineKind::follow_up};
  struct Timer {
    std::int64_t due = 0;      // ms; 0: the clock does not run, or has no deadline
    std::int64_t warn_at = 0;  // of the deadline that was last set; 0: not to be warned of
    std::uint32_t armed = 0;   // version of the fact that set it going
    friend bool operator==(const Timer&, const Timer&) = default;
  };

  std::uint64_t number = 0;
  std::int64_t last_at = 0;  // when the issue's last fact happened
  // Since when somebody waits for a step; 0: nobody does.
  std::int64_t urged_at = 0, supervised_at = 0, escalated_at = 0;
  std::int64_t answer_by = 0;  // as the supervision said; 0: it did not
  std::array<Timer, clocks.size()> timers{};
  std::uint32_t version = 0;  // of the last fact
  // In a fold of a part of the log: what the part knows by itself; the rest is told by the part
  // before it.
  std::uint16_t known = 0;
  fb::Stage stage = fb::Stage::none;
  fb::Level level = fb::Level::village;
  std::uint8_t warned = 0, missed = 0;  // as in fb::Marks
  std::uint8_t urges = 0;               // without a step
  std::uint8_t urge_rises = 0;          // escalated by urges_rule since the last step
  bool rework = false;                  // the first clock's deadline is one of rework

  // Folds the issue's next record in.
  void take(const engine::log::RecordView& record, const fb::Marks& before, const fb::Marks& after);
  // Puts what `earlier`, the entry of the part before, knows where this one does not.
  void follow(const TimerEntry& earlier);

  // When there is something to do about it next, ms; for other waits than `clock` since when it
  // waits; 0: it does not.
  std::int64_t moment(Wait wait) const;
  // The clock runs, and its deadline has not been missed.
  bool pending(std::size_t clock) const;
  // It is still to be warned of. Requires: pending(clock).
  bool warns(std::size_t clock) const {
    return timers[clock].warn_at != 0 && (warned & clock_bit(clocks[clock])) == 0;
  }
  bool can_rise() const { return level < fb::Level::district; }
  // The kind that a fact about this clock names.
  fb::DeadlineKind kind(std::size_t clock) const;
  std::size_t pending_count() const;

  friend bool operator==(const TimerEntry&, const TimerEntry&) = default;
};

// Everything is known of an issue that begins, or begins again.
constexpr std::uint16_t all_known = 0xffff;

// Whether time can have something to do with an issue at that stage. One that ended and goes on
// later (reopened, unmerged) has the deadlines that its facts say, and begins anew with everything
// else.
bool stays_on(fb::Stage stage);

void put_entry(std::string& out, const TimerEntry& entry, std::uint64_t number_before);
// Nothing: the bytes are no entry.
std::optional<TimerEntry> take_entry(std::string_view& bytes, std::uint64_t number_before);

}  // namespace workflows::issue
