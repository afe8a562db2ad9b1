#include "workflows/issue/statistics_shares.hpp"

#include <algorithm>
#include <limits>

namespace workflows::issue {

using fb::Stage;

namespace {

std::int64_t whole_seconds(std::int64_t ms) { return ms / 1000 - (ms % 1000 < 0 ? 1 : 0); }

}  // namespace

Stand stand_of(const fb::Marks& marks) {
  Stand out;
  out.opened_at = marks.opened_at();
  out.accepted_at = marks.accepted_at();
  out.resolved_at = marks.resolved_at();
  out.followed_up_at = marks.followed_up_at();
  out.ended_at = marks.ended_at();
  out.stage_since = marks.stage_since();
  out.due_at = marks.due_at();
  out.accept_due_at = marks.accept_due_at();
  out.answers = answers_of(marks);
  out.stage = marks.stage();
  out.outcome = marks.outcome();
  return out;
}

std::int32_t seconds_between(std::int64_t from_ms, std::int64_t to_ms) {
  const std::int64_t seconds = whole_seconds(to_ms) - whole_seconds(from_ms);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(
      seconds, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

Book end_of(const Stand& it) {
  switch (it.stage) {
    case Stage::closed:
      return Book::closed;
    case Stage::declined:
      return Book::declined;
    case Stage::withdrawn:
      return Book::withdrawn;
    case Stage::merged:
      return Book::merged;
    default:
      return Book::none;
  }
}

Book timeliness_of(const Stand& it) {
  if (it.due_at == 0) return Book::resolved_no_deadline;
  return it.resolved_at <= it.due_at ? Book::resolved_on_time : Book::resolved_late;
}

Book outcome_of(const Stand& it) {
  switch (it.outcome) {
    case fb::Outcome::solved:
      return Book::resolved_solved;
    case fb::Outcome::explained:
      return Book::resolved_explained;
    case fb::Outcome::cannot_solve:
      return Book::resolved_cannot_solve;
    case fb::Outcome::out_of_scope:
      return Book::resolved_out_of_scope;
    case fb::Outcome::refused_by_resident:
      return Book::resolved_refused;
    case fb::Outcome::none:
      break;
  }
  return Book::none;
}

Book open_of(const Stand& it, std::int64_t at) {
  if (it.stage < Stage::reported || it.stage > Stage::paused) return Book::none;
  if (it.due_at == 0) return Book::open_no_deadline;
  // A paused clock stands still since the pause.
  const bool stopped = it.stage == Stage::paused && it.stage_since <= it.due_at;
  return !stopped && at > it.due_at ? Book::open_overdue : Book::open_in_time;
}

// Taken back or merged before anybody had to answer: it is nobody's failure, nor a response.
Share response_of(const Stand& it, std::int64_t at) {
  const std::int64_t due = it.accept_due_at;
  const std::int64_t answered = it.accepted_at != 0           ? it.accepted_at
                                : it.stage == Stage::declined ? it.ended_at
                                                              : 0;
  if (answered != 0) {
    return {answered <= due ? Book::responded_in_time : Book::responded_late, 0, answered};
  }
  const bool waits = it.stage == Stage::reported;
  const bool left = it.stage == Stage::withdrawn || it.stage == Stage::merged;
  const bool overdue = waits ? at > due : left && it.ended_at > due;
  return {overdue ? Book::response_overdue : Book::none, 0, due};
}

}  // namespace workflows::issue
