// Letters of WeCom's callbacks, read again: by today's settings, at the time at which they came.
#include <string>

#include <gtest/gtest.h>

#include "tests/support/wecom_callbacks.hpp"

namespace adapters::wecom {
namespace {

using engine::Fault;
using intake::Reason;

class WecomAgain : public WecomGateway {
 protected:
  // What comes while the settings are wrong, and is kept.
  intake::Letter kept_while(WecomSettings wrong, const support::WecomRequest& request) {
    begin(wrong);
    EXPECT_EQ(client_.post_raw(request).status, 403U);
    EXPECT_EQ(letters_.size(), 1U);
    begin(settings());
    return letters_.at(0);
  }
  static WecomSettings with_other_token() {
    WecomSettings out = settings();
    out.token = "another";
    return out;
  }
  std::string why(const intake::Letter& letter, engine::Instant came_at) {
    const auto read = gateway_->read_again(letter, came_at);
    return read ? "it was read" : read.error().detail;
  }
};

TEST_F(WecomAgain, AreReadOnceTheTokenIsRight) {
  const auto came = now_;
  const auto letter =
      kept_while(with_other_token(), client_.sealed(client_.text("lin", "7171 路灯不亮")));
  EXPECT_EQ(letter.reason, Reason::unverified);
  now_ += std::chrono::hours(48);
  const auto message = gateway_->read_again(letter, came);
  ASSERT_TRUE(message.has_value()) << message.error().detail;
  EXPECT_EQ(message->text, "7171 路灯不亮");
  EXPECT_EQ(message->account, "lin");
  EXPECT_EQ(message->id, "message/7000000000000000001") << "as it is known when it comes anew";
  EXPECT_TRUE(gateway_->read_again(letter, came).has_value()) << "the same one may be tried again";
  EXPECT_TRUE(desk_.messages.empty()) << "reading is not taking";
}

TEST_F(WecomAgain, AreNotReadWhileTheSignatureIsWrong) {
  const auto letter = kept_while(with_other_token(), client_.sealed(client_.text("lin", "路灯")));
  begin(with_other_token());
  EXPECT_NE(why(letter, now_).find("signature"), std::string::npos) << why(letter, now_);
  begin(settings());
  auto forged = letter;
  for (auto& [name, value] : forged.query) {
    if (name == "nonce") value += "1";
  }
  EXPECT_NE(why(forged, now_).find("signature"), std::string::npos) << why(forged, now_);
  WecomSettings none;
  begin(none);
  EXPECT_NE(why(letter, now_).find("not configured"), std::string::npos) << why(letter, now_);
}

TEST_F(WecomAgain, AreHeldAgainstTheTimeAtWhichTheyCame) {
  const auto request = client_.sealed(client_.text("lin", "路灯不亮"));
  now_ += std::chrono::hours(1);  // somebody kept it
  EXPECT_EQ(client_.post_raw(request).status, 403U);
  const auto letter = letters_.at(0);
  EXPECT_NE(why(letter, now_).find("timestamp"), std::string::npos) << why(letter, now_);
}

TEST_F(WecomAgain, StayWhereTheNonceHadBeenAnothers) {
  const auto query = plain_query();
  EXPECT_EQ(ask("POST", "/wechat/callback", query, plain_text("真的")).status, 200U);
  EXPECT_EQ(ask("POST", "/wechat/callback", query, plain_text("假的")).status, 403U);
  const auto letter = letters_.at(0);
  begin(settings());  // nothing is remembered of nonces
  EXPECT_NE(why(letter, now_).find("forgery"), std::string::npos) << why(letter, now_);
}

TEST_F(WecomAgain, OfOneNonceOnlyOneIsRead) {
  WechatSettings wrong{"wrong"};
  gateway_ =
      std::make_unique<Gateway>(GatewayParts{desk_,
                                             [this](intake::Letter letter, const auto& done) {
                                               letters_.push_back(std::move(letter));
                                               done(keeps_);
                                             },
                                             [this] { return now_; }},
                                settings(), wrong);
  handler_ = gateway_->handler();
  const auto query = plain_query();
  EXPECT_EQ(ask("POST", "/wechat/callback", query, plain_text("真的")).status, 403U);
  EXPECT_EQ(ask("POST", "/wechat/callback", query, plain_text("假的")).status, 403U);
  now_ += std::chrono::hours(48);
  EXPECT_EQ(ask("POST", "/wechat/callback", plain_query("n2"), plain_text("后来")).status, 403U);
  now_ -= std::chrono::hours(48);
  begin(settings());
  ASSERT_EQ(letters_.size(), 3U);
  EXPECT_EQ(gateway_->read_again(letters_[0], now_)->text, "真的");
  EXPECT_TRUE(gateway_->read_again(letters_[2], now_ + std::chrono::hours(48)).has_value());
  EXPECT_NE(why(letters_[1], now_).find("nonce"), std::string::npos) << why(letters_[1], now_);
}

TEST_F(WecomAgain, ThatHaveNoWordsOrNoMeaningSaySo) {
  EXPECT_EQ(client_.post_raw(client_.sealed("<xml>no message</xml>")).status, 400U);
  ASSERT_EQ(letters_.size(), 1U);
  EXPECT_EQ(gateway_->read_again(letters_[0], now_).error().fault, Fault::invalid);
  client_.post_raw(
      client_.sealed("<xml><ToUserName>a</ToUserName><FromUserName>lin</FromUserName>"
                     "<CreateTime>1700000000</CreateTime><MsgType>voice</MsgType>"
                     "<MediaId>m</MediaId><MsgId>5</MsgId></xml>"));
  ASSERT_EQ(letters_.size(), 2U);
  EXPECT_NE(why(letters_[1], now_).find("listen"), std::string::npos) << why(letters_[1], now_);
}

}  // namespace
}  // namespace adapters::wecom
