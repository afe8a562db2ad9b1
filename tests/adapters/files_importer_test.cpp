#include "adapters/files/importer.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/import_bench.hpp"
#include "tests/support/temporary_folder.hpp"

namespace adapters::files {
namespace {

const std::string town_toml = R"(
source = "town"
[time]
zone = "+08:00"
formats = ["%Y-%m-%d %H:%M"]
[row]
id = "no"
[area]
add = true
level = "town"
code = "town"
[[fact]]
do = "report"
at = "opened"
[fact.with]
text = "text"
area = { entry = "area" }
[[fact]]
do = "accept"
at = "opened"
[[fact]]
do = "resolve"
when = "closed"
at = "closed"
[fact.with]
outcome = { constant = "solved" }
reply = "reply"
[[fact]]
do = "close"
when = "closed"
at = "closed"
)";

const std::string header = "no,opened,closed,town,text,reply\n";
const std::string three_rows =
    "1,2026-01-02 09:00,2026-01-03 09:00,Panbei,街灯不亮,已修复\n"
    "2,2026-01-02 10:00,,Chashan,\"污水\n外溢\",\n"
    "3,2026-01-02 11:00,,,噪声,\n";

class Import : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& rows) {
    return support::write_file(scratch.path(), "rows.csv", header + rows);
  }
  std::string rejected_file() { return support::contents(scratch.path() / "rows.rejected.csv"); }

  support::TemporaryFolder scratch;
  support::ImportBench bench;
};

TEST_F(Import, TakesEveryRowInWithItsHistory) {
  const ImportCounts counts = bench.import(file(three_rows), town_toml);
  EXPECT_EQ(counts.rows, 3U);
  EXPECT_EQ(counts.accepted, 3U);
  EXPECT_EQ(counts.duplicates, 0U);
  EXPECT_EQ(counts.rejected, 0U);
  EXPECT_EQ(counts.events, 2U + 4U + 2U + 2U) << "two areas, then each row's facts";
  EXPECT_EQ(bench.log().last(), engine::Position{counts.events});
  EXPECT_NE(bench.directory().tree()->find("area", "Chashan"), nullptr);
}

TEST_F(Import, AddsNothingTheSecondTime) {
  bench.import(file(three_rows), town_toml);
  const engine::Position before = bench.log().last();
  const ImportCounts again = bench.import(file(three_rows), town_toml);
  EXPECT_EQ(again.rows, 3U);
  EXPECT_EQ(again.duplicates, 3U);
  EXPECT_EQ(again.events, 0U);
  EXPECT_EQ(bench.log().last(), before);
}

TEST_F(Import, TakesInOnlyTheNewRowsOfALongerFile) {
  bench.import(file(three_rows), town_toml);
  const ImportCounts more =
      bench.import(file("4,2026-01-05 09:00,,Panbei,新,\n" + three_rows), town_toml);
  EXPECT_EQ(more.accepted, 1U);
  EXPECT_EQ(more.duplicates, 3U);
  EXPECT_EQ(more.events, 2U);
}

TEST_F(Import, PutsRejectedRowsAsideUntouchedWithLineAndReason) {
  bench.keep_rejected = true;
  const ImportCounts counts = bench.import(file("1,2026-01-02 09:00,,Panbei,a,\n"
                                                "2,yesterday,,Panbei,\"b\n\"\"c\"\"\",\n"
                                                "3,2026-01-02 09:00,,Panbei\n"
                                                "4,2026-01-02 09:00,2026-01-01 09:00,Panbei,d,\n"
                                                "5,2026-01-02 09:00,,Panbei,\"e,\n"
                                                "6,2026-01-02 09:00,,Panbei,f,\n"),
                                           town_toml);
  EXPECT_EQ(counts.rows, 6U);
  EXPECT_EQ(counts.accepted, 2U);
  EXPECT_EQ(counts.rejected, 4U);
  EXPECT_EQ(
      rejected_file(),
      "line,reason,no,opened,closed,town,text,reply\n"
      "3,\"column opened: \"\"yesterday\"\" is no time in any of the formats\","
      "2,yesterday,,Panbei,\"b\n\"\"c\"\"\",\n"
      "5,\"the row has 4 cells where the header has 6\",3,2026-01-02 09:00,,Panbei\n"
      "6,\"resolve: column closed: its time is before that of the fact before it\","
      "4,2026-01-02 09:00,2026-01-01 09:00,Panbei,d,\n"
      "7,\"the row has a quote where none may stand (RFC 4180), or one that is never closed\","
      "5,2026-01-02 09:00,,Panbei,\"e,\n");
}

TEST_F(Import, ReplacesTheRejectedRowsOfTheRunBefore) {
  bench.keep_rejected = true;
  bench.import(file("1,yesterday,,Panbei,a,\n"), town_toml);
  EXPECT_NE(rejected_file(), "");
  bench.import(file("1,2026-01-02 09:00,,Panbei,a,\n"), town_toml);
  EXPECT_FALSE(std::filesystem::exists(scratch.path() / "rows.rejected.csv"));
}

TEST_F(Import, RejectsARowWhoseIdCameBeforeWithOtherContent) {
  bench.import(file(three_rows), town_toml);
  const ImportCounts counts =
      bench.import(file("2,2026-01-02 10:00,,Chashan,something else,\n"), town_toml);
  EXPECT_EQ(counts.rejected, 1U);
  EXPECT_EQ(counts.events, 0U);
  EXPECT_EQ(bench.rejected[0].reason, "a row with this id was imported before, with other content");
}

TEST_F(Import, RejectsUnknownCodesWithTheNearestUnlessTheyMayBeAdded) {
  bench.import(file(three_rows), town_toml);
  std::string strict = town_toml;
  strict.replace(strict.find("add = true"), 10, "add = false");
  const ImportCounts counts =
      bench.import(file("9,2026-01-02 09:00,,Panbai,a,\n10,2026-01-02 09:00,,Panbei,b,\n"), strict);
  EXPECT_EQ(counts.rejected, 1U);
  EXPECT_EQ(counts.accepted, 1U);
  EXPECT_NE(bench.rejected[0].reason.find("Panbei"), std::string::npos) << bench.rejected[0].reason;
}

TEST_F(Import, SaysWhatTheIssuesTableRefuses) {
  std::string unaccepted = town_toml;
  unaccepted.replace(unaccepted.find("do = \"accept\""), 13, "do = \"sign\"");
  const ImportCounts counts = bench.import(file(three_rows), unaccepted);
  EXPECT_EQ(counts.accepted, 0U);
  EXPECT_EQ(counts.rejected, 3U);
  EXPECT_EQ(counts.events, 2U) << "only the areas: a row goes in whole or not at all";
}

TEST_F(Import, StopsBetweenRowsAndKeepsWhatIsIn) {
  int asked = 0;
  ImportCounts counts;
  // Asked before each row: three times while the areas are gathered, then before the first row.
  const auto result =
      bench.run(file(three_rows), town_toml, counts, [&asked] { return ++asked > 5; });
  EXPECT_EQ(result.error().fault, engine::Fault::cancelled);
  EXPECT_EQ(counts.rows, counts.accepted);
  EXPECT_LT(counts.rows, 3U);
  const ImportCounts rest = bench.import(file(three_rows), town_toml);
  EXPECT_EQ(rest.duplicates, counts.accepted);
  EXPECT_EQ(rest.accepted, 3U - counts.accepted);
}

TEST_F(Import, NamesTheColumnsThatTheFileLacks) {
  ImportCounts counts;
  const auto result =
      bench.run(support::write_file(scratch.path(), "rows.csv", "no,open,closed,text,reply\n"),
                town_toml, counts);
  EXPECT_EQ(result.error().fault, engine::Fault::invalid);
  EXPECT_NE(result.error().detail.find("opened (is it \"open\"?)"), std::string::npos);
  EXPECT_NE(result.error().detail.find("town"), std::string::npos);
  EXPECT_EQ(bench.log().last(), engine::Position{0});
}

}  // namespace
}  // namespace adapters::files
