#include "adapters/files/csv.hpp"

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/files/encoding.hpp"

namespace adapters::files {
namespace {

using Cells = std::vector<std::string>;

std::unique_ptr<CsvReader> reader(const std::string& text, const CsvOptions& options = {}) {
  return CsvReader::open(std::make_unique<std::istringstream>(text), options).value();
}

std::vector<Row> rows(const std::string& text, const CsvOptions& options = {}) {
  const auto in = reader(text, options);
  std::vector<Row> out;
  for (Row row; in->next(row);) out.push_back(row);
  return out;
}

TEST(Csv, ReadsQuotedCellsWithLineBreaksQuotesAndCommas) {
  const auto all = rows("id,text\r\n1,\"a\r\n\"\"b\"\", c\"\r\n2, d \r\n");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].cells, (Cells{"1", "a\r\n\"b\", c"}));
  EXPECT_EQ(all[0].bytes, "1,\"a\r\n\"\"b\"\", c\"\r\n");
  EXPECT_EQ(all[1].cells, (Cells{"2", " d "})) << "spaces are part of a cell";
}

TEST(Csv, NamesTheLineWhereARowBegins) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const auto all = rows("id,text" + end + "1,\"a" + end + "b\"" + end + end + "2,c" + end);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].line, 2U);
    EXPECT_EQ(all[1].line, 5U);
  }
}

TEST(Csv, ReadsAByteOrderMarkAndALastRowWithoutLineBreak) {
  const auto in = reader("\xEF\xBB\xBFid,text\n1,水");
  EXPECT_EQ(in->header(), (Cells{"id", "text"}));
  EXPECT_EQ(in->header_bytes(), "\xEF\xBB\xBFid,text\n");
  Row row;
  ASSERT_TRUE(in->next(row));
  EXPECT_EQ(row.cells, (Cells{"1", "水"}));
  EXPECT_FALSE(in->next(row));
  EXPECT_EQ(in->bytes_read(), in->bytes_total());
}

TEST(Csv, FindsGb18030AndTurnsItIntoUtf8) {
  Converter to_gb(Converter::To::gb18030);
  const std::string file = *to_gb("编号,内容\n1,\"甲港路，污水\n𠮷\"\n");
  const auto in = reader(file);
  EXPECT_EQ(in->encoding(), Encoding::gb18030);
  EXPECT_EQ(in->header(), (Cells{"编号", "内容"}));
  Row row;
  ASSERT_TRUE(in->next(row));
  EXPECT_EQ(row.flaw, "");
  EXPECT_EQ(row.cells[1], "甲港路，污水\n𠮷");
  EXPECT_EQ(row.bytes, *to_gb("1,\"甲港路，污水\n𠮷\"\n"));
}

TEST(Csv, RejectsOneBrokenCharacterWithoutTakingTheFileForAnotherEncoding) {
  const auto all = rows("编号,内容\n1,污水\n2,\xE6\xB1\n3,噪声\n");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].cells[1], "污水");
  EXPECT_EQ(all[1].flaw, "holds bytes that are no UTF-8");
  EXPECT_EQ(all[2].cells[1], "噪声");
}

TEST(Csv, LosesOnlyTheLineWhoseQuoteIsNeverClosed) {
  const auto all = rows("id,text\n1,\"a\n2,b\n3,\"c\"\n4,d\n");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_NE(all[0].flaw, "");
  EXPECT_EQ(all[0].bytes, "1,\"a\n");
  EXPECT_EQ(all[1].cells, (Cells{"2", "b"}));
  EXPECT_EQ(all[1].line, 3U);
  EXPECT_EQ(all[2].cells, (Cells{"3", "c"}));
  EXPECT_EQ(all[3].line, 5U);

  const auto at_the_end = rows("id,text\n1,a\n2,\"b\n3,c\n");
  ASSERT_EQ(at_the_end.size(), 3U);
  EXPECT_EQ(at_the_end[1].bytes, "2,\"b\n");
  EXPECT_EQ(at_the_end[2].cells, (Cells{"3", "c"}));
}

TEST(Csv, FlagsStrayQuotesAndWrongNumbersOfCells) {
  const auto all = rows("id,text\n1,a\"b\n2,\"a\"b,c\n3\n4,a,b\n5,e\n");
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[0].flaw,
            "has a quote where none may stand (RFC 4180), or one that is never closed");
  EXPECT_EQ(all[0].bytes, "1,a\"b\n");
  EXPECT_EQ(all[1].bytes, "2,\"a\"b,c\n");
  EXPECT_EQ(all[2].flaw, "has 1 cells where the header has 2");
  EXPECT_EQ(all[3].flaw, "has 3 cells where the header has 2");
  EXPECT_EQ(all[4].flaw, "");
}

TEST(Csv, HoldsItsLimitOnTheLengthOfARow) {
  const std::string huge(row_bytes_max + 10, 'x');
  const auto all = rows("id,text\n1," + huge + "\n2,a\n3,\"" + huge + "\n4,b\n");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_NE(all[0].flaw.find("is longer than"), std::string::npos);
  EXPECT_EQ(all[1].cells, (Cells{"2", "a"}));
  EXPECT_NE(all[2].flaw, "");
  EXPECT_EQ(all[3].cells, (Cells{"4", "b"}));
  EXPECT_EQ(all[3].line, 5U);
}

TEST(Csv, ReadsAnotherDelimiter) {
  EXPECT_EQ(rows("a;b\n1,5;\"2;3\"\n", {.delimiter = ';'})[0].cells, (Cells{"1,5", "2;3"}));
}

TEST(Csv, RefusesAFileWithoutAUsableHeader) {
  const auto detail = [](const std::string& text) {
    auto result = CsvReader::open(std::make_unique<std::istringstream>(text), {});
    return result ? "" : result.error().detail;
  };
  EXPECT_EQ(detail(""), "the file is empty; a header was expected");
  EXPECT_EQ(detail("a, a\n"), "the header names the column \"a\" twice");
  EXPECT_EQ(detail(std::string("\xFF\xFE"
                               "a\0",
                               4)),
            "the file is UTF-16; save it as UTF-8 or GB18030");
  EXPECT_EQ(CsvReader::open("/nowhere/at/all.csv", {}).error().fault, engine::Fault::not_found);
  EXPECT_EQ(CsvReader::open("/", {}).error().detail, "/ is a folder");
}

std::string quoted(const std::string& cell) {
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

RC_GTEST_PROP(Csv, ReadsBackWhateverWasQuoted, ()) {
  const auto cell = rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
          std::vector<std::string>{"\"", ",", "\r", "\n", "\r\n", " ", "a", "水", "𠮷"})),
      [](const std::vector<std::string>& parts) {
        std::string out;
        for (const std::string& part : parts) out += part;
        return out;
      });
  const auto table = *rc::gen::container<std::vector<std::vector<std::string>>>(
      rc::gen::container<std::vector<std::string>>(3, cell));
  const auto end = *rc::gen::element<std::string>("\n", "\r\n", "\r");
  std::string file = "a,b,c" + end;
  for (const auto& row : table) {
    file += quoted(row[0]) + "," + quoted(row[1]) + "," + quoted(row[2]) + end;
  }
  const auto all = rows(file, {.encoding = Encoding::utf8});
  RC_ASSERT(all.size() == table.size());
  std::string again = "a,b,c" + end;
  for (std::size_t i = 0; i < all.size(); ++i) {
    RC_ASSERT(all[i].cells == table[i]);
    again += all[i].bytes;
  }
  RC_ASSERT(again == file);
}

RC_GTEST_PROP(Csv, LosesNoByteOfAnyFile, ()) {
  const auto noise = *rc::gen::container<std::vector<std::string>>(
      rc::gen::elementOf(std::vector<std::string>{"\"", ",", "\r", "\n", "x", "\xFF", "水"}));
  std::string file = "a,b\n";
  for (const std::string& part : noise) file += part;
  std::string again = "a,b\n";
  std::uint64_t line = 0;
  for (const Row& row : rows(file)) {
    RC_ASSERT(row.line > line);
    line = row.line;
    again += row.bytes;
  }
  // Empty lines are passed over, and nothing else.
  const auto without_breaks = [](std::string text) {
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
    return text;
  };
  RC_ASSERT(without_breaks(again) == without_breaks(file));
}

}  // namespace
}  // namespace adapters::files
