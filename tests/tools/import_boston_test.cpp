// Boston's own figures against ours: everything that its oracle and our statistics both have.
#include <chrono>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "tests/support/import_bench.hpp"
#include "workflows/issue/statistics.hpp"

namespace {

using adapters::files::ImportCounts;
using adapters::files::shipped_mapping;
using engine::schema::Value;
using workflows::issue::Figures;

// Names and towns as the directory has them.
struct TreeNaming : workflows::issue::Naming {
  const workflows::directory::Tree& tree;
  explicit TreeNaming(const workflows::directory::Tree& t) : tree(t) {}
  std::string name(std::string_view kind, std::string_view code) const override {
    const auto* entry = tree.find(kind, code);
    return entry == nullptr ? std::string(code) : entry->name;
  }
  std::string town_of(std::string_view area) const override { return tree.town_of(area); }
  std::string district_of(std::string_view area) const override { return tree.district_of(area); }
};

std::int64_t number(const Value& of, const char* name) {
  const Value* found = of.find(name);
  if (found == nullptr) throw std::runtime_error(std::string("the oracle lacks ") + name);
  if (const auto* whole = std::get_if<std::int64_t>(&found->it)) return *whole;
  return static_cast<std::int64_t>(std::get<double>(found->it));
}

class Boston : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto folder = support::real_data("boston-311");
    if (!folder) return;
    bench = std::make_unique<support::ImportBench>();
    first = bench->import(*folder / "requests_2011-07_08.csv", *shipped_mapping("boston-311"));
    rejected_first = bench->rejected.size();
    second = bench->import(*folder / "requests_2011-07_08.csv", *shipped_mapping("boston-311"));
    oracle =
        adapters::json::parse(support::contents(*folder / "oracle.json"), {.bytes_max = 1 << 20})
            .value();
  }
  static void TearDownTestSuite() { bench.reset(); }

  void SetUp() override {
    if (!bench) GTEST_SKIP() << "skipped: no real data";
  }

  static workflows::issue::StatisticsTable table(workflows::issue::By by) {
    const auto statistics = workflows::issue::make_statistics();
    bench->log()
        .read(engine::Position{0}, bench->log().last(),
              [&](engine::Position, std::string_view record) {
                statistics->apply(engine::log::RecordView(record));
                return true;
              })
        .value();
    workflows::issue::StatisticsQuery query;
    query.by = by;
    query.at = *engine::parse_rfc3339("2026-03-02T09:00:00+08:00");
    const auto tree = bench->directory().tree();
    return statistics->table(query, TreeNaming(*tree));
  }

  static std::unique_ptr<support::ImportBench> bench;
  static ImportCounts first, second;
  static std::size_t rejected_first;
  static Value oracle;
};

std::unique_ptr<support::ImportBench> Boston::bench;
ImportCounts Boston::first, Boston::second;
std::size_t Boston::rejected_first = 0;
Value Boston::oracle;

TEST_F(Boston, EveryRowGoesInAndNoneTwice) {
  EXPECT_EQ(first.rows, 21'401U);
  EXPECT_EQ(first.accepted, 21'401U);
  EXPECT_EQ(first.rejected, 0U);
  EXPECT_EQ(rejected_first, 0U);
  EXPECT_EQ(second.duplicates, 21'401U);
  EXPECT_EQ(second.events, 0U);
  EXPECT_EQ(bench->log().last(), engine::Position{first.events});
}

void expect_figures(const Value& wanted, const Figures& got, const std::string& area) {
  SCOPED_TRACE(area);
  EXPECT_EQ(got.reported, number(wanted, "total"));
  EXPECT_EQ(got.closed, number(wanted, "closed"));
  EXPECT_EQ(got.resolved, number(wanted, "closed"));
  EXPECT_EQ(got.in_hand, number(wanted, "total") - number(wanted, "closed"));
  EXPECT_EQ(got.resolved_on_time, number(wanted, "closed_on_time"));
  EXPECT_EQ(got.resolved_late, number(wanted, "closed_late"));
  EXPECT_EQ(got.resolved_no_deadline, number(wanted, "closed_no_target"));
  EXPECT_EQ(got.open_no_deadline, number(wanted, "open_no_target"));
  EXPECT_EQ(got.open_in_time + got.open_overdue, number(wanted, "open_with_target"));
}

TEST_F(Boston, EachNeighbourhoodsFiguresAreTheCitysOwn) {
  const auto by_area = table(workflows::issue::By::area);
  std::map<std::string, Figures> got;
  for (const auto& row : by_area.rows) got[row.key] = row.figures;
  const auto& wanted = *oracle.find("by_neighborhood")->object();
  EXPECT_EQ(got.size(), wanted.size());
  for (const auto& [name, figures] : wanted) {
    const std::string key = name == "(blank)" ? "" : name;
    ASSERT_TRUE(got.contains(key)) << name;
    expect_figures(figures, got[key], name);
  }
}

TEST_F(Boston, TheTimesFromReportToResolutionAreTheCitysOwn) {
  const auto whole = table(workflows::issue::By::area).total;
  const Value& wanted = *oracle.find("open_to_close_seconds");
  const auto& got = whole.times.at("report_to_resolve");
  EXPECT_EQ(got.n, static_cast<std::uint64_t>(number(wanted, "n")));
  EXPECT_EQ(got.median_s, static_cast<double>(number(wanted, "median")));
  EXPECT_EQ(got.p90_s, static_cast<double>(number(wanted, "p90_nearest_rank")));
  EXPECT_EQ(got.max_s, static_cast<double>(number(wanted, "max")));
  EXPECT_EQ(whole.reported, 21'401);
}

TEST_F(Boston, DepartmentsAndMonthsAddUp) {
  const auto by_department = table(workflows::issue::By::department);
  const auto& wanted = *oracle.find("department")->object();
  ASSERT_EQ(by_department.rows.size(), wanted.size());
  for (const auto& row : by_department.rows) {
    EXPECT_EQ(row.figures.reported, number(*oracle.find("department"), row.key.c_str())) << row.key;
  }
}

}  // namespace
