// The published vectors through the callbacks, as WeCom would send them.
#include <string>

#include <gtest/gtest.h>

#include "tests/support/places.hpp"
#include "tests/support/wecom_callbacks.hpp"

namespace adapters::wecom {
namespace {

class WecomGatewayVectors : public WecomGateway {
 protected:
  void SetUp() override {
    const auto folder = support::real_data("wecom");
    if (!folder) GTEST_SKIP() << "skipped: no real data";
    vectors_ = json::parse(support::contents(*folder / "vectors.json")).value();
  }
  const engine::schema::Value& sample(const char* name) const {
    return *vectors_.find("tencent_sample")->find(name);
  }
  static std::string text(const engine::schema::Value& value, const char* name) {
    return *value.find(name)->string();
  }
  http::Response post(const char* name, bool as_json) {
    const auto& vector = sample(name);
    now_ = engine::from_ms(std::stoll(text(vector, "timestamp")) * 1000);
    const std::string secret = text(vector, "encrypt");
    return ask("POST", "/wecom/callback",
               {{"msg_signature", text(vector, "msg_signature")},
                {"timestamp", text(vector, "timestamp")},
                {"nonce", text(vector, "nonce")}},
               as_json ? R"({"encrypt":")" + secret + "\"}"
                       : "<xml><Encrypt><![CDATA[" + secret + "]]></Encrypt></xml>");
  }
  engine::schema::Value vectors_;
};

TEST_F(WecomGatewayVectors, AllComeOutAsTheDocumentsSay) {
  const auto& check = sample("verify_url");
  const auto echo = ask("GET", "/wecom/callback",
                        {{"msg_signature", text(check, "msg_signature")},
                         {"timestamp", text(check, "timestamp")},
                         {"nonce", text(check, "nonce")},
                         {"echostr", text(check, "echostr")}});
  EXPECT_EQ(echo.status, 200U);
  EXPECT_EQ(echo.body, text(check, "expect_plain"));
  EXPECT_EQ(post("message", false).status, 200U);
  ASSERT_EQ(desk_.messages.size(), 1U);
  EXPECT_EQ(desk_.messages[0].account, "mycreate");
  EXPECT_EQ(desk_.messages[0].text, "hello");
  EXPECT_EQ(post("json_message_comment_NEGATIVE", true).status, 403U);
  begin(settings());
  EXPECT_EQ(post("json_message", true).status, 400U);
  EXPECT_EQ(desk_.messages.size(), 1U);
  ASSERT_EQ(letters_.size(), 2U);
  EXPECT_EQ(letters_[0].reason, intake::Reason::unverified);
  EXPECT_EQ(letters_[1].reason, intake::Reason::unreadable);
}

TEST_F(WecomGatewayVectors, ThePlainModeOfAnOfficialAccountIsTaken) {
  const auto& vector = *vectors_.find("mp_plain_mode");
  now_ = engine::from_ms(std::stoll(text(vector, "timestamp")) * 1000);
  const auto answer = ask("POST", "/wechat/callback",
                          {{"signature", text(vector, "expect_signature")},
                           {"timestamp", text(vector, "timestamp")},
                           {"nonce", text(vector, "nonce")}},
                          json::write(*vector.find("body")));
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, "success");
}

}  // namespace
}  // namespace adapters::wecom
