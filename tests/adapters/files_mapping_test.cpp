#include "adapters/files/mapping.hpp"

#include <string>

#include <gtest/gtest.h>

#include "adapters/files/shipped.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::files {
namespace {

using namespace std::string_literals;

const std::string head = R"(source = "town"
[time]
zone = "+08:00"
formats = ["%Y-%m-%d"]
[row]
id = "no"
)";

// What is wrong with the mapping, without its first line; "" if nothing is.
std::string problems(const std::string& toml) {
  const auto mapping = Mapping::read(toml, "town.toml", workflows::issue::schema());
  if (mapping) return "";
  const std::string& detail = mapping.error().detail;
  return detail.substr(detail.find('\n') + 1);
}

std::string with_fact(const std::string& fact) { return problems(head + "[[fact]]\n" + fact); }

TEST(Mapping, ReadsTheSmallestOne) {
  EXPECT_EQ(with_fact("do = \"report\"\nat = \"day\"\nwith = { text = \"what\" }\n"), "");
}

TEST(Mapping, EveryShippedOneCanBeUsed) {
  ASSERT_EQ(shipped_mappings().size(), 6U);
  for (const std::string_view name : shipped_mappings()) {
    const auto mapping = Mapping::read(*shipped_mapping(name), name, workflows::issue::schema());
    ASSERT_TRUE(mapping) << mapping.error().detail;
    EXPECT_EQ((*mapping)->source, name);
  }
  EXPECT_FALSE(shipped_mapping("paris"));
}

TEST(Mapping, SaysAtWhichLineTheTomlIsBroken) {
  EXPECT_EQ(problems("source = \"a\"\nabout = \n").substr(0, 7), "line 2:");
  EXPECT_EQ(problems("source = \"a\"\nsource = \"b\"\n").substr(0, 7), "line 2:");
}

TEST(Mapping, RefusesWhatTheTomlLibraryWouldStumbleOver) {
  EXPECT_EQ(problems("source = \"é。\" # é\n[?]\n").substr(0, 7), "line 2:");
  EXPECT_EQ(problems("a = 'é'\né = 1\n"),
            "line 2: a character beyond ASCII stands outside of quotes");
  EXPECT_EQ(problems("a = \"\"\"\né \\\"\"\" \"\"\"\"\nb = 1。\n").substr(0, 7), "line 3:");
  EXPECT_EQ(problems("\"列\" = \"x\"\n").substr(0, 40),
            "line 1: a mapping has no key \"列\"; it has source"s.substr(0, 40));
}

TEST(Mapping, TellsEverythingThatIsMissingAtOnce) {
  EXPECT_EQ(problems("about = \"nothing\"\n"),
            "line 1: a mapping lacks the key \"source\"\n"
            "line 1: a mapping lacks [time]\n"
            "line 1: a mapping lacks [row]\n"
            "line 1: a mapping needs at least one [[fact]]");
}

TEST(Mapping, RefusesUnknownKeysAndNamesTheNearest) {
  EXPECT_EQ(problems(head + "[[facts]]\ndo = \"report\"\n"),
            "line 1: a mapping needs at least one [[fact]]\n"
            "line 7: a mapping has no key \"facts\"; did you mean fact?");
  EXPECT_EQ(with_fact("do = \"claim\"\nat = \"day\"\nwith = { by = { colum = \"who\" } }\n"),
            "line 10: by has no key \"colum\"; did you mean column?\n"
            "line 10: one of column, columns, first, constant or entry is needed");
}

struct Wrong {
  const char* fact;
  const char* problem;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.problem; }

class RefusedFact : public ::testing::TestWithParam<Wrong> {};

TEST_P(RefusedFact, WithLineAndReason) {
  EXPECT_EQ(with_fact(GetParam().fact), GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Each, RefusedFact,
    ::testing::Values(
        Wrong{"do = \"reprot\"\nat = \"day\"\n", "line 8: do is no command; did you mean report?"},
        Wrong{"do = \"miss_deadline\"\nat = \"day\"\n",
              "line 8: do is no command; did you mean set_deadline?"},
        Wrong{"do = \"accept\"\n", "line 7: at is needed: when it happened"},
        Wrong{"do = \"report\"\nat = \"day\"\n",
              "line 7: report needs the member \"text\" under with"},
        Wrong{"do = \"accept\"\nat = \"day\"\nwith = { aera = \"x\" }\n",
              "line 10: accept has no member \"aera\"; did you mean area?"},
        Wrong{"do = \"accept\"\nat = 5\n", "line 9: at must be a column's name or a table"},
        Wrong{"do = \"accept\"\nat = { column = \"day\", table = \"days\" }\n",
              "line 9: table names \"days\", but there is no [tables.days]"},
        Wrong{"do = \"accept\"\nat = { column = \"day\", formats = [\"%H\"] }\n",
              "line 9: formats has \"%H\", which is no pattern that gives a year, month and day"},
        Wrong{"do = \"accept\"\nat = { column = \"day\", zone = \"America/Newyork\" }\n",
              "line 9: zone must be an offset like +08:00, a POSIX rule or a known zone; did you "
              "mean America/New_York?"},
        Wrong{"do = \"accept\"\nat = { column = \"day\", first = [\"a\"] }\n",
              "line 9: one of column, columns, first, constant or entry is needed"},
        Wrong{"do = \"accept\"\nat = { first = [] }\n",
              "line 9: first must be a list of texts with at least one in it\n"
              "line 9: one of column, columns, first, constant or entry is needed"},
        Wrong{"do = \"accept\"\nat = \"day\"\nwith = { area = { entry = \"area\" } }\n",
              "line 10: entry names no [area], [category] or [department] of this mapping"},
        Wrong{"do = \"accept\"\nat = \"day\"\nwith = { area = { column = \"a\", zone = \"Z\" } }\n",
              "line 10: zone is for times only"},
        Wrong{"do = \"accept\"\nat = \"day\"\nwith = { area = { column = \"a\", is = \"b\" } }\n",
              "line 10: is is for conditions (when) only"},
        Wrong{"do = \"accept\"\nat = \"day\"\nwhen = { column = \"a\", is = 5 }\n",
              "line 10: is must be a text or a list of texts"},
        Wrong{"do = \"accept\"\nat = \"day\"\nwhen = { column = \"a\", is = \"b\", is_not = \"c\" "
              "}\n",
              "line 10: is and is_not exclude one another"},
        Wrong{"do = \"resolve\"\nat = \"day\"\nwith = { outcome = { constant = \"sovled\" } }\n",
              "line 10: \"sovled\" is no outcome; there are none, solved, explained, cannot_solve, "
              "out_of_scope, refused_by_resident"}));

TEST(Mapping, HoldsTheTablesOfAChoiceAgainstItsChoices) {
  EXPECT_EQ(problems("[tables.way]\n\"Fax\" = \"fax\"\n"
                     "[time]\nzone = \"Z\"\nformats = [\"unix\"]\n[row]\nid = \"no\"\n[[fact]]\n"
                     "do = \"report\"\nat = \"t\"\n[fact.with]\ntext = \"x\"\n"
                     "channel = { column = \"way\", table = \"way\" }\n")
                .substr(0, 87),
            "line 1: a mapping lacks the key \"source\"\n"
            "line 13: \"fax\" is no channel; there are other,");
}

TEST(Mapping, RefusesBadZonesFormatsFilesAndTrees) {
  EXPECT_EQ(problems(R"(source = "a"
[file]
encoding = "latin-1"
delimiter = "|"
[time]
zone = "Mars"
formats = []
backwards = "maybe"
[row]
id = "no"
[area]
[[area.path]]
level = "province"
code = "p"
[category]
level = "town"
[[fact]]
do = "accept"
at = "t"
)"),
            "line 3: encoding must be detect, utf-8 or gb18030\n"
            "line 4: delimiter must be a comma, a semicolon or a tab\n"
            "line 6: zone must be an offset like +08:00, a POSIX rule or a known zone\n"
            "line 7: formats must be a list of texts with at least one in it\n"
            "line 8: backwards must be reject or previous\n"
            "line 13: level must be district, town or village\n"
            "line 15: code is needed\n"
            "line 16: level is for areas only");
}

TEST(Mapping, HoldsItsSizeLimit) {
  const auto mapping =
      Mapping::read(std::string(mapping_bytes_max + 1, '#'), "x", workflows::issue::schema());
  EXPECT_EQ(mapping.error().fault, engine::Fault::too_large);
}

}  // namespace
}  // namespace adapters::files
