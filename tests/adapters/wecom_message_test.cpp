#include "adapters/wecom/message.hpp"

#include <string>

#include <gtest/gtest.h>

#include "adapters/wecom/inbound.hpp"

namespace adapters::wecom {
namespace {

std::string flat(const std::string& members) {
  return "<xml><ToUserName><![CDATA[ww0]]></ToUserName><FromUserName><![CDATA[lin]]>"
         "</FromUserName><CreateTime>1700000000</CreateTime>" +
         members + "</xml>";
}

Flaw flaw_of(const std::string& document) {
  const auto read = read_message(document);
  return read ? Flaw{} : read.error().flaw;
}

TEST(WecomMessage, ReadsWhatWasWritten) {
  const auto message = read_message(flat("<MsgType><![CDATA[text]]></MsgType><Content>"
                                         "<![CDATA[ a<b & \n水 ]]></Content>"
                                         "<MsgId>4561255354251345929</MsgId><AgentID>1</AgentID>"))
                           .value();
  EXPECT_EQ(message.kind, Kind::text);
  EXPECT_EQ(message.to, "ww0");
  EXPECT_EQ(message.from, "lin");
  EXPECT_EQ(message.created_at, 1700000000);
  EXPECT_EQ(message.text, " a<b & \n水 ");
  EXPECT_EQ(message.id, "4561255354251345929");
  EXPECT_EQ(message.agent, "1");
  EXPECT_EQ(identity_of(message), "message/4561255354251345929");
}

TEST(WecomMessage, ReadsAPlaceInDegreesAndNothingElse) {
  const auto at = [](const std::string& x, const std::string& y) {
    return flat("<MsgType>location</MsgType><Location_X>" + x + "</Location_X><Location_Y>" + y +
                "</Location_Y><Scale>20</Scale><Label><![CDATA[南堡村]]></Label><MsgId>1</MsgId>");
  };
  const auto message = read_message(at("27.99", "120.66")).value();
  ASSERT_TRUE(message.place);
  EXPECT_DOUBLE_EQ(message.place->latitude, 27.99);
  EXPECT_DOUBLE_EQ(message.place->longitude, 120.66);
  EXPECT_EQ(message.place->label, "南堡村");
  for (const char* bad : {"", "91", "-90.1", "nan", "1e999", "27,9", " 27"}) {
    EXPECT_EQ(flaw_of(at(bad, "120")), Flaw::document) << bad;
  }
  EXPECT_EQ(flaw_of(at("27", "180.5")), Flaw::document);
}

TEST(WecomMessage, ReadsPicturesVoicesAndLinks) {
  const auto image = read_message(flat("<MsgType>image</MsgType><PicUrl>https://a/b.jpg</PicUrl>"
                                       "<MediaId>m</MediaId><MsgId>2</MsgId>"))
                         .value();
  EXPECT_EQ(image.kind, Kind::image);
  EXPECT_EQ(image.pictures, std::vector<std::string>{"https://a/b.jpg"});
  const auto voice = read_message(flat("<MsgType>voice</MsgType><MediaId>m</MediaId><Format>amr"
                                       "</Format><Recognition>路灯坏了</Recognition><MsgId>3"
                                       "</MsgId>"))
                         .value();
  EXPECT_EQ(voice.kind, Kind::voice);
  EXPECT_EQ(voice.media_id, "m");
  EXPECT_EQ(voice.text, "路灯坏了");
  const auto link = read_message(flat("<MsgType>link</MsgType><Title>标题</Title><Description>内容"
                                      "</Description><Url>https://a/</Url><PicUrl>https://a/p"
                                      "</PicUrl><MsgId>4</MsgId>"))
                        .value();
  EXPECT_EQ(link.kind, Kind::link);
  EXPECT_EQ(link.text, "标题\n内容");
  EXPECT_EQ(link.url, "https://a/");
}

TEST(WecomMessage, KnowsAnEventByWhoAndWhen) {
  const std::string document =
      flat("<MsgType>event</MsgType><Event>enter_agent</Event><EventKey/><AgentID>1</AgentID>");
  const auto event = read_message(document).value();
  EXPECT_EQ(event.kind, Kind::event);
  EXPECT_EQ(event.event, "enter_agent");
  EXPECT_EQ(identity_of(event), "event/lin/1700000000");
  EXPECT_EQ(flaw_of(flat("<MsgType>event</MsgType>")), Flaw::document);
}

TEST(WecomMessage, ReadsWhereSomebodyIsFromAnEvent) {
  const auto event = read_message(flat("<MsgType>event</MsgType><Event>LOCATION</Event><Latitude>"
                                       "23.1</Latitude><Longitude>113.3</Longitude><Precision>"
                                       "119</Precision>"))
                         .value();
  ASSERT_TRUE(event.place);
  EXPECT_DOUBLE_EQ(event.place->longitude, 113.3);
}

TEST(WecomMessage, ReadsJsonWithNumbersOrTexts) {
  const auto message =
      read_message(R"({"ToUserName":"gh","FromUserName":"o9","CreateTime":1714037059,)"
                   R"("MsgType":"text","Content":"hello","MsgId":18446744073709551615})")
          .value();
  EXPECT_EQ(message.notation, Notation::json);
  EXPECT_EQ(message.id, "18446744073709551615");
  EXPECT_EQ(message.created_at, 1714037059);
}

TEST(WecomMessage, ReadsARobotsMixedMessage) {
  const auto message =
      read_message(R"({"msgid":"m","aibotid":"b","chatid":"c","chattype":"group",)"
                   R"("from":{"userid":"lin"},"response_url":"https://r","msgtype":"mixed",)"
                   R"("mixed":{"msg_item":[{"msgtype":"text","text":{"content":"@7171 漏水"}},)"
                   R"({"msgtype":"image","image":{"url":"https://a/p"}},7]}})")
          .value();
  EXPECT_EQ(message.kind, Kind::mixed);
  EXPECT_EQ(message.text, "@7171 漏水");
  EXPECT_EQ(message.pictures, std::vector<std::string>{"https://a/p"});
  EXPECT_EQ(message.chat, "c");
  EXPECT_EQ(message.response_url, "https://r");
}

TEST(WecomMessage, LetsWhatItDoesNotKnowStandAsOther) {
  const auto message = read_message(flat("<MsgType>future</MsgType><MsgId>5</MsgId>")).value();
  EXPECT_EQ(message.kind, Kind::other);
  EXPECT_EQ(message.type, "future");
}

TEST(WecomMessage, TellsMessagesWithoutAnIdApartByTheirWords) {
  const auto say = [](const std::string& words) {
    return identity_of(
        read_message(flat("<MsgType>text</MsgType><Content>" + words + "</Content>")).value());
  };
  EXPECT_EQ(say("一"), say("一"));
  EXPECT_NE(say("一"), say("二"));
}

TEST(WecomMessage, BelievesNoTimeBeyondAllCalendars) {
  for (const char* seconds : {"253402300800", "9223372036854775807", "0"}) {
    const auto message = read_message(
        std::string("<xml><FromUserName>lin</FromUserName><MsgType>text</MsgType><CreateTime>") +
        seconds + "</CreateTime><Content>x</Content><MsgId>1</MsgId></xml>");
    EXPECT_FALSE(chat_message(message.value(), "wecom").said_at) << seconds;
  }
}

TEST(WecomMessage, RefusesWhatIsNoMessage) {
  EXPECT_EQ(flaw_of(flat("<MsgType>text</MsgType><MsgId>1</MsgId>")), Flaw::document);
  EXPECT_EQ(flaw_of(flat("<Content>x</Content><MsgId>1</MsgId>")), Flaw::document);
  EXPECT_EQ(flaw_of("<xml><MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId></xml>"),
            Flaw::document);
  EXPECT_EQ(flaw_of("<xml><FromUserName>l</FromUserName><MsgType>image</MsgType></xml>"),
            Flaw::document);
  EXPECT_EQ(flaw_of(flat("<MsgType>text</MsgType><Content>a\x01</Content>")), Flaw::document);
  EXPECT_EQ(flaw_of(flat("<MsgType>text</MsgType><Content>a</Cont>")), Flaw::document);
  EXPECT_EQ(flaw_of(R"({"FromUserName": :lin", "MsgType": "text"})"), Flaw::document);
  EXPECT_EQ(flaw_of("\xff\xfe"), Flaw::document);
}

}  // namespace
}  // namespace adapters::wecom
