// What must hold of the statistics whatever happened: folded in parts, saved and loaded they are
// the same, every grouping and every level adds up, and every number is as long as its list.
#include "tests/workflows/statistics_histories.hpp"

#include <gtest/gtest.h>

namespace {

using namespace statistics_test;

RC_GTEST_PROP(StatisticsAlways, PartsMergedAreTheWholeToTheByte, ()) {
  const auto log = some_log();
  const auto whole = fold(log, 0, log.size());
  std::vector<std::size_t> cuts{0, log.size()};
  const auto more = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, log.size() + 1));
  cuts.insert(cuts.end(), more.begin(), more.end());
  std::sort(cuts.begin(), cuts.end());
  std::vector<std::unique_ptr<Statistics>> parts;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    parts.push_back(fold(log, cuts[i], cuts[i + 1]));
    // A part that was saved on the way is no other.
    if (*rc::gen::arbitrary<bool>()) parts.back() = loaded(saved(*parts.back()));
  }
  while (parts.size() > 1) {
    const auto at = *rc::gen::inRange<std::size_t>(0, parts.size() - 1);
    parts[at]->merge(*parts[at + 1]);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  RC_ASSERT(counts(table(*parts.front()).total) == counts(table(*whole).total));
  RC_ASSERT(saved(*parts.front()) == saved(*whole));
}

RC_GTEST_PROP(StatisticsAlways, SavedAndLoadedTheyGoOnAsBefore, ()) {
  const auto log = some_log();
  auto statistics = make_statistics();
  Rows rows;
  for (const std::string& record : log) {
    statistics->apply(RecordView(record));
    if (*rc::gen::inRange(0, 4) != 0) continue;
    save_into(rows, *statistics, false);
    if (*rc::gen::arbitrary<bool>()) statistics = loaded(rows);
  }
  save_into(rows, *statistics, false);
  const auto whole = fold(log, 0, log.size());
  RC_ASSERT(rows == saved(*whole));
  RC_ASSERT(counts(table(*statistics).total) == counts(table(*whole).total));
}

RC_GTEST_PROP(StatisticsAlways, EveryGroupingAddsUpToTheTotal, ()) {
  const auto log = some_log();
  const auto whole = fold(log, 0, log.size());
  const auto total = counts_of_issues(table(*whole, By::total).total);
  for (const By by :
       {By::area, By::town, By::category, By::channel, By::department, By::month, By::total}) {
    const StatisticsTable grouped = table(*whole, by);
    RC_ASSERT(counts_of_issues(grouped.total) == total);
    for (const Figure& figure : all_figures()) {
      if (figure.count == nullptr || !workflows::issue::applies(figure, by)) continue;
      std::int64_t sum = 0;
      for (const auto& row : grouped.rows) sum += row.figures.*figure.count;
      const std::int64_t whole_sum = grouped.total.*figure.count;
      RC_ASSERT(sum == whole_sum);
    }
  }
  const auto areas = table(*whole, By::area);
  const auto level = [&](By by, auto above) {
    std::map<std::string, std::map<std::string, std::int64_t>> sums, given;
    for (const auto& area : areas.rows) {
      for (const auto& [name, count] : counts(area.figures)) {
        if (adds_up(name) && count != 0) sums[above(area.key)][name] += count;
      }
    }
    for (const auto& row : table(*whole, by).rows) {
      for (const auto& [name, count] : counts(row.figures)) {
        if (adds_up(name) && count != 0) given[row.key][name] = count;
      }
    }
    RC_ASSERT(sums == given);
  };
  level(By::town, [](const std::string& area) { return LetterNaming().town_of(area); });
  level(By::district, [](const std::string& area) { return LetterNaming().district_of(area); });
}

std::int64_t length(const std::vector<ListedIssue>& list) {
  std::int64_t out = 0;
  for (const ListedIssue& each : list) out += each.times;
  return out;
}

RC_GTEST_PROP(StatisticsAlways, EveryNumberIsAsLongAsItsList, ()) {
  const auto log = some_log();
  // As of some position, which the last one is, too.
  const auto known = *rc::gen::element(log.size(), log.size() / 2, log.size() / 3);
  const auto whole = fold(log, 0, known);
  StatisticsQuery query;
  query.by = *rc::gen::element(By::area, By::town, By::district, By::category, By::channel,
                               By::department, By::month, By::total);
  // At some moment among the facts, or long after all of them.
  query.at = beginning + std::chrono::hours(*rc::gen::weightedOneOf<int>(
                             {{3, rc::gen::inRange(0, 240)}, {1, rc::gen::just(24 * 365)}}));
  if (*rc::gen::arbitrary<bool>()) {
    query.from = beginning + std::chrono::hours(*rc::gen::inRange(0, 60));
  }
  if (*rc::gen::arbitrary<bool>()) {
    query.to = beginning + std::chrono::hours(*rc::gen::inRange(60, 120));
  }
  const StatisticsTable given = whole->table(query, LetterNaming());
  const auto check = [&](const Figures& figures, std::optional<std::string> key) {
    const auto listed = [&](std::string_view figure) {
      RC_LOG() << figure << " of " << key.value_or("all") << "\n";
      return length(whole->list(query, LetterNaming(), {std::string(figure), key}));
    };
    for (const Figure& figure : all_figures()) {
      if (figure.count != nullptr && figure.books != 0) {
        const std::int64_t count = figures.*figure.count;
        RC_ASSERT(listed(figure.name) == count);
      }
      if (figure.part != nullptr) RC_ASSERT(listed(figure.name) == rate_of(figure, figures).n);
    }
    for (const auto& [name, time] : figures.times) {
      RC_ASSERT(listed(name) == static_cast<std::int64_t>(time.n));
    }
  };
  check(given.total, std::nullopt);
  for (const auto& row : given.rows) check(row.figures, row.key);
}

}  // namespace
