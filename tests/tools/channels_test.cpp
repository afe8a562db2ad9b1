// From a report in a chat to the resident's verdict, against the program as it is run: with every
// message said five times in any order, and with the program killed on the way, there is one issue,
// and each answer comes once.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <map>
#include <mutex>
#include <regex>
#include <string>
#include <vector>

#include "adapters/http/server.hpp"
#include "adapters/json/json.hpp"
#include "tests/support/onebot_stand_in.hpp"
#include "tests/support/process.hpp"
#include "tests/support/serving.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wecom_client.hpp"

namespace {

using support::HttpAnswer;
using support::OnebotStandIn;
using support::run_sihe;
using support::Serving;

constexpr const char* area = "330304005002";
constexpr const char* group = "123456";
constexpr const char* resident = "20001";
constexpr int times = 5;

// WeCom's own API, as far as messages to residents need it.
class WecomApi {
 public:
  WecomApi() {
    server_ = adapters::http::Server::start({}, [this](adapters::http::Request request,
                                                       adapters::http::Reply reply) {
                adapters::http::Response out;
                out.body = answer(request);
                reply(std::move(out));
              }).value();
  }
  ~WecomApi() { server_->stop(std::chrono::seconds(1)); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  bool wait_until_sent(std::size_t count) {
    std::unique_lock lock(mutex_);
    return more_.wait_for(lock, std::chrono::seconds(20), [&] { return sent_.size() >= count; });
  }
  std::vector<std::string> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  std::string answer(const adapters::http::Request& request) {
    if (request.path == "/cgi-bin/gettoken") {
      return R"({"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200})";
    }
    const auto body = adapters::json::parse(request.body).value();
    const std::lock_guard lock(mutex_);
    sent_.push_back(*body.find("touser")->string() + ": " +
                    *body.find("text")->find("content")->string());
    more_.notify_all();
    return R"({"errcode":0,"errmsg":"ok","msgid":"m"})";
  }

  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<std::string> sent_;
  std::unique_ptr<adapters::http::Server> server_;
};

class Conversation : public testing::Test {
 protected:
  // The district of the demo, with few issues, and somebody on duty.
  void SetUp() override {
    ASSERT_EQ(run_sihe({"demo", "--data", data, "--issues", "13"}).code, 0);
    const auto made = run_sihe({"token", "add", "--data", data, "--role", "supervisor", "chief"});
    ASSERT_EQ(made.code, 0) << made.err;
    std::smatch found;
    ASSERT_TRUE(std::regex_search(made.out, found, std::regex("sihe_[A-Za-z0-9_-]+")));
    token = found.str();
    write_settings("");
  }

  void write_settings(const std::string& more) { std::ofstream(settings) << more; }

  // One command of the one on duty.
  void order(const Serving& service, const std::string& number, const std::string& verb,
             const std::string& body) {
    const HttpAnswer answer = service.ask("POST", "/v1/issues/" + number + "/" + verb, body, token);
    ASSERT_EQ(answer.status, 200U) << verb << ": " << answer.body;
  }

  static std::string number_in(const std::string& text) {
    std::smatch found;
    return std::regex_search(text, found, std::regex("[0-9]{13}")) ? found.str() : "";
  }

  std::string history(const Serving& service, const std::string& number) const {
    return service.ask("GET", "/v1/issues/" + number + "/history", {}, token).body;
  }

  // How many issues came by the channel, once the board has the one of that number.
  std::string counted(const Serving& service, const std::string& channel,
                      const std::string& number) const {
    const auto by = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::string body;
    do {
      body = service.ask("GET", "/v1/issues?count=true&channel=" + channel, {}, token).body;
    } while (body.find(number) == std::string::npos && std::chrono::steady_clock::now() < by);
    std::smatch found;
    return std::regex_search(body, found, std::regex("\"count\":([0-9]+)")) ? found[1].str() : body;
  }

  // Of the demo's own issues.
  std::string counted_before(const std::string& channel) const {
    const auto listed =
        run_sihe({"issue", "list", "--data", data, "--channel", channel, "--count"});
    return listed.out.substr(0, listed.out.find_first_not_of("0123456789"));
  }
  static std::string one_more(const std::string& count) {
    return std::to_string(std::stoi(count) + 1);
  }

  support::TemporaryFolder folder;
  const std::string data = folder.path() / "data";
  const std::string settings = folder.path() / "sihe.toml";
  std::string token;
};

constexpr const char* qq = R"(
[onebot]
secret = "quiet"
access_token = "open"
[[group]]
channel = "qq"
id = "123456"
area = "330304005002"
liaison = "30001"
)";

TEST_F(Conversation, InAGroupGoesFromTheReportToTheVerdictOnceThroughAKill) {
  write_settings(qq);
  const std::string before = counted_before("qq");
  Serving service({"--data", data, "--config", settings});
  OnebotStandIn bot({service.port(), "10001", "quiet", "open"});
  ASSERT_TRUE(bot.connect("Universal"));
  std::vector<std::string> told{bot.message(group, resident, "村口路灯不亮，晚上走路看不见", -71)};
  const auto say = [&](unsigned seed) { bot.tell_shuffled(told, times, seed); };

  say(1);
  ASSERT_TRUE(bot.wait_until_said(1));
  const std::string number = number_in(bot.said()[0].text);
  ASSERT_FALSE(number.empty()) << bot.said()[0].text;
  EXPECT_EQ(bot.said()[0].group, group);
  order(service, number, "accept", "{}");
  ASSERT_TRUE(bot.wait_until_said(2));
  const std::string document = service.ask("GET", "/v1/departments", {}, token).body;
  std::smatch department;
  ASSERT_TRUE(std::regex_search(document, department, std::regex("\"code\":\"([^\"]+)\"")));
  order(service, number, "hand_over", "{\"department\":\"" + department[1].str() + "\"}");
  ASSERT_TRUE(bot.wait_until_said(3));

  service.kill();
  service.start();
  bot.move_to(service.port());
  ASSERT_TRUE(bot.connect("API"));
  say(2);  // all of it again
  order(service, number, "sign", "{}");
  order(service, number, "resolve", R"({"outcome":"solved","reply":"灯泡已更换"})");
  ASSERT_TRUE(bot.wait_until_said(5)) << "the resolution, and the question whether it is so";
  told.push_back(bot.message(group, resident, "满意 5 " + number, 72));
  say(3);
  ASSERT_TRUE(bot.wait_until_said(6));
  // What was said so far is all: the next answer is to the next question.
  told.push_back(bot.message(group, resident, "进度 " + number, 73));
  say(4);
  ASSERT_TRUE(bot.wait_until_said(7));

  std::vector<std::string> texts;
  for (const auto& each : bot.said()) texts.push_back(each.text);
  ASSERT_EQ(texts.size(), 7U) << testing::PrintToString(texts);
  for (const auto& text : texts) {
    EXPECT_EQ(std::count(texts.begin(), texts.end(), text), 1) << text;
  }
  EXPECT_NE(texts[3].find("灯泡已更换"), std::string::npos) << texts[3];
  EXPECT_EQ(counted(service, "qq", number), one_more(before));
  const std::string steps = history(service, number);
  EXPECT_NE(steps.find("\"satisfaction\":5"), std::string::npos) << steps;
  service.stop();
  EXPECT_EQ(run_sihe({"verify", "--data", data}).code, 0);
}

TEST_F(Conversation, ByWecomIsAnsweredAtOnceAndToldWhatBecameOfIt) {
  WecomApi api;
  const std::string before = counted_before("wecom");
  write_settings(R"(
[wecom]
token = "QDG6eK"
encoding_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
corp_id = "wx5823bf96d3bd56c7"
secret = "s"
agent_id = "218"
api_url = ")" + api.url() +
                 "\"\n");
  Serving service({"--data", data, "--config", settings});
  support::WecomClient client(
      {},
      [&](const std::string& method, const std::string& target, const std::string& body) {
        const HttpAnswer answer = service.ask(method, target, body);
        return support::WecomAnswer{answer.status, answer.body};
      },
      [] {
        return std::chrono::duration_cast<std::chrono::seconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
      });
  const auto report = client.sealed(client.text("zhang", "潘桥街道河边垃圾堆了三天没人清运"));
  std::string number;
  for (const auto& [at, reply] : client.post_all({report}, times, 7)) {
    ASSERT_TRUE(reply.has_value());
    if (number.empty()) number = number_in(*reply);
    EXPECT_EQ(number_in(*reply), number) << "the same message is the same issue";
  }
  ASSERT_FALSE(number.empty());
  EXPECT_EQ(counted(service, "wecom", number), one_more(before));
  order(service, number, "accept", std::string("{\"area\":\"") + area + "\"}");
  ASSERT_TRUE(api.wait_until_sent(1));
  service.kill();
  service.start();
  order(service, number, "resolve", R"({"outcome":"solved","reply":"已清运"})");
  ASSERT_TRUE(api.wait_until_sent(3));
  const auto verdict = client.sealed(client.text("zhang", "不满意 " + number + " 还有一半没清"));
  for (const auto& [at, reply] : client.post_all({verdict}, times, 8)) {
    ASSERT_TRUE(reply.has_value());
    EXPECT_FALSE(reply->empty());
  }
  const auto sent = api.sent();
  ASSERT_EQ(sent.size(), 3U) << testing::PrintToString(sent);
  for (const auto& each : sent) {
    EXPECT_TRUE(each.starts_with("zhang: ")) << each;
    EXPECT_NE(each.find(number), std::string::npos) << each;
    EXPECT_EQ(std::count(sent.begin(), sent.end(), each), 1) << each;
  }
  EXPECT_NE(history(service, number).find("\"solved\":\"no\""), std::string::npos);
  service.stop();
  EXPECT_EQ(run_sihe({"verify", "--data", data}).code, 0);
}

}  // namespace
