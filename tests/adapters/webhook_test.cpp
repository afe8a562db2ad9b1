#include "adapters/webhook/hook.hpp"

#include <algorithm>
#include <future>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "adapters/signing/signing.hpp"
#include "adapters/webhook/event.hpp"
#include "adapters/webhook/signature.hpp"
#include "tests/support/http_desk.hpp"
#include "tests/support/issue_history.hpp"

namespace adapters::webhook {
namespace {

using engine::outbox::Ending;
using engine::outbox::Outcome;
using engine::schema::Object;
using engine::schema::Value;
using std::chrono::seconds;
using support::IssueHistory;
using support::text;

// The example of the specification, which the reference libraries are tried with.
constexpr const char* example_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr const char* example_signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

std::string secret_of(const std::string& key) { return "whsec_" + signing::to_base64(key); }

TEST(WebhookSignature, is_that_of_the_published_example) {
  EXPECT_EQ(signature({key_of(example_secret).value()}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                      R"({"test": 2432232314})"),
            example_signature);
}

TEST(WebhookSignature, there_is_one_for_each_key_while_keys_change) {
  const std::string both =
      signature({key_of(example_secret).value(), std::string(24, 'k')},
                "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})");
  EXPECT_TRUE(both.starts_with(std::string(example_signature) + " v1,"));
  EXPECT_EQ(std::count(both.begin(), both.end(), ' '), 1);
}

TEST(WebhookSignature, a_secret_has_the_form_and_size_that_the_specification_asks_for) {
  EXPECT_EQ(key_of(secret_of(std::string(24, 'a'))).value(), std::string(24, 'a'));
  EXPECT_TRUE(key_of(secret_of(std::string(64, 'a'))));
  for (const std::string& wrong :
       {std::string("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), std::string("whsec_*"),
        secret_of(std::string(23, 'a')), secret_of(std::string(65, 'a'))}) {
    const auto key = key_of(wrong);
    ASSERT_TRUE(key.has_error());
    EXPECT_EQ(key.error().fault, engine::Fault::invalid);
    EXPECT_EQ(key.error().detail.find(wrong), std::string::npos) << "it does not tell the secret";
  }
}

TEST(WebhookHook, what_is_wrong_with_one_is_said_by_its_name) {
  const Hook good{"oa", "https://oa.example.cn/hook", {example_secret}, {"sihe.issue.accepted"}};
  EXPECT_TRUE(check_hook(good));
  const auto wrong = [&](auto change, const std::string& says) {
    Hook hook = good;
    change(hook);
    const auto checked = check_hook(hook);
    ASSERT_TRUE(checked.has_error()) << says;
    EXPECT_NE(checked.error().detail.find(says), std::string::npos) << checked.error().detail;
  };
  wrong([](Hook& h) { h.name = "a b"; }, "letters, digits");
  wrong([](Hook& h) { h.name = ""; }, "letters, digits");
  wrong([](Hook& h) { h.url = "oa.example.cn"; }, "\"oa\"");
  wrong([](Hook& h) { h.secrets.clear(); }, "1 to 4 secrets");
  wrong([](Hook& h) { h.secrets = {"x"}; }, "whsec_");
  wrong([](Hook& h) { h.types = {"accepted"}; }, "no event \"accepted\"");
}

class WebhookEvents : public testing::Test {
 protected:
  void handled() {
    history.fact(lamp, "report",
                 {{"text", "环村路路灯不亮"},
                  {"channel", "hotline"},
                  {"area", "330304010001"},
                  {"name", "林建国"},
                  {"phone", "13800000001"},
                  {"place", "环村路21号"},
                  {"liaison", "陈海燕"}},
                 "2025-03-04 09:12");
    history.fact(lamp, "accept", {{"category", "lamp"}, {"liaison", "陈海燕"}}, "2025-03-04 10:00");
    history.fact(lamp, "set_deadline", {{"kind", "solve"}, {"due", "2025-03-11T17:30:00+08:00"}},
                 "2025-03-04 10:00");
    history.fact(lamp, "hand_over", {{"department", "power"}, {"note", "请办"}},
                 "2025-03-05 09:00");
    history.fact(lamp, "sign", {{"by", "项秀英"}}, "2025-03-05 10:00");
    history.fact(lamp, "resolve", {{"outcome", "solved"}, {"reply", "已修"}}, "2025-03-06 09:00");
  }
  std::string record(std::uint64_t position) {
    return history.log().at(engine::Position{position}).value();
  }

  const std::uint64_t lamp = IssueHistory::number(1);
  IssueHistory history;
};

TEST_F(WebhookEvents, have_the_shape_of_the_cloudevents_specification) {
  handled();
  const Value event(event_of(record(4), "/sihe/330304", 480));
  for (const char* name : {"specversion", "id", "source", "type"}) {
    ASSERT_NE(event.find(name), nullptr) << name << " is required";
    EXPECT_NE(event.find(name)->string(), nullptr);
  }
  EXPECT_EQ(*event.find("specversion"), Value("1.0"));
  EXPECT_EQ(*event.find("source"), Value("/sihe/330304"));
  EXPECT_EQ(*event.find("type"), Value("sihe.issue.handed_over"));
  EXPECT_EQ(*event.find("subject"), Value("2501000000133"));
  EXPECT_EQ(*event.find("time"), Value("2025-03-05T09:00:00+08:00"));
  EXPECT_EQ(*event.find("datacontenttype"), Value("application/json"));
  const Value& data = *event.find("data");
  EXPECT_EQ(*data.find("stage_before"), Value("accepted"));
  EXPECT_EQ(*data.find("stage_after"), Value("handed_over"));
  EXPECT_EQ(*data.find("department"), Value("power"));
  EXPECT_EQ(*data.find("version"), Value(4));
  EXPECT_EQ(*data.find("position"), Value(std::uint64_t{4}));
  EXPECT_EQ(*data.find("due_at"), Value("2025-03-11T17:30:00+08:00"));
  EXPECT_EQ(*data.find("outcome"), Value());
  EXPECT_EQ(*Value(event_of(record(6), "/", 480)).find("data")->find("outcome"), Value("solved"));
}

TEST_F(WebhookEvents, of_a_deadline_say_which_and_when_it_is_due) {
  handled();
  const Value set(event_of(record(3), "/", 480));
  const Value* deadline = set.find("data")->find("deadline");
  ASSERT_NE(deadline, nullptr);
  EXPECT_EQ(*deadline->find("kind"), Value("solve"));
  EXPECT_EQ(*deadline->find("due_at"), Value("2025-03-11T17:30:00+08:00"));
  EXPECT_EQ(Value(event_of(record(4), "/", 480)).find("data")->find("deadline"), nullptr);
}

TEST_F(WebhookEvents, hold_no_words_of_anybody) {
  handled();
  for (std::uint64_t at = 1; at <= 6; ++at) {
    const std::string body = json::write(event_of(record(at), "/", 480));
    for (const char c : body) ASSERT_EQ(static_cast<unsigned char>(c) & 0x80, 0) << body;
    EXPECT_EQ(body.find("13800000001"), std::string::npos);
  }
}

TEST_F(WebhookEvents, have_ids_that_tell_them_apart_also_from_those_of_another_log) {
  handled();
  EXPECT_EQ(event_id(record(4)), event_id(record(4)));
  EXPECT_NE(event_id(record(4)), event_id(record(5)));
  IssueHistory other;
  other.fact(lamp, "report", {{"text", "别的"}}, "2025-03-04 09:12");
  EXPECT_NE(event_id(record(1)), event_id(other.log().at(engine::Position{1}).value()));
}

TEST_F(WebhookEvents, go_to_the_hooks_that_want_their_type) {
  handled();
  const auto plan = plan_hooks({{"all", "", {}, {}}, {"some", "", {}, {"sihe.issue.signed"}}});
  const auto routes = [&](std::uint64_t at) {
    const std::string bytes = record(at);
    std::vector<std::string> out;
    for (const auto& draft : plan(engine::log::RecordView(bytes))) out.push_back(draft.route);
    return out;
  };
  EXPECT_EQ(routes(4), std::vector<std::string>{"webhook:all"});
  EXPECT_EQ(routes(5), (std::vector<std::string>{"webhook:all", "webhook:some"}));
}

class WebhookPost : public WebhookEvents {
 protected:
  void SetUp() override { handled(); }

  std::unique_ptr<engine::outbox::Carrier> carrier(const std::string& url) {
    return make_hook({{"oa", url, {example_secret}, {}},
                      *client,
                      history.log(),
                      [] { return support::shanghai("2025-03-05 09:00"); },
                      "/sihe",
                      480});
  }
  std::string url() { return "http://127.0.0.1:" + std::to_string(server.port()) + "/hook"; }

  static std::future<Outcome> carry(engine::outbox::Carrier& by, std::uint64_t at) {
    engine::outbox::Row row;
    row.cause = engine::Position{at};
    const auto promise = std::make_shared<std::promise<Outcome>>();
    by.carry(row, [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }
  // What comes of it if the receiver answers so.
  Outcome answered(engine::outbox::Carrier& by, http::Response response) {
    auto outcome = carry(by, 4);
    desk.take().reply(std::move(response));
    return outcome.get();
  }

  std::unique_ptr<client::Client> client = client::Client::start().value();
  support::HttpDesk desk;
  support::HttpServer server{desk.handler()};
};

TEST_F(WebhookPost, is_signed_and_says_what_it_is) {
  const auto by = carrier(url());
  auto outcome = carry(*by, 4);
  const auto came = desk.take();
  const http::Request& request = came.request;
  came.reply(text("", 204));
  EXPECT_EQ(outcome.get().ending, Ending::sent);
  const auto header = [&](const char* name) {
    return std::string(http::find_field(request.headers, name).value_or("(none)"));
  };
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/hook");
  EXPECT_EQ(header("Content-Type"), "application/cloudevents+json");
  EXPECT_EQ(header("webhook-id"), event_id(record(4)));
  EXPECT_EQ(header("webhook-timestamp"), "1741136400");
  EXPECT_EQ(header("webhook-signature"), signature({key_of(example_secret).value()},
                                                   header("webhook-id"), 1741136400, request.body));
  EXPECT_EQ(*json::parse(request.body).value().find("id"), Value(event_id(record(4))));
}

TEST_F(WebhookPost, what_the_receiver_answers_decides_whether_it_is_tried_again) {
  const auto by = carrier(url());
  for (const unsigned status : {200u, 202u}) {
    EXPECT_EQ(answered(*by, text("", status)).ending, Ending::sent) << status;
  }
  for (const unsigned status : {301u, 400u, 404u, 429u, 500u, 503u}) {
    EXPECT_EQ(answered(*by, text("", status)).ending, Ending::later) << status;
  }
  auto busy = text("", 503);
  busy.headers = {{"Retry-After", "120"}};
  EXPECT_EQ(answered(*by, busy).wait, seconds(120));
}

TEST_F(WebhookPost, a_receiver_that_has_gone_is_asked_no_more) {
  const auto by = carrier(url());
  EXPECT_EQ(answered(*by, text("", 410)).ending, Ending::never);
  EXPECT_EQ(carry(*by, 5).get().ending, Ending::never);
  EXPECT_EQ(server->counters().requests, 1U);
}

TEST_F(WebhookPost, what_cannot_be_reached_is_tried_again) {
  const std::string nowhere = url();
  server.end();
  const auto by = carrier(nowhere);
  const Outcome outcome = carry(*by, 4).get();
  EXPECT_EQ(outcome.ending, Ending::later);
  EXPECT_NE(outcome.why, "");
}

}  // namespace
}  // namespace adapters::webhook
