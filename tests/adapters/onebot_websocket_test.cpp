// QQ over reverse WebSockets, with a stand-in for the implementation on the other side.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/onebot/gateway.hpp"
#include "tests/support/fake_chat_desk.hpp"
#include "tests/support/http_desk.hpp"
#include "tests/support/onebot_stand_in.hpp"
#include "tests/support/websocket_client.hpp"

namespace adapters::onebot {
namespace {

using chat::Heard;
using chat::Sent;
using support::FakeChatDesk;
using support::FakeIntake;
using support::OnebotStandIn;
using support::WebSocketClient;
using Manner = OnebotStandIn::Manner;

// A gateway behind a server of its own.
class Service {
 public:
  explicit Service(FakeChatDesk& desk, FakeIntake& letters, Waits waits = {})
      : gateway_(std::make_unique<Gateway>(Config{"secret", "token", true, ""}, desk,
                                           letters.hold(), PostAction(), waits)),
        server_([this](http::Request request, http::Reply reply) {
          gateway_->handle(std::move(request), std::move(reply));
        }) {}

  Gateway& operator*() { return *gateway_; }
  Gateway* operator->() { return gateway_.get(); }
  std::uint16_t port() const { return server_.port(); }
  void end_gateway() { gateway_.reset(); }

 private:
  std::unique_ptr<Gateway> gateway_;
  support::HttpServer server_;
};

// What became of what was sent, once it is known.
class Outcomes {
 public:
  void send(Gateway& gateway, chat::Outgoing message) {
    gateway.send(std::move(message), [this](Sent sent, std::string why) {
      const std::lock_guard lock(mutex_);
      came_.emplace_back(sent, std::move(why));
      changed_.notify_all();
    });
  }
  std::pair<Sent, std::string> take() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return !came_.empty(); }));
    if (came_.empty()) return {Sent::never, "no outcome"};
    auto out = std::move(came_.front());
    came_.erase(came_.begin());
    return out;
  }
  // The other side knows that it is connected a little before the gateway does.
  void send_once_connected(Gateway& gateway, const chat::Outgoing& message) {
    do {
      send(gateway, message);
    } while (take_if_later());
  }

 private:
  bool take_if_later() {
    const std::lock_guard lock(mutex_);
    if (came_.empty() || came_.front().first != Sent::later) return false;
    came_.erase(came_.begin());
    return true;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<Sent, std::string>> came_;
};

class OnebotWebSocket : public ::testing::Test {
 protected:
  OnebotStandIn::Options options(const Service& service, const std::string& self_id = "10001") {
    return {service.port(), self_id, "secret", "token"};
  }

  FakeChatDesk desk;
  FakeIntake letters;
  Outcomes outcomes;
};

TEST_F(OnebotWebSocket, AnswersInTheGroupWhereItWasAskedAndMentionsWhoAsked) {
  Service service(desk, letters);
  OnebotStandIn qq(options(service));
  ASSERT_TRUE(qq.connect("Universal"));
  qq.tell(qq.message("123456", "20002", "路灯不亮", -7));
  ASSERT_TRUE(qq.wait_until_said(1));
  EXPECT_EQ(qq.said()[0].by, "send_group_msg");
  EXPECT_EQ(qq.said()[0].group, "123456");
  EXPECT_EQ(qq.said()[0].user, "20002");
  EXPECT_EQ(qq.said()[0].text, "收到：路灯不亮");
  qq.tell(qq.message("", "20002", "路灯不亮", 8));
  ASSERT_TRUE(qq.wait_until_said(2));
  EXPECT_EQ(qq.said()[1].by, "send_private_msg");
  EXPECT_EQ(qq.said()[1].user, "20002");
}

TEST_F(OnebotWebSocket, SpeaksOverTheConnectionForActionsWhereItHearsOverTheOneForEvents) {
  Service service(desk, letters);
  OnebotStandIn qq(options(service));
  ASSERT_TRUE(qq.connect("Event"));
  ASSERT_TRUE(qq.connect("API"));
  qq.tell(qq.message("123456", "20002", "路灯不亮", 1));
  ASSERT_TRUE(qq.wait_until_said(1));
  EXPECT_EQ(qq.said()[0].text, "收到：路灯不亮");
}

TEST_F(OnebotWebSocket, KeepsAnAnswerUntilThereIsAConnectionForActions) {
  Service service(desk, letters, {std::chrono::seconds(10), std::chrono::milliseconds(100)});
  OnebotStandIn qq(options(service));
  ASSERT_TRUE(qq.connect("Event"));
  qq.tell(qq.message("123456", "20002", "路灯不亮", 1));
  while (service->traffic().trouble().empty()) std::this_thread::yield();
  ASSERT_TRUE(qq.connect("API"));
  ASSERT_TRUE(qq.wait_until_said(1));
}

TEST_F(OnebotWebSocket, AnswersEachMessageOnceHoweverOftenAndInWhicheverWayItComes) {
  Service service(desk, letters);
  OnebotStandIn qq(options(service));
  ASSERT_TRUE(qq.connect("Universal"));
  std::vector<std::string> events;
  for (int i = 0; i < 20; ++i) {
    events.push_back(qq.message("123456", "20002", "第" + std::to_string(i), i - 10));
  }
  EXPECT_EQ(qq.post(events[0])->status, 200U);
  qq.tell_shuffled(events, 5, 71);
  desk.wait_for(101);
  EXPECT_EQ(qq.post(events[1])->status, 204U);
  ASSERT_TRUE(qq.wait_until_said(20));
  // Whatever were said once too often would have been, by the time of the next answer.
  qq.tell(qq.message("123456", "20002", "最后", 99));
  ASSERT_TRUE(qq.wait_until_said(21));
  std::map<std::string, int> times;
  for (const auto& said : qq.said()) ++times[said.text];
  EXPECT_EQ(times.size(), 21U);
  for (const auto& [text, count] : times) EXPECT_EQ(count, 1) << text;
  EXPECT_EQ(service->traffic().taken, 21U);
  EXPECT_EQ(service->traffic().repeats, 82U);
}

TEST_F(OnebotWebSocket, AsksTheDeskAgainForWhatItCouldNotTake) {
  Service service(desk, letters, {std::chrono::seconds(10), std::chrono::milliseconds(1)});
  OnebotStandIn qq(options(service));
  ASSERT_TRUE(qq.connect("Universal"));
  std::atomic<int> asked = 0;
  desk.answer_with([&](const chat::Message&) {
    return ++asked < 3 ? chat::Answer{Heard::later, "系统繁忙"}
                       : chat::Answer{Heard::answered, "编号"};
  });
  qq.tell(qq.message("123456", "20002", "路灯不亮", 1));
  ASSERT_TRUE(qq.wait_until_said(1));
  EXPECT_EQ(qq.said()[0].text, "编号");
  desk.answer_with({Heard::later, "系统繁忙"});
  qq.tell(qq.message("123456", "20002", "路灯不亮", 2));
  ASSERT_TRUE(qq.wait_until_said(2));
  EXPECT_EQ(qq.said()[1].text, "系统繁忙") << "in the end, who asks is told";
  EXPECT_EQ(service->traffic().failed, 1U);
}

TEST_F(OnebotWebSocket, KeepsAFrameThatIsNoEventForAPerson) {
  Service service(desk, letters);
  WebSocketClient client(service.port(), "/onebot/ws?access_token=token",
                         "X-Self-ID: 10001\r\nX-Client-Role: Event\r\n");
  ASSERT_TRUE(client.open()) << client.head();
  client.say("{");
  client.say(R"({"post_type":"message","message_type":"private","message":"路灯不亮"})");
  client.say(R"({"status":"ok","retcode":0,"echo":"nobody asked"})");
  client.say(R"({"status":"ok","retcode":0,"echo":"1"})");
  client.say(R"({"post_type":"meta_event","meta_event_type":"heartbeat"})");
  letters.wait_for(2);
  while (service->traffic().not_for_us == 0) std::this_thread::yield();
  ASSERT_EQ(letters.letters().size(), 2U);
  EXPECT_EQ(letters.letters()[0].reason, intake::Reason::unreadable);
  EXPECT_EQ(letters.letters()[0].body, "{");
  EXPECT_EQ(letters.letters()[1].path, "/onebot/ws");
  EXPECT_EQ(letters.letters()[1].said, "路灯不亮");
}

TEST_F(OnebotWebSocket, TellsWhatBecameOfWhatItWasAskedToSay) {
  Service service(desk, letters, {std::chrono::milliseconds(50), std::chrono::seconds(1)});
  OnebotStandIn qq(options(service));
  outcomes.send(*service, {"123456", "20002", "已受理"});
  EXPECT_EQ(outcomes.take().first, Sent::later);
  ASSERT_TRUE(qq.connect("Universal"));
  outcomes.send_once_connected(*service, {"123456", "20002", "已受理"});
  EXPECT_EQ(outcomes.take(), std::pair(Sent::done, std::string()));
  EXPECT_EQ(service->traffic().trouble(), "");
  EXPECT_EQ(qq.said().at(0).user, "20002");
  qq.treat_actions(Manner::failed);
  outcomes.send(*service, {"123456", "", "已受理"});
  const auto failed = outcomes.take();
  EXPECT_EQ(failed.first, Sent::never);
  EXPECT_NE(failed.second.find("100, muted"), std::string::npos) << failed.second;
  qq.treat_actions(Manner::silent);
  outcomes.send(*service, {"", "20002", "已受理"});
  EXPECT_EQ(outcomes.take().first, Sent::doubtful) << "no outcome in time";
}

TEST_F(OnebotWebSocket, IsInDoubtWhereTheConnectionEndsBeforeTheOutcome) {
  Service service(desk, letters);
  WebSocketClient client(service.port(), "/onebot/ws?access_token=token",
                         "X-Self-ID: 10001\r\nX-Client-Role: API\r\n");
  ASSERT_TRUE(client.open());
  outcomes.send_once_connected(*service, {"123456", "", "已受理"});
  ASSERT_TRUE(client.heard());
  client.cut();
  EXPECT_EQ(outcomes.take().first, Sent::doubtful);
}

TEST_F(OnebotWebSocket, IsInDoubtWhereTheServiceEndsBeforeTheOutcome) {
  Service service(desk, letters);
  OnebotStandIn qq(options(service));
  qq.treat_actions(Manner::silent);
  ASSERT_TRUE(qq.connect("Universal"));
  outcomes.send_once_connected(*service, {"123456", "", "已受理"});
  service.end_gateway();
  EXPECT_EQ(outcomes.take().first, Sent::doubtful);
}

TEST_F(OnebotWebSocket, HearsAndSpeaksAgainAfterItsConnectionBroke) {
  Service service(desk, letters);
  OnebotStandIn qq(options(service));
  ASSERT_TRUE(qq.connect("Universal"));
  for (std::size_t i = 1; i <= 5; ++i) {
    qq.tell(qq.message("123456", "20002", "路灯不亮", static_cast<int>(i)));
    ASSERT_TRUE(qq.wait_until_said(i));
    qq.drop_connections();
  }
}

TEST_F(OnebotWebSocket, GivesThePlaceOfAConnectionToTheNextOneOfTheSameAccountAndRole) {
  Service service(desk, letters);
  const auto open = [&](const char* role, const char* self_id) {
    return std::make_unique<WebSocketClient>(
        service.port(), "/onebot/ws?access_token=token",
        std::string("X-Self-ID: ") + self_id + "\r\nX-Client-Role: " + role + "\r\n");
  };
  const auto first = open("universal", "10001");
  const auto other_role = open("event", "10001");
  const auto other_account = open("universal", "10002");
  const auto second = open("Universal", "10001");
  EXPECT_EQ(first->goodbye_code(), 1000U);
  for (const auto* client : {&second, &other_role, &other_account}) {
    (*client)->send({WebSocketClient::ping, true, "still here"});
    EXPECT_EQ((*client)->frame()->opcode, WebSocketClient::pong);
  }
}

TEST_F(OnebotWebSocket, SpeaksAsTheAccountThatIsSpokenToThere) {
  Service service(desk, letters);
  OnebotStandIn first(options(service, "10001"));
  OnebotStandIn second(options(service, "10002"));
  ASSERT_TRUE(first.connect("Universal"));
  ASSERT_TRUE(second.connect("Universal"));
  first.tell(first.message("1", "20002", "a", 1));
  second.tell(second.message("2", "20002", "b", 1));
  ASSERT_TRUE(first.wait_until_said(1) && second.wait_until_said(1));
  outcomes.send(*service, {"1", "", "已受理"});
  EXPECT_EQ(outcomes.take().first, Sent::done);
  outcomes.send(*service, {"2", "", "已受理"});
  EXPECT_EQ(outcomes.take().first, Sent::done);
  EXPECT_EQ(first.said().size(), 2U);
  EXPECT_EQ(second.said().size(), 2U);
  // Of a group that nobody has spoken in, the one that may is found.
  second.treat_actions(Manner::failed);
  outcomes.send(*service, {"3", "", "已受理"});
  EXPECT_EQ(outcomes.take().first, Sent::done);
  EXPECT_EQ(first.said().size(), 3U);
}

TEST_F(OnebotWebSocket, TakesThousandsOfMessages) {
  constexpr int messages = 5'000;
  Service service(desk, letters);
  OnebotStandIn qq(options(service));
  ASSERT_TRUE(qq.connect("Universal"));
  for (int i = 0; i < messages; ++i) qq.tell(qq.message("123456", "20002", "路灯不亮", i));
  ASSERT_TRUE(qq.wait_until_said(messages));
  EXPECT_EQ(service->traffic().taken, static_cast<unsigned>(messages));
  EXPECT_EQ(service->traffic().failed, 0U);
}

}  // namespace
}  // namespace adapters::onebot
