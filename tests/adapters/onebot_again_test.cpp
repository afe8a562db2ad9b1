// Letters of OneBot's POSTs and frames, read again by today's settings.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "adapters/onebot/gateway.hpp"
#include "adapters/onebot/letters.hpp"
#include "adapters/signing/signing.hpp"
#include "tests/support/fake_chat_desk.hpp"

namespace adapters::onebot {
namespace {

using intake::Reason;

const std::string event =
    R"({"post_type":"message","message_type":"group","sub_type":"normal","time":1700000000,)"
    R"("group_id":123456,"user_id":20002,"message_id":-1906321,)"
    R"("message":"[CQ:at,qq=10001] 路灯不亮","sender":{"nickname":"林"}})";

class OnebotAgain : public ::testing::Test {
 protected:
  void configure(const std::string& secret, bool require_signature = true) {
    Config config;
    config.secret = secret;
    config.require_signature = require_signature;
    gateway_ = std::make_unique<Gateway>(config, desk_, letters_.hold());
  }
  // What a POST leaves behind that is signed by that secret; "": not at all.
  intake::Letter kept(const std::string& secret) {
    http::Request request{"POST", "/onebot", {}, {{"X-Self-ID", "10001"}}, event, ""};
    if (!secret.empty()) {
      request.headers.emplace_back("X-Signature", "sha1=" + signing::hmac_sha1_hex(secret, event));
    }
    gateway_->handle(request, [](const http::Response&) {});
    return letters_.letters().back();
  }
  std::string why(const intake::Letter& letter) {
    const auto read = gateway_->read_again(letter);
    return read ? "it was read" : read.error().detail;
  }

  support::FakeChatDesk desk_;
  support::FakeIntake letters_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(OnebotAgain, AreReadOnceTheSecretIsRight) {
  configure("wrong");
  const auto letter = kept("right");
  ASSERT_EQ(letter.reason, Reason::unverified);
  EXPECT_NE(why(letter).find("not that of the body"), std::string::npos) << why(letter);
  configure("right");
  const auto message = gateway_->read_again(letter);
  ASSERT_TRUE(message.has_value()) << message.error().detail;
  EXPECT_EQ(message->channel, "qq");
  EXPECT_EQ(message->group, "123456");
  EXPECT_EQ(message->text, "路灯不亮");
  EXPECT_TRUE(message->called) << "the account is known from the header";
  EXPECT_TRUE(desk_.messages().empty()) << "reading is not taking";
  auto changed = letter;
  changed.body.replace(changed.body.find("路灯"), 6, "水管");
  EXPECT_NE(why(changed).find("not that of the body"), std::string::npos) << why(changed);
}

TEST_F(OnebotAgain, NeedASignatureEvenWhereNoneIsRequiredAnyMore) {
  configure("right");
  const auto letter = kept("");
  configure("right", false);
  EXPECT_NE(why(letter).find("missing"), std::string::npos) << why(letter);
  configure("", false);
  EXPECT_NE(why(letter).find("no secret"), std::string::npos) << why(letter);
}

TEST_F(OnebotAgain, CannotPassForFramesOfASocketThatWasLetIn) {
  configure("right");
  auto letter = kept("");
  letter.path = "/onebot/ws";
  EXPECT_NE(why(letter).find("missing"), std::string::npos) << why(letter);
}

TEST_F(OnebotAgain, ThatAreFramesNeedNoSignature) {
  configure("right");
  const auto frame = letter_of(event, "10001", "it could not be read");
  EXPECT_EQ(gateway_->read_again(frame).value().text, "路灯不亮");
  EXPECT_NE(why(letter_of(R"({"post_type":"message"})", "10001", "")), "it was read");
  EXPECT_NE(why(letter_of(R"({"post_type":"notice"})", "10001", "")).find("nothing to record"),
            std::string::npos);
}

}  // namespace
}  // namespace adapters::onebot
