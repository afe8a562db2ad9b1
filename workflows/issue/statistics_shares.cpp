#include "workflows/issue/statistics_shares.hpp"

#include <algorithm>
#include <limits>

namespace workflows::issue {
namespace {

using fb::Stage;

Share end_of(const fb::Marks& marks) {
  switch (marks.stage()) {
    case Stage::closed:
      return {Book::closed, 0, marks.ended_at()};
    case Stage::declined:
      return {Book::declined, 0, marks.ended_at()};
    case Stage::withdrawn:
      return {Book::withdrawn, 0, marks.ended_at()};
    case Stage::merged:
      return {Book::merged, 0, marks.ended_at()};
    default:
      return {};
  }
}

Share resolution_of(const fb::Marks& marks) {
  const Book book = marks.due_at() == 0                     ? Book::resolved_no_deadline
                    : marks.resolved_at() <= marks.due_at() ? Book::resolved_on_time
                                                            : Book::resolved_late;
  return {book, seconds_between(marks.opened_at(), marks.resolved_at()), marks.resolved_at()};
}

Share open_of(const fb::Marks& marks) {
  if (marks.stage() < Stage::reported || marks.stage() > Stage::paused) return {};
  if (marks.due_at() == 0) return {Book::open_no_deadline, 0, marks.opened_at()};
  const bool stopped = marks.stage() == Stage::paused && marks.stage_since() <= marks.due_at();
  return {stopped ? Book::open_stopped : Book::open_due,
          seconds_between(marks.opened_at(), marks.due_at()), marks.due_at()};
}

}  // namespace

std::int64_t whole_seconds(std::int64_t ms) { return ms / 1000 - (ms % 1000 < 0 ? 1 : 0); }

std::int32_t seconds_between(std::int64_t from_ms, std::int64_t to_ms) {
  const std::int64_t seconds = whole_seconds(to_ms) - whole_seconds(from_ms);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(
      seconds, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

Shares shares_of(const fb::Marks& marks) {
  Shares out{};
  if (marks.stage() == Stage::none) return out;
  out[0] = {Book::reported, 0, marks.opened_at()};
  if (marks.accepted_at() != 0) {
    out[1] = {Book::accepted, seconds_between(marks.opened_at(), marks.accepted_at()),
              marks.accepted_at()};
  }
  out[2] = end_of(marks);
  if (marks.resolved_at() != 0) {
    out[3] = resolution_of(marks);
    if (marks.accepted_at() != 0) {
      out[4] = {Book::accept_to_resolve, seconds_between(marks.accepted_at(), marks.resolved_at()),
                marks.resolved_at()};
    }
  }
  out[5] = open_of(marks);
  return out;
}

Happenings happenings_of(const fb::Marks& before, const fb::Marks& after, std::int64_t at) {
  Happenings out{};
  if (after.returns() > before.returns()) out[0] = {Book::returned, 0, at};
  if (after.reworks() > before.reworks()) out[1] = {Book::reworked, 0, at};
  if (after.reopens() > before.reopens()) out[2] = {Book::reopened, 0, at};
  if (after.signed_at() != 0 && after.signed_at() != before.signed_at()) {
    out[3] = {Book::hand_over_to_sign, seconds_between(after.handed_over_at(), at), at};
  }
  if (after.stage() != before.stage() && before.stage() != Stage::none &&
      before.stage() <= Stage::MAX) {
    out[4] = {stay_in(before.stage()), seconds_between(before.stage_since(), at), at};
  }
  return out;
}

}  // namespace workflows::issue
