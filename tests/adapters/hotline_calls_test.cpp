// Call sheets of the hotline: one call is one issue for ever, a call without words a call back.
#include <future>
#include <ostream>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "adapters/hotline/gateway.hpp"
#include "adapters/intake/held_letter.hpp"
#include "adapters/intake/settle.hpp"
#include "tests/support/api_service.hpp"
#include "tests/support/held_letters.hpp"
#include "workflows/intake/intake.hpp"

namespace {

using adapters::hotline::Caller;
using adapters::hotline::Gateway;
using support::header;
using support::items;
using support::text;
using Response = adapters::http::Response;

const std::string good = R"({
  "call_id": "250912101108115409", "called": "0577-8888 7171", "caller": "138-0000-1234",
  "started_at": "2026-03-01T09:24:15+08:00", "answered_at": "2026-03-01T09:24:20+08:00",
  "ended_at": "2026-03-01T09:27:01+08:00", "operator": "4120",
  "text": "路灯不亮三天了", "title": "路灯", "area": "T1", "name": "林先生",
  "place": "潘桥街道横塘路12号", "emergency": false})";

struct HotlineCalls : testing::Test {
  support::ApiService service;
  adapters::intake::Office office{service.writer(), [this] { return service.now(); }};
  Gateway gateway{service.writer(), office.as_function(),
                  [](std::string_view area, std::string_view root) { return area == root; },
                  [this](const std::string& id, std::uint64_t issue,
                         const engine::writer::Actor& by, std::function<void()> done) {
                    adapters::intake::settle(service.log(), service.writer(), "hotline", id, issue,
                                             by, std::move(done));
                  }};
  Caller caller{"hotline", ""};

  void SetUp() override {
    service.use(service.token("op", adapters::http::Role::operator_));
    for (const char* body : {R"({"code":"D","name":"瓯海区","level":"district"})",
                             R"({"code":"T1","name":"潘桥街道","level":"town","parent":"D"})"}) {
      ASSERT_EQ(service.ask("POST", "/v1/areas", body).status, 201U);
    }
    service.use(service.token("chief", adapters::http::Role::supervisor));
  }

  Response send(const std::string& body, const std::string& type = "application/json",
                const std::string& method = "POST") {
    adapters::http::Request request;
    request.method = method;
    request.path = "/v1/hotline/calls";
    request.headers = {{"Content-Type", type}};
    request.body = body;
    std::promise<Response> answered;
    auto out = answered.get_future();
    gateway.handle(
        std::move(request), [&](Response response) { answered.set_value(std::move(response)); },
        caller);
    return out.get();
  }
  // The good sheet with one member said otherwise; "" leaves it out.
  static std::string with(const std::string& name, const std::string& value) {
    const auto sheet = adapters::json::parse(good).value();
    engine::schema::Object out;
    bool seen = false;
    for (const auto& [key, old] : *sheet.object()) {
      if (key != name) {
        out.emplace_back(key, old);
      } else if (!value.empty()) {
        out.emplace_back(key, adapters::json::parse(value).value());
      }
      seen = seen || key == name;
    }
    if (!seen && !value.empty()) out.emplace_back(name, adapters::json::parse(value).value());
    return adapters::json::write(engine::schema::Value(out));
  }
  Response issue(const Response& recorded) {
    return service.ask("GET", "/v1/issues/" + text(recorded, "/number"));
  }
};

TEST_F(HotlineCalls, become_issues_with_their_own_times) {
  const auto answer = send(good);
  ASSERT_EQ(answer.status, 201U) << answer.body;
  EXPECT_EQ(text(answer, "/stage"), "reported");
  EXPECT_EQ(header(answer, "Location"), "/v1/issues/" + text(answer, "/number"));
  const auto shown = issue(answer);
  EXPECT_EQ(text(shown, "/text"), "路灯不亮三天了");
  EXPECT_EQ(text(shown, "/channel"), "hotline");
  EXPECT_EQ(text(shown, "/area"), "T1");
  EXPECT_EQ(text(shown, "/external_id"), "250912101108115409");
  const auto history = service.ask("GET", "/v1/issues/" + text(answer, "/number") + "/history");
  EXPECT_EQ(text(history, "/steps/0/occurred_at"), "2026-03-01T09:24:20+08:00");
  EXPECT_EQ(text(history, "/steps/0/details/phone"), "13800001234");
  EXPECT_EQ(text(history, "/steps/0/actor"), "hotline");
  EXPECT_EQ(text(history, "/steps/0/on_behalf_of"), "4120");
}

TEST_F(HotlineCalls, are_one_issue_however_often_they_come) {
  const auto first = send(good);
  const auto last = service.log().last();
  caller.token_name = "another desk";
  for (int i = 0; i < 4; ++i) {
    const auto again = send(good);
    EXPECT_EQ(again.status, 201U);
    EXPECT_EQ(text(again, "/number"), text(first, "/number"));
    EXPECT_EQ(header(again, "Idempotent-Replayed"), "true");
  }
  EXPECT_EQ(service.log().last(), last);
  EXPECT_EQ(gateway.traffic().taken, 1U);
  EXPECT_EQ(gateway.traffic().repeats, 4U);
}

TEST_F(HotlineCalls, of_one_number_say_so_when_they_change) {
  ASSERT_EQ(send(good).status, 201U);
  const auto other = send(with("text", R"("另一件事")"));
  EXPECT_EQ(other.status, 422U);
  EXPECT_EQ(text(other, "/code"), "reused_id");
}

TEST_F(HotlineCalls, of_two_lines_may_have_one_number) {
  const auto first = send(good);
  const auto second = send(with("called", R"("057766667171")"));
  EXPECT_NE(text(first, "/number"), text(second, "/number"));
}

TEST_F(HotlineCalls, without_words_are_calls_back_to_make) {
  const std::string sheet = with("text", R"("  ")");
  const auto answer = send(sheet);
  ASSERT_EQ(answer.status, 202U) << answer.body;
  EXPECT_EQ(text(answer, "/call_back"), "true");
  EXPECT_EQ(send(sheet).status, 202U);
  service.settle();
  const auto list = service.ask("GET", "/v1/intake?reason=call_back&stage=held");
  ASSERT_EQ(items(list, "/items").size(), 1U) << list.body;
  EXPECT_EQ(text(list, "/items/0/area"), "T1");
  const auto letter = service.ask("GET", "/v1/intake/" + text(list, "/items/0/number"));
  EXPECT_EQ(text(letter, "/account"), "13800001234");
  EXPECT_EQ(text(letter, "/group"), "057788887171");
  EXPECT_EQ(text(letter, "/body"), sheet);
  service.settle();
  EXPECT_EQ(items(service.ask("GET", "/v1/issues"), "/items").size(), 0U);
}

TEST_F(HotlineCalls, that_is_called_back_about_becomes_an_issue) {
  ASSERT_EQ(send(with("text", "")).status, 202U);
  service.settle();
  const auto list = service.ask("GET", "/v1/intake");
  const auto accepted =
      service.ask("POST", "/v1/intake/" + text(list, "/items/0/number") + "/accept",
                  R"({"text":"水管漏水","area":"T1"})");
  ASSERT_EQ(accepted.status, 200U) << accepted.body;
  EXPECT_EQ(text(issue(accepted), "/channel"), "hotline");
  const auto history = service.ask("GET", "/v1/issues/" + text(accepted, "/number") + "/history");
  EXPECT_EQ(text(history, "/steps/0/details/phone"), "13800001234");
}

TEST_F(HotlineCalls, without_words_are_settled_when_their_words_come) {
  ASSERT_EQ(send(with("text", "")).status, 202U);
  const auto answer = send(good);
  ASSERT_EQ(answer.status, 201U) << answer.body;
  service.settle();
  EXPECT_EQ(items(service.ask("GET", "/v1/intake?stage=held"), "/items").size(), 0U);
  const auto list = service.ask("GET", "/v1/intake");
  const auto letter = service.ask("GET", "/v1/intake/" + text(list, "/items/0/number"));
  EXPECT_EQ(text(letter, "/issue"), text(answer, "/number"));
  const auto last = service.log().last();
  EXPECT_EQ(send(good).status, 201U);
  EXPECT_EQ(service.log().last(), last);
}

TEST_F(HotlineCalls, that_are_to_be_called_back_stay_so_when_they_are_handed_in_again) {
  using adapters::intake::Again;
  ASSERT_EQ(send(with("text", "")).status, 202U);
  service.settle();
  const auto list = service.ask("GET", "/v1/intake");
  const auto number = workflows::intake::parse_number(text(list, "/items/0/number")).value_or(0);
  auto letter = adapters::intake::read_letter(service.log(), service.vault(), number).value();
  const auto again = [&] {
    std::promise<Again> came;
    gateway.take_again(letter, "chief", [&](Again what) { came.set_value(std::move(what)); });
    return came.get_future().get();
  };
  const Again stays = again();
  EXPECT_EQ(stays.ending, Again::Ending::stays);
  EXPECT_NE(stays.why.find("call back"), std::string::npos) << stays.why;
  letter.body = with("area", R"("T9")");
  EXPECT_NE(again().why.find("unknown area"), std::string::npos) << again().why;
  service.use(service.token("op2", adapters::http::Role::operator_));
  ASSERT_EQ(
      service.ask("POST", "/v1/areas", R"({"code":"T9","name":"新桥","level":"town","parent":"D"})")
          .status,
      201U);
  const Again first = again();
  ASSERT_EQ(first.ending, Again::Ending::recorded) << first.why;
  EXPECT_EQ(again().issue, first.issue) << "the same call is the same issue";
  EXPECT_EQ(header(send(letter.body), "Idempotent-Replayed"), "true");
  letter.body = "{";
  EXPECT_EQ(again().ending, Again::Ending::stays);
}

TEST_F(HotlineCalls, need_no_caller_if_they_say_something) {
  EXPECT_EQ(send(with("caller", R"("")")).status, 201U);
}

TEST_F(HotlineCalls, lie_in_the_area_of_whom_hands_them_in) {
  caller.area = "T1";
  const auto answer = send(with("area", ""));
  ASSERT_EQ(answer.status, 201U) << answer.body;
  EXPECT_EQ(text(issue(answer), "/area"), "T1");
  const auto other = send(with("area", R"("D")"));
  EXPECT_EQ(other.status, 403U);
  EXPECT_EQ(text(other, "/code"), "outside_area");
}

struct BadSheet {
  const char* name;
  const char* value;  // "": left out
  const char* pointer;
  const char* says;
};

std::ostream& operator<<(std::ostream& out, const BadSheet& sheet) {
  return out << sheet.name << " = " << sheet.value;
}

struct BadSheets : HotlineCalls, testing::WithParamInterface<BadSheet> {};

TEST_P(BadSheets, are_refused_with_what_would_be_right) {
  const auto last = service.log().last();
  const auto answer = send(with(GetParam().name, GetParam().value));
  EXPECT_EQ(answer.status, 422U) << answer.body;
  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_NE(text(answer, "/title"), text(answer, "/code")) << "a title is for people";
  EXPECT_NE(text(answer, "/title").find(' '), std::string::npos) << answer.body;
  EXPECT_NE(text(answer, "/title_zh"), "null") << answer.body;
  EXPECT_EQ(text(answer, "/errors/0/pointer"), GetParam().pointer) << answer.body;
  EXPECT_NE(text(answer, "/errors/0/detail").find(GetParam().says), std::string::npos)
      << answer.body;
  EXPECT_EQ(service.log().last(), last);
}

INSTANTIATE_TEST_SUITE_P(
    Calls, BadSheets,
    testing::Values(
        BadSheet{"call_id", "", "/call_id", "is needed"},
        BadSheet{"call_id", R"("  ")", "/call_id", "is needed"},
        BadSheet{"call_id", "17", "/call_id", "must be text"},
        BadSheet{"call_id", R"("a\u0000b")", "/call_id", "must be"},
        BadSheet{"called", "", "/called", "is needed"},
        BadSheet{"called", R"("12345")", "/called", "7171"},
        BadSheet{"called", R"("0577-71718888")", "/called", "7171"},
        BadSheet{"called", R"("七一七一")", "/called", "must be a telephone number"},
        BadSheet{"caller", R"("1380000x234")", "/caller", "must be a telephone number"},
        BadSheet{"caller", R"("12")", "/caller", "must be a telephone number"},
        BadSheet{"caller", R"("123456789012345678901")", "/caller", "must be a telephone number"},
        BadSheet{"started_at", "", "/started_at", "is needed"},
        BadSheet{"started_at", R"("2026-03-01 09:24:15")", "/started_at", "offset"},
        BadSheet{"started_at", R"("2026-03-01T09:25:00+08:00")", "/answered_at", "before"},
        BadSheet{"answered_at", "12", "/answered_at", "offset"},
        BadSheet{"ended_at", R"("2026-03-01T09:24:00+08:00")", "/ended_at", "before answered_at"},
        BadSheet{"operator", "true", "/operator", "must be text"},
        BadSheet{"text", "[1]", "/text", "must be text"},
        BadSheet{"emergency", R"("sehr")", "/emergency", "must be"},
        BadSheet{"latitude", R"("north")", "/latitude", "must be"},
        BadSheet{"area", R"("T9")", "/area", "unknown area"},
        BadSheet{"phone", R"("13800001234")", "/phone", "no member of a call sheet"},
        BadSheet{"begun_at", R"("2026-03-01T09:24:15+08:00")", "/begun_at", "no member"}));

TEST_F(HotlineCalls, are_refused_when_nobody_could_be_called_back) {
  const auto sheet = adapters::json::parse(with("text", "")).value();
  engine::schema::Object silent;
  for (const auto& [name, value] : *sheet.object()) {
    if (name != "caller") silent.emplace_back(name, value);
  }
  const auto answer = send(adapters::json::write(engine::schema::Value(silent)));
  EXPECT_EQ(answer.status, 422U);
  EXPECT_NE(text(answer, "/detail").find("called back"), std::string::npos) << answer.body;
}

TEST_F(HotlineCalls, from_tomorrow_are_refused) {
  const auto answer = send(R"({"call_id":"1","called":"88887171","text":"路灯不亮",)"
                           R"("started_at":"2099-03-01T09:24:15+08:00"})");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(text(answer, "/code"), "in_the_future");
}

TEST_F(HotlineCalls, that_are_no_json_are_told_so) {
  EXPECT_EQ(send("{").status, 400U);
  EXPECT_EQ(send("[]").status, 422U);
  EXPECT_EQ(send(good, "text/plain").status, 415U);
  EXPECT_EQ(send(good, "application/json; charset=utf-8").status, 201U);
  EXPECT_EQ(send(std::string(100'000, ' ')).status, 413U);
  const auto get = send("", "application/json", "GET");
  EXPECT_EQ(get.status, 405U);
  EXPECT_EQ(header(get, "Allow"), "POST");
}

TEST_F(HotlineCalls, are_to_come_again_when_the_engine_takes_nothing) {
  service.writer().stop();
  const auto answer = send(good);
  EXPECT_EQ(answer.status, 503U);
  EXPECT_FALSE(header(answer, "Retry-After").empty());
  EXPECT_EQ(send(with("text", "")).status, 503U);
}

}  // namespace
