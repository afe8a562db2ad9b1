// Deadlines by a policy, end to end: imported rows, a new policy for what is open, and the audit.
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "replay/verify.hpp"
#include "tests/support/import_bench.hpp"
#include "tests/support/places.hpp"
#include "tests/support/plain_csv.hpp"
#include "tests/support/process.hpp"
#include "tests/support/some_rules.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/policy_apply.hpp"
#include "tools/sihe/rules.hpp"
#include "workflows/issue/clocks.hpp"
#include "workflows/issue/deadline_replay.hpp"
#include "workflows/issue/statistics.hpp"

namespace {

using engine::Instant;
using engine::log::RecordView;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using support::ImportBench;
using support::run_sihe;
using workflows::issue::DeadlineRules;
namespace fb = workflows::issue::fb;

// Nobody's names: the petitions' rows know no codes.
class NoNaming : public workflows::issue::Naming {
 public:
  std::string name(std::string_view, std::string_view) const override { return {}; }
  std::string town_of(std::string_view) const override { return {}; }
  std::string district_of(std::string_view) const override { return {}; }
};

workflows::issue::Figures total(ImportBench& bench) {
  const auto statistics = workflows::issue::make_statistics();
  bench.log()
      .read(engine::Position{0}, bench.log().last(),
            [&](engine::Position, std::string_view record) {
              statistics->apply(RecordView(record));
              return true;
            })
      .value();
  workflows::issue::StatisticsQuery query;
  query.by = workflows::issue::By::category;
  query.at = *engine::parse_rfc3339("2026-03-02T09:00:00+08:00");
  return statistics->table(query, NoNaming()).total;
}

// --- the petitions, reckoned a second time without any of the program's calendar -----------------

struct PlainTime {
  sys_days day;
  seconds of_day{};
  auto key() const { return std::pair(day, of_day); }
};

// "2019/4/25 9:32:09", "2019-04-25 09:32:09", "2018/4/24"
PlainTime plain_time(const std::string& text) {
  std::vector<int> numbers(1, 0);
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      numbers.back() = numbers.back() * 10 + (c - '0');
    } else {
      numbers.push_back(0);
    }
  }
  numbers.resize(6, 0);
  return {std::chrono::year{numbers[0]} / numbers[1] / numbers[2],
          hours{numbers[3]} + minutes{numbers[4]} + seconds{numbers[5]}};
}

// The days that somebody else says are off, and those that are worked although a weekend.
std::map<sys_days, bool> days_off(const std::filesystem::path& folder) {
  std::map<sys_days, bool> out;
  for (int year = 2018; year <= 2026; ++year) {
    const auto read =
        adapters::json::parse(support::contents(folder / (std::to_string(year) + ".json"))).value();
    for (const auto& day : *read.find("days")->list()) {
      out[plain_time(*day.find("date")->string()).day] = std::get<bool>(day.find("isOffDay")->it);
    }
  }
  return out;
}

TEST(PetitionsByPolicy, AreOnTimeAsOftenAsReckonedFromTheFileAlone) {
  const auto data = support::real_data("cn-petitions");
  const auto calendar = support::real_data("cn-workdays");
  if (!data || !calendar) GTEST_SKIP() << "skipped: no real data";
  const auto file = *data / "petitions_with_replies.csv";

  const auto off = days_off(*calendar);
  const auto worked = [&](sys_days day) {
    const auto said = off.find(day);
    return said == off.end() ? std::chrono::weekday{day}.iso_encoding() < 6 : !said->second;
  };
  std::int64_t on_time = 0;
  std::int64_t late = 0;
  const auto rows = support::read_plainly(support::contents(file));
  ASSERT_EQ(rows.size(), 2'817U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const PlainTime asked = plain_time(rows[i][3]);
    const PlainTime answered = plain_time(rows[i][6]);
    PlainTime due{asked.day, hours{17} + minutes{30}};
    for (int left = 5; left > 0;) {
      due.day += days{1};
      if (worked(due.day)) --left;
    }
    ++(answered.key() <= due.key() ? on_time : late);
  }

  ImportBench bench(tools::load_rules("five-days", tools::default_calendar).value());
  const auto counts = bench.import(file, *adapters::files::shipped_mapping("cn-petitions"));
  EXPECT_EQ(counts.accepted, 2'816U);
  const auto figures = total(bench);
  EXPECT_EQ(figures.resolved_on_time, on_time);
  EXPECT_EQ(figures.resolved_late, late);
  EXPECT_EQ(figures.resolved_no_deadline, 0);
  EXPECT_GT(on_time, 500);
  EXPECT_GT(late, 500);

  const auto report =
      replay::verify_log({bench.log(), &bench.vault(), replay::all_rules(),
                          tools::load_rules("five-days", tools::default_calendar).value()},
                         {});
  for (const auto& check : report.value().checks) {
    EXPECT_EQ(check.found, 0U) << check.name
                               << (check.first.empty() ? "" : ": " + check.first.front().what);
    if (check.name == "deadlines") {
      EXPECT_EQ(check.count, 2'816U);
    }
  }
}

// --- issues in some state, for a new policy and for the audit ------------------------------------

const std::string some_issues = R"(no,in,taken,gave,signed,back,by_hand,unit
1,2025-03-03 09:00,,,,,,power
2,2025-03-03 09:00,2025-03-03 10:00,,,,,power
3,2025-03-03 09:00,2025-03-03 10:00,2025-03-03 11:00,2025-03-04 09:00,,,power
4,2025-03-03 09:00,2025-03-03 10:00,,,2025-03-10 09:00,,power
5,2025-03-03 09:00,2025-03-03 10:00,,,,2025-03-20 17:30,power
)";

const std::string some_mapping = R"(source = "town"
[time]
zone = "+08:00"
formats = ["%Y-%m-%d %H:%M"]
[row]
id = "no"
[department]
add = true
code = "unit"
[[fact]]
do = "report"
at = "in"
with = { text = "no" }
[[fact]]
do = "accept"
when = "taken"
at = "taken"
[[fact]]
do = "hand_over"
when = "gave"
at = "gave"
with = { department = "unit" }
[[fact]]
do = "sign"
when = "signed"
at = "signed"
[[fact]]
do = "resolve"
when = "back"
at = "back"
with = { outcome = { constant = "solved" } }
[[fact]]
do = "set_deadline"
when = "by_hand"
at = "taken"
with = { kind = { constant = "solve" }, due = "by_hand" }
)";

void take_some(ImportBench& bench, const support::TemporaryFolder& folder) {
  const auto file = support::write_file(folder.path(), "some.csv", some_issues);
  const auto counts = bench.import(file, some_mapping);
  for (const auto& each : bench.rejected) ADD_FAILURE() << each.line << ": " << each.reason;
  ASSERT_EQ(counts.accepted, 5U);
}

// Each deadline that a policy set, as "version kind due", by the row it is of.
std::map<std::uint64_t, std::set<std::string>> running(ImportBench& bench) {
  std::map<std::uint64_t, std::set<std::string>> out;
  bench.log()
      .read(engine::Position{0}, bench.log().last(),
            [&](engine::Position, std::string_view bytes) {
              const RecordView record(bytes);
              if (record.stream().workflow != workflows::issue::workflow_id) return true;
              const auto marks = engine::log::summary<fb::Marks>(record.after());
              auto& row = out[workflows::issue::parts_of(record.stream().number).sequence];
              row.clear();
              for (const auto kind : {fb::DeadlineKind::solve, fb::DeadlineKind::accept,
                                      fb::DeadlineKind::sign, fb::DeadlineKind::follow_up}) {
                const auto due = workflows::issue::running_due(marks, kind);
                if (due == Instant{}) continue;
                row.insert(fb::EnumNameDeadlineKind(kind) +
                           (" " + engine::format_rfc3339(due, 480).substr(5, 11)));
              }
              return true;
            })
      .value();
  return out;
}

workflows::issue::Policy shorter() {
  auto policy = support::some_policy();
  policy.version = "shorter";
  policy.limits[fb::DeadlineKind::accept] = workflows::issue::parse_limit("2 working days");
  policy.limits[fb::DeadlineKind::solve] = workflows::issue::parse_limit("3 working days");
  return policy;
}

TEST(PolicyApply, SetsRunningDeadlinesAnewOnceAndLeavesThoseByHand) {
  ImportBench bench(support::some_rules());
  const support::TemporaryFolder folder;
  take_some(bench, folder);
  using Rows = std::map<std::uint64_t, std::set<std::string>>;
  EXPECT_EQ(running(bench), (Rows{{1, {"accept 03-04T17:30"}},
                                  {2, {"solve 03-10T17:30"}},
                                  {3, {"solve 03-10T17:30"}},
                                  {4, {"follow_up 03-11T17:30"}},
                                  {5, {"solve 03-20T17:30"}}}));

  const auto rules = support::rules_of(shorter());
  const auto applied = tools::apply_policy(bench.log(), bench.writer(),
                                           tools::parents_by(bench.directory()), *rules);
  ASSERT_TRUE(applied) << applied.error().detail;
  EXPECT_EQ(applied->issues, 5U);
  EXPECT_EQ(applied->set, 3U);
  EXPECT_EQ(applied->kept, 2U);
  EXPECT_EQ(applied->by_hand, 1U);
  EXPECT_EQ(running(bench), (Rows{{1, {"accept 03-05T17:30"}},
                                  {2, {"solve 03-06T17:30"}},
                                  {3, {"solve 03-06T17:30"}},
                                  {4, {"follow_up 03-11T17:30"}},
                                  {5, {"solve 03-20T17:30"}}}));

  const auto last = bench.log().last();
  const auto again = tools::apply_policy(bench.log(), bench.writer(),
                                         tools::parents_by(bench.directory()), *rules);
  EXPECT_EQ(again.value().set, 0U);
  EXPECT_EQ(bench.log().last(), last);

  const auto back = tools::apply_policy(
      bench.log(), bench.writer(), tools::parents_by(bench.directory()), *support::some_rules());
  EXPECT_EQ(back.value().set, 3U);
  EXPECT_EQ(running(bench)[2], std::set<std::string>{"solve 03-10T17:30"});
}

const replay::Check& deadlines_of(const replay::Report& report) {
  for (const auto& check : report.checks) {
    if (check.name == "deadlines") return check;
  }
  throw std::runtime_error("no such check");
}

TEST(Audit, ReckonsDeadlinesAgainByTheRulesThatTheyName) {
  ImportBench bench(support::some_rules());
  const support::TemporaryFolder folder;
  take_some(bench, folder);
  const auto shorter_rules = support::rules_of(shorter());
  tools::apply_policy(bench.log(), bench.writer(), tools::parents_by(bench.directory()),
                      *shorter_rules)
      .value();
  const auto audit = [&](std::shared_ptr<const DeadlineRules> rules) {
    return replay::verify_log({bench.log(), &bench.vault(), replay::all_rules(), std::move(rules)},
                              {})
        .value();
  };
  const auto by_first = audit(support::some_rules());
  EXPECT_EQ(by_first.found(), 0U);
  EXPECT_EQ(deadlines_of(by_first).count, 11U);  // 5 accept, 4 solve, 1 sign, 1 follow_up
  EXPECT_EQ(deadlines_of(by_first).notes.size(), 1U);
  const auto by_second = audit(shorter_rules);
  EXPECT_EQ(by_second.found(), 0U);
  EXPECT_EQ(deadlines_of(by_second).count, 3U);
  EXPECT_EQ(audit(nullptr).checks.size() + 1, by_first.checks.size());
}

TEST(Audit, TellsOfADeadlineThatItsRulesDoNotGive) {
  const auto rules = support::some_rules();
  ImportBench bench(rules);
  const support::TemporaryFolder folder;
  take_some(bench, folder);
  engine::writer::Step step;
  step.workflow = workflows::issue::workflow_id;
  step.verb = engine::FactType{static_cast<std::uint16_t>(fb::Fact::DeadlineSet)};
  step.stream = {workflows::issue::workflow_id, workflows::issue::make_number({25, 1, 2})};
  const Instant due = *engine::parse_rfc3339("2025-04-01T17:30:00+08:00");
  step.body = deadline_set(
      *rules, {fb::DeadlineKind::solve, due, due - hours{4}, rules->calendar_digest()});
  step.consequence = true;  // nobody else could name the policy
  engine::writer::Submission forged;
  forged.actor.name = "somebody";
  forged.steps.push_back(step);
  ASSERT_TRUE(std::holds_alternative<engine::writer::Recorded>(bench.writer().ask(forged)));

  const auto report =
      replay::verify_log({bench.log(), &bench.vault(), replay::all_rules(), rules}, {}).value();
  EXPECT_EQ(report.found(), 1U);
  EXPECT_EQ(deadlines_of(report).first.front().what,
            "version 5: solve is due 2025-04-01T17:30:00+08:00 instead of "
            "2025-03-10T17:30:00+08:00");
}

// --- the command line ----------------------------------------------------------------------------

TEST(PolicyCommand, ShowsWhatIsInForce) {
  const auto shown = run_sihe({"policy", "show"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_NE(shown.out.find("5 working days"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("2018–2026"), std::string::npos) << shown.out;
  const auto json = adapters::json::parse(run_sihe({"policy", "show", "--json"}).out).value();
  EXPECT_EQ(*json.find("limits")->find("solve")->string(), "5 working days");
  EXPECT_EQ(json.find("calendar")->find("years")->list()->size(), 9U);
  EXPECT_EQ(*json.find("policy")->find("digest")->string(),
            tools::load_rules("default", tools::default_calendar).value()->policy_digest());
  const auto toml = run_sihe({"policy", "show", "--toml"}, {"SIHE_POLICY=five-days"});
  EXPECT_EQ(toml.out, *adapters::files::shipped_policy("five-days"));
}

TEST(PolicyCommand, SaysWhatIsWrongWithAFileAndWhere) {
  const support::TemporaryFolder folder;
  const auto file = support::write_file(folder.path(), "p.toml",
                                        "version = \"1\"\n[office]\nhours = [\"08:30-12:00\"]\n"
                                        "[count]\nstart = \"today\"\n[limits]\n");
  const auto checked = run_sihe({"policy", "check", file});
  EXPECT_EQ(checked.code, 1);
  EXPECT_NE(checked.err.find("line 5: start must be the day after"), std::string::npos)
      << checked.err;
  const auto missing = run_sihe({"policy", "check", folder.path() / "none.toml"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_NE(missing.err.find("default, five-days"), std::string::npos) << missing.err;
}

TEST(PolicyCommand, WarnsOfAYearThatTheCalendarDoesNotKnow) {
  const support::TemporaryFolder folder;
  const auto file = support::write_file(folder.path(), "c.toml",
                                        "version = \"old\"\n[[year]]\nyear = 2018\noff = []\n");
  const auto checked = run_sihe({"policy", "check", "--calendar", file});
  EXPECT_EQ(checked.code, 0);
  EXPECT_NE(checked.err.find("the calendar old does not know the year"), std::string::npos)
      << checked.err;
}

}  // namespace
