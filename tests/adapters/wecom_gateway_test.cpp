#include "adapters/wecom/gateway.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/wecom_callbacks.hpp"

namespace adapters::wecom {
namespace {

using chat::Heard;

TEST_F(WecomGateway, AnswersTheCheckOfItsAddress) {
  const auto answer = client_.check_address("1616140317555161061");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, "1616140317555161061");
  auto query = plain_query();
  query.emplace_back("echostr", "2222");
  EXPECT_EQ(ask("GET", "/wechat/callback", query).body, "2222");
  query[0].second = "forged";
  EXPECT_EQ(ask("GET", "/wechat/callback", query).status, 403U);
  EXPECT_EQ(ask("GET", "/wecom/callback", {}).status, 403U);
  EXPECT_TRUE(letters_.empty()) << "nobody said anything";
}

TEST_F(WecomGateway, GivesWhatIsSaidToTheDeskAndItsAnswerBack) {
  EXPECT_EQ(client_.say("lin", "7171 路灯不亮"), "已收到");
  ASSERT_EQ(desk_.messages.size(), 1U);
  const auto& message = desk_.messages.front();
  EXPECT_EQ(message.channel, "wecom");
  EXPECT_EQ(message.id, "message/7000000000000000001");
  EXPECT_EQ(message.account, "lin");
  EXPECT_EQ(message.group, "");
  EXPECT_EQ(message.text, "7171 路灯不亮");
  EXPECT_TRUE(message.called);
  EXPECT_EQ(message.said_at, now_);
  EXPECT_EQ(gateway_->wecom_traffic().taken.load(), 1U);
}

TEST_F(WecomGateway, AnswersARobotInAGroupInItsOwnForm) {
  EXPECT_EQ(client_.post(client_.sealed(client_.robot_text("lin", "c1", "@四和 路灯不亮"), true)),
            "已收到");
  ASSERT_EQ(desk_.messages.size(), 1U);
  EXPECT_EQ(desk_.messages[0].group, "c1");
  EXPECT_EQ(desk_.messages[0].text, "路灯不亮");
  EXPECT_TRUE(desk_.messages[0].called) << "a robot gets only what mentions it";
}

TEST_F(WecomGateway, AnswersAnOfficialAccountInPlainText) {
  const auto answer = ask("POST", "/wechat/callback", plain_query(), plain_text("路灯不亮"));
  EXPECT_EQ(answer.status, 200U);
  const auto reply = xml::parse(answer.body).value();
  EXPECT_EQ(reply.text_of("Content"), "已收到");
  EXPECT_EQ(reply.text_of("ToUserName"), "o9Ag");
  EXPECT_EQ(desk_.messages.at(0).channel, "wechat");
  desk_.says = {Heard::not_for_us, ""};
  EXPECT_EQ(ask("POST", "/wechat/callback", plain_query("n2"), plain_text("别的")).body, "success");
}

TEST_F(WecomGateway, GivesARepeatTheSameAnswerAgain) {
  const auto request = client_.sealed(client_.text("lin", "路灯不亮"));
  EXPECT_EQ(client_.post(request), "已收到");
  EXPECT_EQ(client_.post(request), "已收到") << "the very same request";
  EXPECT_EQ(client_.post(client_.sealed(client_.decrypted([&] {
    const auto begin = request.body.find("<Encrypt><![CDATA[") + 18;
    return request.body.substr(begin, request.body.find("]]", begin) - begin);
  }()))),
            "已收到")
      << "the same message in another request";
  for (const auto& each : desk_.messages) EXPECT_EQ(each.id, desk_.messages[0].id);
  EXPECT_EQ(gateway_->wecom_traffic().taken.load(), 1U);
  EXPECT_EQ(gateway_->wecom_traffic().repeats.load(), 2U);
}

TEST_F(WecomGateway, RefusesWhatDoesNotVerifyAndKeepsIt) {
  auto forged = client_.sealed(client_.text("lin", "路灯不亮"));
  forged.target.replace(forged.target.find("msg_signature=") + 14, 4, "0000");
  EXPECT_EQ(client_.post_raw(forged).status, 403U);
  const auto other = client_.sealed_with(client_.text("lin", "路灯不亮"), "wx0another", false);
  EXPECT_EQ(client_.post_raw(other).status, 403U);
  const auto kept = client_.sealed(client_.text("lin", "路灯不亮"));
  now_ += std::chrono::seconds(301);
  EXPECT_EQ(client_.post_raw(kept).status, 403U) << "a request that somebody kept";
  EXPECT_EQ(ask("POST", "/wecom/callback", {}, "x").status, 403U);
  EXPECT_TRUE(desk_.messages.empty());
  ASSERT_EQ(letters_.size(), 4U);
  EXPECT_EQ(letters_[0].reason, intake::Reason::unverified);
  EXPECT_EQ(letters_[0].channel, "wecom");
  EXPECT_EQ(letters_[0].body, forged.body);
  EXPECT_EQ(letters_[0].query.size(), 3U);
  EXPECT_EQ(gateway_->wecom_traffic().unverified.load(), 4U);
  keeps_ = intake::Held::full;
  EXPECT_EQ(client_.post_raw(forged).status, 403U) << "kept or not";
}

TEST_F(WecomGateway, RefusesANonceThatWasUsedForAnotherRequest) {
  EXPECT_EQ(ask("POST", "/wechat/callback", plain_query(), plain_text("一")).status, 200U);
  EXPECT_EQ(ask("POST", "/wechat/callback", plain_query(), plain_text("二")).status, 403U);
  EXPECT_EQ(desk_.messages.size(), 1U);
}

TEST_F(WecomGateway, RefusesWhatIsNoMessageAndKeepsIt) {
  for (const char* document : {"", "no XML", "<xml></xml>", "<xml><MsgType>text</MsgType></xml>"}) {
    EXPECT_EQ(client_.post_raw(client_.sealed(document)).status, 400U) << document;
  }
  ASSERT_EQ(letters_.size(), 4U);
  EXPECT_EQ(letters_[0].reason, intake::Reason::unreadable);
  keeps_ = intake::Held::later;
  EXPECT_EQ(client_.post_raw(client_.sealed("no XML")).status, 503U) << "it is to come again";
}

// The envelope is right and what lies in it is not.
TEST_F(WecomGateway, RefusesWrongPaddingAndWhatIsCutShort) {
  const auto post = [&](const std::string& secret) {
    return ask("POST", "/wecom/callback",
               {{"msg_signature", client_.signature("1700000000", "n", secret)},
                {"timestamp", "1700000000"},
                {"nonce", "n"}},
               "<xml><Encrypt>" + secret + "</Encrypt></xml>")
        .status;
  };
  const std::string secret = client_.encrypted(client_.text("lin", "路灯不亮"), settings().corp_id);
  EXPECT_EQ(post(secret), 200U);
  std::string cut = secret.substr(0, secret.size() - 44);
  EXPECT_EQ(post(cut), 400U);
  EXPECT_EQ(post(secret.substr(1)), 400U);
  std::string flipped = secret;
  flipped[flipped.size() - 6] = flipped[flipped.size() - 6] == 'A' ? 'B' : 'A';
  EXPECT_EQ(post(flipped), 400U);
  EXPECT_EQ(desk_.messages.size(), 1U);
}

TEST_F(WecomGateway, TakesNoMoreThanALetterHolds) {
  const auto answer = ask("POST", "/wecom/callback", {}, std::string(10 << 20, 'x'));
  EXPECT_EQ(answer.status, 413U);
  EXPECT_EQ(code(answer), "too_large");
  EXPECT_TRUE(letters_.empty());
}

TEST_F(WecomGateway, TellsAnewcomerWhatCanBeDoneAndSaysNothingToOtherEvents) {
  EXPECT_EQ(client_.post(client_.sealed(client_.event("lin", "subscribe"))), "已收到");
  EXPECT_EQ(desk_.messages.at(0).text, "帮助");
  EXPECT_EQ(client_.post(client_.sealed(client_.event("lin", "LOCATION"))), "");
  EXPECT_EQ(desk_.messages.size(), 1U);
}

TEST_F(WecomGateway, KeepsARecordingThatNobodyCanRead) {
  const std::string voice =
      "<xml><FromUserName>lin</FromUserName><CreateTime>1700000000</CreateTime><MsgType>voice"
      "</MsgType><MediaId>m1</MediaId><MsgId>5</MsgId></xml>";
  const auto reply = client_.post(client_.sealed(voice));
  ASSERT_TRUE(reply.has_value());
  EXPECT_NE(reply->find("转给工作人员"), std::string::npos);
  ASSERT_EQ(letters_.size(), 1U);
  EXPECT_EQ(letters_[0].reason, intake::Reason::unplaced);
  EXPECT_EQ(letters_[0].id, "message/5");
  EXPECT_NE(letters_[0].detail.find("m1"), std::string::npos);
}

TEST_F(WecomGateway, SaysLaterWhereTheDeskKeptNothing) {
  const auto request = client_.sealed(client_.text("lin", "路灯不亮"));
  desk_.says = {Heard::later, "系统忙"};
  const auto answer = client_.post_raw(request);
  EXPECT_EQ(answer.status, 503U);
  desk_.says = {Heard::answered, "已收到"};
  EXPECT_TRUE(client_.post(request).has_value()) << "WeCom sends it again";
  EXPECT_EQ(gateway_->wecom_traffic().failed.load(), 1U);
}

TEST_F(WecomGateway, AnswersInTimeAlsoIfTheDeskDoesNot) {
  begin(settings(), std::chrono::milliseconds(1));
  const auto request = client_.sealed(client_.text("lin", "路灯不亮"));
  desk_.holds = true;
  EXPECT_EQ(client_.post_raw(request).status, 503U);
  desk_.held.at(0)({Heard::answered, "已收到"});
  desk_.holds = false;
  desk_.says = {Heard::repeat, "已收到"};
  EXPECT_EQ(client_.post(request), "已收到") << "who asks again is told";
}

TEST_F(WecomGateway, AnswersWhatWaitsAtItsEnd) {
  desk_.holds = true;
  std::optional<unsigned> status;
  const auto request = client_.sealed(client_.text("lin", "路灯不亮"));
  http::Request raw;
  raw.method = "POST";
  raw.path = "/wechat/callback";
  raw.query = plain_query();
  raw.body = plain_text("路灯不亮");
  handler_(raw, [&](const http::Response& response) { status = response.status; });
  EXPECT_FALSE(status.has_value());
  gateway_->stop();
  EXPECT_EQ(status, 503U);
  EXPECT_EQ(client_.post_raw(request).status, 503U);
}

TEST_F(WecomGateway, SaysWhatIsWrongWithItsSettingsAndLeavesTheOtherAlone) {
  auto wrong = settings();
  wrong.encoding_aes_key = "too short";
  begin(wrong);
  EXPECT_NE(gateway_->wecom_traffic().trouble().find("43"), std::string::npos);
  EXPECT_EQ(client_.post_raw(client_.sealed(client_.text("lin", "一"))).status, 503U);
  EXPECT_EQ(gateway_->wechat_traffic().trouble(), "");
  EXPECT_EQ(ask("POST", "/wechat/callback", plain_query(), plain_text("一")).status, 200U);
  begin({});
  EXPECT_FALSE(gateway_->has_wecom());
  EXPECT_EQ(client_.post_raw(client_.sealed(client_.text("lin", "一"))).status, 404U);
  EXPECT_EQ(ask("PUT", "/wechat/callback", {}).status, 405U);
  EXPECT_EQ(ask("GET", "/elsewhere", {}).status, 404U);
}

TEST_F(WecomGateway, TakesEveryMessageFiveTimesInAnyOrder) {
  std::vector<support::WecomRequest> requests;
  for (int i = 0; i < 20; ++i) {
    requests.push_back(client_.sealed(client_.text("lin", "路灯" + std::to_string(i))));
  }
  const auto replies = client_.post_all(requests, 5, 71);
  EXPECT_EQ(replies.size(), 100U);
  for (const auto& [at, reply] : replies) EXPECT_EQ(reply, "已收到") << at;
  EXPECT_EQ(gateway_->wecom_traffic().taken.load(), 20U);
  EXPECT_EQ(gateway_->wecom_traffic().repeats.load(), 80U);
}

}  // namespace
}  // namespace adapters::wecom
