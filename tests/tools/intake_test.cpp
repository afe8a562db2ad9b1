// `sihe intake` as a clerk uses it: on a data folder, through the program itself.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/intake/office.hpp"
#include "adapters/json/json.hpp"
#include "tests/support/held_letters.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/sihe/data_folder.hpp"

namespace {

using engine::schema::Value;
using support::run_sihe;

struct IntakeCommand : testing::Test {
  support::TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();

  void SetUp() override {
    auto engine = tools::Engine::open(data).value();
    adapters::intake::Office office(engine->writer(), tools::wall_clock());
    for (const char* said : {"路灯不亮", "水管\n漏水"}) {
      adapters::intake::Letter letter;
      letter.channel = "wecom";
      letter.reason = adapters::intake::Reason::unplaced;
      letter.detail = "the group is bound to no area";
      letter.body = std::string("<xml>") + said + "</xml>";
      letter.said = said;
      letter.account = "zhangsan";
      ASSERT_EQ(support::hold(office, letter), adapters::intake::Held::kept);
    }
    ASSERT_TRUE(engine->settle().has_value());
  }

  support::Ran intake(std::vector<std::string> line, bool writes = false) {
    line.insert(line.begin(), "intake");
    line.insert(line.end(), {"--data", data});
    if (writes) line.insert(line.end(), {"--actor", "潘洁"});
    return run_sihe(line);
  }
  static std::string member(const std::string& json, std::string_view name) {
    const auto value = adapters::json::parse(json);
    if (!value || value->find(name) == nullptr) return "no " + std::string(name) + " in " + json;
    const auto* text = value->find(name)->string();
    return text == nullptr ? adapters::json::write(*value->find(name)) : *text;
  }
  std::vector<std::string> numbers(std::vector<std::string> more = {}) {
    std::vector<std::string> line{"list", "--ascending", "--json"};
    line.insert(line.end(), more.begin(), more.end());
    const auto ran = intake(line);
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::vector<std::string> out;
    const Value listed = adapters::json::parse(ran.out).value();
    for (const Value& each : *listed.find("rows")->list()) {
      out.push_back(*each.find("number")->string());
    }
    return out;
  }
};

TEST_F(IntakeCommand, ListsAndShowsInChineseAsItIs) {
  const auto all = numbers();
  ASSERT_EQ(all.size(), 2U);
  const auto list = intake({"list"});
  EXPECT_NE(list.out.find("路灯不亮"), std::string::npos) << list.out;
  EXPECT_NE(list.out.find("无法归属"), std::string::npos) << list.out;
  EXPECT_NE(list.out.find("wecom"), std::string::npos) << list.out;
  const auto shown = intake({"show", all[0]});
  EXPECT_NE(shown.out.find("<xml>路灯不亮</xml>"), std::string::npos) << shown.out;
  EXPECT_EQ(member(intake({"show", all[0], "--json"}).out, "account"), "zhangsan");
  EXPECT_EQ(intake({"list", "--count"}).out, "2\n");
  EXPECT_EQ(numbers({"--channel", "onebot"}).size(), 0U);
  EXPECT_EQ(numbers({"--reason", "unplaced", "--limit", "1"}).size(), 1U);
}

TEST_F(IntakeCommand, AcceptsAndDropsAndTheFolderVerifies) {
  const auto all = numbers();
  ASSERT_EQ(all.size(), 2U);
  const auto accepted = intake({"accept", all[0], "--title", "灯", "--json"}, true);
  ASSERT_EQ(accepted.code, 0) << accepted.err;
  EXPECT_EQ(member(accepted.out, "letter"), all[0]);
  const auto issue =
      run_sihe({"issue", "show", member(accepted.out, "number"), "--data", data, "--json"});
  EXPECT_EQ(member(issue.out, "text"), "路灯不亮");
  EXPECT_EQ(member(issue.out, "channel"), "wecom");
  const auto dropped = intake({"drop", all[1], "--reason", "广告"}, true);
  ASSERT_EQ(dropped.code, 0) << dropped.err;
  EXPECT_NE(dropped.out.find("已作废"), std::string::npos) << dropped.out;
  EXPECT_EQ(member(intake({"show", all[0], "--json"}).out, "issue"),
            member(accepted.out, "number"));
  EXPECT_EQ(numbers({"--stage", "held"}).size(), 0U);
  const auto verified = run_sihe({"verify", "--data", data});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
  const auto again = intake({"drop", all[0], "--reason", "广告"}, true);
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.err.find("nothing was written"), std::string::npos) << again.err;
}

TEST_F(IntakeCommand, NamesTheWayThroughTheServerThatHoldsTheFolder) {
  const auto all = numbers();
  const auto serving = tools::Engine::open(data).value();
  EXPECT_EQ(numbers().size(), 2U);
  const auto held = intake({"accept", all.at(0)}, true);
  EXPECT_EQ(held.code, 3) << held.err;
  EXPECT_NE(held.err.find("POST /v1/intake/" + all[0] + "/accept"), std::string::npos) << held.err;
}

TEST_F(IntakeCommand, SaysWhatIsWrongWithANumber) {
  EXPECT_EQ(intake({"show", "12"}).code, 2);
  EXPECT_NE(intake({"show", "12"}).err.find("14 digits"), std::string::npos);
  EXPECT_EQ(intake({"drop", numbers().at(0)}, true).code, 2);
}

}  // namespace
