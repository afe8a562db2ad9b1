// The published vectors and samples: they are read where they lie, not copied.
#include <string>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "adapters/wecom/callback.hpp"
#include "adapters/xml/xml.hpp"
#include "tests/support/places.hpp"

namespace adapters::wecom {
namespace {

using engine::schema::Value;

class WecomVectors : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = support::real_data("wecom");
    if (!folder) GTEST_SKIP() << "skipped: no real data";
    folder_ = *folder;
    vectors_ = json::parse(support::contents(folder_ / "vectors.json")).value();
  }

  static std::string text(const Value& value, std::string_view name) {
    const Value* found = value.find(name);
    return found == nullptr || found->string() == nullptr ? "" : *found->string();
  }
  const Value& sample() const { return *vectors_.find("tencent_sample"); }
  Account account() const {
    return make_account(text(sample(), "token"), text(sample(), "encodingAESKey"),
                        text(sample(), "corpId"))
        .value();
  }
  static Query query_of(const Value& vector) {
    return {{"msg_signature", text(vector, "msg_signature")},
            {"timestamp", text(vector, "timestamp")},
            {"nonce", text(vector, "nonce")},
            {"echostr", text(vector, "echostr")}};
  }
  static engine::Instant time_of(const Value& vector) {
    return engine::from_ms(std::stoll(text(vector, "timestamp")) * 1000);
  }
  Outcome<std::string> plain(const Value& vector) const {
    const Query query = query_of(vector);
    return unseal(account(), {query[0].second, query[1].second, query[2].second},
                  text(vector, "encrypt"));
  }
  Outcome<Opened> post(const Value& vector, const Account& by, bool as_json) const {
    ReplayGuard guard;
    const std::string encrypted = text(vector, "encrypt");
    const std::string body =
        as_json ? "{\"tousername\":\"x\",\"encrypt\":\"" + encrypted + "\",\"agentid\":\"218\"}"
                : "<xml><ToUserName><![CDATA[x]]></ToUserName><Encrypt><![CDATA[" + encrypted +
                      "]]></Encrypt><AgentID><![CDATA[218]]></AgentID></xml>";
    return open(by, guard, time_of(vector), query_of(vector), body);
  }

  std::filesystem::path folder_;
  Value vectors_;
};

TEST_F(WecomVectors, UrlCheckGivesTheEcho) {
  const Value& vector = *sample().find("verify_url");
  EXPECT_EQ(check_url(account(), query_of(vector)).value(), text(vector, "expect_plain"));
}

TEST_F(WecomVectors, MessageIsOpenedAndRead) {
  const Value& vector = *sample().find("message");
  EXPECT_EQ(plain(vector).value(), text(vector, "expect_plain"));
  const auto opened = post(vector, account(), false);
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->message.from, "mycreate");
  EXPECT_EQ(opened->message.text, "hello");
  EXPECT_EQ(opened->message.id, "4561255354251345929");
  EXPECT_EQ(opened->message.agent, "218");
  EXPECT_EQ(opened->message.created_at, 1409659813);
}

TEST_F(WecomVectors, MessageForAnotherReceiverIsRefused) {
  auto other = account();
  other.receiver = "wx0another";
  EXPECT_EQ(post(*sample().find("message"), other, false).error().flaw, Flaw::receiver);
}

TEST_F(WecomVectors, MalformedJsonIsOpenedButNotRead) {
  const Value& vector = *sample().find("json_message");
  EXPECT_EQ(plain(vector).value(), text(vector, "expect_plain"));
  EXPECT_EQ(post(vector, account(), true).error().flaw, Flaw::document);
}

TEST_F(WecomVectors, WrongSignatureIsRefused) {
  const Value& vector = *sample().find("json_message_comment_NEGATIVE");
  EXPECT_EQ(post(vector, account(), true).error().flaw, Flaw::signature);
  EXPECT_EQ(static_cast<int>(Flaw::signature), -40001);
}

TEST_F(WecomVectors, PlainModeOfAnOfficialAccountIsTaken) {
  const Value& vector = *vectors_.find("mp_plain_mode");
  const std::string time = text(vector, "timestamp");
  const std::string nonce = text(vector, "nonce");
  EXPECT_EQ(signature_of({text(vector, "token"), time, nonce}), text(vector, "expect_signature"));
  ReplayGuard guard;
  const Query query{
      {"signature", text(vector, "expect_signature")}, {"timestamp", time}, {"nonce", nonce}};
  const auto opened = open_plain(text(vector, "token"), guard, time_of(vector), query,
                                 json::write(*vector.find("body")));
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->message.event, "debug_demo");
  EXPECT_EQ(identity_of(opened->message), "event/o9AgO5Kd5ggOC-bXrbNODIiE3bGY/1714037059");
}

TEST_F(WecomVectors, SampleMessagesAreRead) {
  const auto read = [&](const char* file) {
    return read_message(support::contents(folder_ / file)).value();
  };
  const auto robot = read("plain_aibot_group_text.json");
  EXPECT_EQ(robot.text, "@RobotA hello robot");
  EXPECT_EQ(robot.chat, "CHATID");
  EXPECT_EQ(robot.from, "USERID");
  EXPECT_EQ(identity_of(robot), "message/CAIQ16HMjQYY/NGagIOAgAMgq4KM0AI=");
  const auto event = read("plain_event_msgaudit_notify.xml");
  EXPECT_EQ(event.event, "msgaudit_notify");
  EXPECT_EQ(identity_of(event), "event/sys/1629101687");
  const auto image = read("plain_image.xml");
  EXPECT_EQ(image.kind, Kind::image);
  EXPECT_EQ(image.pictures, std::vector<std::string>{"this is a url"});
  EXPECT_EQ(image.media_id, "media_id");
  const auto official = read("plain_mp_text_real_headers.xml");
  EXPECT_EQ(official.text, "测试文字");
  EXPECT_EQ(official.id, "5836982729904121631");
  const auto text = read("plain_text.xml");
  EXPECT_EQ(text.text, "this is a test");
  EXPECT_EQ(text.created_at, 1348831860);
}

TEST_F(WecomVectors, ReplyIsTheDocumentedOne) {
  Message message;
  message.from = "toUser";
  message.to = "fromUser";
  const auto ours = xml::parse(reply_to(message, "this is a test", 1348831860)).value();
  const auto theirs =
      xml::parse(support::contents(folder_ / "plain_passive_reply_text.xml")).value();
  ASSERT_EQ(ours.children.size(), theirs.children.size());
  for (const auto& child : theirs.children) {
    EXPECT_EQ(ours.text_of(child.name), child.text) << child.name;
  }
}

}  // namespace
}  // namespace adapters::wecom
