#include "adapters/json/json.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace adapters::json {
namespace {

using engine::Fault;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

std::string detail(std::string_view text, const Limits& limits = {}) {
  const auto result = parse(text, limits);
  return result ? "" : result.error().detail;
}

TEST(Json, ReadsEveryKindOfValueInItsOrder) {
  const Value expected =
      Object{{"b", List{Value{}, true, -3, 2.5, "水\n利"}}, {"a", Object{}}, {"", List{}}};
  EXPECT_EQ(parse(R"({"b": [null, true, -3, 2.5, "水\n\u5229"], "a": {}, "": []})").value(),
            expected);
}

TEST(Json, KeepsEveryDigitOfAWholeNumber) {
  EXPECT_EQ(parse("-9223372036854775808").value(), Value(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(parse("18446744073709551615").value(),
            Value(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_EQ(detail("[1, 18446744073709551616]"),
            "line 1, column 25: a whole number is beyond 64 bits");
}

TEST(Json, ReadsADoubleToItsLastBit) {
  EXPECT_EQ(parse("0.1").value(), Value(0.1));
  EXPECT_EQ(parse("9007199254740993.0").value(), Value(9007199254740992.0));
  EXPECT_EQ(parse("8.41e21").value(), Value(8.41e21));
  EXPECT_NE(detail("1e999"), "");
}

TEST(Json, SaysAtWhichLineAndColumnItStoppedReading) {
  EXPECT_EQ(detail("{\"a\": 1,\n \"b\": x}").substr(0, 17), "line 2, column 7:");
  EXPECT_EQ(detail("{\"a\": 1").substr(0, 17), "line 1, column 8:");
  EXPECT_EQ(detail("").substr(0, 17), "line 1, column 1:");
  EXPECT_EQ(detail("[1] 2").substr(0, 17), "line 1, column 5:");
}

TEST(Json, RefusesAMemberNamedTwiceHoweverItIsEscaped) {
  EXPECT_EQ(detail(R"({"a": 1, "a": 2})"), "line 1, column 12: a member is named twice");
  EXPECT_NE(detail(R"({"a": 1, "\u0061": 2})"), "");
  EXPECT_EQ(detail(R"([{"a": 1}, {"a": 2}])"), "");
}

TEST(Json, LetsTheLastOfRepeatedMembersCountWhereItIsAskedTo) {
  const auto read =
      parse(R"({"a": {"x": 1}, "b": 2, "a": {"y": 1, "y": 3}})", {.last_member_counts = true});
  EXPECT_EQ(read.value(), Value(Object{{"a", Object{{"y", 3}}}, {"b", 2}}));
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const char* text : {"'a'",     "{a:1}",       "[1,]",     "{\"a\":1,}",
                           "01",      "+1",          ".5",       "1.",
                           "NaN",     "Infinity",    "// c\n1",  "\"\t\"",
                           "\"\\x\"", "\"\\ud800\"", "\"\xff\"", "\"\xed\xa0\x80\"",
                           "tru",     "[",           "]",        "\xef\xbb\xbf{}",
                           "nul",     "1 1"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
}

TEST(Json, HoldsItsLimits) {
  EXPECT_TRUE(parse(std::string(32, '[') + std::string(32, ']')));
  EXPECT_EQ(parse(std::string(33, '[') + std::string(33, ']')).error().fault, Fault::invalid);
  EXPECT_FALSE(parse(std::string(100'000, '[')));
  EXPECT_EQ(parse("\"123456\"", {.bytes_max = 7}).error().fault, Fault::too_large);
  EXPECT_TRUE(parse(R"({"a":1,"b":2})", {.members_max = 2}));
  EXPECT_FALSE(parse(R"({"a":1,"b":2,"c":3})", {.members_max = 2}));
}

TEST(Json, WritesCompactlyWithChineseAsItIs) {
  EXPECT_EQ(write(Object{{"text", "污水\"\\\n\x01"},
                         {"n", List{0.1, 1e21, -3, std::nan(""), Value{}, false}},
                         {"none", Object{}}}),
            R"({"text":"污水\"\\\n\u0001","n":[0.1,1e+21,-3,null,null,false],"none":{}})");
  EXPECT_EQ(write("a\xff\xe6"), "\"a\uFFFD\uFFFD\"");
}

TEST(Json, WritesAHugeDoubleSoThatItReadsBackAsOne) {
  for (const double huge : {8.888888888888889e+22, 1e21, 0x1p53, -0x1p64}) {
    EXPECT_EQ(parse(write(huge)).value(), Value(huge));
  }
  EXPECT_EQ(write(58898.0), "58898");
}

TEST(Json, WritesPrettilyForPeople) {
  EXPECT_EQ(write_pretty(Object{{"a", List{1, 2}}, {"b", List{}}}),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}");
}

Value any_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
    case 0:
      return {};
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return *rc::gen::inRange<std::uint64_t>(std::uint64_t{1} << 63, UINT64_MAX);
    case 4:
      // A whole double is written without a point and would read back as a whole number.
      return *rc::gen::inRange(-1'000'000, 1'000'000) + 0.1;
    case 5:
      return *rc::gen::element<std::string>("", "水利", "a\"b\\c", "\n\t\r\x01\x7f", "😀");
    case 6: {
      List items;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) items.push_back(any_value(depth - 1));
      return items;
    }
    default: {
      Object members;
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        members.emplace_back("名" + std::to_string(i), any_value(depth - 1));
      }
      return members;
    }
  }
}

RC_GTEST_PROP(Json, ReadsBackWhatItWrote, ()) {
  const Value value = any_value(4);
  RC_ASSERT(parse(write(value)).value() == value);
  RC_ASSERT(parse(write_pretty(value)).value() == value);
}

}  // namespace
}  // namespace adapters::json
