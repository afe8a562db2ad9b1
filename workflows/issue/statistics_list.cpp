// The issues behind a number: the same shares that are counted, with the issues they are of.
#include <algorithm>
#include <map>

#include "engine/core/ensure.hpp"
#include "workflows/issue/figures.hpp"
#include "workflows/issue/statistics_asked.hpp"

namespace workflows::issue {

std::vector<ListedIssue> make_list(const Kept& kept, const StatisticsQuery& query,
                                   const Naming& naming, const ListQuery& wanted) {
  const std::optional<Books> behind = books_behind(wanted.figure);
  ENSURE(behind.has_value());
  Asked asked(kept.places, query, naming);
  std::map<std::uint64_t, std::int64_t> times;
  each_share(kept, engine::to_ms(query.at),
             [&](const Share& share, PlaceId place, const IssueSlot& issue) {
               if (!among(share.book, *behind)) return;
               const std::size_t row = asked.row_of(share, place);
               if (row == Asked::left_out) return;
               if (wanted.key && asked.keys()[row] != *wanted.key) return;
               ++times[number_of(issue)];
             });
  std::vector<ListedIssue> out;
  out.reserve(times.size());
  for (const auto& [number, count] : times) out.push_back({number, count});
  return out;
}

}  // namespace workflows::issue
