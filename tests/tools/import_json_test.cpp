// `sihe import` of JSON files, through the program itself.
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "tests/support/places.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using support::run_sihe;

struct ImportJson : testing::Test {
  support::TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();

  static std::string member(const std::string& json, std::string_view name) {
    const auto value = adapters::json::parse(json);
    if (!value || value->find(name) == nullptr) return "no " + std::string(name) + " in " + json;
    return adapters::json::write(*value->find(name));
  }
};

TEST_F(ImportJson, TakesLinesInOnceAndKeepsBadOnesAside) {
  const std::string input = (folder.path() / "calls.jsonl").string();
  const std::string good =
      R"({"工单编号":"1","来电号码":"138","来电时间":"2025-09-12 10:11:08","诉求内容":"路灯不亮"})";
  const std::string bad = R"({"工单编号":"2","来电时间":"2025-09-12 10:11:08"})";
  std::ofstream(input) << good << "\n" << bad << "\n";
  const auto import = [&](std::vector<std::string> more = {}) {
    std::vector<std::string> line{"import",        "--data", data,    "--mapping",
                                  "hotline-12345", input,    "--json"};
    line.insert(line.end(), more.begin(), more.end());
    return run_sihe(line);
  };
  const auto trial = import({"--dry-run"});
  EXPECT_EQ(member(trial.out, "accepted"), "1") << trial.err;
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "calls.rejected.jsonl"));
  const auto first = import();
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(member(first.out, "accepted"), "1");
  EXPECT_EQ(member(first.out, "rejected"), "1");
  EXPECT_EQ(support::contents(folder.path() / "calls.rejected.jsonl"), bad + "\n");
  EXPECT_NE(first.err.find("line 2"), std::string::npos) << first.err;
  EXPECT_EQ(member(import().out, "duplicates"), "1");
  EXPECT_EQ(run_sihe({"verify", "--data", data}).code, 0);
}

TEST_F(ImportJson, TakesARealOrdersStepsInOnce) {
  const auto real = support::real_data("cn-12345-taian");
  if (!real) GTEST_SKIP() << "skipped: no real data";
  const std::string input = (*real / "workorder_flow.json").string();
  const auto import = [&](std::vector<std::string> more = {}) {
    std::vector<std::string> line{"import",         "--data", data,    "--mapping",
                                  "cn-12345-taian", input,    "--json"};
    line.insert(line.end(), more.begin(), more.end());
    return run_sihe(line);
  };
  // A trial leaves nothing behind, the folder of the real file included.
  EXPECT_EQ(member(import({"--dry-run"}).out, "accepted"), "5");
  const auto first = import();
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(member(first.out, "accepted"), "5") << first.err;
  EXPECT_EQ(member(import().out, "duplicates"), "5");
  EXPECT_EQ(member(import({"--dry-run"}).out, "duplicates"), "5");
  EXPECT_EQ(run_sihe({"verify", "--data", data}).code, 0);
  const auto list = run_sihe({"issue", "list", "--data", data, "--json"});
  EXPECT_NE(list.out.find(R"("stage":"closed")"), std::string::npos) << list.out;
}

}  // namespace
