// Lists of issues and of objects in a body: checked item by item, laid down, read back, and never
// read beyond the buffer.
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <flatbuffers/idl.h>

#include "engine/schema/schema.hpp"

namespace engine::schema {
namespace {

constexpr const char* trip_fbs = R"(
namespace post.fb;
attribute "verb";
attribute "issue";
attribute "code";
attribute "personal";
attribute "needed";
attribute "time";
attribute "fewest";
attribute "items";
attribute "longest";
enum Way : ubyte { none = 0, air = 1, sea = 2 }
table Stop {
  letter:uint64 (id: 0, issue, needed);
  way:Way (id: 1, needed);
  office:string (id: 2, code: "department");
  by:[string] (id: 3, code: "department");
  due:int64 (id: 4, time);
  note:string (id: 5, personal, longest: "12");
}
table Travelled (verb: "travel") {
  letters:[uint64] (id: 0, required, issue, fewest: "1", items: "3");
  stops:[Stop] (id: 1, items: "4");
  serial:uint64 (id: 2);
}
union Fact { Travelled = 1 }
table Catalogue { fact:Fact; }
root_type Catalogue;
)";

const Schema& trips() {
  static const std::shared_ptr<const Schema> schema = [] {
    flatbuffers::IDLOptions options;
    options.binary_schema_comments = true;
    flatbuffers::Parser parser(options);
    if (!parser.Parse(trip_fbs)) throw std::runtime_error(parser.error_);
    parser.Serialize();
    return Schema::load({parser.builder_.GetBufferPointer(), parser.builder_.GetSize()}).value();
  }();
  return *schema;
}

const Table& travel() { return *trips().by_verb("travel"); }

Object stop(const char* letter) { return {{"letter", letter}, {"way", "sea"}}; }

Object whole_trip() {
  Object first = stop("2601000000174");
  first.emplace_back("office", "water");
  first.emplace_back("by", List{"power", "roads"});
  first.emplace_back("due", "2026-03-02T09:15:00+08:00");
  return {{"letters", List{"2601000000174", "2601000000271"}},
          {"stops", List{std::move(first), stop("2601000000271")}},
          {"serial", std::uint64_t{7}}};
}

std::vector<std::string> flaws_of(const Value& body) {
  std::vector<std::string> out;
  for (const Flaw& flaw : trips().compose(travel(), body).flaws) {
    out.push_back(flaw.pointer + ": " + flaw.detail);
  }
  return out;
}

using Flaws = std::vector<std::string>;

TEST(SchemaLists, AreShownAsTheyWereComposed) {
  const auto made = trips().compose(travel(), whole_trip());
  ASSERT_TRUE(made.composed);
  ASSERT_TRUE(trips().verify(travel(), made.composed->body));
  Object shown = trips().show(travel(), made.composed->body, 480);
  EXPECT_EQ(shown.back().first, "serial");
  shown.back().second = std::uint64_t{7};  // small numbers are shown as signed ones
  EXPECT_EQ(shown, whole_trip());
}

TEST(SchemaLists, NameTheCodesAndTheWordsOfTheirItems) {
  Object body = whole_trip();
  auto& stops = std::get<List>(body[1].second.it);
  std::get<Object>(stops[1].it).emplace_back("note", "潮水大");
  const auto made = trips().compose(travel(), body);
  ASSERT_TRUE(made.composed);
  std::vector<std::string> codes;
  for (const auto& each : made.composed->codes) codes.push_back(each.pointer + " " + each.code);
  EXPECT_EQ(codes, (Flaws{"/stops/0/office water", "/stops/0/by/0 power", "/stops/0/by/1 roads"}));
  ASSERT_EQ(made.composed->personal.size(), 1U);
  EXPECT_EQ(made.composed->personal[0].field, "stops/1/note");
  EXPECT_EQ(made.composed->personal[0].words, "潮水大");
  EXPECT_EQ(made.composed->body.find("潮水大"), std::string::npos);
}

TEST(SchemaLists, TellTheFlawsOfEachItem) {
  const Object bad{{"letter", 7}, {"wey", "air"}, {"by", List{"power", ""}}};
  EXPECT_EQ(flaws_of(Object{{"letters", List{"12", "x", 3}}, {"stops", List{bad, "x"}}}),
            (Flaws{"/letters/1: must be an issue number: its digits, as text",
                   "/letters/2: must be an issue number: its digits, as text",
                   "/stops/0/letter: must be an issue number: its digits, as text",
                   "/stops/0/wey: is no member of stops; did you mean way?",
                   "/stops/0/by/1: must not be empty; leave it out", "/stops/0/way: is required",
                   "/stops/1: must be an object"}));
}

TEST(SchemaLists, HaveAsManyItemsAsTheSchemaSays) {
  EXPECT_EQ(flaws_of(Object{{"letters", List{}}}),
            Flaws{"/letters: has 0 members; 1 to 3 may be given"});
  EXPECT_EQ(flaws_of(Object{{"letters", List{"1", "2", "3", "4"}}}),
            Flaws{"/letters: has 4 members; 1 to 3 may be given"});
  EXPECT_EQ(flaws_of(Object{{"letters", "1"}}), Flaws{"/letters: must be a list of issue numbers"});
  EXPECT_EQ(flaws_of(Object{{"letters", List{"1"}}, {"stops", Object{}}}),
            Flaws{"/stops: must be a list of objects"});
  EXPECT_EQ(flaws_of(Object{}), Flaws{"/letters: is required"});
}

TEST(SchemaLists, TellWhereANumberLies) {
  const auto made = trips().compose(travel(), whole_trip());
  std::string body = made.composed->body;
  const auto at = trips().place_of(travel(), body, "serial");
  ASSERT_TRUE(at.has_value());
  body.replace(*at, 8, std::string("\x09\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(trips().show(travel(), body, 480).back().second, Value(9));
  EXPECT_EQ(trips().place_of(travel(), body, "letters"), std::nullopt);
  EXPECT_EQ(trips().place_of(travel(), body, "none"), std::nullopt);
  const auto without = trips().compose(travel(), Object{{"letters", List{"1"}}});
  EXPECT_EQ(trips().place_of(travel(), without.composed->body, "serial"), std::nullopt);
}

RC_GTEST_PROP(SchemaLists, WhatVerifyLetsPassCanBeShown, ()) {
  std::string bytes = trips().compose(travel(), whole_trip()).composed->body;
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  }
  if (trips().verify(travel(), bytes)) trips().show(travel(), bytes, 480);
}

TEST(SchemaLists, AreRefusedWhereTheyAreTorn) {
  const std::string bytes = trips().compose(travel(), whole_trip()).composed->body;
  std::size_t refused = 0;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    if (!trips().verify(travel(), std::string_view(bytes).substr(0, length))) ++refused;
  }
  EXPECT_GT(refused, bytes.size() / 2);
}

}  // namespace
}  // namespace engine::schema
