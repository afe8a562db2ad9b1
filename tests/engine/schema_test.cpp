#include "engine/schema/schema.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <flatbuffers/idl.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/core/rfc3339.hpp"

namespace engine::schema {
namespace {

// A workflow of its own, with a member of every kind.
constexpr const char* letter_fbs = R"(
namespace post.fb;
attribute "personal"; attribute "time"; attribute "code"; attribute "issue"; attribute "verb";
attribute "by"; attribute "longest"; attribute "least"; attribute "most"; attribute "needed";
/// How it travels.
enum Way : ubyte {
  none = 0,
  /// By air.
  air = 3,
  sea = 7
}
/// A letter was posted.
table LetterPosted (verb: "post_letter") {
  /// What it says.
  text:string (id: 0, required, personal, longest: "20");
  way:Way (id: 1, needed);
  area:string (id: 2, code: "area");
  units:[string] (id: 3, code: "department");
  weight:double (id: 4);
  stamps:ubyte (id: 5, least: "1", most: "9");
  at:int64 (id: 6, time);
  answers:uint64 (id: 7, issue);
  fragile:bool (id: 8);
  serial:uint64 (id: 9);
  below:int16 (id: 10, least: "-5");
  to:string (id: 11, required, longest: "12");
}
table Lost (verb: "lose", by: "system") { count:uint32 (id: 0, needed); }
union Fact { LetterPosted = 1, Lost = 4 }
table Catalogue { fact:Fact; }
root_type Catalogue;
)";

std::shared_ptr<const Schema> load(const char* fbs) {
  flatbuffers::IDLOptions options;
  options.binary_schema_comments = true;
  flatbuffers::Parser parser(options);
  if (!parser.Parse(fbs)) throw std::runtime_error(parser.error_);
  parser.Serialize();
  auto schema = Schema::load({parser.builder_.GetBufferPointer(), parser.builder_.GetSize()});
  return schema.value();
}

const Schema& post() {
  static const std::shared_ptr<const Schema> schema = load(letter_fbs);
  return *schema;
}

const Table& letter() { return *post().by_verb("post_letter"); }

Object valid() { return {{"text", "你好"}, {"way", "air"}, {"to", "Panbei"}}; }

Object with(std::string name, Value value) {
  Object body = valid();
  for (auto& [member, old] : body) {
    if (member == name) {
      old = std::move(value);
      return body;
    }
  }
  body.emplace_back(std::move(name), std::move(value));
  return body;
}

// "pointer: detail" of each flaw.
std::vector<std::string> flaws_of(const Value& body, bool lenient = false) {
  std::vector<std::string> out;
  for (const Flaw& flaw : post().compose(letter(), body, lenient).flaws) {
    out.push_back(flaw.pointer + ": " + flaw.detail);
  }
  return out;
}

using Flaws = std::vector<std::string>;

TEST(Schema, TellsWhatItsTablesAreCalledAndWhatTheyHold) {
  ASSERT_EQ(post().tables().size(), 2U);
  EXPECT_EQ(letter().name, "LetterPosted");
  EXPECT_EQ(letter().fact, "letter_posted");
  EXPECT_EQ(letter().type, FactType{1});
  EXPECT_EQ(letter().doc, "A letter was posted.");
  EXPECT_FALSE(letter().by_system);
  EXPECT_TRUE(post().by_fact("lost")->by_system);
  EXPECT_EQ(post().by_type(FactType{4}), post().by_verb("lose"));
  EXPECT_EQ(post().by_type(FactType{2}), nullptr);
  EXPECT_EQ(post().by_type(FactType{900}), nullptr);
  EXPECT_EQ(post().by_verb("posted"), nullptr);

  const std::vector<Field>& fields = letter().fields;
  ASSERT_EQ(fields.size(), 12U);
  EXPECT_EQ(fields[0].name, "text");
  EXPECT_TRUE(fields[0].required && fields[0].personal);
  EXPECT_EQ(fields[0].longest, 20U);
  EXPECT_EQ(fields[0].doc, "What it says.");
  EXPECT_EQ(fields[1].kind, Kind::choice);
  EXPECT_EQ(fields[1].choices, "Way");
  EXPECT_TRUE(fields[1].required);
  EXPECT_EQ(fields[3].kind, Kind::list_of_text);
  EXPECT_EQ(fields[3].code, "department");
  EXPECT_EQ(fields[5].most, 9);
  EXPECT_EQ(fields[6].kind, Kind::time);
  EXPECT_EQ(fields[7].kind, Kind::issue);

  ASSERT_EQ(post().enumerations().size(), 1U);
  EXPECT_EQ(post().enumerations()[0].doc, "How it travels.");
  EXPECT_EQ(post().enumerations()[0].choices[1].name, "air");
  EXPECT_EQ(post().enumerations()[0].choices[1].number, 3);
  EXPECT_EQ(post().enumerations()[0].choices[1].doc, "By air.");
}

TEST(Schema, RefusesBytesThatAreNoSchema) {
  const unsigned char noise[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  EXPECT_EQ(Schema::load(noise).error().fault, Fault::corrupt);
  EXPECT_EQ(Schema::load({}).error().fault, Fault::corrupt);
  EXPECT_THROW(load("table A { x:int; } root_type A;"), std::runtime_error);
}

TEST(Compose, KeepsPersonalWordsOutOfTheBodyAndNamesTheCodes) {
  Object body = with("area", "330304");
  body.emplace_back("units", List{"水利局", "住建局"});
  const auto result = post().compose(letter(), body);
  ASSERT_TRUE(result.composed) << result.flaws[0].detail;
  EXPECT_EQ(result.composed->body.find("你好"), std::string::npos);
  ASSERT_EQ(result.composed->personal.size(), 1U);
  EXPECT_EQ(result.composed->personal[0].field, "text");
  EXPECT_EQ(result.composed->personal[0].words, "你好");
  ASSERT_EQ(result.composed->codes.size(), 3U);
  EXPECT_EQ(result.composed->codes[0].pointer, "/area");
  EXPECT_EQ(result.composed->codes[0].kind, "area");
  EXPECT_EQ(result.composed->codes[2].pointer, "/units/1");
  EXPECT_EQ(result.composed->codes[2].code, "住建局");
}

TEST(Compose, NamesEveryFlawAtOnce) {
  const Object body{{"way", "plane"}, {"txt", "x"}, {"stamps", 12}, {"stamps", 3}};
  EXPECT_EQ(flaws_of(body), (Flaws{
                                "/way: must be one of air, sea",
                                "/txt: is no member of post_letter; did you mean text?",
                                "/stamps: must be a whole number from 1 to 9",
                                "/stamps: is given twice",
                                "/text: is required",
                                "/to: is required",
                            }));
}

struct Bad {
  const char* member;
  Value value;
  std::string flaw;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.flaw; }

class ComposeRefuses : public ::testing::TestWithParam<Bad> {};

TEST_P(ComposeRefuses, AndSaysWhatWouldBeRight) {
  EXPECT_EQ(flaws_of(with(GetParam().member, GetParam().value)), Flaws{GetParam().flaw});
}

const std::string time_flaw = "must be a time with its offset, like 2026-03-02T09:15:00+08:00";
const std::string clean_flaw = "must be free of control characters (tab and line breaks may stand)";

INSTANTIATE_TEST_SUITE_P(
    EachKind, ComposeRefuses,
    ::testing::Values(
        Bad{"text", 5, "/text: must be text"}, Bad{"text", Value{}, "/text: must be text"},
        Bad{"text", "", "/text: must not be empty"},
        Bad{"text", "123456789012345678901", "/text: is 21 bytes long; at most 20 may be given"},
        Bad{"text", "七个汉字二十一", "/text: is 21 bytes long; at most 20 may be given"},
        Bad{"text", "\xff", "/text: must be well-formed UTF-8"},
        Bad{"text", "\xc0\xaf", "/text: must be well-formed UTF-8"},
        Bad{"text", "\xed\xa0\x80", "/text: must be well-formed UTF-8"},
        Bad{"text", "\xf4\x90\x80\x80", "/text: must be well-formed UTF-8"},
        Bad{"text", "\xe4\xbd", "/text: must be well-formed UTF-8"},
        Bad{"text", std::string("a\0b", 3), "/text: " + clean_flaw},
        Bad{"text", "a\x1b[31m", "/text: " + clean_flaw},
        Bad{"text", "\xc2\x85", "/text: " + clean_flaw},
        Bad{"way", "none", "/way: must be one of air, sea"},
        Bad{"way", 3, "/way: must be one of air, sea"},
        Bad{"area", "", "/area: must not be empty; leave it out"},
        Bad{"area", std::string(129, 'a'), "/area: is 129 bytes long; at most 128 may be given"},
        Bad{"units", "水利局", "/units: must be a list of texts"},
        Bad{"units", List{"a", 5}, "/units/1: must be text"},
        Bad{"units", List(65, Value("a")), "/units: has 65 members; at most 64 may be given"},
        Bad{"weight", "3", "/weight: must be a number"},
        Bad{"weight", std::numeric_limits<double>::infinity(), "/weight: must be a finite number"},
        Bad{"stamps", 0, "/stamps: must be a whole number from 1 to 9"},
        Bad{"stamps", 2.5, "/stamps: must be a whole number from 1 to 9"},
        Bad{"stamps", "3", "/stamps: must be a whole number from 1 to 9"},
        Bad{"stamps", -1, "/stamps: must be a whole number from 1 to 9"},
        Bad{"below", -6, "/below: must be a whole number from -5 to 32767"},
        Bad{"below", 40'000, "/below: must be a whole number from -5 to 32767"},
        Bad{"serial", -1, "/serial: must be a whole number from 0 to 18446744073709551615"},
        Bad{"at", "2026-03-02", "/at: " + time_flaw}, Bad{"at", 1'700'000'000, "/at: " + time_flaw},
        Bad{"at", "1970-01-01T00:00:00Z", "/at: " + time_flaw},
        Bad{"answers", 2601, "/answers: must be an issue number: its digits, as text"},
        Bad{"answers", "26-01", "/answers: must be an issue number: its digits, as text"},
        Bad{"fragile", "yes", "/fragile: must be true or false"},
        Bad{"fragile", 1, "/fragile: must be true or false"},
        Bad{"a/b~c", 1,
            "/a~1b~0c: is no member of post_letter; it has text, way, area, units, weight, stamps, "
            "at, answers, fragile, serial, below, to"},
        Bad{"tos", "x", "/tos: is no member of post_letter; did you mean to?"}));

TEST(Compose, RefusesABodyThatIsNoObject) {
  EXPECT_EQ(flaws_of(Value("text")), Flaws{": must be an object with the members of post_letter"});
  EXPECT_EQ(flaws_of(List{}), Flaws{": must be an object with the members of post_letter"});
}

TEST(Compose, RefusesABodyOverThePayloadLimit) {
  static const auto schema = load(R"(attribute "verb";
    table Said (verb: "say") { a:string (id: 0); b:string (id: 1); }
    union Fact { Said = 1 } table C { f:Fact; } root_type C;)");
  const std::string half(40'000, 'x');
  const auto result = schema->compose(*schema->by_verb("say"), Object{{"a", half}, {"b", half}});
  ASSERT_EQ(result.flaws.size(), 1U);
  EXPECT_EQ(result.flaws[0].pointer, "");
  EXPECT_FALSE(result.composed);
}

TEST(Compose, LenientlyReadsNumbersFromText) {
  Object body = with("stamps", "3");
  body.emplace_back("weight", "2.5");
  body.emplace_back("fragile", "yes");
  body.emplace_back("serial", "18446744073709551615");
  body.emplace_back("below", "-5");
  const auto result = post().compose(letter(), body, true);
  ASSERT_TRUE(result.composed) << result.flaws[0].pointer << result.flaws[0].detail;
  const Value shown = post().show(letter(), result.composed->body, 480);
  EXPECT_EQ(*shown.find("stamps"), Value(3));
  EXPECT_EQ(*shown.find("weight"), Value(2.5));
  EXPECT_EQ(*shown.find("fragile"), Value(true));
  EXPECT_EQ(*shown.find("serial"), Value(std::uint64_t{18446744073709551615U}));
  EXPECT_EQ(*shown.find("below"), Value(-5));
  EXPECT_EQ(flaws_of(with("stamps", "3 "), true),
            Flaws{"/stamps: must be a whole number from 1 to 9"});
  EXPECT_EQ(flaws_of(with("weight", "nan"), true), Flaws{"/weight: must be a finite number"});
}

TEST(Show, GivesANeededNumberEvenWhereTheBufferLeftItsDefaultOut) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(flatbuffers::Offset<flatbuffers::Table>(builder.EndTable(builder.StartTable())));
  const std::string_view fact(reinterpret_cast<const char*>(builder.GetBufferPointer()),
                              builder.GetSize());
  const Table& lost = *post().by_fact("lost");
  ASSERT_TRUE(post().verify(lost, fact));
  EXPECT_EQ(post().show(lost, fact, 0), (Object{{"count", 0}}));
  EXPECT_FALSE(post().verify(letter(), fact)) << "it lacks `to`";
}

TEST(Show, NamesAChoiceThatOnlyALaterProgramKnows) {
  const auto later = load(R"(attribute "verb"; attribute "needed";
    enum Way : ubyte { none = 0, air = 3, sea = 7, rail = 9 }
    table LetterPosted (verb: "post_letter") { text:string (id: 0); way:Way (id: 1, needed); }
    union Fact { LetterPosted = 1 } table C { f:Fact; } root_type C;)");
  const auto result = later->compose(*later->by_verb("post_letter"), Object{{"way", "rail"}});
  const Value shown = post().show(letter(), result.composed->body, 0);
  EXPECT_EQ(*shown.find("way"), Value("Way-9"));
}

TEST(Verify, RefusesATornBodyAndNeverReadsBeyondIt) {
  Object body = with("area", "330304");
  body.emplace_back("units", List{"a", "bb", "ccc"});
  body.emplace_back("weight", 2.5);
  const std::string whole = post().compose(letter(), body).composed->body;
  ASSERT_TRUE(post().verify(letter(), whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A copy of exactly that size, so that a sanitizer sees a read beyond it.
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const std::string_view bytes(cut.data(), cut.size());
    if (post().verify(letter(), bytes)) post().show(letter(), bytes, 0);
  }
  EXPECT_FALSE(post().verify(letter(), whole.substr(0, whole.size() / 2)));
  EXPECT_FALSE(post().verify(letter(), ""));
}

RC_GTEST_PROP(Verify, WhatItLetsPassCanBeShown, ()) {
  Object body = with("area", "330304");
  body.emplace_back("units", List{"a", "bb", "ccc"});
  std::string bytes = post().compose(letter(), body).composed->body;
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  }
  if (post().verify(letter(), bytes)) post().show(letter(), bytes, 480);
}

// A text that may be stored, Chinese as likely as ASCII.
rc::Gen<std::string> clean_text(int characters_max) {
  return rc::gen::map(
      rc::gen::resize(
          characters_max,
          rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(std::vector<std::string>{
              "a", "Z", "0", " ", "\n", "\t", "\"", "\\", "/", "水", "难", "题", "é", "😀"}))),
      [characters_max](const std::vector<std::string>& parts) {
        std::string out;
        for (const std::string& part : parts) {
          if (out.size() + part.size() <= static_cast<std::size_t>(characters_max)) out += part;
        }
        return out.empty() ? std::string("x") : out;
      });
}

RC_GTEST_PROP(Compose, ShowGivesBackWhatWasComposed, ()) {
  const std::string words = *clean_text(20);
  Object body{{"text", words}, {"way", *rc::gen::element<std::string>("air", "sea")}};
  const auto maybe = [&](const char* name, auto make) {
    if (*rc::gen::arbitrary<bool>()) body.emplace_back(name, Value(make()));
  };
  maybe("area", [] { return *clean_text(12); });
  maybe("units", [] {
    List out;
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) out.emplace_back(*clean_text(12));
    return out;
  });
  maybe("weight", [] { return double{*rc::gen::inRange(-1000, 1000) / 8.0}; });
  maybe("stamps", [] { return *rc::gen::inRange(1, 10); });
  maybe("at", [] {
    const auto ms = *rc::gen::inRange<std::int64_t>(1, 4'000'000'000'000);
    return format_rfc3339(from_ms(ms), 480);
  });
  maybe("answers",
        [] { return "26" + std::to_string(*rc::gen::inRange(10'000'000'000, 99'999'999'999)); });
  maybe("fragile", [] { return *rc::gen::arbitrary<bool>(); });
  maybe("serial", [] {
    const auto serial = *rc::gen::arbitrary<std::uint64_t>();
    return serial <= INT64_MAX ? Value(static_cast<std::int64_t>(serial)) : Value(serial);
  });
  maybe("below", [] { return *rc::gen::inRange(-5, 32'767); });
  body.emplace_back("to", *clean_text(12));

  Object shuffled = body;
  std::reverse(shuffled.begin(), shuffled.end());
  const auto result = post().compose(letter(), shuffled);
  RC_ASSERT(result.flaws.empty());
  RC_ASSERT(post().verify(letter(), result.composed->body).has_value());
  RC_ASSERT(result.composed->personal.front().words == words);

  body.erase(body.begin());  // the words are read apart
  RC_ASSERT(post().show(letter(), result.composed->body, 480) == body);
  RC_ASSERT(post().compose(letter(), body).flaws.size() == 1U);
}

}  // namespace
}  // namespace engine::schema
