// What one issue counts for: the shares of the figures that follow from its marks. The fold takes
// away those from before a fact and gives those after it. Internal to the statistics.
#pragma once

#include <array>
#include <cstdint>

#include "workflows/issue/issue_generated.h"

namespace workflows::issue {

// The ledgers; their numbers are stored. Times and spans: see shares_of and happenings_of.
enum class Book : std::uint8_t {
  none = 0,
  reported = 1,
  accepted = 2,
  declined = 3,
  withdrawn = 4,
  merged = 5,
  resolved_on_time = 6,
  resolved_late = 7,
  resolved_no_deadline = 8,
  accept_to_resolve = 9,
  closed = 10,
  open_due = 11,          // in hand, its clock runs
  open_stopped = 12,      // in hand, paused before it was due
  open_no_deadline = 13,  // in hand
  returned = 14,
  reworked = 15,
  reopened = 16,
  hand_over_to_sign = 17,
  stay = 18,  // the first of one for each stage
};
constexpr std::size_t books_count =
    static_cast<std::size_t>(Book::stay) + static_cast<std::size_t>(fb::Stage::MAX) + 1;

constexpr Book stay_in(fb::Stage stage) {
  return static_cast<Book>(static_cast<std::uint8_t>(Book::stay) +
                           static_cast<std::uint8_t>(stage));
}

struct Share {
  Book book = Book::none;
  std::int32_t span = 0;
  std::int64_t time = 0;
  friend bool operator==(const Share&, const Share&) = default;
};

// As the issue stands. One slot each, always in the same order, so that two can be compared.
//   reported       at the report
//   accepted       at the acceptance, span since the report
//   end            declined, withdrawn, merged or closed, when that came about
//   resolved …     at the resolution that stands, span since the report; on time if not after due
//   accept_to_…    at the resolution that stands, span since the acceptance
//   open …         due (span since the report); without a deadline at the report
constexpr std::size_t shares_count = 6;
using Shares = std::array<Share, shares_count>;
Shares shares_of(const fb::Marks& marks);

// What a fact adds that no later one takes back: returned, reworked, reopened, signed, a stage
// left. Fewer than there are slots: the rest is none.
constexpr std::size_t happenings_count = 5;
using Happenings = std::array<Share, happenings_count>;
Happenings happenings_of(const fb::Marks& before, const fb::Marks& after, std::int64_t at);

// Whole seconds from one stored time to another.
std::int32_t seconds_between(std::int64_t from_ms, std::int64_t to_ms);
std::int64_t whole_seconds(std::int64_t ms);

}  // namespace workflows::issue
