// The figures, each with a small history in the words of the domain.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/issue_history.hpp"
#include "workflows/issue/figures.hpp"
#include "workflows/issue/statistics.hpp"

namespace {

using engine::schema::Object;
using support::shanghai;
using workflows::issue::By;
using workflows::issue::Figures;
using workflows::issue::FoldFilter;
using workflows::issue::StatisticsQuery;
using workflows::issue::StatisticsTable;

// Villages are called by their town's first letter: "a1" lies in "a".
struct LetterNaming : workflows::issue::Naming {
  std::string name(std::string_view kind, std::string_view code) const override {
    return std::string(kind) + " " + std::string(code);
  }
  std::string town_of(std::string_view area) const override {
    return std::string(area.substr(0, 1));
  }
  std::string district_of(std::string_view area) const override { return area.empty() ? "" : "d"; }
};

class Figuring : public ::testing::Test {
 protected:
  using Issue = std::uint64_t;

  Issue report(const char* at, Object more = {}) {
    const Issue issue = support::IssueHistory::number(++count_);
    more.emplace_back("text", "路灯不亮");
    history_.fact(issue, "report", std::move(more), at);
    return issue;
  }
  void fact(Issue issue, const char* verb, const char* at, Object body = {}) {
    history_.fact(issue, verb, std::move(body), at);
  }
  void due(Issue issue, const char* at, const char* due) {
    fact(issue, "set_deadline", at, {{"kind", "solve"}, {"due", due}});
  }
  void resolve(Issue issue, const char* at) { fact(issue, "resolve", at, {{"outcome", "solved"}}); }
  void correct(Issue issue, const char* at, const char* field, const char* code) {
    fact(issue, "correct", at, {{"version", 1}, {"field", field}, {"is", code}, {"code", code}});
  }

  StatisticsTable table(const std::function<void(StatisticsQuery&)>& ask = {},
                        FoldFilter filter = {}) {
    const auto statistics = workflows::issue::make_statistics(filter);
    history_.log()
        .read(engine::Position{0}, history_.log().last(),
              [&](engine::Position, std::string_view record) {
                statistics->apply(engine::log::RecordView(record));
                return true;
              })
        .value();
    StatisticsQuery query;
    query.at = shanghai("2025-04-01 00:00");
    if (ask) ask(query);
    return statistics->table(query, LetterNaming());
  }
  Figures total(const std::function<void(StatisticsQuery&)>& ask = {}, FoldFilter filter = {}) {
    return table(ask, filter).total;
  }
  std::map<std::string, Figures> rows(By by,
                                      const std::function<void(StatisticsQuery&)>& more = {}) {
    std::map<std::string, Figures> out;
    for (const auto& row : table([&](StatisticsQuery& query) {
                             query.by = by;
                             if (more) more(query);
                           }).rows) {
      out[row.key] = row.figures;
    }
    return out;
  }

 private:
  support::IssueHistory history_;
  std::uint32_t count_ = 0;
};

constexpr double hour = 3600;

FoldFilter happened_until(engine::Instant moment) { return {moment, std::nullopt}; }
FoldFilter known_at(engine::Instant moment) { return {std::nullopt, moment}; }

TEST_F(Figuring, AReportIsInHandUntilSomebodyEndsIt) {
  report("2025-03-01 09:00");
  fact(report("2025-03-01 09:00"), "decline", "2025-03-02 09:00",
       {{"reason", "r"}, {"ground", "g"}});
  fact(report("2025-03-01 09:00"), "withdraw", "2025-03-02 09:00");
  const Figures figures = total();
  EXPECT_EQ(figures.reported, 3);
  EXPECT_EQ(figures.declined, 1);
  EXPECT_EQ(figures.withdrawn, 1);
  EXPECT_EQ(figures.in_hand, 1);
  EXPECT_EQ(figures.open_no_deadline, 1);
  EXPECT_EQ(figures.accepted, 0);
}

TEST_F(Figuring, OnTimeIsNotAfterTheDeadline) {
  const char* noon = "2025-03-05T12:00:00+08:00";
  for (const char* at : {"2025-03-05 12:00", "2025-03-05 12:01", "2025-03-05 12:02"}) {
    const Issue issue = report("2025-03-01 09:00");
    fact(issue, "accept", "2025-03-01 10:00");
    due(issue, "2025-03-01 10:00", noon);
    resolve(issue, at);
  }
  const Issue without = report("2025-03-01 09:00");
  fact(without, "accept", "2025-03-01 10:00");
  resolve(without, "2025-03-09 10:00");
  const Figures figures = total();
  EXPECT_EQ(figures.resolved, 4);
  EXPECT_EQ(figures.resolved_on_time, 1) << "at the deadline is in time";
  EXPECT_EQ(figures.resolved_late, 2);
  EXPECT_EQ(figures.resolved_no_deadline, 1);
  EXPECT_EQ(figures.in_hand, 0);
  const auto& rate = *workflows::issue::find_figure("on_time_rate");
  EXPECT_EQ(rate_of(rate, figures).n, 3);
  EXPECT_DOUBLE_EQ(rate_of(rate, figures).value.value(), 1.0 / 3);
  EXPECT_FALSE(rate_of(rate, Figures{}).value.has_value());
}

TEST_F(Figuring, OpenIsOverdueAfterItsDeadlineAtTheMomentAskedFor) {
  const Issue issue = report("2025-03-01 09:00");
  due(issue, "2025-03-01 10:00", "2025-03-05T12:00:00+08:00");
  const auto at = [&](const char* moment) {
    return total([&](StatisticsQuery& query) { query.at = shanghai(moment); });
  };
  EXPECT_EQ(at("2025-03-05 12:00").open_in_time, 1);
  EXPECT_EQ(at("2025-03-05 12:00").open_overdue, 0);
  EXPECT_EQ(at("2025-03-05 12:01").open_overdue, 1);
  EXPECT_EQ(at("2025-03-05 12:01").in_hand, 1);
  fact(issue, "grant_extension", "2025-03-04 10:00", {{"until", "2025-03-09T12:00:00+08:00"}});
  EXPECT_EQ(at("2025-03-05 12:01").open_in_time, 1) << "an extension moves the deadline";
}

TEST_F(Figuring, APausedClockStandsStill) {
  const Issue early = report("2025-03-01 09:00");
  due(early, "2025-03-01 10:00", "2025-03-05T12:00:00+08:00");
  fact(early, "pause", "2025-03-04 10:00", {{"reason", "r"}});
  const Issue late = report("2025-03-01 09:00");
  due(late, "2025-03-01 10:00", "2025-03-05T12:00:00+08:00");
  fact(late, "pause", "2025-03-06 10:00", {{"reason", "r"}});
  EXPECT_EQ(total().open_in_time, 1);
  EXPECT_EQ(total().open_overdue, 1);
  fact(early, "resume", "2025-03-07 10:00");
  EXPECT_EQ(total().open_overdue, 2) << "until the deadline is moved";
}

TEST_F(Figuring, AResolutionThatIsTakenBackCountsNoMore) {
  const Issue issue = report("2025-03-01 09:00");
  fact(issue, "accept", "2025-03-01 10:00");
  resolve(issue, "2025-03-02 10:00");
  EXPECT_EQ(total().resolved, 1);
  fact(issue, "rework", "2025-03-03 10:00", {{"reason", "r"}});
  EXPECT_EQ(total().resolved, 0);
  EXPECT_EQ(total().reworked, 1);
  EXPECT_EQ(total().in_hand, 1);
  resolve(issue, "2025-03-04 10:00");
  fact(issue, "close", "2025-03-05 10:00");
  EXPECT_EQ(total().resolved, 1);
  EXPECT_EQ(total().closed, 1);
  EXPECT_EQ(total().times.at("report_to_resolve").max_s, 73 * hour);
  fact(issue, "reopen", "2025-03-06 10:00", {{"reason", "r"}});
  EXPECT_EQ(total().resolved, 0);
  EXPECT_EQ(total().closed, 0);
  EXPECT_EQ(total().reopened, 1);
  EXPECT_EQ(total().reworked, 1);
  EXPECT_EQ(total().accepted, 1) << "an issue is accepted once";
  EXPECT_EQ(total().times.at("report_to_resolve").n, 0U);
}

TEST_F(Figuring, AMergedReportIsCountedApart) {
  const Issue goes_on = report("2025-03-01 09:00");
  const Issue ends = report("2025-03-01 09:30");
  const Object into{{"into", std::to_string(goes_on)}};
  fact(ends, "merge", "2025-03-01 10:00", into);
  fact(goes_on, "merge", "2025-03-01 10:00", {{"absorbed", std::to_string(ends)}});
  EXPECT_EQ(total().reported, 2);
  EXPECT_EQ(total().merged, 1);
  EXPECT_EQ(total().in_hand, 1);
  fact(ends, "unmerge", "2025-03-01 11:00", {{"from", std::to_string(goes_on)}});
  EXPECT_EQ(total().merged, 0);
  EXPECT_EQ(total().in_hand, 2);
}

TEST_F(Figuring, AReturnIsTheDepartmentsThatReturned) {
  const Issue issue = report("2025-03-01 09:00", {{"area", "a1"}});
  fact(issue, "accept", "2025-03-01 10:00");
  fact(issue, "hand_over", "2025-03-01 11:00", {{"department", "water"}});
  fact(issue, "sign", "2025-03-01 14:00");
  fact(issue, "return", "2025-03-02 09:00", {{"reason", "r"}, {"ground", "g"}});
  fact(issue, "hand_over", "2025-03-02 10:00", {{"department", "roads"}});
  auto by = rows(By::department);
  EXPECT_EQ(by["water"].returned, 1);
  EXPECT_EQ(by["water"].reported, 0);
  EXPECT_EQ(by["roads"].returned, 0);
  EXPECT_EQ(by["roads"].reported, 1) << "the issue itself goes along";
  EXPECT_EQ(by["roads"].in_hand, 1);
  EXPECT_EQ(by["water"].times.at("hand_over_to_sign").max_s, 3 * hour);
  EXPECT_EQ(by["water"].times.at("in_handed_over").max_s, 3 * hour);
  EXPECT_EQ(by["water"].times.at("in_handling").max_s, 19 * hour);
  EXPECT_EQ(rows(By::area)["a1"].returned, 1);
}

TEST_F(Figuring, ACorrectedAreaTakesTheIssuesCountsAlong) {
  const Issue issue = report("2025-03-01 09:00", {{"area", "a1"}, {"category", "lamp"}});
  fact(issue, "accept", "2025-03-01 10:00");
  due(issue, "2025-03-01 10:00", "2025-03-05T12:00:00+08:00");
  resolve(issue, "2025-03-02 10:00");
  fact(issue, "close", "2025-03-02 11:00");
  EXPECT_EQ(rows(By::area)["a1"].resolved_on_time, 1);
  correct(issue, "2025-03-03 10:00", "area", "b1");
  const auto by = rows(By::area);
  EXPECT_FALSE(by.contains("a1") && by.at("a1").reported != 0);
  const Figures& there = by.at("b1");
  EXPECT_EQ(there.reported, 1);
  EXPECT_EQ(there.accepted, 1);
  EXPECT_EQ(there.resolved_on_time, 1);
  EXPECT_EQ(there.closed, 1);
  EXPECT_EQ(there.times.at("report_to_resolve").n, 1U);
  correct(issue, "2025-03-03 11:00", "category", "road");
  EXPECT_EQ(rows(By::category)["road"].closed, 1);
  EXPECT_EQ(rows(By::category)["lamp"].closed, 0);
  correct(issue, "2025-03-03 12:00", "channel", "visit");
  EXPECT_EQ(rows(By::channel)["visit"].closed, 1);
}

TEST_F(Figuring, ATownIsTheSumOfItsVillagesAndWhatLiesNowhereHasARow) {
  for (const char* area : {"a1", "a1", "a2", "b1"}) report("2025-03-01 09:00", {{"area", area}});
  report("2025-03-01 09:00");
  auto towns = rows(By::town);
  EXPECT_EQ(towns["a"].reported, 3);
  EXPECT_EQ(towns["b"].reported, 1);
  EXPECT_EQ(towns[""].reported, 1);
  const auto by_area = table();
  EXPECT_EQ(by_area.rows.front().key, "");
  EXPECT_EQ(by_area.rows.front().name, "(unplaced)");
  EXPECT_EQ(by_area.rows.back().name, "area b1");
  EXPECT_EQ(by_area.total.reported, 5);
  const auto only = [](StatisticsQuery& query) { query.areas = {"a1", "b1"}; };
  EXPECT_EQ(total(only).reported, 3);
  EXPECT_EQ(rows(By::total, only)[""].reported, 3);
}

TEST_F(Figuring, EachFigureHasItsOwnMonthInShanghai) {
  const Issue issue = report("2025-02-28 23:59");
  fact(issue, "accept", "2025-03-01 00:00");
  resolve(issue, "2025-03-31 23:59");
  fact(issue, "close", "2025-04-01 00:00");
  const Issue open = report("2025-03-01 00:00");
  due(open, "2025-03-01 00:01", "2025-05-05T12:00:00+08:00");
  auto by = rows(By::month);
  EXPECT_EQ(by.size(), 3U);
  EXPECT_EQ(by["2025-02"].reported, 1);
  EXPECT_EQ(by["2025-03"].reported, 1);
  EXPECT_EQ(by["2025-03"].accepted, 1);
  EXPECT_EQ(by["2025-03"].resolved, 1);
  EXPECT_EQ(by["2025-04"].closed, 1);
  EXPECT_EQ(by["2025-03"].open_in_time, 1) << "in hand stands in the month of the report";
  by = rows(By::month, [](StatisticsQuery& query) { query.offset_minutes = 0; });
  EXPECT_EQ(by["2025-02"].accepted, 1) << "elsewhere it is still February";
}

TEST_F(Figuring, APeriodIsHeldAgainstTheFiguresOwnTime) {
  const Issue issue = report("2025-03-01 09:00");
  fact(issue, "accept", "2025-03-02 09:00");
  resolve(issue, "2025-03-05 09:00");
  report("2025-03-04 09:00");
  report("2025-03-06 09:00");
  const Figures figures = total([](StatisticsQuery& query) {
    query.from = shanghai("2025-03-02 09:00");
    query.to = shanghai("2025-03-06 09:00");
  });
  EXPECT_EQ(figures.reported, 1);
  EXPECT_EQ(figures.accepted, 1) << "the beginning belongs to it";
  EXPECT_EQ(figures.resolved, 1);
  EXPECT_EQ(figures.in_hand, 1) << "what came after the period is not in hand at its end";
  EXPECT_EQ(figures.times.at("report_to_resolve").n, 1U);
  EXPECT_EQ(total([](StatisticsQuery& query) { query.to = shanghai("2025-03-05 09:00"); }).resolved,
            0)
      << "its end does not";
}

TEST_F(Figuring, ThePastIsHadBothWays) {
  const Issue issue = report("2025-03-01 09:00");
  resolve(issue, "2025-03-05 09:00");
  EXPECT_EQ(total({}, happened_until(shanghai("2025-03-04 00:00"))).resolved, 0);
  EXPECT_EQ(total({}, happened_until(shanghai("2025-03-04 00:00"))).in_hand, 1);
  EXPECT_EQ(total({}, happened_until(shanghai("2025-03-05 09:00"))).resolved, 1);
  EXPECT_EQ(total({}, known_at(shanghai("2025-03-05 09:00"))).reported, 0)
      << "nothing of it was known then";
  EXPECT_EQ(total({}, known_at(shanghai("2026-03-01 08:00"))).resolved, 1);
}

TEST_F(Figuring, MedianAndPercentileAreNearestRanks) {
  for (const char* at : {"2025-03-01 10:00", "2025-03-01 11:00", "2025-03-01 12:00",
                         "2025-03-01 13:00", "2025-03-01 19:00"}) {
    fact(report("2025-03-01 09:00"), "accept", at);
  }
  const auto times = total().times.at("report_to_accept");
  EXPECT_EQ(times.n, 5U);
  EXPECT_EQ(times.median_s, 3 * hour);
  EXPECT_EQ(times.p90_s, 10 * hour);
  EXPECT_EQ(times.max_s, 10 * hour);
  fact(report("2025-03-01 09:00"), "accept", "2025-03-01 15:00");
  EXPECT_EQ(total().times.at("report_to_accept").median_s, 3 * hour) << "the third of six";
  EXPECT_EQ(total().times.at("accept_to_resolve").n, 0U);
  EXPECT_FALSE(total().times.contains("in_handling"));
  EXPECT_EQ(total().times.at("in_reported").n, 6U);
}

TEST_F(Figuring, MeetingsOfTheirOwnAreCountedOnceWhereAndWhenTheyWereHeld) {
  using workflows::issue::MeetingKind;
  const auto met = [](StatisticsQuery& query) {
    query.meetings = {
        {"a1", MeetingKind::handover, shanghai("2025-03-01 09:00"), shanghai("2025-04-02 09:00")},
        {"a1", MeetingKind::handover, shanghai("2025-03-05 09:00"), {}},
        {"b1", MeetingKind::consultation, shanghai("2025-03-06 09:00"),
         shanghai("2025-03-07 09:00")}};
  };
  report("2025-03-01 08:00", {{"area", "a1"}});
  report("2025-03-01 08:00", {{"area", "a2"}});
  const Issue issue = report("2025-03-01 08:00", {{"area", "c1"}});
  fact(issue, "accept", "2025-03-01 09:00");
  fact(issue, "call_negotiation", "2025-03-02 09:00");
  fact(issue, "hold_negotiation", "2025-03-03 09:00", {{"conclusion", "go_on"}});
  report("2025-03-01 08:00");

  auto areas = rows(By::area, met);
  EXPECT_EQ(areas.at("a1").handover_meetings_called, 2);
  EXPECT_EQ(areas.at("a1").handover_meetings_held, 1);
  EXPECT_EQ(areas.at("a1").areas_without_meeting, 0);
  EXPECT_EQ(areas.at("a2").areas_without_meeting, 1);
  EXPECT_EQ(areas.at("b1").consultation_meetings_held, 1) << "nothing was reported there";
  EXPECT_EQ(areas.at("b1").areas_without_meeting, 0);
  EXPECT_EQ(areas.at("c1").areas_without_meeting, 0) << "one of its issues had a meeting";
  EXPECT_EQ(areas.at("").areas_without_meeting, 0) << "what lies nowhere is no area";
  EXPECT_EQ(rows(By::town, met).at("a").areas_without_meeting, 1);
  EXPECT_EQ(rows(By::month, met).at("2025-03").handover_meetings_held, 0);
  EXPECT_EQ(rows(By::month, met).at("2025-04").handover_meetings_held, 1);
  const auto until_april = [&](StatisticsQuery& query) {
    met(query);
    query.to = shanghai("2025-04-01 00:00");
  };
  EXPECT_EQ(rows(By::area, until_april).at("a1").areas_without_meeting, 1);
  EXPECT_EQ(total(met).consultation_meetings_called, 1);
  EXPECT_EQ(table([&](StatisticsQuery& query) {
              met(query);
              query.by = By::category;
            }).total.handover_meetings_called,
            0)
      << "a meeting belongs to no category";
}

TEST(FigureTexts, EveryFigureIsDefinedOnce) {
  std::map<std::string_view, int> names;
  for (const auto& figure : workflows::issue::all_figures()) {
    EXPECT_EQ(++names[figure.name], 1);
    EXPECT_FALSE(figure.zh.empty());
    EXPECT_TRUE(figure.en.ends_with(".")) << figure.name;
    EXPECT_TRUE(figure.zh_text.ends_with("。")) << figure.name;
  }
  EXPECT_EQ(workflows::issue::find_figure("resolved")->zh, "办结");
  EXPECT_EQ(workflows::issue::find_figure("in_handling")->name, "in_stage");
  EXPECT_EQ(workflows::issue::find_figure("in_hand")->zh, "在办");
  EXPECT_EQ(workflows::issue::find_figure("in_trouble"), nullptr);
}

}  // namespace
