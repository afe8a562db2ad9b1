// What the statistics keep, and how it is read for a table or a list. Internal to the statistics.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "workflows/issue/statistics.hpp"
#include "workflows/issue/statistics_issues.hpp"
#include "workflows/issue/statistics_places.hpp"
#include "workflows/issue/statistics_shares.hpp"

namespace workflows::issue {

struct Kept {
  Places places;
  Issues issues;
};

// Gives every share there is, with its place and the issue that it is of.
template <class Take>
void each_share(const Kept& kept, std::int64_t at, const Take& take) {
  constexpr Books meetings = books(Book::consultation_held, Book::negotiation_held);
  kept.issues.each([&](std::uint64_t number, const Page& page) {
    constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
    std::array<std::int64_t, Page::slots> met;
    met.fill(never);
    for (const Happening& each : page.happened) {
      const IssueSlot issue{number, each.slot};
      const Share share = each.share();
      if (among(share.book, meetings)) met[issue.slot] = std::min(met[issue.slot], share.time);
      if (share.book == Book::follow_up_before) {
        follow_up_shares(share.span, share.time,
                         [&](const Share& part) { take(part, each.place, issue); });
      } else {
        take(share, each.place, issue);
      }
    }
    for (std::size_t slot = 0; slot < Page::slots; ++slot) {
      if (!page.has(slot)) continue;
      const auto give = [&](const Share& share) {
        take(share, page.places[slot], IssueSlot{number, slot});
      };
      shares_of(page.stands[slot], at, give);
      if (met[slot] != never) give(Share{Book::met, 0, met[slot]});
    }
  });
}

StatisticsTable make_table(const Kept& kept, const StatisticsQuery& query, const Naming& naming);
std::vector<ListedIssue> make_list(const Kept& kept, const StatisticsQuery& query,
                                   const Naming& naming, const ListQuery& wanted);

}  // namespace workflows::issue
