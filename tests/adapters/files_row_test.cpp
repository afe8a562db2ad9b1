#include "adapters/files/row_mapper.hpp"

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/rfc3339.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::files {
namespace {

const std::string town_toml = R"(
source = "town"
[time]
zone = "+08:00"
formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d"]
[row]
id = "no"
person = "phone"
[tables.status]
"done" = "closed"
"new" = "open"
[tables.way]
"call" = "hotline"
"*" = "other"
[area]
add = true
[[area.path]]
level = "district"
code = { constant = "Ouhai" }
[[area.path]]
level = "town"
code = "town"
[[area.path]]
level = "village"
code = { columns = ["town", "village"], join = "-" }
name = "village"
[department]
code = "unit"
[[fact]]
do = "report"
at = "opened"
[fact.with]
text = { first = ["long", "short"] }
title = { column = "short", trim = true }
channel = { column = "way", table = "way" }
area = { entry = "area" }
department = { entry = "department" }
latitude = "lat"
[[fact]]
do = "accept"
at = "opened"
[[fact]]
do = "set_deadline"
when = "due"
at = "opened"
with = { kind = { constant = "solve" }, due = "due" }
[[fact]]
do = "resolve"
when = { column = "status", table = "status", is = "closed" }
at = { column = "closed", or_previous = true }
[fact.with]
outcome = { column = "result", default = "solved" }
reply = "reply"
[[fact]]
do = "close"
when = [{ column = "status", table = "status", is = "closed" }, { column = "reply", empty = false }]
at = { column = "closed", or_previous = true }
)";

const std::string header =
    "no,phone,opened,closed,due,status,way,town,village,unit,long,short,lat,result,reply\n";

MappedRow map(const std::string& row, const std::string& toml = town_toml) {
  const auto& schema = workflows::issue::schema();
  auto mapping = Mapping::read(toml, "town.toml", schema).value();
  auto reader =
      CsvReader::open(std::make_unique<std::istringstream>(header + row), mapping->csv).value();
  const auto mapper = RowMapper::bind(mapping, schema, reader->header()).value();
  Row read;
  EXPECT_TRUE(reader->next(read));
  EXPECT_EQ(read.flaw, "");
  return mapper.map(read);
}

// "report 2026-03-01T16:00:00Z {…}" of each step, personal words apart.
std::vector<std::string> steps(const MappedRow& row) {
  const auto& schema = workflows::issue::schema();
  std::vector<std::string> out;
  for (const auto& step : row.submission.steps) {
    const auto& table = *schema.by_type(step.verb);
    std::string text = table.verb + " " + engine::format_rfc3339(*step.occurred_at, 0);
    for (const auto& words : step.personal) text += " " + words.field + "=" + words.words;
    for (const auto& [name, value] : schema.show(table, step.body, 0)) {
      if (value.string() != nullptr) text += " " + name + ":" + *value.string();
    }
    out.push_back(text);
  }
  return out;
}

TEST(RowMapper, MakesAHistoryWithTheFilesOwnTimes) {
  const MappedRow row = map(
      "7,13900000000,2026-03-02 09:15,2026-03-05,2026-03-09 18:00,done,call,Panbei,North,水利局,"
      "long words, short ,27.9,,Repaired.\n");
  ASSERT_EQ(row.flaw, "");
  EXPECT_EQ(row.submission.source, "town");
  EXPECT_EQ(row.submission.id, "7");
  EXPECT_EQ(row.submission.actor.name, "town");
  EXPECT_EQ(steps(row),
            (std::vector<std::string>{
                "report 2026-03-02T01:15:00Z text=long words title=short channel:hotline "
                "area:Panbei-North department:水利局",
                "accept 2026-03-02T01:15:00Z",
                "set_deadline 2026-03-02T01:15:00Z kind:solve due:2026-03-09T10:00:00Z",
                "resolve 2026-03-04T16:00:00Z reply=Repaired. outcome:solved",
                "close 2026-03-04T16:00:00Z",
            }));
  EXPECT_EQ(row.submission.steps[0].person, "13900000000");
  EXPECT_EQ(row.submission.steps[1].person, "");
}

TEST(RowMapper, NamesTheEntriesParentsFirst) {
  const MappedRow row = map("7,,2026-03-02,,,new,fax,Panbei,North,水利局,,s,,,\n");
  ASSERT_EQ(row.flaw, "");
  ASSERT_EQ(row.entries.size(), 4U);
  EXPECT_EQ(row.entries[0].info.code, "Ouhai");
  EXPECT_EQ(row.entries[1].info.code, "Panbei");
  EXPECT_EQ(row.entries[1].info.parent, "Ouhai");
  EXPECT_EQ(row.entries[2].info.code, "Panbei-North");
  EXPECT_EQ(row.entries[2].info.name, "North");
  EXPECT_EQ(row.entries[2].info.level, "village");
  EXPECT_TRUE(row.entries[2].add);
  EXPECT_EQ(row.entries[3].info.kind, "department");
  EXPECT_FALSE(row.entries[3].add) << "the mapping does not say so";
}

TEST(RowMapper, LeavesARowWithoutAnAreaUnplaced) {
  const MappedRow row = map("7,,2026-03-02,,,new,fax, ,,,,s,,,\n");
  ASSERT_EQ(row.flaw, "");
  EXPECT_TRUE(row.entries.empty()) << "the constant district alone is no place";
  EXPECT_EQ(steps(row)[0], "report 2026-03-01T16:00:00Z text=s title=s channel:other");
}

TEST(RowMapper, KeepsTheWordsOfACellAsTheyAre) {
  const MappedRow row = map("7,,2026-03-02,,,new,,,,,\"\n\t水 利 \",s,,,\n");
  EXPECT_EQ(row.submission.steps[0].personal[0].words, "\n\t水 利 ");
}

TEST(RowMapper, TakesTheTimeOfTheFactBeforeOnlyWhereTheMappingSaysSo) {
  EXPECT_EQ(steps(map("7,,2026-03-02 08:00,,,done,,,,,,s,,,r\n"))[2],
            "resolve 2026-03-02T00:00:00Z reply=r outcome:solved");
  EXPECT_EQ(map("7,,,,,new,,,,,,s,,,\n").flaw, "report: column opened: its time is empty");
}

TEST(RowMapper, RejectsOrLiftsATimeThatGoesBack) {
  const std::string back = "7,,2026-03-02 08:00,2026-03-02,,done,,,,,,s,,,r\n";
  EXPECT_EQ(map(back).flaw,
            "resolve: column closed: its time is before that of the fact before it");
  std::string lifting = town_toml;
  lifting.replace(lifting.find("[row]"), 0, "backwards = \"previous\"\n");
  EXPECT_EQ(steps(map(back, lifting))[2], "resolve 2026-03-02T00:00:00Z reply=r outcome:solved");
}

struct Bad {
  const char* row;
  const char* flaw;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.flaw; }

class RejectedRow : public ::testing::TestWithParam<Bad> {};

TEST_P(RejectedRow, SaysWhichColumnAndWhy) { EXPECT_EQ(map(GetParam().row).flaw, GetParam().flaw); }

INSTANTIATE_TEST_SUITE_P(
    Each, RejectedRow,
    ::testing::Values(
        Bad{",,2026-03-02,,,new,,,,,,s,,,\n", "column no: the row has no id"},
        Bad{"7,,02.03.2026,,,new,,,,,,s,,,\n",
            "column opened: \"02.03.2026\" is no time in any of the formats"},
        Bad{"7,,2026-03-02,,,lost,,,,,,s,,,\n",
            "column status: \"lost\" is not in the table status"},
        Bad{"7,,2026-03-02,,,new,,,,,,,,,\n", "report/text: is required"},
        Bad{"7,,2026-03-02,,,new,,,,,,s,north,,\n", "report/latitude: must be a number"},
        Bad{"7,,2026-03-02,,soon,new,,,,,,s,,,\n",
            "column due: \"soon\" is no time in any of the formats"},
        Bad{"7,,2026-03-02,2026-03-03,,done,,,,,,s,,fixed,r\n",
            "resolve/outcome: must be one of solved, explained, cannot_solve, out_of_scope, "
            "refused_by_resident"},
        Bad{"\"7\n8\",,2026-03-02,,,new,,,,,,a\x01,,,\n",
            "report/text: must be free of control characters (tab and line breaks may stand)"}));

TEST(RowMapper, NamesTheColumnsThatTheFileLacks) {
  const auto& schema = workflows::issue::schema();
  auto mapping = Mapping::read(town_toml, "town.toml", schema).value();
  const auto bound =
      RowMapper::bind(mapping, schema,
                      {"no", "phone", "open", "closed", "due", "status", "way", "village", "unit",
                       "long", "short", "lat", "result", "reply"});
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().detail,
            "the file lacks columns that the mapping town names: town, opened (is "
            "it \"open\"?)");
}

TEST(RowMapper, SplitsAListWhereTheMappingSaysSo) {
  const std::string toml = R"(
source = "town"
[time]
zone = "Z"
formats = ["%Y-%m-%d"]
[row]
id = "no"
[[fact]]
do = "hand_over"
at = "opened"
[fact.with]
department = "unit"
co_units = { column = "long", split = ";" }
)";
  const MappedRow row = map("7,,2026-03-02,,,,,,,水利局,住建局; 交警 ;,,,,\n", toml);
  ASSERT_EQ(row.flaw, "");
  ASSERT_EQ(row.submission.steps[0].codes.size(), 3U);
  EXPECT_EQ(row.submission.steps[0].codes[2].code, "交警");
}

}  // namespace
}  // namespace adapters::files
