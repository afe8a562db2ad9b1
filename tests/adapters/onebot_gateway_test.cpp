// QQ over HTTP POST, who may open a WebSocket, and the HTTP API.
#include "adapters/onebot/gateway.hpp"

#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "adapters/signing/signing.hpp"
#include "tests/support/fake_chat_desk.hpp"
#include "tests/support/places.hpp"

namespace adapters::onebot {
namespace {

using chat::Heard;
using chat::Sent;
using engine::schema::Value;
using intake::Reason;
using support::FakeChatDesk;
using support::FakeIntake;

std::string signed_by(const std::string& secret, const std::string& body) {
  return "sha1=" + signing::hmac_sha1_hex(secret, body);
}

// A group message that calls us, with members that take the place of its own.
std::string event(const std::string& more = R"("x":0)") {
  return R"({"post_type":"message","message_type":"group","sub_type":"normal","time":1700000000,)"
         R"("self_id":10001,"group_id":123456,"user_id":20002,"message_id":-1906321,)"
         R"("message":"[CQ:at,qq=10001] 路灯不亮","sender":{"nickname":"林","card":""},)" +
         more + "}";
}

class OnebotGateway : public ::testing::Test {
 protected:
  static Config config() {
    Config out;
    out.secret = "some-secret";
    out.access_token = "some-token";
    return out;
  }

  // The answer; nothing if there is none, or two.
  std::optional<http::Response> ask(http::Request request) {
    std::vector<http::Response> answers;
    gateway->handle(std::move(request),
                    [&](http::Response answer) { answers.push_back(std::move(answer)); });
    if (answers.size() != 1) return std::nullopt;
    return answers.front();
  }

  static http::Request post(const std::string& body, const std::string& signature) {
    http::Request out{"POST", "/onebot", {}, {{"Content-Type", "application/json"}}, body, ""};
    if (!signature.empty()) out.headers.emplace_back("X-Signature", signature);
    return out;
  }

  unsigned status_of_signed(const std::string& body) {
    const auto answer = ask(post(body, signed_by(config().secret, body)));
    return answer ? answer->status : 0;
  }

  void configure(Config config, PostAction post = {}) {
    gateway = std::make_unique<Gateway>(std::move(config), desk, letters.hold(), std::move(post));
  }

  static http::Request handshake(http::Fields headers, http::Fields query = {}) {
    return {"GET", "/onebot/ws", std::move(query), std::move(headers), "", ""};
  }

  std::pair<Sent, std::string> send(chat::Outgoing message) {
    std::vector<std::pair<Sent, std::string>> came;
    gateway->send(std::move(message),
                  [&](Sent sent, std::string why) { came.emplace_back(sent, std::move(why)); });
    EXPECT_EQ(came.size(), 1U);
    return came.empty() ? std::pair(Sent::never, std::string("no answer")) : came.front();
  }

  FakeChatDesk desk;
  FakeIntake letters;
  std::unique_ptr<Gateway> gateway = std::make_unique<Gateway>(config(), desk, letters.hold());
};

void expect_problem(const std::optional<http::Response>& answer, unsigned status) {
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, status) << answer->body;
  EXPECT_EQ(answer->content_type, "application/problem+json");
  const auto body = json::parse(answer->body);
  ASSERT_TRUE(body);
  EXPECT_EQ(*body->find("status"), Value(static_cast<int>(status)));
  EXPECT_FALSE(body->find("detail")->string()->empty());
}

TEST_F(OnebotGateway, GivesWhatIsSaidToTheDeskAndItsAnswerBack) {
  const std::string body = event();
  const auto answer = ask(post(body, signed_by("some-secret", body)));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200U);
  const Value reply = json::parse(answer->body).value();
  EXPECT_EQ(*reply.find("reply"), Value("收到：路灯不亮"));
  EXPECT_EQ(*reply.find("at_sender"), Value(true));
  EXPECT_EQ(*reply.find("auto_escape"), Value(true));
  const chat::Message heard = desk.messages().at(0);
  EXPECT_EQ(heard.channel, "qq");
  EXPECT_EQ(heard.group, "123456");
  EXPECT_EQ(heard.account, "20002");
  EXPECT_EQ(heard.name, "林");
  EXPECT_EQ(heard.text, "路灯不亮");
  EXPECT_TRUE(heard.called);
  EXPECT_EQ(engine::to_ms(*heard.said_at), 1'700'000'000'000);
  EXPECT_EQ(gateway->traffic().taken, 1U);
  EXPECT_TRUE(letters.letters().empty());
}

TEST_F(OnebotGateway, TellsWordsPicturesAndPlacesApart) {
  const auto heard = [&](const std::string& message) {
    EXPECT_NE(status_of_signed(event("\"message\":" + message)), 0U);
    return desk.messages().back();
  };
  EXPECT_EQ(heard(R"("[CQ:at,qq=10001]  井盖坏了\n [CQ:at,qq=7,name=老王] 看看 ")").text,
            "井盖坏了\n @老王 看看");
  EXPECT_EQ(heard(R"("[CQ:at,qq=all] 停水")").text, "@全体成员 停水");
  EXPECT_FALSE(desk.messages().back().called);
  const auto pictures = heard(
      R"([{"type":"image","data":{"file":"a.jpg","url":"https://x/a"}},)"
      R"({"type":"image","data":{"file":"b.jpg"}},{"type":"image","data":{"file":"base64://QQ=="}},)"
      R"({"type":"image","data":{}},{"type":"face","data":{"id":"1"}}])");
  EXPECT_EQ(pictures.pictures, (std::vector<std::string>{"https://x/a", "b.jpg"}));
  EXPECT_EQ(pictures.text, "");
  const auto placed =
      heard(R"("[CQ:location,lat=27.98,lon=120.63,title=瓯海,content=潘桥]在这里")");
  ASSERT_TRUE(placed.place);
  EXPECT_EQ(placed.place->latitude, 27.98);
  EXPECT_EQ(placed.place->longitude, 120.63);
  EXPECT_EQ(placed.place->label, "瓯海 潘桥");
  for (const char* none :
       {"lat=91,lon=1", "lat=1,lon=181", "lat=nan,lon=1", "lat=1", "lat=1x,lon=1"}) {
    EXPECT_FALSE(heard("\"[CQ:location," + std::string(none) + "]a\"").place) << none;
  }
}

TEST_F(OnebotGateway, TakesThePrivateMessageAsACall) {
  EXPECT_EQ(status_of_signed(event(R"("message_type":"private","group_id":null,"message":"a")")),
            200U);
  EXPECT_TRUE(desk.messages().back().called);
  EXPECT_EQ(desk.messages().back().group, "");
}

TEST_F(OnebotGateway, CountsARepeatedMemberOnceAndKeepsNegativeIdsApart) {
  EXPECT_EQ(status_of_signed(event(R"("user_id":1,"user_id":2,"message_id":5)")), 200U);
  EXPECT_EQ(desk.messages().back().account, "2");
  EXPECT_EQ(status_of_signed(event(R"("message_id":"-5")")), 200U);
  EXPECT_EQ(status_of_signed(event(R"("message_id":-5)")), 204U) << "the same: it has its answer";
  EXPECT_EQ(status_of_signed(event(R"("message_id":5)")), 200U);
  EXPECT_EQ(gateway->traffic().repeats, 1U);
}

TEST_F(OnebotGateway, RefusesAndKeepsWhatIsNotSigned) {
  const std::string body = event();
  expect_problem(ask(post(body, "")), 401);
  expect_problem(ask(post(body, signed_by("other-secret", body))), 403);
  expect_problem(ask(post(body, "sha1=")), 403);
  expect_problem(ask(post(body, signed_by("some-secret", body + " "))), 403);
  EXPECT_TRUE(desk.messages().empty());
  ASSERT_EQ(letters.letters().size(), 4U);
  const intake::Letter letter = letters.letters().front();
  EXPECT_EQ(letter.channel, "onebot");
  EXPECT_EQ(letter.reason, Reason::unverified);
  EXPECT_EQ(letter.path, "/onebot");
  EXPECT_EQ(letter.body, body);
  EXPECT_EQ(letter.said, " 路灯不亮");
  EXPECT_EQ(letter.group, "123456");
  EXPECT_EQ(letter.account, "20002");
  EXPECT_EQ(letter.id, "") << "who cannot be trusted has no ids";
  EXPECT_EQ(gateway->traffic().unverified, 4U);
  EXPECT_EQ(gateway->traffic().held, 4U);
}

TEST_F(OnebotGateway, MayBeTakenWithoutASignatureButNeverWithAWrongOne) {
  Config lenient = config();
  lenient.require_signature = false;
  configure(lenient);
  const std::string body = event();
  EXPECT_EQ(ask(post(body, ""))->status, 200U);
  expect_problem(ask(post(body, signed_by("other-secret", body))), 403);
}

TEST_F(OnebotGateway, SaysThatThereIsNoSecretToHoldASignatureAgainst) {
  configure({});
  const auto answer = ask(post(event(), signed_by("", event())));
  expect_problem(answer, 401);
  EXPECT_NE(answer->body.find("[onebot] secret"), std::string::npos) << answer->body;
}

TEST_F(OnebotGateway, RefusesWhatIsTooLongWithoutKeepingIt) {
  const std::string body(intake::letter_bytes_max + 1, ' ');
  expect_problem(ask(post(body, signed_by("some-secret", body))), 413);
  EXPECT_TRUE(letters.letters().empty());
}

TEST_F(OnebotGateway, RefusesAndKeepsWhatIsNoEvent) {
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
        event(R"("user_id":null)"), event(R"("message":{"type":7})"), std::string("\xff\xfe")}) {
    const std::size_t before = letters.letters().size();
    expect_problem(ask(post(body, signed_by("some-secret", body))), 400);
    ASSERT_EQ(letters.letters().size(), before + 1) << body;
    EXPECT_EQ(letters.letters().back().reason, Reason::unreadable);
    EXPECT_FALSE(letters.letters().back().detail.empty());
  }
  EXPECT_TRUE(desk.messages().empty());
}

TEST_F(OnebotGateway, AsksForItAgainWhatCouldNotBeKept) {
  letters.held = intake::Held::later;
  const auto answer = ask(post("{", signed_by("some-secret", "{")));
  expect_problem(answer, 503);
  EXPECT_TRUE(http::find_field(answer->headers, "Retry-After"));
}

TEST_F(OnebotGateway, PassesOverWhatIsNotSaidToUs) {
  for (const char* none : {R"("post_type":"meta_event","meta_event_type":"heartbeat")",
                           R"("post_type":"notice","notice_type":"group_recall")",
                           R"("post_type":"request","request_type":"friend")",
                           R"("post_type":"message_sent")", R"("post_type":"of_tomorrow")",
                           R"("user_id":10001)", R"("message":"")", R"("message":[])"}) {
    EXPECT_EQ(status_of_signed(event(none)), 204U) << none;
  }
  EXPECT_TRUE(desk.messages().empty());
  EXPECT_EQ(status_of_signed(event(R"("message":"闲聊")")), 204U);
  EXPECT_FALSE(desk.messages().at(0).called) << "the desk knows the words that call, too";
  EXPECT_TRUE(letters.letters().empty());
  EXPECT_EQ(gateway->traffic().not_for_us, 9U);
}

TEST_F(OnebotGateway, AnswersAsTheDeskHasHeard) {
  const auto status = [&](chat::Answer answer, int id) {
    desk.answer_with(std::move(answer));
    return status_of_signed(event("\"message_id\":" + std::to_string(id)));
  };
  EXPECT_EQ(status({Heard::answered, "编号"}, 1), 200U);
  EXPECT_EQ(status({Heard::answered, ""}, 2), 204U);
  EXPECT_EQ(status({Heard::held, "已转人工"}, 3), 200U);
  EXPECT_EQ(status({Heard::not_for_us, ""}, 4), 204U);
  EXPECT_EQ(status({Heard::repeat, "编号"}, 5), 204U);
  EXPECT_EQ(status({Heard::later, "系统繁忙"}, 6), 503U);
  EXPECT_EQ(gateway->traffic().failed, 1U);
  EXPECT_EQ(gateway->traffic().held, 1U);
  EXPECT_EQ(gateway->traffic().requests, 6U);
}

TEST_F(OnebotGateway, KnowsTwoPathsAndTheirMethods) {
  expect_problem(ask({"GET", "/onebot", {}, {}, "", ""}), 405);
  expect_problem(ask({"POST", "/onebot/ws", {}, {}, "", ""}), 405);
  expect_problem(ask({"GET", "/onebot/", {}, {}, "", ""}), 404);
}

TEST_F(OnebotGateway, LetsInWhoShowsTheTokenAndSaysWhoItIs) {
  const http::Fields who{{"X-Self-ID", "10001"}, {"X-Client-Role", "Universal"}};
  const auto with = [&](const char* name, const char* value) {
    http::Fields out = who;
    out.emplace_back(name, value);
    return ask(handshake(out));
  };
  EXPECT_TRUE(with("Authorization", "Bearer some-token")->socket);
  EXPECT_TRUE(with("authorization", "token some-token")->socket);
  EXPECT_TRUE(ask(handshake(who, {{"access_token", "some-token"}}))->socket);
  for (const char* role : {"API", "api", "Event", "eVENT", "UNIVERSAL"}) {
    EXPECT_TRUE(ask(handshake({{"X-Self-ID", "1"}, {"X-Client-Role", role}},
                              {{"access_token", "some-token"}}))
                    ->socket)
        << role;
  }
  expect_problem(ask(handshake(who)), 401);
  expect_problem(with("Authorization", "Bearer other-token"), 403);
  expect_problem(with("Authorization", "some-token"), 403);
  expect_problem(ask(handshake(who, {{"access_token", "other-token"}})), 403);
  expect_problem(ask(handshake({{"X-Self-ID", "1"}}, {{"access_token", "some-token"}})), 400);
  expect_problem(ask(handshake({{"X-Self-ID", "1"}, {"X-Client-Role", "Boss"}},
                               {{"access_token", "some-token"}})),
                 400);
  expect_problem(ask(handshake({{"X-Client-Role", "API"}}, {{"access_token", "some-token"}})), 400);
  configure({});
  const auto closed = with("Authorization", "Bearer ");
  expect_problem(closed, 403);
  EXPECT_NE(closed->body.find("access_token"), std::string::npos);
}

TEST_F(OnebotGateway, CannotSpeakWithoutAConnection) {
  EXPECT_EQ(send({"123456", "20002", "已受理"}).first, Sent::later);
  EXPECT_FALSE(gateway->traffic().trouble().empty());
  EXPECT_EQ(send({"abc", "", "已受理"}).first, Sent::never);
  EXPECT_EQ(send({"", "", "已受理"}).first, Sent::never);
}

TEST_F(OnebotGateway, SpeaksOverTheHttpApiWhereThereIsNoConnection) {
  std::vector<std::pair<std::string, std::string>> posted;
  Posted outcome{Sent::done, 200, R"({"status":"ok","retcode":0,"data":{"message_id":1}})"};
  Config api = config();
  api.api_url = "http://127.0.0.1:5700";
  configure(api, [&](std::string path, std::string body, const std::function<void(Posted)>& done) {
    posted.emplace_back(std::move(path), std::move(body));
    done(outcome);
  });
  EXPECT_EQ(send({"123456", "20002", "已受理"}).first, Sent::done);
  EXPECT_EQ(posted.at(0).first, "/send_group_msg");
  EXPECT_EQ(posted.at(0).second,
            R"({"group_id":123456,"message":[{"type":"at","data":{"qq":"20002"}},)"
            R"({"type":"text","data":{"text":" 已受理"}}]})");
  EXPECT_EQ(send({"", "20002", "已受理"}).first, Sent::done);
  EXPECT_EQ(posted.at(1).first, "/send_private_msg");
  const auto sent = [&](Posted came) {
    outcome = std::move(came);
    return send({"123456", "", "已受理"}).first;
  };
  EXPECT_EQ(sent({Sent::done, 200, R"({"status":"failed","retcode":100})"}), Sent::never);
  EXPECT_EQ(sent({Sent::done, 200, "ok"}), Sent::doubtful);
  EXPECT_EQ(sent({Sent::done, 404, ""}), Sent::never);
  EXPECT_EQ(sent({Sent::done, 403, ""}), Sent::later);
  EXPECT_EQ(sent({Sent::done, 503, ""}), Sent::later);
  EXPECT_EQ(sent({Sent::done, 500, ""}), Sent::doubtful);
  EXPECT_EQ(sent({Sent::later, 0, "connection refused"}), Sent::later);
  EXPECT_EQ(gateway->traffic().trouble(), "connection refused");
}

class OnebotGatewayVectors : public OnebotGateway {
 protected:
  void SetUp() override {
    const auto folder = support::real_data("onebot");
    if (!folder) GTEST_SKIP() << "skipped: no real data";
    folder_ = *folder;
  }
  std::string contents(const char* file) const { return support::contents(folder_ / file); }

 private:
  std::filesystem::path folder_;
};

TEST_F(OnebotGatewayVectors, AreTakenWithTheSignatureThatWasComputedElsewhere) {
  const Value vector = json::parse(contents("signature_vector.json")).value();
  const auto text = [&](const char* name) { return *vector.find(name)->string(); };
  ASSERT_EQ(text("secret"), config().secret);
  const auto answer = ask(post(text("body"), text("X-Signature")));
  ASSERT_TRUE(answer);
  EXPECT_EQ(*json::parse(answer->body)->find("reply"), Value("收到：你好～"));
}

TEST_F(OnebotGatewayVectors, AreHeardAsTheyWereSaid) {
  std::istringstream lines(contents("events.jsonl"));
  std::vector<unsigned> statuses;
  for (std::string line; std::getline(lines, line);) statuses.push_back(status_of_signed(line));
  EXPECT_EQ(statuses, (std::vector<unsigned>{200, 204, 200}));
  const auto heard = desk.messages();
  ASSERT_EQ(heard.size(), 3U);
  EXPECT_EQ(heard[0].text, "你好～");
  EXPECT_EQ(heard[0].name, "小不点");
  EXPECT_EQ(heard[1].text, "@全体成员 Test text");
  EXPECT_EQ(heard[1].group, "1");
  EXPECT_FALSE(heard[1].called);
  EXPECT_EQ(heard[2].text, "test");
  EXPECT_EQ(heard[2].name, "Nickname");
}

TEST_F(OnebotGatewayVectors, SayTheSameAsTextAndAsArray) {
  const Value cases = json::parse(contents("cq_code_cases.json")).value();
  std::size_t compared = 0;
  for (const Value& each : *cases.list()) {
    const auto heard = [&](const Value& message) {
      status_of_signed(event("\"message\":" + json::write(message)));
      return desk.messages().back();
    };
    const chat::Message as_text = heard(*each.find("cq"));
    if (each.find("array") == nullptr) continue;
    const chat::Message as_array = heard(*each.find("array"));
    EXPECT_EQ(as_text.text, as_array.text);
    EXPECT_EQ(as_text.pictures, as_array.pictures);
    EXPECT_EQ(as_text.id, as_array.id);
    ++compared;
  }
  EXPECT_EQ(compared, 5U);
  EXPECT_TRUE(letters.letters().empty());
}

}  // namespace
}  // namespace adapters::onebot
