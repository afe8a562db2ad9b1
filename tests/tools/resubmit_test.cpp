// Letters handed to their channels again, against the program as it is run: once the settings are
// right, what was kept becomes one issue, and its number is told where it was reported.
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "tests/support/onebot_stand_in.hpp"
#include "tests/support/process.hpp"
#include "tests/support/serving.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using engine::schema::Value;
using support::HttpAnswer;
using support::OnebotStandIn;
using support::run_sihe;
using support::Serving;

constexpr const char* bound = R"(
[[group]]
channel = "qq"
id = "123456"
area = "330304005002"
liaison = "30001"
)";

class Resubmission : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(run_sihe({"demo", "--data", data, "--issues", "3"}).code, 0);
    token = token_of("supervisor");
    write_settings("quiet", "");
  }
  std::string token_of(const std::string& role) {
    const auto made = run_sihe({"token", "add", "--data", data, "--role", role, role});
    std::smatch found;
    EXPECT_TRUE(std::regex_search(made.out, found, std::regex("sihe_[A-Za-z0-9_-]+"))) << made.err;
    return found.str();
  }
  void write_settings(const std::string& secret, const std::string& more) const {
    std::ofstream(settings) << "[onebot]\nsecret = \"" << secret << "\"\naccess_token = \"open\"\n"
                            << more;
  }
  static std::string member(const std::string& json, std::string_view name) {
    const auto value = adapters::json::parse(json);
    if (!value || value->find(name) == nullptr) return "no " + std::string(name) + " in " + json;
    const auto* text = value->find(name)->string();
    return text == nullptr ? adapters::json::write(*value->find(name)) : *text;
  }
  // The numbers of the letters that are so.
  std::vector<std::string> letters(const std::string& stage) const {
    const auto ran = run_sihe({"intake", "list", "--data", data, "--stage", stage, "--json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    std::vector<std::string> out;
    const Value listed = adapters::json::parse(ran.out).value();
    for (const Value& each : *listed.find("rows")->list()) {
      out.push_back(*each.find("number")->string());
    }
    return out;
  }
  support::Ran resubmit(const std::string& number) const {
    return run_sihe({"intake", "resubmit", number, "--data", data, "--config", settings, "--actor",
                     "潘洁", "--json"});
  }
  std::size_t issues_of_qq() const {
    const auto ran =
        run_sihe({"issue", "list", "--data", data, "--channel", "qq", "--limit", "500", "--json"});
    std::size_t out = 0;
    for (auto at = ran.out.find("村口路灯"); at != std::string::npos;
         at = ran.out.find("村口路灯", at + 1)) {
      ++out;
    }
    return out;
  }

  support::TemporaryFolder folder;
  const std::string data = folder.path() / "data";
  const std::string settings = folder.path() / "sihe.toml";
  std::string token;
};

TEST_F(Resubmission, OfAReportWhoseGroupIsBoundByNowIsToldInTheGroup) {
  Serving service({"--data", data, "--config", settings});
  OnebotStandIn bot({service.port(), "10001", "quiet", "open"});
  const auto report = bot.message("123456", "20001", "村口路灯不亮", 71);
  ASSERT_EQ(bot.post(report)->status, 200U);  // it is kept for a person
  service.stop();
  ASSERT_EQ(letters("held").size(), 1U);
  const std::string letter = letters("held").front();

  write_settings("quiet", bound);
  service.start();
  bot.move_to(service.port());
  ASSERT_TRUE(bot.connect("Universal"));
  const auto said_before = bot.said().size();
  const HttpAnswer answer = service.ask("POST", "/v1/intake/" + letter + "/resubmit", "", token);
  ASSERT_EQ(answer.status, 200U) << answer.body;
  const std::string number = member(answer.body, "number");
  ASSERT_TRUE(bot.wait_until_said(said_before + 1));
  const auto said = bot.said().back();
  EXPECT_EQ(said.group, "123456");
  EXPECT_EQ(said.user, "20001");
  EXPECT_NE(said.text.find(number), std::string::npos) << said.text;
  const HttpAnswer again = service.ask("POST", "/v1/intake/" + letter + "/resubmit", "", token);
  EXPECT_EQ(again.status, 409U) << again.body;
  EXPECT_EQ(bot.post(report)->status, 204U) << "the same message has had its answer";
  const auto busy = resubmit(letter);
  EXPECT_EQ(busy.code, 3) << busy.err;
  EXPECT_NE(busy.err.find("POST /v1/intake/" + letter + "/resubmit"), std::string::npos)
      << busy.err;
  service.stop();
  EXPECT_EQ(issues_of_qq(), 1U);
  EXPECT_EQ(run_sihe({"verify", "--data", data}).code, 0);
}

TEST_F(Resubmission, OfWhatWasSignedByAnotherSecretWaitsForTheRightOneAtRest) {
  write_settings("wrong", bound);
  {
    Serving service({"--data", data, "--config", settings});
    OnebotStandIn bot({service.port(), "10001", "quiet", "open"});
    EXPECT_EQ(bot.post(bot.message("123456", "20001", "村口路灯不亮", 71))->status, 403U);
  }
  ASSERT_EQ(letters("held").size(), 1U);
  const std::string letter = letters("held").front();
  const auto no = resubmit(letter);
  EXPECT_EQ(no.code, 1) << no.err;
  EXPECT_EQ(member(no.out, "code"), "still_held");
  EXPECT_NE(no.err.find("X-Signature"), std::string::npos) << no.err;
  EXPECT_EQ(letters("held").size(), 1U);

  write_settings("quiet", bound);
  const auto yes = resubmit(letter);
  ASSERT_EQ(yes.code, 0) << yes.err;
  EXPECT_EQ(member(yes.out, "letter"), letter);
  EXPECT_EQ(letters("admitted"), std::vector{letter});
  const auto shown = run_sihe({"intake", "show", letter, "--data", data, "--json"});
  EXPECT_EQ(member(shown.out, "issue"), member(yes.out, "number"));
  EXPECT_EQ(resubmit(letter).code, 1) << "once";
  EXPECT_EQ(issues_of_qq(), 1U);
  EXPECT_EQ(run_sihe({"verify", "--data", data}).code, 0);
}

TEST_F(Resubmission, AQuestionIsAnsweredOnceThroughAKill) {
  write_settings("quiet", bound);
  Serving service({"--data", data, "--config", settings});
  OnebotStandIn bot({service.port(), "10001", "quiet", "open"});
  const auto question = bot.message("123456", "20001", "帮助", 72);
  EXPECT_EQ(bot.post(question)->status, 200U);
  service.kill();
  service.start();
  bot.move_to(service.port());
  EXPECT_EQ(bot.post(question)->status, 204U) << "nothing is said";
  EXPECT_EQ(bot.post(bot.message("123456", "20001", "帮助", 73))->status, 200U);
}

TEST_F(Resubmission, TheOutboxShowsWhatAWechatAccountCannotTell) {
  std::ofstream(settings) << "[wechat]\ntoken = \"t\"\n";
  Serving service({"--data", data, "--config", settings});
  const HttpAnswer made = service.ask(
      "POST", "/v1/issues", R"({"text":"路灯不亮","channel":"wechat","account":"o9Ag"})", token);
  ASSERT_EQ(made.status, 201U) << made.body;
  const HttpAnswer accepted =
      service.ask("POST", "/v1/issues/" + member(made.body, "number") + "/accept", "{}", token);
  ASSERT_EQ(accepted.status, 200U) << accepted.body;
  const std::string op = token_of("operator");
  const auto by = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::string list;
  do {
    list = service.ask("GET", "/v1/outbox?route=wechat&state=failed", {}, op).body;
  } while (list.find("accepted") == std::string::npos && std::chrono::steady_clock::now() < by);
  EXPECT_NE(list.find("nobody was told"), std::string::npos) << list;
  EXPECT_EQ(service.ask("GET", "/readyz").body.find("wait to be sent"), std::string::npos);
}

}  // namespace
