// What strangers and broken programs send to the channels, each to the service as it is run: a
// plain refusal comes back, and nothing of it is half stored.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/channel_service.hpp"
#include "tests/support/websocket_client.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"

namespace {

using support::ChannelService;
using support::WebSocketClient;

struct Bad {
  std::string what;
  std::string bytes;
  unsigned status;
  std::string says;             // stands in the answer
  bool becomes_letter = false;  // kept whole for a person
};

constexpr std::size_t channel_bytes = 41 * 1024;  // more than a channel takes
constexpr std::size_t large_bytes = 10 * 1024 * 1024;
const std::string xml_head = "<?xml version=\"1.0\"?>";

std::string repeated(std::string_view piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

// A billion laughs, once they are expanded.
std::string laughs() {
  std::string out = xml_head + "<!DOCTYPE xml [<!ENTITY l0 \"ha\">";
  for (int i = 1; i < 10; ++i) {
    const std::string below = "&l" + std::to_string(i - 1) + ";";
    out += "<!ENTITY l" + std::to_string(i) + " \"" + repeated(below, 10) + "\">";
  }
  return out + "]><xml><FromUserName>&l9;</FromUserName></xml>";
}

std::string deep_xml() { return repeated("<a>", 4'000) + repeated("</a>", 4'000); }

std::string attributes() {
  std::string out = "<xml";
  for (int i = 0; i < 3'000; ++i) out += " a" + std::to_string(i) + "=''";
  return out + "></xml>";
}

std::string elements() { return "<xml>" + repeated("<a/>", 9'000) + "</xml>"; }

std::string members() {
  std::string out = "{";
  for (int i = 0; i < 2'000; ++i) out += "\"m" + std::to_string(i) + "\":1,";
  return out + "\"x\":1}";
}

std::string deep_json() { return repeated("[", 10'000) + repeated("]", 10'000); }

struct Way {
  std::string name;
  std::string target;
  std::string headers;
};

class BadTraffic : public testing::Test {
 protected:
  ChannelService service;

  std::vector<Way> ways() {
    return {{"wecom", "/wecom/callback?msg_signature=x&timestamp=1&nonce=1", ""},
            {"wechat", "/wechat/callback?signature=x&timestamp=1&nonce=1", ""},
            {"onebot", "/onebot", ""},
            {"open311 json", "/open311/v2/requests.json", ""},
            {"open311 xml", "/open311/v2/requests.xml", ""},
            {"hotline", "/v1/hotline/calls", ""},
            {"intake", "/v1/intake/26010000000398/accept", ""}};
  }

  // What no way in takes, before anybody looks at the path.
  std::vector<Bad> of_every_way() {
    std::vector<Bad> out;
    for (const Way& way : ways()) {
      const std::string head = "POST " + way.target + " HTTP/1.1\r\nHost: sihe\r\n";
      const auto add = [&](const char* what, std::string bytes, unsigned status, const char* says) {
        out.push_back({way.name + ": " + what, std::move(bytes), status, says});
      };
      add("10 MB",
          ChannelService::head(way.target, "", large_bytes) + std::string(large_bytes, 'x'), 413,
          "\"status\":413");
      add("10 MB in chunks",
          head + "Transfer-Encoding: chunked\r\n\r\n" +
              repeated("10000\r\n" + std::string(0x10000, 'x') + "\r\n", 160) + "0\r\n\r\n",
          413, "\"status\":413");
      add("200 headers", head + repeated("X-Flood: x\r\n", 200) + "\r\n", 431, "\"status\":431");
      add("a header of 64 KB", head + "X-Flood: " + std::string(65'536, 'x') + "\r\n\r\n", 431,
          "\"status\":431");
      add("a query of 64 KB",
          "POST /x?" + std::string(65'536, 'x') + " HTTP/1.1\r\nHost: sihe\r\n\r\n", 414,
          "\"status\":414");
      add("a negative length", head + "Content-Length: -1\r\n\r\n", 400, "\"status\":400");
      add("two lengths", head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", 400,
          "\"status\":400");
      add("a length and chunks",
          head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
          "\"status\":400");
    }
    return out;
  }

  std::vector<Bad> of_wecom() {
    const std::string raw = "/wecom/callback?msg_signature=x&timestamp=1&nonce=1";
    const auto outside = [&](const std::string& body) {
      return ChannelService::post(raw, "Content-Type: text/xml\r\n", body);
    };
    const std::string dtd = "document type";
    const std::string deep = "deeper than";
    return {
        {"wecom: more than a message", outside(std::string(channel_bytes, 'x')), 413, "too_large"},
        {"wecom: laughs outside", outside(laughs()), 400, dtd, true},
        {"wecom: laughs within", service.wecom(laughs()), 400, dtd, true},
        {"wecom: depth outside", outside(deep_xml()), 400, deep, true},
        {"wecom: depth within", service.wecom(repeated("<a>", 50) + repeated("</a>", 50)), 400,
         deep, true},
        {"wecom: attributes", outside(attributes()), 400, "no Encrypt", true},
        {"wecom: elements", outside(elements()), 400, "no Encrypt", true},
        {"wecom: half a document", outside("<xml><Encrypt>abc"), 400, "well-formed", true},
        {"wecom: half a message", service.wecom("<xml><FromUserName>lin"), 400, "well-formed",
         true},
        {"wecom: deep JSON", outside("{\"a\":" + deep_json() + "}"), 400, "line 1", true},
        {"wecom: a member twice", outside(R"({"encrypt":"a","encrypt":"b"})"), 400, "named twice",
         true},
        {"wecom: another's signature", outside("<xml><Encrypt>YWJj</Encrypt></xml>"), 403,
         "unverified", true},
        {"wecom: nothing", outside(""), 400, "empty", true},
        {"wechat: more than a message", service.wechat(std::string(channel_bytes, 'x')), 413,
         "too_large"},
        {"wechat: laughs", service.wechat(laughs()), 400, dtd, true},
        {"wechat: depth", service.wechat(deep_xml()), 400, deep, true},
        {"wechat: attributes", service.wechat(attributes()), 400, "unreadable", true},
        {"wechat: half a message", service.wechat("<xml><FromUserName>lin"), 400, "well-formed",
         true},
    };
  }

  std::vector<Bad> of_onebot() {
    const std::string unreadable = "unreadable_event";
    return {
        {"onebot: more than an event", ChannelService::onebot(std::string(channel_bytes, 'x')), 413,
         "too_large"},
        {"onebot: depth", ChannelService::onebot(deep_json()), 400, unreadable, true},
        {"onebot: members", ChannelService::onebot(members()), 400, unreadable, true},
        {"onebot: XML", ChannelService::onebot(laughs()), 400, unreadable, true},
        {"onebot: half an event", ChannelService::onebot(R"({"post_type":"message","mess)"), 400,
         unreadable, true},
        {"onebot: a list", ChannelService::onebot("[]"), 400, unreadable, true},
        {"onebot: unsigned", ChannelService::post("/onebot", "", "{}"), 401, "no_signature", true},
        {"onebot: signed by another",
         ChannelService::post("/onebot", "X-Signature: sha1=00\r\n", "{ }"), 403, "wrong_signature",
         true},
        {"onebot: a WebSocket without token",
         WebSocketClient::handshake("/onebot/ws", "X-Self-ID: 1\r\nX-Client-Role: Universal\r\n"),
         401, "no_token"},
        {"onebot: a WebSocket with another token",
         WebSocketClient::handshake("/onebot/ws", "Authorization: Bearer x\r\n"), 403,
         "unknown_token"},
    };
  }

  std::vector<Bad> of_open311() {
    const std::string form = "application/x-www-form-urlencoded";
    const std::string type = "Content-Type";
    std::vector<Bad> out;
    for (const char* const format : {"json", "xml"}) {
      const auto ask = [&](const std::string& body_type, const std::string& body) {
        return ChannelService::open311(format, body_type, body);
      };
      const std::string name = std::string("open311 ") + format + ": ";
      const std::string many = repeated("a=1&", 1'000);
      const std::string header = "--B\r\nContent-Disposition: form-data";
      out.insert(
          out.end(),
          {{name + "more than a form", ask(form, std::string(channel_bytes, 'x')), 413, "40960"},
           {name + "an XML bomb", ask("text/xml", laughs()), 400, type, true},
           {name + "a JSON bomb", ask("application/json", deep_json()), 400, type, true},
           {name + "fields", ask(form, many + ChannelService::form()), 400, "512 fields", true},
           {name + "no UTF-8", ask(form, "description=%ff%fe"), 400, "UTF-8", true},
           {name + "half an escape", ask(form, "description=%e"), 400, "hexadecimal", true},
           {name + "flaws", ask(form, repeated("%01=1&", 5'000)), 400, "UTF-8", true},
           {name + "half a part", ask("multipart/form-data; boundary=B", "--B\r\nContent-"), 400,
            "boundary", true},
           {name + "semicolons",
            ask("multipart/form-data; boundary=B",
                header + std::string(30'000, ';') + "\r\n\r\n1\r\n--B--"),
            400, "no name", true},
           {name + "nothing", ask(form, ""), 400, "service_code"}});
    }
    return out;
  }

  std::vector<Bad> of_the_api(const std::string& accept) {
    std::vector<Bad> out;
    const std::string json = "application/json";
    for (const std::string& target : {std::string("/v1/hotline/calls"), accept}) {
      const bool sheet = target != accept;
      const auto ask = [&](const std::string& type, const std::string& body) {
        return service.api(target, type, body);
      };
      const std::string name = sheet ? "hotline: " : "intake: ";
      const std::string large(sheet ? channel_bytes : 300'000, ' ');
      out.insert(
          out.end(),
          {{name + "too large", ask(json, large), 413, "\"status\":413"},
           {name + "depth", ask(json, deep_json()), 400, "malformed_json"},
           {name + "members", ask(json, members()), 400, "too many members"},
           {name + "a member twice", ask(json, R"({"text":"a","text":"b"})"), 400, "named twice"},
           {name + "half a document", ask(json, R"({"text":"a)"), 400, "malformed_json"},
           {name + "another type", ask("text/plain", "{}"), 415, "not_json"},
           {name + "XML", ask("text/xml", laughs()), 415, "not_json"},
           {name + "a list", ask(json, "[]"), 422, "invalid_body"},
           {name + "no token", ChannelService::post(target, "", "{}"), 401, "\"status\":401"}});
    }
    return out;
  }

  // Where there is anything, it is a letter, and it is whole.
  void expect_refused(const std::vector<Bad>& all) {
    const std::size_t issues = service.begun(workflows::issue::workflow_id);
    for (const Bad& bad : all) {
      const engine::Position before = service.engine().log().last();
      const std::size_t letters = service.begun(workflows::intake::workflow_id);
      const auto answer = service.ask(bad.bytes);
      ASSERT_TRUE(answer) << bad.what;
      EXPECT_EQ(answer->status, bad.status) << bad.what << ": " << answer->body;
      EXPECT_NE(answer->body.find(bad.says), std::string::npos) << bad.what << ": " << answer->body;
      EXPECT_LT(answer->body.size(), 16'384U) << bad.what;
      const std::size_t kept = service.begun(workflows::intake::workflow_id) - letters;
      EXPECT_EQ(kept, bad.becomes_letter ? 1U : 0U) << bad.what;
      EXPECT_EQ(service.engine().log().last().value - before.value, kept) << bad.what;
    }
    EXPECT_EQ(service.begun(workflows::issue::workflow_id), issues);
  }
};

TEST_F(BadTraffic, GoodRequestsOfEveryWayAreTaken) {
  const std::string accept = service.letter_to_accept();
  const std::string form = "application/x-www-form-urlencoded";
  const std::vector<std::pair<std::string, unsigned>> all{
      {service.wecom(service.message()), 200U},
      {service.wechat(service.message()), 200U},
      {ChannelService::onebot(service.event()), 200U},
      {ChannelService::open311("json", form, ChannelService::form()), 200U},
      {ChannelService::open311("xml", form, ChannelService::form()), 200U},
      {service.api("/v1/hotline/calls", "application/json", service.sheet()), 201U},
      {service.api(accept, "application/json", "{\"area\":\"" + ChannelService::area() + "\"}"),
       200U}};
  for (const auto& [bytes, status] : all) {
    const auto answer = service.ask(bytes);
    ASSERT_TRUE(answer) << bytes;
    EXPECT_EQ(answer->status, status) << bytes << "\n" << answer->body;
  }
  EXPECT_EQ(service.begun(workflows::issue::workflow_id), all.size());
}

TEST_F(BadTraffic, WhatNoWayTakesIsRefusedBeforeItIsLookedAt) { expect_refused(of_every_way()); }

TEST_F(BadTraffic, WecomAndWechatRefuseBombsAndHalfMessages) { expect_refused(of_wecom()); }

TEST_F(BadTraffic, OnebotRefusesBombsAndHalfEvents) { expect_refused(of_onebot()); }

TEST_F(BadTraffic, Open311RefusesBombsAndHalfForms) { expect_refused(of_open311()); }

TEST_F(BadTraffic, CallSheetsAndDecisionsThatAreBombsAreRefused) {
  expect_refused(of_the_api(service.letter_to_accept()));
}

// Implementations are known to send members twice: the last one counts.
TEST_F(BadTraffic, AnEventWithAMemberThousandsOfTimesIsOneMessage) {
  std::string event = service.event();
  event.insert(1, repeated("\"user_id\":1,", 2'500));
  const auto answer = service.ask(ChannelService::onebot(event));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200U) << answer->body;
  EXPECT_EQ(service.begun(workflows::issue::workflow_id), 1U);
}

TEST_F(BadTraffic, FramesThatAreNoneEndTheirWebSocketAlone) {
  const std::string headers = std::string("Authorization: Bearer ") + ChannelService::access_token +
                              "\r\nX-Client-Role: Universal\r\nX-Self-ID: 1000";
  const auto open = [&](int account) {
    auto out = std::make_unique<WebSocketClient>(service.port(), "/onebot/ws",
                                                 headers + std::to_string(account) + "\r\n");
    EXPECT_TRUE(out->open()) << out->head();
    return out;
  };
  const auto good = open(1);
  const std::vector<std::pair<std::string, unsigned>> frames{
      {WebSocketClient::bytes_of({WebSocketClient::text, true, std::string(large_bytes, 'x')}),
       1009U},
      {WebSocketClient::bytes_of({WebSocketClient::text, true, "\xff\xfe"}), 1007U},
      {WebSocketClient::bytes_of({WebSocketClient::binary, true, "{}"}), 1003U},
      {WebSocketClient::bytes_of({WebSocketClient::more, true, "{}"}), 1002U},
      {std::string("\x81\x02{}", 4), 1002U},  // not masked
      {std::string("\xf1\x80ssss", 6), 1002U}};
  int account = 1;
  for (const auto& [bytes, code] : frames) {
    const auto bad = open(++account);
    bad->send_bytes(bytes);
    EXPECT_EQ(bad->goodbye_code(), code) << testing::PrintToString(bytes.substr(0, 20));
  }
  const auto half = open(++account);
  half->send_bytes(WebSocketClient::bytes_of({WebSocketClient::text, true, "{}"}).substr(0, 5));
  half->cut();
  EXPECT_EQ(service.begun(workflows::intake::workflow_id), 0U);
  good->say(service.event());
  const auto action = good->heard();
  ASSERT_TRUE(action);
  EXPECT_NE(action->find("send_group_msg"), std::string::npos) << *action;
  EXPECT_EQ(service.begun(workflows::issue::workflow_id), 1U);
}

TEST_F(BadTraffic, AWebSocketThatToldABombIsStillHeard) {
  WebSocketClient client(service.port(), "/onebot/ws",
                         std::string("Authorization: Bearer ") + ChannelService::access_token +
                             "\r\nX-Client-Role: Universal\r\nX-Self-ID: 10001\r\n");
  ASSERT_TRUE(client.open());
  for (const std::string& bomb : {deep_json(), members(), laughs()}) client.say(bomb);
  client.say(service.event());
  ASSERT_TRUE(client.heard());
  EXPECT_EQ(service.begun(workflows::intake::workflow_id), 3U);
  EXPECT_EQ(service.begun(workflows::issue::workflow_id), 1U);
}

}  // namespace
