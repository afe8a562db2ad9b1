// JSON as a file of rows: an object a line, or one array.
#include "adapters/files/json_rows.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/import_bench.hpp"
#include "tests/support/temporary_folder.hpp"

namespace adapters::files {
namespace {

std::vector<Row> rows_of(const std::string& text, std::vector<std::string> columns) {
  auto reader = JsonReader::open(std::make_unique<std::istringstream>(text), std::move(columns));
  std::vector<Row> out;
  for (Row row; reader.value()->next(row); row = Row{}) out.push_back(row);
  return out;
}

TEST(JsonLines, AreRowsWithTheMembersThatAreAskedFor) {
  const auto rows =
      rows_of("{\"no\":1,\"text\":\"街灯\\n不亮\",\"x\":true}\n\n{\"text\":null,\"no\":\"2\"}",
              {"no", "text", "x"});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].cells, (std::vector<std::string>{"1", "街灯\n不亮", "true"}));
  EXPECT_EQ(rows[0].line, 1U);
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"2", "", ""}));
  EXPECT_EQ(rows[1].line, 3U);
}

TEST(JsonLines, AreReachedByDottedWays) {
  const auto rows =
      rows_of(R"({"caller":{"phone":"138","tags":["a",2,true]},"a.b":"whole","a":{"b":"way"},)"
              R"("steps":[{"date":"d0"},{"date":"d1"}]})",
              {"caller.phone", "caller.tags", "a.b", "steps.1.date", "steps.2.date",
               "caller.phone.x", "steps"});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].cells, (std::vector<std::string>{"138", "a,2,true", "whole", "d1", "", "",
                                                     R"([{"date":"d0"},{"date":"d1"}])"}));
}

TEST(JsonLines, ThatAreNoneComeWithTheirFlawAndBytes) {
  const std::string text =
      "{\"no\":1}\r\n{\"no\":\n[1]\n\"x\"\n{\"no\":1,\"no\":2}\n{\"no\":\"\xff\"}\n{\"no\":3}\n";
  const auto rows = rows_of(text, {"no"});
  ASSERT_EQ(rows.size(), 7U);
  std::string bytes;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    bytes += rows[i].bytes;
    EXPECT_EQ(rows[i].flaw.empty(), i == 0 || i == 6) << rows[i].bytes << rows[i].flaw;
    EXPECT_EQ(rows[i].line, i + 1);
  }
  EXPECT_EQ(bytes, text);
}

TEST(JsonLines, ThatAreTooLongCostThemselvesOnly) {
  const std::string text = "{\"no\":\"" + std::string(2 * row_bytes_max, 'a') + "\"}\n{\"no\":2}\n";
  const auto rows = rows_of(text, {"no"});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_NE(rows[0].flaw.find("longer"), std::string::npos);
  EXPECT_EQ(rows[0].bytes.size(), row_bytes_max);
  EXPECT_EQ(rows[1].cells.at(0), "2");
}

TEST(JsonArray, IsRowsToo) {
  const auto rows =
      rows_of("\xEF\xBB\xBF [\n {\"no\": \"a,]}\\\"\",\n  \"in\": {\"x\": [1]}},\n{\"no\":2}\n]\n",
              {"no", "in.x"});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].cells, (std::vector<std::string>{"a,]}\"", "1"}));
  EXPECT_EQ(rows[0].line, 2U);
  EXPECT_EQ(rows[0].bytes.find('\n'), std::string::npos);
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"2", ""}));
  EXPECT_EQ(rows[1].line, 4U);
  EXPECT_EQ(rows_of("[]", {"no"}).size(), 0U);
  EXPECT_EQ(rows_of(" [ \n ] ", {"no"}).size(), 0U);
}

TEST(JsonArray, ThatIsBrokenSaysWhere) {
  for (const auto& [text, flawed] :
       {std::pair{"[{\"no\":1}", 1}, std::pair{"[{\"no\":1},", 2}, std::pair{"[{\"no\":1}{}]", 1},
        std::pair{"[{\"no\":1}] {\"no\":2}", 2}, std::pair{"[{\"no\":1},]", 2},
        std::pair{"[,{\"no\":1}]", 1}, std::pair{"[] x", 1}, std::pair{"[{\"no\":\"1}", 1}}) {
    const auto rows = rows_of(text, {"no"});
    ASSERT_GE(rows.size(), static_cast<std::size_t>(flawed)) << text;
    EXPECT_FALSE(rows[static_cast<std::size_t>(flawed) - 1].flaw.empty()) << text;
  }
}

TEST(JsonFile, ThatHoldsNothingIsTold) {
  const auto open = [](const std::string& text) {
    return JsonReader::open(std::make_unique<std::istringstream>(text), {"no"});
  };
  EXPECT_EQ(open("").error().fault, engine::Fault::invalid);
  EXPECT_EQ(open(" \n").error().fault, engine::Fault::invalid);
  EXPECT_EQ(open("\xFF\xFE[").error().fault, engine::Fault::invalid);
  EXPECT_EQ(JsonReader::open("/nowhere/at/all.jsonl", {}).error().fault, engine::Fault::not_found);
}

// --- imported -----------------------------------------------------------------------------------

const std::string calls_toml = R"(
source = "calls"
[time]
zone = "+08:00"
formats = ["%Y-%m-%d %H:%M"]
[row]
id = "no"
person = "caller.phone"
[[fact]]
do = "report"
at = "at"
[fact.with]
text = "text"
phone = "caller.phone"
)";

const std::string steps_toml = R"(
source = "steps"
[time]
zone = "+08:00"
formats = ["%Y-%m-%d %H:%M"]
[row]
id = "step"
issue = "order"
[department]
add = true
when = { column = "what", is = "give" }
code = { column = "unit", next_row = true }
[[fact]]
do = "report"
at = "at"
when = { column = "what", is = "report" }
[fact.with]
text = "text"
[[fact]]
do = "accept"
at = "at"
when = { column = "what", is = "report" }
[[fact]]
do = "hand_over"
at = "at"
when = { column = "what", is = "give" }
[fact.with]
department = { entry = "department" }
[[fact]]
do = "sign"
at = "at"
when = { column = "what", is = "take" }
)";

class JsonImport : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& name, const std::string& text) {
    return support::write_file(scratch.path(), name, text);
  }
  std::string stage_of_last() {
    std::string out;
    bench.log()
        .read(engine::Position{0}, bench.log().last(),
              [&](engine::Position, std::string_view bytes) {
                out = workflows::issue::stage_name(engine::log::RecordView(bytes).stage_after());
                return true;
              })
        .value();
    return out;
  }
  static std::string step(const std::string& order, int no, const std::string& what,
                          const std::string& unit) {
    return R"({"order":")" + order + R"(","step":")" + order + "-" + std::to_string(no) +
           R"(","what":")" + what + R"(","unit":")" + unit + R"(","at":"2026-01-02 09:0)" +
           std::to_string(no) + R"(","text":"街灯"})" + "\n";
  }

  support::TemporaryFolder scratch;
  support::ImportBench bench;
};

TEST_F(JsonImport, TakesGoodLinesInAndLeavesBadOnesUntouched) {
  const std::string bad1 = R"({"no": 2, "at":"yesterday","text":"水管"})";
  const std::string bad2 = R"({"no": 3, )";
  const auto input =
      file("calls.jsonl",
           R"({"no":1,"at":"2026-01-02 09:00","text":"街灯","caller":{"phone":"138"}})"
           "\n" +
               bad1 + "\n" + bad2 + "\n" + R"({"no":4,"at":"2026-01-02 10:00","text":"噪声"})");
  bench.keep_rejected = true;
  const ImportCounts counts = bench.import(input, calls_toml);
  EXPECT_EQ(counts.rows, 4U);
  EXPECT_EQ(counts.accepted, 2U);
  EXPECT_EQ(counts.rejected, 2U);
  EXPECT_EQ(support::contents(scratch.path() / "calls.rejected.jsonl"), bad1 + "\n" + bad2 + "\n");
  const auto reasons = support::contents(scratch.path() / "calls.rejected.reasons.jsonl");
  EXPECT_NE(reasons.find(R"({"line":2,"reason":"column at: \"yesterday\" is no time)"),
            std::string::npos)
      << reasons;
  EXPECT_NE(reasons.find(R"({"line":3,"reason":"the row is no JSON object)"), std::string::npos)
      << reasons;
  const ImportCounts again = bench.import(input, calls_toml);
  EXPECT_EQ(again.duplicates, 2U);
  EXPECT_EQ(again.events, 0U);
}

TEST_F(JsonImport, JoinsRowsThatAreStepsOfOneIssue) {
  const auto input =
      file("steps.jsonl", step("A", 1, "report", "desk") + step("B", 1, "report", "desk") +
                              step("A", 2, "give", "review") + step("A", 3, "take", "水务局"));
  const ImportCounts counts = bench.import(input, steps_toml);
  EXPECT_EQ(counts.rejected, 0U) << (bench.rejected.empty() ? "" : bench.rejected.front().reason);
  EXPECT_EQ(counts.accepted, 4U);
  EXPECT_EQ(counts.events, 1U + 2U + 2U + 1U + 1U);
  EXPECT_EQ(stage_of_last(), "handling");
  EXPECT_NE(bench.directory().tree()->find("department", "水务局"), nullptr);
  EXPECT_EQ(bench.directory().tree()->find("department", "review"), nullptr);
  EXPECT_EQ(bench.import(input, steps_toml).duplicates, 4U);
}

TEST_F(JsonImport, AddsLaterStepsToTheIssueOfAnEarlierFile) {
  bench.import(file("first.jsonl", step("A", 1, "report", "desk")), steps_toml);
  const ImportCounts more = bench.import(
      file("second.jsonl", step("A", 2, "give", "review") + step("A", 3, "take", "水务局")),
      steps_toml);
  EXPECT_EQ(more.accepted, 2U) << (bench.rejected.empty() ? "" : bench.rejected.front().reason);
  EXPECT_EQ(stage_of_last(), "handling");
}

TEST_F(JsonImport, RejectsStepsOfAnIssueThatNobodyBegan) {
  const ImportCounts counts = bench.import(
      file("steps.jsonl", step("A", 2, "take", "x") +
                              R"({"order":"B","step":"B-1","what":"report",)" +
                              R"("at":"never","text":"t"})" + "\n" + step("B", 2, "take", "x")),
      steps_toml);
  EXPECT_EQ(counts.rejected, 3U);
  EXPECT_EQ(bench.rejected.at(0).reason, "no row before it begins its issue A");
  EXPECT_EQ(bench.rejected.at(2).reason, "no row before it begins its issue B");
}

TEST_F(JsonImport, GivesTheNextRowOfTheSameIssueOnly) {
  const ImportCounts counts = bench.import(
      file("steps.jsonl", step("A", 1, "report", "desk") + step("A", 2, "give", "review") +
                              step("B", 1, "report", "desk")),
      steps_toml);
  EXPECT_EQ(counts.rejected, 1U);
  EXPECT_NE(bench.rejected.at(0).reason.find("department"), std::string::npos)
      << bench.rejected.at(0).reason;
}

// A real order of another city's 12345 line, as its system lists its steps.
TEST_F(JsonImport, TakesTheTaianOrderThroughItsLifeAtItsOwnTimes) {
  const auto folder = support::real_data("cn-12345-taian");
  if (!folder) GTEST_SKIP() << "skipped: no real data";
  const std::string mapping(*shipped_mapping("cn-12345-taian"));
  const auto input = *folder / "workorder_flow.json";
  const ImportCounts counts = bench.import(input, mapping);
  EXPECT_EQ(counts.rows, 5U);
  EXPECT_EQ(counts.accepted, 5U) << (bench.rejected.empty() ? "" : bench.rejected.front().reason);
  std::vector<std::string> facts;
  std::string department;
  bench.log()
      .read(engine::Position{0}, bench.log().last(),
            [&](engine::Position, std::string_view bytes) {
              const engine::log::RecordView record(bytes);
              if (record.stream().workflow != workflows::issue::workflow_id) return true;
              facts.push_back(workflows::issue::schema().by_type(record.type())->fact + " " +
                              engine::format_rfc3339(record.occurred_at(), 480));
              if (facts.back().starts_with("handed_over")) department = record.department();
              return true;
            })
      .value();
  EXPECT_EQ(facts,
            (std::vector<std::string>{
                "reported 2025-09-11T09:24:15+08:00", "accepted 2025-09-11T09:24:15+08:00",
                "handed_over 2025-09-11T09:41:25+08:00", "signed 2025-09-11T14:29:14+08:00",
                "resolved 2025-09-11T14:29:14+08:00", "followed_up 2025-09-11T15:14:09+08:00",
                "closed 2025-09-11T15:14:09+08:00"}));
  EXPECT_EQ(department, "泰山区政府");
  EXPECT_EQ(stage_of_last(), "closed");
  EXPECT_EQ(bench.import(input, mapping).duplicates, 5U);
}

TEST_F(JsonImport, TakesNoReturnForASolutionOfTheTaianOrder) {
  const auto folder = support::real_data("cn-12345-taian");
  if (!folder) GTEST_SKIP() << "skipped: no real data";
  std::ifstream in(*folder / "workorder_flow.json");
  std::string order{std::istreambuf_iterator<char>(in), {}};
  const std::string handled = "已处置\"\n";
  ASSERT_NE(order.rfind(handled), std::string::npos);
  order.replace(order.rfind(handled), handled.size(), "已退单\"\n");
  const ImportCounts counts =
      bench.import(file("returned.json", order), std::string(*shipped_mapping("cn-12345-taian")));
  EXPECT_GE(counts.rejected, 1U);
  EXPECT_NE(bench.rejected.at(0).reason.find("no fact"), std::string::npos)
      << bench.rejected.at(0).reason;
  EXPECT_EQ(stage_of_last(), "handed_over");
}

TEST_F(JsonImport, TakesAHotlinesOrdersByTheShippedMapping) {
  const std::string mapping(*shipped_mapping("hotline-12345"));
  const std::string open =
      R"({"工单编号":"2509120001","来电号码":"13800001234","来电时间":"2025-09-12 10:11:08",)"
      R"("诉求内容":"路灯不亮","诉求标题":"路灯","所属镇街":"潘桥街道","诉求分类":"路灯"})";
  const std::string done =
      R"({"工单编号":"2509120002","来电号码":"13800001235","来电时间":"2025-09-12 10:11:08",)"
      R"("诉求内容":"水管漏水","所属镇街":"潘桥街道","所属村居":"横塘村","紧急程度":"紧急",)"
      R"("受理时间":"2025-09-12 10:20:00","承办单位":"水务局","派单时间":"2025-09-12 11:00:00",)"
      R"("办理时限":"2025-09-17 11:00:00","签收时间":"2025-09-12 14:00:00",)"
      R"("办结时间":"2025-09-13 09:00:00","办理结果":"已解决","答复内容":"已修复",)"
      R"("回访时间":"2025-09-14 09:00:00","是否解决":"是","满意度":"满意",)"
      R"("归档时间":"2025-09-14 09:00:00"})";
  const ImportCounts counts =
      bench.import(file("orders.jsonl", open + "\n" + done + "\n"), mapping);
  EXPECT_EQ(counts.accepted, 2U) << (bench.rejected.empty() ? "" : bench.rejected.front().reason);
  EXPECT_EQ(stage_of_last(), "closed");
  EXPECT_NE(bench.directory().tree()->find("area", "潘桥街道/横塘村"), nullptr);
}

}  // namespace
}  // namespace adapters::files
