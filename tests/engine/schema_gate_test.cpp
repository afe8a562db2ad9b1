// The schemas of every release, held against today's: what was written once is read for ever.
#include <filesystem>
#include <map>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <flatbuffers/idl.h>
#include <gtest/gtest.h>

#include "tests/support/places.hpp"
#include "tests/support/schema_gate.hpp"

namespace {

using support::contents;
using support::schema_breaches;

std::string compiled(const std::string& fbs) {
  flatbuffers::IDLOptions options;
  options.binary_schema_builtins = true;
  flatbuffers::Parser parser(options);
  if (!parser.Parse(fbs.c_str())) throw std::runtime_error(parser.error_);
  parser.Serialize();
  return {reinterpret_cast<const char*>(parser.builder_.GetBufferPointer()),
          parser.builder_.GetSize()};
}

// A schema with everything in it that ours have.
constexpr const char* released = R"(
namespace town;
attribute "personal";
attribute "longest";
enum Stage : ubyte { none = 0, reported = 1, closed = 2 }
struct Summary { due_at:int64; returns:ushort; stage:Stage; level:ubyte; }
table Reported {
  text:string (id: 0, required, personal, longest: "100");
  title:string (id: 1);
  stage:Stage (id: 2);
  units:[string] (id: 3);
  rank:int = 3 (id: 4);
}
table Closed { note:string (id: 0); summary:Summary (id: 1); }
union Fact { Reported = 1, Closed = 2 }
table Root { fact:Fact (id: 1); }
root_type Root;
file_identifier "TOWN";
)";

struct Change {
  const char* name;
  const char* from;
  const char* to;
  const char* told;  // what must stand in what is said about it
};
void PrintTo(const Change& change, std::ostream* out) { *out << change.name; }

std::string changed(const Change& change) {
  std::string out = released;
  const auto at = out.find(change.from);
  if (at == std::string::npos) throw std::logic_error(change.from);
  return out.replace(at, std::string_view(change.from).size(), change.to);
}

class Breach : public testing::TestWithParam<Change> {};

TEST_P(Breach, IsFound) {
  const auto found = schema_breaches(compiled(released), compiled(changed(GetParam())));
  std::string all;
  for (const std::string& each : found) all += each + "\n";
  EXPECT_NE(all.find(GetParam().told), std::string::npos) << "found: " << all;
}

INSTANTIATE_TEST_SUITE_P(
    Schema, Breach,
    testing::Values(
        Change{"RequiredAdded", "title:string (id: 1)", "title:string (id: 1, required)",
               "title: required"},
        Change{"RequiredDropped", "(id: 0, required, personal", "(id: 0, personal",
               "text: required"},
        Change{"LastFieldDeleted", "  rank:int = 3 (id: 4);\n", "", "rank: was removed"},
        Change{"FieldRenamed", "title:string (id: 1)", "heading:string (id: 1)", "title: name"},
        Change{"IdsSwapped", "title:string (id: 1);\n  stage:Stage (id: 2);",
               "title:string (id: 2);\n  stage:Stage (id: 1);", "title: name"},
        Change{"TypeChanged", "title:string (id: 1)", "title:[string] (id: 1)", "title: type"},
        Change{"ElementChanged", "units:[string]", "units:[int]", "units: type"},
        Change{"EnumForNumber", "stage:Stage (id: 2)", "stage:ubyte (id: 2)", "stage: type"},
        Change{"DefaultChanged", "rank:int = 3", "rank:int = 4", "rank: default"},
        Change{"NowOptional", "rank:int = 3", "rank:int = null", "rank: optional"},
        Change{"Deprecated", "title:string (id: 1)", "title:string (id: 1, deprecated)",
               "title: deprecated"},
        Change{"NoLongerPersonal", "required, personal, longest", "required, longest",
               "text: personal"},
        Change{"AttributeChanged", "longest: \"100\"", "longest: \"99\"", "text: longest"},
        Change{"NowPersonal", "note:string (id: 0)", "note:string (id: 0, personal)",
               "note: personal"},
        Change{"NewAndRequired", "rank:int = 3 (id: 4);",
               "rank:int = 3 (id: 4);\n  more:string (id: 5, required);", "is new and required"},
        Change{"StructGrown", "level:ubyte; }", "level:ubyte; also:ubyte; }", "Summary: fields"},
        Change{"StructReordered", "stage:Stage; level:ubyte; }", "level:ubyte; stage:Stage; }",
               "Summary.stage: name"},
        Change{"StructRetyped", "returns:ushort", "returns:short", "Summary.returns: type"},
        Change{"MemberRemoved", ", closed = 2 }", " }", "Stage.closed: was removed"},
        Change{"MemberRenumbered", "closed = 2 }", "closed = 3 }", "Stage.closed: was removed"},
        Change{"MemberRenamed", "closed = 2 }", "ended = 2 }", "Stage.closed: name"},
        Change{"EnumWidened", "enum Stage : ubyte", "enum Stage : ushort", "Stage: type"},
        Change{"UnionMemberRemoved", "Reported = 1, Closed = 2 }", "Reported = 1 }",
               "Fact.Closed: was removed"},
        Change{"UnionMembersSwapped", "Reported = 1, Closed = 2 }", "Closed = 1, Reported = 2 }",
               "Fact.Reported: member"},
        Change{"TableRenamed", "table Closed {", "table Closed {} table Ended {",
               "Closed.note: was removed"},
        Change{"RootChanged", "root_type Root", "root_type Closed", "schema: root"},
        Change{"IdentifierChanged", "\"TOWN\"", "\"CITY\"", "file identifier"},
        Change{"IdsLeftOut", "table Root { fact:Fact (id: 1); }", "table Root { fact:Fact; }",
               "has no (id: …)"}),
    [](const auto& info) { return std::string(info.param.name); });

class Addition : public testing::TestWithParam<Change> {};

TEST_P(Addition, IsNoBreach) {
  const auto found = schema_breaches(compiled(released), compiled(changed(GetParam())));
  EXPECT_EQ(found, std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(
    Schema, Addition,
    testing::Values(Change{"OfNothing", "namespace town;", "namespace town;", ""},
                    Change{"OfAField", "rank:int = 3 (id: 4);",
                           "rank:int = 3 (id: 4);\n  more:string (id: 5);", ""},
                    Change{"OfAMember", "closed = 2 }", "closed = 2, merged = 3 }", ""},
                    Change{"OfAFact", "union Fact { Reported = 1, Closed = 2 }",
                           "table Added {} union Fact { Reported = 1, Closed = 2, Added = 3 }", ""},
                    Change{"OfADescription", "table Closed", "/// What ends it.\ntable Closed", ""},
                    Change{"OrderOfLines", "title:string (id: 1);\n  stage:Stage (id: 2);",
                           "stage:Stage (id: 2);\n  title:string (id: 1);", ""}),
    [](const auto& info) { return std::string(info.param.name); });

// Today's schemas, by the file's name.
std::map<std::string, std::filesystem::path> current_schemas() {
  std::map<std::string, std::filesystem::path> out;
  for (const auto& each :
       std::filesystem::recursive_directory_iterator(support::generated_folder())) {
    if (each.path().extension() == ".bfbs") out[each.path().filename().string()] = each.path();
  }
  return out;
}

TEST(ReleasedSchemas, AreStillWhatTheyWere) {
  const auto current = current_schemas();
  const auto releases = support::source_folder() / "tests" / "golden" / "schemas";
  if (support::writing_golden()) {
    std::filesystem::create_directories(releases / support::version());
    for (const auto& [name, path] : current) {
      std::filesystem::copy_file(path, releases / support::version() / name,
                                 std::filesystem::copy_options::overwrite_existing);
    }
  }
  std::size_t held = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(releases)) {
    if (each.path().extension() != ".bfbs") continue;
    SCOPED_TRACE(each.path().string());
    const auto now = current.find(each.path().filename().string());
    ASSERT_NE(now, current.end()) << "the schema is gone";
    EXPECT_EQ(schema_breaches(contents(each.path()), contents(now->second)),
              std::vector<std::string>{});
    ++held;
  }
  EXPECT_GT(held, 0U) << "no release in " << releases;
}

}  // namespace
