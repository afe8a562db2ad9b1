#include "adapters/onebot/cq.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/json/json.hpp"

namespace adapters::onebot {
namespace {

using engine::schema::Value;

Segment text(const std::string& words) { return {"text", {{"text", words}}}; }

TEST(OnebotCq, ReadsCodesBetweenTexts) {
  EXPECT_EQ(read_cq("前[CQ:face,id=1]后"),
            (Segments{text("前"), {"face", {{"id", "1"}}}, text("后")}));
  EXPECT_EQ(read_cq("[CQ:shake]"), (Segments{{"shake", {}}}));
  EXPECT_EQ(read_cq("[CQ:face,id=]"), (Segments{{"face", {{"id", ""}}}}));
  EXPECT_EQ(read_cq("[CQ:face,id=1,]"), (Segments{{"face", {{"id", "1"}}}}));
  EXPECT_EQ(read_cq(""), Segments{});
}

TEST(OnebotCq, UndoesEachEscapeOnceWhereItIsOne) {
  EXPECT_EQ(read_cq("&amp;#91;&#91;&#93;&amp;amp;"), (Segments{text("&#91;[]&amp;")}));
  EXPECT_EQ(read_cq("1&#44;2,3"), (Segments{text("1&#44;2,3")})) << "in text a comma is a comma";
  EXPECT_EQ(read_cq("[CQ:a,b=1&#44;2&#93;&amp;=]"), (Segments{{"a", {{"b", "1,2]&="}}}}));
  EXPECT_EQ(read_cq("&lt;&#9"), (Segments{text("&lt;&#9")}));
}

TEST(OnebotCq, LetsWhatIsNoCodeBeText) {
  for (const char* words : {"[", "[CQ", "[CQ:", "[CQ:]", "[CQ:face", "[CQ:face,", "[CQ:face,id]",
                            "[CQ:face,=1]", "[CQ:face id=1]", "[cq:face]", "[CQ:face,id=1"}) {
    EXPECT_EQ(read_cq(words), (Segments{text(words)})) << words;
  }
  EXPECT_EQ(read_cq("[CQ:x,[CQ:face,id=1]"), (Segments{text("[CQ:x,"), {"face", {{"id", "1"}}}}));
}

// Each beginning was once read to the end of the text: of so many, that took minutes.
TEST(OnebotCq, ReadsManyBeginningsWithoutAnEndAsOneText) {
  std::string words;
  while (words.size() < 1'000'000) words += "[CQ:a,b=";
  EXPECT_EQ(read_cq(words), (Segments{text(words)}));
  EXPECT_EQ(read_cq(words + "1]").size(), 2U);
}

TEST(OnebotCq, ReadsTheArrayFormWithNumbersAndWithoutData) {
  const auto message = json::parse(R"([{"type":"text","data":{"text":"[CQ:face,id=1]"}},)"
                                   R"({"type":"at","data":{"qq":10001}},{"type":"shake"},)"
                                   R"({"data":{}},7,{"type":""},{"type":"x","data":{"y":null}}])");
  EXPECT_EQ(
      read_message(message.value()),
      (Segments{
          text("[CQ:face,id=1]"), {"at", {{"qq", "10001"}}}, {"shake", {}}, {"x", {{"y", ""}}}}));
  EXPECT_EQ(read_message(json::parse(R"({"type":"text","data":{"text":"a"}})").value()),
            (Segments{text("a")}));
  EXPECT_EQ(read_message(Value(7)), Segments{});
}

TEST(OnebotCq, WritesPlainTextSoThatNothingInItIsACode) {
  EXPECT_EQ(escaped_text("[CQ:at,qq=all] &"), "&#91;CQ:at,qq=all&#93; &amp;");
  EXPECT_EQ(plain_text(read_cq("路灯[CQ:image,file=a.jpg]不亮")), "路灯不亮");
}

RC_GTEST_PROP(OnebotCq, ReadsBackBothFormsThatItWrote, ()) {
  const auto words = rc::gen::map(
      rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "&", "[", "]", ",", "=", "&amp;", "&#44;", "[CQ:", "水", "a"))),
      [](const std::vector<std::string>& parts) {
        std::string out;
        for (const auto& part : parts) out += part;
        return out;
      });
  Segments segments;
  for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
    segments.push_back(text(*words));
    segments.push_back({"image", {{"file", *words}, {"url", *words}}});
  }
  RC_ASSERT(read_cq(write_cq(segments)) == segments);
  RC_ASSERT(read_message(write_array(segments)) == segments);
}

}  // namespace
}  // namespace adapters::onebot
