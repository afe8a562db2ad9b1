// What one issue counts for, and what each thing that happened to it does: shares of the figures.
// All counts, times and lists are made of these, so a count and its list cannot differ. Internal to
// the statistics.
#pragma once

#include <cstdint>

#include "workflows/issue/issue_generated.h"

namespace workflows::issue {

// What a share is a share of. The first ones are stored with what happened; their numbers stay.
enum class Book : std::uint8_t {
  none = 0,
  returned = 1,
  reworked = 2,
  reopened = 3,
  hand_over_to_sign = 4,
  handed_over = 5,
  resolution_undone = 6,  // at the resolution that was taken back
  closing_undone = 7,     // at the closing that was taken back
  follow_up_before = 8,   // at a follow-up that another one or a rework replaced; span: its answers
  consultation_called = 9,
  consultation_held = 10,
  negotiation_called = 11,
  negotiation_held = 12,
  stay = 16,  // the first of one for each stage
  stored_end = 30,
  // What stands, from the marks.
  reported,
  problem,
  accepted,
  declined,
  withdrawn,
  merged,
  closed,
  responded_in_time,
  responded_late,
  response_overdue,
  resolved_on_time,
  resolved_late,
  resolved_no_deadline,
  resolved_solved,
  resolved_explained,
  resolved_cannot_solve,
  resolved_out_of_scope,
  resolved_refused,
  resolved_reached,  // … and followed up, and the resident was reached
  accept_to_resolve,
  open_in_time,
  open_overdue,
  open_no_deadline,
  unsigned_now,
  // Of every follow-up, the one that stands and those before it.
  follow_up,
  follow_up_reached,
  follow_up_solved,
  rated,
  satisfied,
  met,  // at the issue's first meeting
  end,
};
static_assert(static_cast<unsigned>(Book::stay) + static_cast<unsigned>(fb::Stage::MAX) <
              static_cast<unsigned>(Book::stored_end));
static_assert(static_cast<unsigned>(Book::end) <= 64, "a set of books is the bits of one number");

constexpr Book stay_in(fb::Stage stage) {
  return static_cast<Book>(static_cast<std::uint8_t>(Book::stay) +
                           static_cast<std::uint8_t>(stage));
}

using Books = std::uint64_t;
template <class... Each>
constexpr Books books(Each... each) {
  return (Books{0} | ... | (Books{1} << static_cast<unsigned>(each)));
}
constexpr bool among(Book book, Books all) { return (all >> static_cast<unsigned>(book) & 1) != 0; }

// What stands, whenever it began: such shares belong to every period that does not end before them.
constexpr Books standing_books =
    books(Book::open_in_time, Book::open_overdue, Book::open_no_deadline, Book::unsigned_now);

struct Share {
  Book book = Book::none;
  std::int32_t span = 0;  // s, and ends at `time` unless the book is one of those that stand
  std::int64_t time = 0;  // ms since 1970 UTC
};

// Of an issue's marks what the shares need. Times: ms since 1970 UTC, 0 = not (any more).
struct Stand {
  std::int64_t opened_at = 0, accepted_at = 0, resolved_at = 0, followed_up_at = 0, ended_at = 0;
  std::int64_t stage_since = 0, due_at = 0, accept_due_at = 0;
  std::int32_t answers = 0;  // see answers_of
  fb::Stage stage = fb::Stage::none;
  fb::Outcome outcome = fb::Outcome::none;
  friend bool operator==(const Stand&, const Stand&) = default;
};
Stand stand_of(const fb::Marks& marks);

// Whole seconds from one stored time to another.
std::int32_t seconds_between(std::int64_t from_ms, std::int64_t to_ms);

// A follow-up's answers as one number, for a span to hold.
inline std::int32_t answers_of(const fb::Marks& marks) {
  return static_cast<std::int32_t>(marks.reached()) << 16 |
         static_cast<std::int32_t>(marks.solved()) << 8 | marks.satisfaction();
}

constexpr bool was_reached(std::int32_t answers) {
  return static_cast<fb::Answer>(answers >> 16 & 0xff) == fb::Answer::yes;
}

// The book of an issue's end, resolution, outcome, response or deadline; none: it has none.
Book end_of(const Stand& it);
Book timeliness_of(const Stand& it);
Book outcome_of(const Stand& it);
Book open_of(const Stand& it, std::int64_t at);
Share response_of(const Stand& it, std::int64_t at);

// Gives the shares of one follow-up.
template <class Take>
void follow_up_shares(std::int32_t answers, std::int64_t time, const Take& take) {
  constexpr std::int32_t satisfied_min = 4;
  const auto solved = static_cast<fb::Answer>(answers >> 8 & 0xff);
  const std::int32_t satisfaction = answers & 0xff;
  take(Share{Book::follow_up, 0, time});
  if (was_reached(answers)) {
    take(Share{Book::follow_up_reached, 0, time});
    if (solved == fb::Answer::yes) take(Share{Book::follow_up_solved, 0, time});
  }
  if (satisfaction != 0) take(Share{Book::rated, 0, time});
  if (satisfaction >= satisfied_min) take(Share{Book::satisfied, 0, time});
}

// Gives the shares of an issue as it stands; what is open is judged at `at`.
//   reported, problem       at the report; a problem is a report that is not merged
//   accepted, end, …        when that came about
//   responded …, overdue    at the acceptance or refusal; else when the accept limit passed
//   resolved …              at the resolution that stands; on time if not after due
//   open …                  at the report, without a span; unsigned at the hand-over, until `at`
// Spans: of accepted and resolved … since the report; accept_to_resolve since the acceptance.
template <class Take>
void shares_of(const Stand& it, std::int64_t at, const Take& take) {
  if (it.stage == fb::Stage::none) return;
  take(Share{Book::reported, 0, it.opened_at});
  if (it.stage != fb::Stage::merged) take(Share{Book::problem, 0, it.opened_at});
  if (it.accepted_at != 0) {
    take(Share{Book::accepted, seconds_between(it.opened_at, it.accepted_at), it.accepted_at});
  }
  if (const Book end = end_of(it); end != Book::none) take(Share{end, 0, it.ended_at});
  if (it.accept_due_at != 0) {
    if (const Share response = response_of(it, at); response.book != Book::none) take(response);
  }
  if (it.resolved_at != 0) {
    const std::int32_t span = seconds_between(it.opened_at, it.resolved_at);
    take(Share{timeliness_of(it), span, it.resolved_at});
    if (const Book book = outcome_of(it); book != Book::none) take(Share{book, 0, it.resolved_at});
    if (it.accepted_at != 0) {
      take(Share{Book::accept_to_resolve, seconds_between(it.accepted_at, it.resolved_at),
                 it.resolved_at});
    }
    if (it.followed_up_at != 0 && was_reached(it.answers)) {
      take(Share{Book::resolved_reached, 0, it.resolved_at});
    }
  }
  if (it.followed_up_at != 0) follow_up_shares(it.answers, it.followed_up_at, take);
  if (const Book open = open_of(it, at); open != Book::none) take(Share{open, 0, it.opened_at});
  if (it.stage == fb::Stage::handed_over) {
    take(Share{Book::unsigned_now, seconds_between(it.stage_since, at), it.stage_since});
  }
}

// Gives what a fact adds that no later one takes back.
template <class Take>
void happenings_of(fb::Fact type, const fb::Marks& before, const fb::Marks& after, std::int64_t at,
                   const Take& take) {
  using fb::Stage;
  if (after.stage() != before.stage() && before.stage() != Stage::none &&
      before.stage() <= Stage::MAX) {
    take(Share{stay_in(before.stage()), seconds_between(before.stage_since(), at), at});
  }
  if (after.signed_at() != before.signed_at() && after.signed_at() != 0) {
    take(Share{Book::hand_over_to_sign, seconds_between(after.handed_over_at(), at), at});
  }
  if (after.hand_overs() > before.hand_overs()) take(Share{Book::handed_over, 0, at});
  if (after.returns() > before.returns()) take(Share{Book::returned, 0, at});
  if (after.reworks() > before.reworks()) take(Share{Book::reworked, 0, at});
  if (after.reopens() > before.reopens()) take(Share{Book::reopened, 0, at});
  if (before.resolved_at() != 0 && after.resolved_at() != before.resolved_at()) {
    take(Share{Book::resolution_undone, 0, before.resolved_at()});
  }
  if (before.stage() == Stage::closed && after.stage() != Stage::closed) {
    take(Share{Book::closing_undone, 0, before.ended_at()});
  }
  if (before.followed_up_at() != 0 && after.followed_up_at() != before.followed_up_at()) {
    take(Share{Book::follow_up_before, answers_of(before), before.followed_up_at()});
  }
  if (after.consultations() > before.consultations()) {
    take(Share{Book::consultation_held, 0, at});
  }
  if (after.negotiations() > before.negotiations()) take(Share{Book::negotiation_held, 0, at});
  if (type == fb::Fact::ConsultationCalled) take(Share{Book::consultation_called, 0, at});
  if (type == fb::Fact::NegotiationCalled) take(Share{Book::negotiation_called, 0, at});
}

}  // namespace workflows::issue
