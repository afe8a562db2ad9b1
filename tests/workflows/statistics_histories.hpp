// Random histories for the tests of the statistics, and how they are folded, saved and shown.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// rapidcheck needs gtest before it.
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "engine/core/rfc3339.hpp"
#include "tests/support/issue_history.hpp"
#include "workflows/issue/figures.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/statistics.hpp"

namespace statistics_test {

using engine::Instant;
using engine::log::RecordView;
using engine::schema::Object;
using workflows::issue::all_figures;
using workflows::issue::By;
using workflows::issue::Figure;
using workflows::issue::Figures;
using workflows::issue::ListedIssue;
using workflows::issue::make_statistics;
using workflows::issue::Statistics;
using workflows::issue::StatisticsQuery;
using workflows::issue::StatisticsTable;

using Rows = std::map<std::string, std::string, std::less<>>;

inline const Instant beginning = support::shanghai("2025-02-27 20:00");

struct LetterNaming : workflows::issue::Naming {
  std::string name(std::string_view, std::string_view code) const override {
    return std::string(code);
  }
  std::string town_of(std::string_view area) const override {
    return std::string(area.substr(0, 1));
  }
  std::string district_of(std::string_view area) const override { return area.empty() ? "" : "d"; }
};

inline std::vector<std::string> records_of(support::IssueHistory& history) {
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

// A few issues to whom anything happens in any order: the fold takes what the log holds.
inline std::vector<std::string> some_log() {
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
      {"set_deadline", {{"kind", "accept"}, {"due", "2025-02-28T08:00:00+08:00"}}},
      {"set_deadline", {{"kind", "accept"}, {"due", "2025-03-01T08:00:00+08:00"}}},
      {"resolve", {{"outcome", "explained"}}},
      {"resolve", {{"outcome", "cannot_solve"}}},
      {"resolve", {{"outcome", "out_of_scope"}}},
      {"resolve", {{"outcome", "refused_by_resident"}}},
      {"follow_up", {{"reached", "yes"}, {"solved", "yes"}, {"satisfaction", 4}}},
      {"follow_up", {{"reached", "yes"}, {"solved", "no"}, {"satisfaction", 2}}},
      {"follow_up", {{"reached", "no"}}},
      {"correct", {{"version", 1}, {"field", "satisfaction"}, {"is", "5"}, {"code", "5"}}},
      {"correct", {{"version", 1}, {"field", "outcome"}, {"is", "e"}, {"code", "explained"}}},
      {"call_consultation", {}},
      {"hold_consultation", {{"conclusion", "go_on"}}},
      {"call_negotiation", {}},
      {"hold_negotiation", {{"conclusion", "resolve"}, {"outcome", "solved"}}},
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
  return records_of(history);
}

inline std::unique_ptr<Statistics> fold(const std::vector<std::string>& log, std::size_t from,
                                        std::size_t to) {
  auto out = make_statistics();
  for (std::size_t i = from; i < to; ++i) out->apply(RecordView(log[i]));
  return out;
}

inline void save_into(Rows& rows, Statistics& statistics, bool all) {
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

inline Rows saved(Statistics& statistics) {
  Rows out;
  save_into(out, statistics, true);
  return out;
}

inline std::unique_ptr<Statistics> loaded(const Rows& rows) {
  auto out = make_statistics();
  for (const auto& [key, value] : rows) RC_ASSERT(out->load(key, value).has_value());
  return out;
}

inline StatisticsTable table(const Statistics& statistics, By by = By::area) {
  StatisticsQuery query;
  query.by = by;
  query.at = support::shanghai("2025-03-02 00:00");
  return statistics.table(query, LetterNaming());
}

// Medians and the like do not.
inline bool adds_up(const std::string& name) {
  return name.find(' ') == std::string::npos || name.ends_with(" n");
}

inline std::map<std::string, std::int64_t> counts(const Figures& figures) {
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

// Those that every grouping has.
inline std::map<std::string, std::int64_t> counts_of_issues(const Figures& figures) {
  auto out = counts(figures);
  for (const Figure& figure : all_figures()) {
    if (figure.books == 0) out.erase(std::string(figure.name));
  }
  return out;
}

}  // namespace statistics_test
