// `sihe meeting` as a clerk uses it: on a data folder, through the program itself.
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "tests/support/places.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/sihe/data_folder.hpp"
#include "workflows/meeting/meeting.hpp"

namespace {

using engine::schema::Object;
using engine::schema::Value;
using support::run_sihe;

struct MeetingCommand : testing::Test {
  support::TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();
  std::vector<std::string> issues;

  void SetUp() override {
    auto engine = tools::Engine::open(data).value();
    for (const auto& [kind, code, name] :
         {std::tuple{"area", "V1", "潘北社区"}, std::tuple{"department", "water", "水务局"}}) {
      workflows::directory::EntryInfo entry{kind, code, name, "", ""};
      if (entry.kind == "area") entry.level = "village";
      ask(*engine, workflows::directory::add_entry(
                       entry, *engine::parse_rfc3339("2026-01-01T08:00:00+08:00")));
    }
    for (const char* title : {"路灯不亮", "水管漏水"}) {
      const auto number = ask(*engine, step("report", 0, {{"text", title}, {"title", title}}));
      ask(*engine, step("accept", number, {{"area", "V1"}}));
      issues.push_back(workflows::issue::format_number(number));
    }
  }

  static std::uint64_t ask(tools::Engine& engine, engine::writer::Step step) {
    engine::writer::Submission submission{"test", "", {"clerk", ""}, {std::move(step)}};
    return std::get<engine::writer::Recorded>(engine.writer().ask(std::move(submission)))
        .stream.number;
  }
  static engine::writer::Step step(std::string_view verb, std::uint64_t number, Object body) {
    const auto& schema = workflows::issue::schema();
    const auto* table = schema.by_verb(verb);
    auto made = schema.compose(*table, Value(std::move(body)));
    engine::writer::Step out;
    out.workflow = workflows::issue::workflow_id;
    out.verb = table->type;
    out.stream = {out.workflow, number};
    out.body = std::move(made.composed->body);
    out.personal = std::move(made.composed->personal);
    out.codes = std::move(made.composed->codes);
    return out;
  }

  support::Ran meeting(std::vector<std::string> line, bool writes = true) {
    line.insert(line.begin(), "meeting");
    line.insert(line.end(), {"--data", data});
    if (writes) line.insert(line.end(), {"--actor", "潘洁"});
    return run_sihe(line);
  }
  std::string called(const std::string& kind, const std::vector<std::string>& agenda) {
    std::vector<std::string> line{
        "call",    "--kind",   kind,      "--area", "V1",    "--at", "2026-03-04 14:00",
        "--place", "文化礼堂", "--chair", "林建国", "--json"};
    for (const auto& each : agenda) line.insert(line.end(), {"--issue", each});
    const auto ran = meeting(line);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return member(ran.out, "number");
  }
  static std::string member(const std::string& json, std::string_view name) {
    const auto value = adapters::json::parse(json);
    if (!value || value->find(name) == nullptr) return "no " + std::string(name) + " in " + json;
    const auto* text = value->find(name)->string();
    return text == nullptr ? adapters::json::write(*value->find(name)) : *text;
  }
  std::string stage(const std::string& issue) {
    return member(run_sihe({"issue", "show", issue, "--data", data, "--json"}).out, "stage");
  }
  std::string due(const std::string& issue, std::string_view clock) {
    return member(run_sihe({"issue", "show", issue, "--data", data, "--json"}).out, clock);
  }
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder.path() / name) << text;
    return (folder.path() / name).string();
  }
};

TEST_F(MeetingCommand, CallsHoldsAndShowsAMeetingOfManyIssues) {
  const auto number = called("consultation", issues);
  EXPECT_EQ(stage(issues[0]), "consulting");
  const auto toml = file("held.toml",
                         "attendees = [\"林建国\"]\nminutes = \"逐一发言。\"\n"
                         "[[conclusions]]\nissue = \"" +
                             issues[0] +
                             "\"\nconclusion = \"hand_over\"\ndepartment = \"water\"\n"
                             "due = 2099-03-12T17:30:00+08:00\n"
                             "next_step = \"先抢修\"\n"
                             "[[conclusions]]\nissue = \"" +
                             issues[1] + "\"\nconclusion = \"resolve\"\noutcome = \"explained\"\n");
  const auto held = meeting({"hold", number, "--file", toml, "--json"});
  ASSERT_EQ(held.code, 0) << held.err;
  EXPECT_EQ(member(held.out, "stage"), "held");
  EXPECT_EQ(stage(issues[0]), "handed_over");
  EXPECT_EQ(stage(issues[1]), "resolved");
  // The clocks that it started have deadlines, as if the service had taken it.
  EXPECT_EQ(due(issues[0], "sign_due_at").substr(0, 2), "20");
  EXPECT_EQ(due(issues[1], "follow_up_due_at").substr(0, 2), "20");

  const auto shown = meeting({"show", number, "--json"}, false);
  ASSERT_EQ(shown.code, 0) << shown.err;
  EXPECT_EQ(member(shown.out, "minutes"), "逐一发言。");
  const Value document = adapters::json::parse(shown.out).value();
  const Value& first = document.find("agenda")->list()->front();
  EXPECT_EQ(*first.find("title")->string(), "路灯不亮");
  EXPECT_EQ(*first.find("department_name")->string(), "水务局");
  EXPECT_EQ(*first.find("next_step")->string(), "先抢修");
  const auto page = meeting({"show", number}, false);
  EXPECT_NE(page.out.find("已召开"), std::string::npos) << page.out;
  EXPECT_NE(page.out.find("水管漏水"), std::string::npos) << page.out;

  const auto sheet = meeting({"sheet", number, "--html", "-"}, false);
  ASSERT_EQ(sheet.code, 0) << sheet.err;
  EXPECT_TRUE(sheet.out.starts_with("<!DOCTYPE html>"));
  EXPECT_NE(sheet.out.find("先抢修"), std::string::npos);
  EXPECT_EQ(run_sihe({"verify", "--data", data}).code, 0);
}

TEST_F(MeetingCommand, HoldsAMeetingOfOneIssueByFlags) {
  const auto number = called("negotiation", {issues[0]});
  const auto held = meeting({"hold", number, "--issue", issues[0], "--conclusion", "local", "--by",
                             "林建国", "--due", "2099-03-12 17:30"});
  ASSERT_EQ(held.code, 0) << held.err;
  EXPECT_NE(held.out.find(number), std::string::npos);
  EXPECT_EQ(stage(issues[0]), "local");
}

TEST_F(MeetingCommand, SaysAllThatRefusesAndWritesNothing) {
  const auto number = called("consultation", issues);
  {
    auto engine = tools::Engine::open(data).value();
    for (const auto& each : issues) {
      ask(*engine, step("withdraw", *workflows::issue::parse_number(each), {}));
    }
  }
  const auto json = file("held.json", R"({"conclusions":[{"issue":")" + issues[0] +
                                          R"(","conclusion":"accept"},{"issue":")" + issues[1] +
                                          R"(","conclusion":"accept"}]})");
  const auto ran = meeting({"hold", number, "--file", json});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  for (const auto& each : issues) EXPECT_NE(ran.err.find(each), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("/conclusions/1"), std::string::npos) << ran.err;
  const auto as_json = meeting({"hold", number, "--file", json, "--json"});
  EXPECT_EQ(as_json.code, 1);
  EXPECT_EQ(adapters::json::parse(as_json.out)->find("refused")->list()->size(), 2U);
  EXPECT_EQ(member(meeting({"show", number, "--json"}, false).out, "stage"), "called");
}

TEST_F(MeetingCommand, CancelsAndLists) {
  const auto first = called("consultation", {issues[0]});
  const auto second = called("handover", {issues[1]});
  ASSERT_EQ(meeting({"cancel", first, "--reason", "改期"}).code, 0);
  EXPECT_EQ(stage(issues[0]), "accepted");
  const auto numbers = [&](std::vector<std::string> more) {
    std::vector<std::string> line{"list", "--sort", "number", "--ascending", "--json"};
    line.insert(line.end(), more.begin(), more.end());
    const auto ran = meeting(line, false);
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::string out;
    const Value listed = adapters::json::parse(ran.out).value();
    for (const Value& each : *listed.find("rows")->list()) {
      out += *each.find("number")->string() + " ";
    }
    return out;
  };
  EXPECT_EQ(numbers({}), first + " " + second + " ");
  EXPECT_EQ(numbers({"--stage", "cancelled"}), first + " ");
  EXPECT_EQ(numbers({"--kind", "handover"}), second + " ");
  EXPECT_EQ(numbers({"--issue", issues[1]}), second + " ");
  EXPECT_EQ(numbers({"--to", "2026-03-04"}), "");
  EXPECT_EQ(meeting({"list", "--count"}, false).out, "2\n");
  EXPECT_NE(meeting({"list"}, false).out.find("交办会"), std::string::npos);
}

TEST_F(MeetingCommand, AsksOnceUnderOneKey) {
  std::vector<std::string> line{
      "call",    "--kind",   "handover", "--area",  "V1",    "--at", "2026-03-04 14:00",
      "--place", "文化礼堂", "--issue",  issues[0], "--key", "k1",   "--json"};
  const auto first = meeting(line), again = meeting(line);
  EXPECT_EQ(member(first.out, "number"), member(again.out, "number"));
  EXPECT_EQ(member(again.out, "repeated"), "true");
}

}  // namespace
