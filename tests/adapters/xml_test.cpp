#include "adapters/xml/xml.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace adapters::xml {
namespace {

using engine::Fault;

std::string nested(std::size_t depth) {
  std::string open;
  std::string close;
  for (std::size_t i = 0; i < depth; ++i) {
    open += "<a>";
    close += "</a>";
  }
  return open + close;
}

TEST(Xml, ReadsTextEntitiesAndCdataAsOneText) {
  const auto root = parse(
                        "<?xml version=\"1.0\"?>\n<!-- c --><r a='1'>\n <b> x &lt;&amp;&#x6c34;"
                        "<![CDATA[<i>]]></b>\n <c/></r>")
                        .value();
  EXPECT_EQ(root.name, "r");
  EXPECT_EQ(root.text, "");
  EXPECT_EQ(root.text_of("b"), " x <&水<i>");
  ASSERT_NE(root.find("c"), nullptr);
  EXPECT_EQ(root.find("d"), nullptr);
}

TEST(Xml, RefusesADocumentTypeAndEveryBombInIt) {
  const auto bomb = parse(
      "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
      "<r>&b;</r>");
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().detail, "a document type (DTD) is not taken");
  EXPECT_FALSE(parse("<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>"));
}

TEST(Xml, RefusesWhatIsNotWellFormed) {
  for (const char* text : {"", "x", "<a>", "<a></b>", "<a/><b/>", "<a><![CDATA[x</a>", "<a b=></a>",
                           "<a>\x01</a>", "<a>&#1;</a>", "<a>\xff</a>", "<!-- only -->"}) {
    const auto read = parse(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().fault, Fault::invalid) << text;
    EXPECT_FALSE(read.error().detail.empty()) << text;
  }
}

TEST(Xml, HoldsItsLimits) {
  EXPECT_TRUE(parse(nested(32)));
  EXPECT_FALSE(parse(nested(33)));
  EXPECT_FALSE(parse(nested(30'000)));
  EXPECT_EQ(parse("<abc/>", {.bytes_max = 5}).error().fault, Fault::too_large);
  EXPECT_TRUE(parse("<a><b/><c/></a>", {.elements_max = 3}));
  EXPECT_FALSE(parse("<a><b/><c/></a>", {.elements_max = 2}));
}

TEST(Xml, WritesWhatCanBeReadBack) {
  Element root{"r", "", {{"a", "1 < 2 & \"x\" ]]>\r\n", {}}, {"b", "", {}}}};
  EXPECT_EQ(write(root),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            "<r><a>1 &lt; 2 &amp; \"x\" ]]&gt;&#13;\n</a><b/></r>");
  EXPECT_EQ(parse(write(root))->text_of("a"), "1 < 2 & \"x\" ]]>\r\n");
  EXPECT_EQ(write({"r", "a\x01\xff", {}}),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<r>a\uFFFD</r>");
}

RC_GTEST_PROP(Xml, KeepsAnyTextInACdataSection, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("]", "]]>", ">", "<", "&amp;", "水", "x"));
  std::string text;
  for (const auto& part : parts) text += part;
  RC_ASSERT(parse("<r>" + cdata(text) + "</r>")->text == text);
}

}  // namespace
}  // namespace adapters::xml
