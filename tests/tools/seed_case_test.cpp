// The seed's own figures, counted once by the program and once by hand from the events alone: an
// issue is resolved while the last thing that happened left it resolved or closed.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "engine/core/rfc3339.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/sihe/data_folder.hpp"
#include "workflows/meeting/number.hpp"

namespace {

using engine::schema::Value;
using support::run_sihe;

// By area: reported, resolved.
using Counts = std::map<std::string, std::pair<std::int64_t, std::int64_t>>;

constexpr std::uint8_t resolved = 9, closed = 10, held = 2;

struct SeedCase : testing::Test {
  const support::TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();

  void SetUp() override {
    const auto ran = run_sihe({"demo", "--data", data, "--seed", "71"});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }

  template <class Visit>
  void each_record(engine::Instant until, const Visit& visit) const {
    const auto reading = tools::Reading::open(data).value();
    reading->log
        ->read(engine::Position{0}, reading->log->last(),
               [&](engine::Position, std::string_view bytes) {
                 const engine::log::RecordView record(bytes);
                 if (record.occurred_at() <= until) visit(record);
                 return true;
               })
        .value();
  }

  Counts by_hand(engine::Instant until) const {
    std::map<std::uint64_t, std::pair<std::string, std::uint8_t>> stands;
    each_record(until, [&](const engine::log::RecordView& record) {
      if (record.stream().workflow != workflows::issue::workflow_id) return;
      stands[record.stream().number] = {std::string(record.area()), record.stage_after()};
    });
    Counts out;
    for (const auto& [number, stand] : stands) {
      auto& [reports, resolutions] = out[stand.first];
      ++reports;
      if (stand.second == resolved || stand.second == closed) ++resolutions;
    }
    return out;
  }

  std::string stats(const std::string& at) const {
    std::vector<std::string> line{"stats", "--data", data, "--by", "area", "--json"};
    if (!at.empty()) line.insert(line.end(), {"--at", at});
    const auto ran = run_sihe(line);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return ran.out;
  }

  static Counts by_program(const std::string& json) {
    const Value table = adapters::json::parse(json).value();
    const auto number = [](const Value& row, const char* name) {
      return std::stoll(adapters::json::write(*row.find(name)));
    };
    Counts out;
    for (const Value& row : *table.find("rows")->list()) {
      const auto* area = row.find("area")->string();
      out[area == nullptr ? "" : *area] = {number(row, "reported"), number(row, "resolved")};
    }
    return out;
  }

  // Without the rows that say nothing of the two.
  static Counts told(Counts counts) {
    std::erase_if(counts, [](const auto& each) { return each.second == std::pair{0L, 0L}; });
    return counts;
  }
};

TEST_F(SeedCase, IsWhatTheEventsSay) {
  const auto counts = by_program(stats(""));
  EXPECT_EQ(told(counts), by_hand(engine::Instant::max()));
  EXPECT_EQ(counts.size(), 11U);
  std::int64_t reports = 0, resolutions = 0;
  for (const auto& [area, count] : counts) {
    reports += count.first;
    resolutions += count.second;
  }
  EXPECT_EQ(reports, 252);
  EXPECT_EQ(resolutions, 176);

  std::set<std::string> met;
  each_record(engine::Instant::max(), [&](const engine::log::RecordView& record) {
    const bool is_meeting = record.stream().workflow == workflows::meeting::workflow_id;
    if (is_meeting && record.stage_after() == held) met.insert(std::string(record.area()));
  });
  for (const auto& [area, count] : counts) EXPECT_TRUE(met.contains(area)) << area;
}

TEST_F(SeedCase, IsWhatTheEventsSaidOnAnyPastDay) {
  for (const char* day : {"2025-04-01", "2025-07-15", "2025-09-30", "2025-12-31", "2026-02-01"}) {
    const auto until = engine::parse_rfc3339(day + std::string("T23:59:59.999+08:00")).value();
    EXPECT_FALSE(by_hand(until).empty()) << day;
    EXPECT_EQ(told(by_program(stats(day))), by_hand(until)) << day;
  }
}

TEST_F(SeedCase, IsTheSameAfterARebuild) {
  const auto before = by_program(stats(""));
  const auto ran = run_sihe({"rebuild", "--data", data});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(by_program(stats("")), before);
  EXPECT_EQ(run_sihe({"verify", "--data", data}).code, 0);
}

}  // namespace
