// From a message of WeCom's to an issue and back: client, callbacks, chat and engine together.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/chat/words.hpp"
#include "tests/support/chat_service.hpp"
#include "tests/support/wecom_callbacks.hpp"

namespace adapters::wecom {
namespace {

using support::ChatService;
using support::WecomRequest;

class WecomTalk : public ::testing::Test {
 protected:
  WecomTalk() { begin(); }

  void begin() {
    gateway_ = std::make_unique<Gateway>(
        GatewayParts{service_.talk(),
                     [](const intake::Letter&, const auto& done) { done(intake::Held::kept); },
                     [this] { return service_.now(); }},
        WecomGateway::settings(), WechatSettings{});
    handler_ = gateway_->handler();
  }

  // In the town's group, to its robot.
  WecomRequest said(const std::string& from, const std::string& words) {
    return client_.sealed(client_.robot_text(from, "town", "@四和 " + words), true);
  }

  // Everything five times and shuffled; what each message was told, which is one thing only.
  std::vector<std::string> told(const std::vector<WecomRequest>& requests, std::uint32_t seed) {
    std::map<std::size_t, std::set<std::string>> replies;
    for (const auto& [at, reply] : client_.post_all(requests, 5, seed)) {
      EXPECT_TRUE(reply.has_value());
      replies[at].insert(reply.value_or(""));
    }
    std::vector<std::string> out;
    for (const auto& [at, texts] : replies) {
      EXPECT_EQ(texts.size(), 1U) << "message " << at << " was told different things";
      out.push_back(*texts.begin());
    }
    return out;
  }

  ChatService service_;
  std::unique_ptr<Gateway> gateway_;
  http::Handler handler_;
  support::WecomClient client_{{},
                               [this](const auto& method, const auto& target, const auto& body) {
                                 const auto response =
                                     ask_handler(handler_, to_request(method, target, body));
                                 return support::WecomAnswer{response.status, response.body};
                               },
                               [this] { return engine::to_ms(service_.now()) / 1000; }};
};

TEST_F(WecomTalk, GoesFromAReportToItsRatingWithEveryMessageFiveTimes) {
  std::vector<WecomRequest> reports;
  for (int i = 0; i < 10; ++i) {
    reports.push_back(said("chen", "锦绣路" + std::to_string(i) + "号门口路灯不亮"));
  }
  std::vector<std::string> numbers;
  for (const auto& text : told(reports, 1)) numbers.push_back(ChatService::number_in(text));
  EXPECT_EQ(service_.issues(), 10U);
  EXPECT_EQ(std::set<std::string>(numbers.begin(), numbers.end()).size(), 10U);

  const auto each = [&](const std::string& from, const std::string& verb, const std::string& rest,
                        std::uint32_t seed) {
    std::vector<WecomRequest> requests;
    for (const auto& number : numbers) requests.push_back(said(from, verb + " " + number + rest));
    told(requests, seed);
  };
  each("zhou", "受理", "", 2);
  for (const auto& number : numbers) {
    service_.step(number, "hand_over", {{"department", "lighting"}});
    service_.step(number, "sign");
  }
  // A new Talk, as after a restart in the middle of it.
  gateway_.reset();
  service_.begin();
  begin();
  EXPECT_EQ(ChatService::number_in(told(reports, 3).front()), numbers.front());
  each("deng", "办结", " 已解决 换了灯泡", 4);
  each("chen", "满意 5", " 谢谢", 5);
  for (const auto& number : numbers) {
    EXPECT_EQ(service_.facts(number), "reported accepted handed_over signed resolved followed_up");
    EXPECT_EQ(service_.last_fact(number),
              R"({"reached":"yes","solved":"yes","satisfaction":5,"text":"谢谢"})");
  }
  EXPECT_EQ(service_.issues(), 10U);
}

TEST_F(WecomTalk, TellsWhoWritesAloneWhatCanBeDone) {
  const auto reply = client_.post(client_.sealed(client_.event("chen", "subscribe")));
  EXPECT_EQ(reply, chat::words::help(chat::words::Reader::resident));
  EXPECT_EQ(client_.say("zhou", "帮助"), chat::words::help(chat::words::Reader::clerk));
  EXPECT_EQ(service_.issues(), 0U);
}

}  // namespace
}  // namespace adapters::wecom
