// What must hold of the statistics whatever happened: folded in parts, saved and loaded they are
// the same, every grouping adds up, and counting issue by issue gives the same figures.
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/core/rfc3339.hpp"
#include "tests/support/issue_history.hpp"
#include "workflows/issue/figures.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/statistics.hpp"

namespace {

using engine::Instant;
using engine::log::RecordView;
using engine::schema::Object;
using workflows::issue::all_figures;
using workflows::issue::By;
using workflows::issue::Figure;
using workflows::issue::Figures;
using workflows::issue::make_statistics;
using workflows::issue::Statistics;
using workflows::issue::StatisticsQuery;
using workflows::issue::StatisticsTable;
using workflows::issue::fb::Marks;
using workflows::issue::fb::Stage;

using Rows = std::map<std::string, std::string, std::less<>>;

const Instant beginning = support::shanghai("2025-02-27 20:00");

struct LetterNaming : workflows::issue::Naming {
  std::string name(std::string_view, std::string_view code) const override {
    return std::string(code);
  }
  std::string town_of(std::string_view area) const override {
    return std::string(area.substr(0, 1));
  }
};

// A few issues to whom anything happens in any order: the fold takes what the log holds.
std::vector<std::string> some_log() {
  static const std::vector<std::pair<const char*, Object>> facts{
      {"accept", {{"area", "a1"}, {"category", "lamp"}}},
      {"accept", {{"area", "b2"}}},
      {"decline", {{"reason", "r"}, {"ground", "g"}}},
      {"withdraw", {}},
      {"hand_over", {{"department", "water"}}},
      {"hand_over", {{"department", "roads"}}},
      {"sign", {}},
      {"return", {{"reason", "r"}, {"ground", "g"}}},
      {"pause", {{"reason", "r"}}},
      {"resume", {}},
      {"resolve", {{"outcome", "solved"}}},
      {"rework", {{"reason", "r"}}},
      {"close", {}},
      {"reopen", {{"reason", "r"}}},
      {"note_progress", {{"text", "t"}}},
      {"set_deadline", {{"kind", "solve"}, {"due", "2025-03-01T12:00:00+08:00"}}},
      {"set_deadline", {{"kind", "solve"}, {"due", "2025-03-03T12:00:00+08:00"}}},
      {"correct", {{"version", 1}, {"field", "area"}, {"is", "b1"}, {"code", "b1"}}},
      {"correct", {{"version", 1}, {"field", "channel"}, {"is", "qq"}, {"code", "qq"}}},
      {"merge", {{"into", "2501000000174"}}},
      {"unmerge", {{"from", "2501000000174"}}}};
  constexpr int issues = 4;
  const int length = *rc::gen::inRange(1, 60);
  support::IssueHistory history;
  std::vector<bool> begun(issues);
  Instant now = beginning;
  for (int i = 0; i < length; ++i) {
    now += std::chrono::minutes(*rc::gen::inRange(0, 400));
    std::string at = engine::format_rfc3339(now, 8 * 60).substr(0, 16);
    at[10] = ' ';
    const int issue = *rc::gen::inRange(0, issues);
    const auto number = support::IssueHistory::number(static_cast<std::uint32_t>(issue + 1));
    if (!begun[static_cast<std::size_t>(issue)]) {
      begun[static_cast<std::size_t>(issue)] = true;
      Object report{{"text", "路灯不亮"}};
      if (*rc::gen::arbitrary<bool>()) report.emplace_back("area", "a2");
      history.fact(number, "report", report, at);
      continue;
    }
    const auto& [verb, body] = facts[*rc::gen::inRange<std::size_t>(0, facts.size())];
    history.fact(number, verb, body, at);
  }
  std::vector<std::string> out;
  history.log()
      .read(engine::Position{0}, history.log().last(),
            [&](engine::Position, std::string_view record) {
              out.emplace_back(record);
              return true;
            })
      .value();
  return out;
}

std::unique_ptr<Statistics> fold(const std::vector<std::string>& log, std::size_t from,
                                 std::size_t to) {
  auto out = make_statistics();
  for (std::size_t i = from; i < to; ++i) out->apply(RecordView(log[i]));
  return out;
}

void save_into(Rows& rows, Statistics& statistics, bool all) {
  statistics.save(
      [&](std::string_view key, std::string_view value) {
        if (value.empty()) {
          rows.erase(std::string(key));
        } else {
          rows[std::string(key)] = value;
        }
      },
      all);
}

Rows saved(Statistics& statistics) {
  Rows out;
  save_into(out, statistics, true);
  return out;
}

std::unique_ptr<Statistics> loaded(const Rows& rows) {
  auto out = make_statistics();
  for (const auto& [key, value] : rows) RC_ASSERT(out->load(key, value).has_value());
  return out;
}

StatisticsTable table(const Statistics& statistics, By by = By::area) {
  StatisticsQuery query;
  query.by = by;
  query.at = support::shanghai("2025-03-02 00:00");
  return statistics.table(query, LetterNaming());
}

std::map<std::string, std::int64_t> counts(const Figures& figures) {
  std::map<std::string, std::int64_t> out;
  for (const Figure& figure : all_figures()) {
    if (figure.count != nullptr) out[std::string(figure.name)] = figures.*figure.count;
  }
  for (const auto& [name, time] : figures.times) {
    out[name + " n"] = static_cast<std::int64_t>(time.n);
    out[name + " median"] = static_cast<std::int64_t>(time.median_s);
    out[name + " p90"] = static_cast<std::int64_t>(time.p90_s);
    out[name + " max"] = static_cast<std::int64_t>(time.max_s);
  }
  return out;
}

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
  const auto total = counts(table(*whole, By::total).total);
  for (const By by :
       {By::area, By::town, By::category, By::channel, By::department, By::month, By::total}) {
    const StatisticsTable grouped = table(*whole, by);
    RC_ASSERT(counts(grouped.total) == total);
    for (const Figure& figure : all_figures()) {
      if (figure.count == nullptr) continue;
      std::int64_t sum = 0;
      for (const auto& row : grouped.rows) sum += row.figures.*figure.count;
      const std::int64_t whole_sum = grouped.total.*figure.count;
      RC_ASSERT(sum == whole_sum);
    }
  }
  const auto towns = table(*whole, By::town);
  for (const auto& town : towns.rows) {
    std::int64_t reported = 0;
    for (const auto& area : table(*whole, By::area).rows) {
      if (area.key.substr(0, 1) == town.key) reported += area.figures.reported;
    }
    RC_ASSERT(reported == town.figures.reported);
  }
}

// The last marks of every issue, and where it belongs.
struct Standing {
  Marks marks;
  std::string area;
};

RC_GTEST_PROP(StatisticsAlways, CountingIssueByIssueGivesTheSame, ()) {
  const auto log = some_log();
  std::map<std::uint64_t, Standing> issues;
  Figures wanted;
  for (const std::string& bytes : log) {
    const RecordView record(bytes);
    issues[record.stream().number] = {engine::log::summary<Marks>(record.after()),
                                      std::string(record.area())};
    const auto fact = workflows::issue::schema().by_type(record.type())->fact;
    wanted.returned += fact == "returned" ? 1 : 0;
    wanted.reworked += fact == "reworked" ? 1 : 0;
    wanted.reopened += fact == "reopened" ? 1 : 0;
  }
  const std::int64_t at = engine::to_ms(support::shanghai("2025-03-02 00:00"));
  std::map<std::string, std::int64_t> by_area;
  for (const auto& [number, issue] : issues) {
    const Marks& marks = issue.marks;
    ++wanted.reported;
    ++by_area[issue.area];
    wanted.accepted += marks.accepted_at() != 0 ? 1 : 0;
    wanted.declined += marks.stage() == Stage::declined ? 1 : 0;
    wanted.withdrawn += marks.stage() == Stage::withdrawn ? 1 : 0;
    wanted.merged += marks.stage() == Stage::merged ? 1 : 0;
    wanted.closed += marks.stage() == Stage::closed ? 1 : 0;
    if (marks.resolved_at() != 0) {
      ++wanted.resolved;
      ++(marks.due_at() == 0                    ? wanted.resolved_no_deadline
         : marks.resolved_at() > marks.due_at() ? wanted.resolved_late
                                                : wanted.resolved_on_time);
    }
    if (!workflows::issue::in_hand(static_cast<std::uint8_t>(marks.stage()))) continue;
    ++wanted.in_hand;
    const std::int64_t judged =
        marks.stage() == Stage::paused ? std::min(at, marks.stage_since()) : at;
    ++(marks.due_at() == 0       ? wanted.open_no_deadline
       : judged > marks.due_at() ? wanted.open_overdue
                                 : wanted.open_in_time);
  }
  const auto whole = fold(log, 0, log.size());
  const StatisticsTable got = table(*whole);
  for (const Figure& figure : all_figures()) {
    if (figure.count == nullptr) continue;
    RC_LOG() << figure.name << "\n";
    const std::int64_t is = got.total.*figure.count;
    const std::int64_t should_be = wanted.*figure.count;
    RC_ASSERT(is == should_be);
  }
  for (const auto& row : got.rows) {
    RC_ASSERT(row.figures.reported == (by_area.contains(row.key) ? by_area[row.key] : 0));
  }
}

TEST(StatisticsRows, WhatIsNoRowIsRefused) {
  const auto statistics = make_statistics();
  for (const std::string& key :
       {std::string(), std::string("x"), std::string("c"), std::string("c\x01\x80\0\0", 5),
        std::string("a"), std::string("b\0\0\0\x01", 5), std::string("a\x09\0\0\0\0", 6)}) {
    EXPECT_EQ(statistics->load(key, "\x01").error().fault, engine::Fault::corrupt);
  }
  const std::string day("c\x01\x80\0\0\0", 6);
  EXPECT_FALSE(statistics->load(day, "\x01").has_value()) << "cut off";
  EXPECT_FALSE(statistics->load(day, std::string("\x01\x08\x00", 3)).has_value())
      << "a place that nobody named";
  EXPECT_FALSE(statistics->load(day, "").has_value());
}

}  // namespace
