#include "adapters/wecom/sender.hpp"

#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "adapters/wecom/api.hpp"

namespace adapters::wecom {
namespace {

using chat::Sent;

class WecomSending : public ::testing::Test {
 protected:
  struct Call {
    std::string url;
    std::string body;
    ApiDone done;
  };

  static WecomSettings settings() {
    WecomSettings out;
    out.corp_id = "ww0ouhai";
    out.secret = "s&c=t";
    out.agent_id = "1000002";
    out.api_url = "https://api.test";
    return out;
  }
  WecomSender sender(WecomSettings with = settings()) {
    return {std::move(with),
            [this](std::string url, std::string body, ApiDone done) {
              calls_.push_back({std::move(url), std::move(body), std::move(done)});
            },
            [this] { return now_; }, &urls_};
  }
  void send(WecomSender& by, chat::Outgoing message = {"", "lin", "编号 1 已受理。"}) {
    by.send(std::move(message), [this](Sent sent, std::string why) {
      ends_.push_back(sent);
      whys_.push_back(std::move(why));
    });
  }
  // Answers the oldest call.
  void answer(unsigned status, const std::string& body, bool left = true) {
    ASSERT_FALSE(calls_.empty());
    const Call call = std::move(calls_.front());
    calls_.pop_front();
    call.done(status, body, left);
  }
  void give_token(const std::string& token = "T1") {
    ASSERT_FALSE(calls_.empty());
    EXPECT_EQ(calls_.front().url,
              "https://api.test/cgi-bin/gettoken?corpid=ww0ouhai&corpsecret=s%26c%3Dt");
    EXPECT_EQ(calls_.front().body, "");
    answer(200,
           R"({"errcode":0,"errmsg":"ok","access_token":")" + token + R"(","expires_in":7200})");
  }

  engine::Instant now_ = engine::from_ms(1'700'000'000'000);
  ResponseUrls urls_{"https://api.test"};
  std::deque<Call> calls_;
  std::vector<Sent> ends_;
  std::vector<std::string> whys_;
};

TEST_F(WecomSending, FetchesATokenOnceAndSendsToAnAccount) {
  auto wecom = sender();
  send(wecom);
  send(wecom);
  EXPECT_EQ(calls_.size(), 1U) << "one token for both";
  give_token();
  ASSERT_EQ(calls_.size(), 2U);
  EXPECT_EQ(calls_.front().url, "https://api.test/cgi-bin/message/send?access_token=T1");
  EXPECT_EQ(
      calls_.front().body,
      R"({"touser":"lin","msgtype":"text","agentid":1000002,"text":{"content":"编号 1 已受理。"},)"
      R"("enable_duplicate_check":1,"duplicate_check_interval":1800})");
  answer(200, R"({"errcode":0,"errmsg":"ok"})");
  answer(200, R"({"errcode":0,"errmsg":"ok","invaliduser":"lin"})");
  EXPECT_EQ(ends_, (std::vector{Sent::done, Sent::never}));
  now_ += std::chrono::hours(2);
  send(wecom);
  EXPECT_NE(calls_.front().url.find("gettoken"), std::string::npos) << "it has run out";
}

TEST_F(WecomSending, SendsToAGroupChatByItsId) {
  auto wecom = sender();
  send(wecom, {"c1", "lin", "好"});
  give_token();
  EXPECT_EQ(calls_.front().url, "https://api.test/cgi-bin/appchat/send?access_token=T1");
  EXPECT_EQ(calls_.front().body, R"({"chatid":"c1","msgtype":"text","text":{"content":"好"}})");
}

TEST_F(WecomSending, RenewsATokenThatIsNoneAnyMoreOnce) {
  auto wecom = sender();
  send(wecom);
  give_token();
  answer(200, R"({"errcode":42001,"errmsg":"access_token expired"})");
  give_token("T2");
  EXPECT_EQ(calls_.front().url, "https://api.test/cgi-bin/message/send?access_token=T2");
  answer(200, R"({"errcode":40014,"errmsg":"invalid access_token"})");
  EXPECT_EQ(ends_, std::vector{Sent::later});
  EXPECT_TRUE(calls_.empty());
}

TEST_F(WecomSending, TellsWhatBecameOfAMessage) {
  auto wecom = sender();
  const auto outcome = [&](unsigned status, const std::string& body, bool left = true) {
    send(wecom);
    if (calls_.front().url.find("gettoken") != std::string::npos) give_token();
    answer(status, body, left);
    return ends_.back();
  };
  EXPECT_EQ(outcome(200, R"({"errcode":45009,"errmsg":"api freq out of limit"})"), Sent::later);
  EXPECT_EQ(outcome(200, R"({"errcode":-1,"errmsg":"system busy"})"), Sent::later);
  EXPECT_EQ(outcome(200, R"({"errcode":60020,"errmsg":"not allow to access from your ip"})"),
            Sent::later);
  EXPECT_NE(whys_.back().find("60020"), std::string::npos);
  EXPECT_EQ(outcome(200, R"({"errcode":81013,"errmsg":"user invalid"})"), Sent::never);
  EXPECT_EQ(outcome(200, "<html>"), Sent::doubtful);
  EXPECT_EQ(outcome(200, "{}"), Sent::doubtful);
  EXPECT_EQ(outcome(502, ""), Sent::doubtful);
  EXPECT_EQ(outcome(429, ""), Sent::later);
  EXPECT_EQ(outcome(404, ""), Sent::never);
  EXPECT_EQ(outcome(0, "", true), Sent::doubtful);
  EXPECT_EQ(outcome(0, "", false), Sent::later);
}

TEST_F(WecomSending, SaysLaterWithoutATokenAndNamesTheCause) {
  auto wecom = sender();
  send(wecom);
  answer(200, R"({"errcode":40001,"errmsg":"invalid credential"})");
  EXPECT_NE(whys_.back().find("wecom.secret"), std::string::npos) << whys_.back();
  send(wecom);
  answer(0, "", false);
  EXPECT_NE(whys_.back().find("no connection"), std::string::npos);
  EXPECT_EQ(ends_, (std::vector{Sent::later, Sent::later}));
}

TEST_F(WecomSending, NamesTheSettingThatIsMissing) {
  const auto why = [&](const std::function<void(WecomSettings&)>& spoil) {
    auto with = settings();
    spoil(with);
    auto wecom = sender(with);
    send(wecom);
    EXPECT_EQ(ends_.back(), Sent::later);
    return whys_.back();
  };
  EXPECT_NE(why([](auto& it) { it.secret = ""; }).find("wecom.secret"), std::string::npos);
  EXPECT_NE(why([](auto& it) { it.corp_id = ""; }).find("wecom.corp_id"), std::string::npos);
  EXPECT_NE(why([](auto& it) { it.agent_id = ""; }).find("wecom.agent_id"), std::string::npos);
  EXPECT_NE(why([](auto& it) { it.agent_id = "x"; }).find("digits"), std::string::npos);
  EXPECT_TRUE(calls_.empty());
}

TEST_F(WecomSending, AnswersARobotsGroupByTheAddressThatCameOnce) {
  urls_.keep("c1", "lin", "https://api.test/cgi-bin/aibot/response?code=1", now_);
  urls_.keep("c1", "chen", "https://evil.test/cgi-bin/aibot/response?code=1", now_);
  auto wecom = sender();
  send(wecom, {"c1", "lin", "好"});
  EXPECT_EQ(calls_.front().url, "https://api.test/cgi-bin/aibot/response?code=1");
  EXPECT_EQ(calls_.front().body, R"({"msgtype":"markdown","markdown":{"content":"好"}})");
  answer(200, R"({"errcode":0,"errmsg":"ok"})");
  EXPECT_EQ(ends_, std::vector{Sent::done});
  send(wecom, {"c1", "lin", "好"});
  EXPECT_NE(calls_.front().url.find("gettoken"), std::string::npos) << "it is used up";
  EXPECT_EQ(urls_.take("c1", "chen", now_), "") << "another host's is never called";
  urls_.keep("c1", "lin", "https://api.test/x", now_);
  EXPECT_EQ(urls_.take("c1", "lin", now_ + std::chrono::hours(1)), "") << "it is too old";
}

TEST_F(WecomSending, GoesTheOtherWayIfTheAddressIsGoodForNothing) {
  urls_.keep("c1", "lin", "https://api.test/x", now_);
  auto wecom = sender();
  send(wecom, {"c1", "lin", "好"});
  answer(200, R"({"errcode":40058,"errmsg":"invalid response_code"})");
  give_token();
  EXPECT_EQ(calls_.front().url, "https://api.test/cgi-bin/appchat/send?access_token=T1");
}

TEST_F(WecomSending, SaysThatAnOfficialAccountOnlyAnswers) {
  WechatSender().send({"", "o9Ag", "好"}, [this](Sent sent, std::string why) {
    ends_.push_back(sent);
    whys_.push_back(std::move(why));
  });
  EXPECT_EQ(ends_, std::vector{Sent::never}) << "waiting would not help";
  EXPECT_NE(whys_.back().find("nobody was told"), std::string::npos) << whys_.back();
}

}  // namespace
}  // namespace adapters::wecom
