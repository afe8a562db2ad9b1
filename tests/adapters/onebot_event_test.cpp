#include "adapters/onebot/event.hpp"

#include <string>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "adapters/onebot/access.hpp"
#include "adapters/onebot/action.hpp"

namespace adapters::onebot {
namespace {

using engine::schema::Value;

// A group message whose members can be replaced: of repeated ones the last counts.
std::string group(const std::string& more = "") {
  return R"({"post_type":"message","message_type":"group","sub_type":"normal","time":1700000000,)"
         R"("self_id":10001,"group_id":123456,"user_id":20002,"message_id":-1906321,)"
         R"("message":"[CQ:at,qq=10001] 路灯不亮","sender":{"nickname":"林","card":"","role":)"
         R"("member"})" +
         (more.empty() ? "" : "," + more) + "}";
}

TEST(OnebotEvent, ReadsAGroupMessage) {
  const auto event = read_event(group()).value();
  EXPECT_EQ(event.post, Post::message);
  EXPECT_EQ(event.kind, "group");
  EXPECT_EQ(event.self_id, "10001");
  EXPECT_EQ(event.group_id, "123456");
  EXPECT_EQ(event.user_id, "20002");
  EXPECT_EQ(event.message_id, "-1906321") << "ids may be negative";
  EXPECT_EQ(event.time, 1700000000);
  EXPECT_EQ(event.name, "林");
  EXPECT_EQ(plain_text(event.message), " 路灯不亮");
  EXPECT_FALSE(event.anonymous);
  EXPECT_TRUE(calls_us(event));
}

TEST(OnebotEvent, IsCalledByItsOwnAccountOnly) {
  EXPECT_FALSE(calls_us(read_event(group(R"("message":"[CQ:at,qq=all] a")")).value()));
  EXPECT_FALSE(calls_us(read_event(group(R"("message":"[CQ:at,qq=1] a")")).value()));
  EXPECT_FALSE(calls_us(read_event(group(R"("message":"@10001 a")")).value()));
  EXPECT_TRUE(
      calls_us(read_event(group(R"("message":[{"type":"at","data":{"qq":10001}}])")).value()));
}

TEST(OnebotEvent, TakesIdsAsTextAndTheLastOfRepeatedMembers) {
  const auto event = read_event(group(R"("group_id":"-5","group_id":"7","user_id":1)")).value();
  EXPECT_EQ(event.group_id, "7");
  EXPECT_EQ(event.user_id, "1");
}

TEST(OnebotEvent, FallsBackToTheRawMessage) {
  EXPECT_EQ(plain_text(read_event(group(R"("message":[],"raw_message":"a&amp;b")"))->message),
            "a&b");
}

TEST(OnebotEvent, TellsMessagesWithOneIdApartAndKnowsARepeat) {
  const auto identity = [](const std::string& more) {
    return identity_of(read_event(group(more)).value());
  };
  const std::string first = identity("");
  EXPECT_EQ(identity(""), first);
  EXPECT_EQ(identity(R"("time":1700000009,"font":1)"), first) << "the same, sent again";
  EXPECT_NE(identity(R"("message_id":1906321)"), first);
  EXPECT_NE(identity(R"("group_id":7)"), first);
  EXPECT_NE(identity(R"("self_id":7)"), first);
  EXPECT_NE(identity(R"("user_id":7)"), first);
  EXPECT_NE(identity(R"("message":"别的")"), first) << "an id that was given anew";
}

TEST(OnebotEvent, ReadsSignsOfLifeAndLeavesThemAlone) {
  const auto beat =
      read_event(R"({"post_type":"meta_event","meta_event_type":"heartbeat","self_id":1,"time":2,)"
                 R"("status":{"online":true},"interval":5000})")
          .value();
  EXPECT_EQ(beat.post, Post::meta);
  EXPECT_EQ(beat.kind, "heartbeat");
  EXPECT_EQ(read_event(group(R"("post_type":"message_sent")"))->post, Post::message_sent);
  EXPECT_EQ(read_event(R"({"post_type":"notice","notice_type":"group_recall"})")->kind,
            "group_recall");
  EXPECT_EQ(read_event(R"({"post_type":"something"})")->post, Post::other);
}

TEST(OnebotEvent, RefusesAMessageThatLacksWhatItMustHave) {
  for (const char* more :
       {R"("user_id":null)", R"("message_id":"x")", R"("message_id":1.5)", R"("message":null)",
        R"("group_id":null)", R"("message_type":"guild")", R"("message":{"type":7})",
        R"("message_id":"123456789012345678901")", R"("user_id":"--1")"}) {
    const auto event = read_event(group(more));
    ASSERT_FALSE(event) << more;
    EXPECT_FALSE(event.error().detail.empty()) << more;
  }
  for (const char* document : {"", "[]", "{}", R"({"post_type":7.5})", "{\"a\":"}) {
    EXPECT_FALSE(read_event(document)) << document;
  }
}

TEST(OnebotEvent, ToldToAGroupMayHaveNoSegments) {
  EXPECT_TRUE(read_event(group(R"("message":"")"))->message.empty());
  EXPECT_TRUE(read_event(group(R"("message":[])"))->message.empty());
  EXPECT_FALSE(read_event(group(R"("message_type":"private","message":"")")));
}

TEST(OnebotAction, RepliesWithTextInWhichNothingIsACode) {
  const auto reply = json::parse(quick_reply("编号 1 [CQ:at,qq=all]")).value();
  EXPECT_EQ(*reply.find("reply")->string(), "编号 1 [CQ:at,qq=all]");
  EXPECT_EQ(*reply.find("auto_escape"), Value(true));
}

TEST(OnebotAction, SaysATextInAGroupOrToAPerson) {
  EXPECT_EQ(frame_of(saying("123456", "20002", "收到").value(), "e1"),
            R"({"action":"send_group_msg","params":{"group_id":123456,"message":[{"type":"at",)"
            R"("data":{"qq":"20002"}},{"type":"text","data":{"text":" 收到"}}]},"echo":"e1"})");
  EXPECT_EQ(frame_of(saying("", "20002", "收到").value(), "e2"),
            R"({"action":"send_private_msg","params":{"user_id":20002,"message":[{"type":"text",)"
            R"("data":{"text":"收到"}}]},"echo":"e2"})");
  EXPECT_EQ(frame_of(saying("-7", "", "a").value(), "e3"),
            R"({"action":"send_group_msg","params":{"group_id":-7,"message":[{"type":"text",)"
            R"("data":{"text":"a"}}]},"echo":"e3"})");
  EXPECT_FALSE(saying("seven", "", "a"));
  EXPECT_FALSE(saying("", "", "a"));
}

TEST(OnebotAction, ReadsWhatCameOfIt) {
  const auto read = [](const char* text) { return read_outcome(read_json(text).value()); };
  const auto done =
      read(R"({"status":"ok","retcode":0,"data":{"message_id":-12},"message":"","echo":"e1"})");
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->done);
  EXPECT_EQ(done->message_id, "-12");
  EXPECT_EQ(done->echo, "e1");
  const auto failed = read(R"({"status":"failed","retcode":1404,"data":null,"echo":"e2"})");
  ASSERT_TRUE(failed);
  EXPECT_FALSE(failed->done);
  EXPECT_EQ(failed->retcode, 1404);
  EXPECT_EQ(failed->wording, "");
  EXPECT_EQ(read(R"({"status":"failed","retcode":100,"msg":"禁言"})")->wording, "禁言");
  EXPECT_TRUE(read(R"({"status":"async","retcode":1,"data":null})")->done);
  EXPECT_FALSE(read(R"({"post_type":"meta_event","status":"ok"})"));
  EXPECT_FALSE(read("[]"));
}

TEST(OnebotAccess, TakesASignatureOfTheVeryBodyOnly) {
  // HMAC-SHA1("key", "The quick brown fox jumps over the lazy dog"), widely published.
  const std::string body = "The quick brown fox jumps over the lazy dog";
  const std::string right = "sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9";
  EXPECT_EQ(judge_signature("key", true, right, body), Access::granted);
  EXPECT_EQ(judge_signature("key", true, right, body + " "), Access::wrong);
  EXPECT_EQ(judge_signature("Key", true, right, body), Access::wrong);
  EXPECT_EQ(judge_signature("key", true, right.substr(5), body), Access::wrong);
  EXPECT_EQ(judge_signature("key", true, "", body), Access::missing);
  EXPECT_EQ(judge_signature("key", false, "", body), Access::granted);
  EXPECT_EQ(judge_signature("key", false, right, body + " "), Access::wrong);
  EXPECT_EQ(judge_signature("", true, right, body), Access::missing);
  EXPECT_EQ(judge_signature("", false, "", body), Access::granted);
}

TEST(OnebotAccess, TakesABearerTokenAndKnowsTheRoles) {
  EXPECT_EQ(judge_authorization("t", "Bearer t"), Access::granted);
  EXPECT_EQ(judge_authorization("t", "bearer t"), Access::granted);
  EXPECT_EQ(judge_authorization("t", "Token t"), Access::granted);
  EXPECT_EQ(judge_authorization("t", ""), Access::missing);
  for (const char* header : {"Bearer x", "Bearer", "Bearer tt", "Basic t", "t"}) {
    EXPECT_EQ(judge_authorization("t", header), Access::wrong) << header;
  }
  EXPECT_EQ(judge_authorization("", "Bearer "), Access::wrong) << "none is configured";
  EXPECT_EQ(role_of("API"), Role::api);
  EXPECT_EQ(role_of("Event"), Role::event);
  EXPECT_EQ(role_of("Universal"), Role::universal);
  EXPECT_EQ(role_of("universal2"), Role::none);
  EXPECT_EQ(role_of(""), Role::none);
}

}  // namespace
}  // namespace adapters::onebot
