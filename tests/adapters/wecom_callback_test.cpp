#include "adapters/wecom/callback.hpp"

#include <string>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "adapters/signing/signing.hpp"
#include "adapters/xml/xml.hpp"

namespace adapters::wecom {
namespace {

const std::string salt = "0123456789abcdef";
const engine::Instant now = engine::from_ms(1'700'000'000'000);

class WecomCallback : public ::testing::Test {
 protected:
  Query query(const std::string& encrypted, const std::string& nonce = "n1",
              const std::string& time = "1700000000") const {
    return {{"msg_signature", signature_of({account_.token, time, nonce, encrypted})},
            {"timestamp", time},
            {"nonce", nonce}};
  }

  Outcome<Opened> post(const std::string& message, const std::string& nonce = "n1",
                       const std::string& time = "1700000000") {
    const std::string encrypted = encrypt(account_, message, salt);
    return open(account_, guard_, now, query(encrypted, nonce, time),
                "<xml><ToUserName>" + xml::cdata("ww0ouhai") + "</ToUserName><Encrypt>" +
                    xml::cdata(encrypted) + "</Encrypt></xml>");
  }

  static std::string text(const std::string& content) {
    return "<xml><FromUserName>lin</FromUserName><CreateTime>1700000000</CreateTime>"
           "<MsgType>text</MsgType><Content>" +
           xml::cdata(content) + "</Content><MsgId>77</MsgId></xml>";
  }

  Account account_ =
      make_account("liaison", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "ww0ouhai").value();
  ReplayGuard guard_{std::chrono::seconds(300), 4};
};

TEST_F(WecomCallback, AnswersTheUrlCheckWithTheEchoAsItIs) {
  const std::string echo = encrypt(account_, "1616140317555161061", salt);
  auto asked = query(echo, "n1", "1409659589");
  asked.emplace_back("echostr", echo);
  EXPECT_EQ(check_url(account_, asked).value(), "1616140317555161061");
  asked.emplace_back("nonce", "n1");
  EXPECT_EQ(check_url(account_, asked).error().flaw, Flaw::signature) << "a parameter given twice";
  EXPECT_EQ(check_url(account_, {}).error().flaw, Flaw::signature);
}

TEST_F(WecomCallback, OpensWhatIsSignedOfNowAndNew) {
  const auto opened = post(text("7171 路灯不亮"));
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->message.text, "7171 路灯不亮");
  EXPECT_EQ(opened->message.notation, Notation::xml);
  EXPECT_FALSE(opened->repeat);
}

TEST_F(WecomCallback, TellsARepeatFromAnotherRequestWithItsNonce) {
  ASSERT_TRUE(post(text("一")));
  EXPECT_TRUE(post(text("一"))->repeat);
  EXPECT_EQ(post(text("二")).error().flaw, Flaw::reused);
  EXPECT_FALSE(post(text("一"), "n2")->repeat) << "the guard knows requests, not messages";
}

TEST_F(WecomCallback, TakesARequestAnewThatWasNotDealtWith) {
  ASSERT_TRUE(post(text("一")));
  forget(guard_, {{"timestamp", "1700000000"}, {"nonce", "n1"}});
  EXPECT_FALSE(post(text("一"))->repeat);
}

TEST_F(WecomCallback, RefusesWhatIsNotOfNow) {
  EXPECT_TRUE(post(text("一"), "a", "1699999700"));
  EXPECT_TRUE(post(text("一"), "b", "1700000300"));
  for (const char* time :
       {"1699999699", "1700000301", "", "now", "-1", "1700000000 ", "99999999999999999999999"}) {
    const auto opened = post(text("一"), "c", time);
    ASSERT_FALSE(opened) << time;
    EXPECT_EQ(opened.error().flaw, *time == '\0' ? Flaw::signature : Flaw::stale) << time;
  }
}

TEST_F(WecomCallback, RemembersNoMoreThanItMay) {
  for (const char* nonce : {"a", "b", "c", "d"}) ASSERT_TRUE(post(text("一"), nonce));
  EXPECT_EQ(post(text("一"), "e").error().flaw, Flaw::busy);
  EXPECT_TRUE(post(text("一"), "a")->repeat);
  EXPECT_EQ(guard_.take(now + std::chrono::seconds(600), "1700000600", "a", ""), Seen::full);
  EXPECT_EQ(guard_.take(now + std::chrono::seconds(601), "1700000601", "a", ""), Seen::fresh);
  EXPECT_EQ(guard_.remembered(), 1U);
  EXPECT_EQ(post(text("一"), std::string(129, 'n')).error().flaw, Flaw::reused);
}

TEST_F(WecomCallback, RefusesABodyWithoutACiphertext) {
  const auto flaw = [&](const std::string& body) {
    return open(account_, guard_, now, query(""), body).error().flaw;
  };
  EXPECT_EQ(flaw(""), Flaw::document);
  EXPECT_EQ(flaw("{}"), Flaw::document);
  EXPECT_EQ(flaw("[]"), Flaw::document);
  EXPECT_EQ(flaw("<xml><Encrypt/></xml>"), Flaw::document);
  EXPECT_EQ(flaw("<other><Encrypt>x</Encrypt></other>"), Flaw::document);
  EXPECT_EQ(flaw("<!DOCTYPE xml [<!ENTITY a 'b'>]><xml><Encrypt>&a;</Encrypt></xml>"),
            Flaw::document);
  EXPECT_EQ(flaw("<xml><Encrypt>" + std::string(300'000, 'A') + "</Encrypt></xml>"),
            Flaw::document);
  EXPECT_EQ(guard_.remembered(), 0U) << "what is not verified takes no room";
}

TEST_F(WecomCallback, OpensJsonAndAnswersInIt) {
  const std::string encrypted = encrypt(
      account_,
      R"({"msgid":"m1","aibotid":"bot","chatid":"c","chattype":"group","from":{"userid":"lin"},)"
      R"("msgtype":"text","text":{"content":"@7171 路灯不亮"}})",
      salt);
  const auto opened = open(account_, guard_, now, query(encrypted),
                           json::write(engine::schema::Object{{"encrypt", encrypted}}));
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->message.notation, Notation::json);
  EXPECT_TRUE(opened->message.robot);
  const auto reply = json::parse(reply_to(opened->message, "已收到", 1)).value();
  EXPECT_EQ(*reply.find("msgtype")->string(), "stream");
  EXPECT_EQ(*reply.find("stream")->find("content")->string(), "已收到");

  const auto sealed =
      json::parse(sealed_reply(account_, Notation::json, "hi", "1700000001", "n9", salt)).value();
  EXPECT_EQ(sealed.find("timestamp")->it, engine::schema::Value(1700000001).it);
  EXPECT_EQ(unseal(account_, {*sealed.find("msgsignature")->string(), "1700000001", "n9"},
                   *sealed.find("encrypt")->string())
                .value(),
            "hi");
}

TEST_F(WecomCallback, SealsAReplyThatTheOtherSideCanOpen) {
  const auto opened = post(text("帮助"));
  ASSERT_TRUE(opened);
  const std::string reply = reply_to(opened->message, "]]>您好", 1700000001);
  const auto root =
      xml::parse(sealed_reply(account_, Notation::xml, reply, "1700000001", "n9", salt)).value();
  EXPECT_EQ(root.text_of("TimeStamp"), "1700000001");
  EXPECT_EQ(root.text_of("Nonce"), "n9");
  const auto plain =
      unseal(account_, {root.text_of("MsgSignature"), "1700000001", "n9"}, root.text_of("Encrypt"))
          .value();
  const auto message = xml::parse(plain).value();
  EXPECT_EQ(message.text_of("ToUserName"), "lin");
  EXPECT_EQ(message.text_of("MsgType"), "text");
  EXPECT_EQ(message.text_of("CreateTime"), "1700000001");
  EXPECT_EQ(message.text_of("Content"), "]]>您好");
}

TEST_F(WecomCallback, TakesAPlainAccountByTheSignatureOfItsQuery) {
  const Query query{{"signature", signature_of({"tok", "1700000000", "n"})},
                    {"timestamp", "1700000000"},
                    {"nonce", "n"},
                    {"echostr", "2222"}};
  EXPECT_EQ(check_plain_url("tok", query).value(), "2222");
  EXPECT_EQ(check_plain_url("other", query).error().flaw, Flaw::signature);
  const auto opened = open_plain("tok", guard_, now, query, text("路灯不亮"));
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->message.text, "路灯不亮");
  EXPECT_TRUE(open_plain("tok", guard_, now, query, text("路灯不亮"))->repeat);
  EXPECT_EQ(open_plain("tok", guard_, now, query, text("别的")).error().flaw, Flaw::reused);
  EXPECT_EQ(open_plain("other", guard_, now, query, text("一")).error().flaw, Flaw::signature);
}

}  // namespace
}  // namespace adapters::wecom
