#include <gtest/gtest.h>

#include "adapters/http/commands.hpp"
#include "tests/support/api_service.hpp"
#include "workflows/issue/number.hpp"

namespace {

using adapters::http::Role;
using support::header;
using support::items;
using support::member;
using support::text;

struct Commands : testing::Test {
  support::ApiService service;

  void SetUp() override { service.use(service.token("chief", Role::supervisor)); }

  std::string report(const std::string& body = R"({"text":"路灯不亮"})") {
    return text(service.ask("POST", "/v1/issues", body), "/number");
  }
};

TEST_F(Commands, a_report_is_recorded_and_says_where_it_is) {
  const auto response = service.ask("POST", "/v1/issues", R"({"text":"路灯不亮","phone":"138"})");
  EXPECT_EQ(response.status, 201U);
  const std::string number = text(response, "/number");
  EXPECT_TRUE(workflows::issue::parse_number(number).has_value());
  EXPECT_EQ(header(response, "Location"), "/v1/issues/" + number);
  EXPECT_EQ(header(response, "ETag"), "\"1\"");
  EXPECT_EQ(response.body, "{\"number\":\"" + number +
                               "\",\"version\":1,\"stage\":\"reported\",\"stage_zh\":\"已上报\","
                               "\"position\":1}");
  const auto read = service.ask("GET", header(response, "Location"));
  EXPECT_EQ(read.status, 200U);
  EXPECT_EQ(text(read, "/text"), "路灯不亮");
  EXPECT_EQ(header(read, "ETag"), "\"1\"");
  EXPECT_EQ(header(read, "Cache-Control"), "no-store");
}

TEST_F(Commands, a_command_moves_the_issue_on) {
  const std::string path = "/v1/issues/" + report();
  const auto accepted = service.ask("POST", path + "/accept", R"({"liaison":"王芳"})");
  EXPECT_EQ(accepted.status, 200U);
  EXPECT_EQ(text(accepted, "/stage"), "accepted");
  EXPECT_EQ(header(accepted, "ETag"), "\"2\"");
  EXPECT_EQ(service.ask("POST", path + "/urge").status, 200U) << "no body is an empty one";
}

TEST_F(Commands, what_is_not_possible_now_is_refused_with_what_is) {
  const std::string path = "/v1/issues/" + report();
  const auto refused = service.ask("POST", path + "/sign", "{}");
  EXPECT_EQ(refused.status, 409U);
  EXPECT_EQ(refused.content_type, "application/problem+json");
  EXPECT_EQ(text(refused, "/code"), "not_at_this_stage");
  EXPECT_EQ(text(refused, "/type"), "urn:sihe:problem:not_at_this_stage");
  EXPECT_EQ(text(refused, "/instance"), path + "/sign");
  EXPECT_EQ(text(refused, "/stage"), "reported");
  EXPECT_EQ(text(refused, "/stage_zh"), "已上报");
  EXPECT_EQ("/v1/issues/" + text(refused, "/issue"), path);
  EXPECT_NE(text(refused, "/allowed").find("\"accept\""), std::string::npos);
  EXPECT_EQ(text(refused, "/allowed").find("\"sign\""), std::string::npos);
  EXPECT_EQ(service.log().last().value, 1U) << "nothing was written";
}

TEST_F(Commands, an_unknown_code_is_told_with_the_nearest) {
  service.use(service.token("op", Role::operator_));
  service.ask("POST", "/v1/areas", R"({"code":"330304","name":"瓯海区","level":"district"})");
  service.use(service.token("hotline", Role::adapter));
  const auto refused = service.ask("POST", "/v1/issues", R"({"text":"x","area":"330305"})");
  EXPECT_EQ(refused.status, 422U);
  EXPECT_EQ(text(refused, "/code"), "unknown_code");
  EXPECT_EQ(text(refused, "/errors/0/pointer"), "/area");
  EXPECT_EQ(text(refused, "/allowed/0"), "330304 瓯海区");
}

TEST_F(Commands, the_same_key_gets_the_same_answer_and_writes_once) {
  const adapters::http::Fields key{{"Idempotency-Key", "hotline-42"}};
  const auto first = service.ask("POST", "/v1/issues", R"({"text":"积水"})", key);
  const auto again = service.ask("POST", "/v1/issues", R"({"text":"积水"})",
                                 {{"Idempotency-Key", "\"hotline-42\""}});
  EXPECT_EQ(first.status, 201U);
  EXPECT_EQ(again.status, 201U);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(header(first, "Idempotent-Replayed"), "");
  EXPECT_EQ(header(again, "Idempotent-Replayed"), "true");
  EXPECT_EQ(header(again, "Location"), header(first, "Location"));
  EXPECT_EQ(service.log().last().value, 1U);

  const auto other = service.ask("POST", "/v1/issues", R"({"text":"别的"})", key);
  EXPECT_EQ(other.status, 422U);
  EXPECT_EQ(text(other, "/code"), "reused_id");

  service.use(service.token("somebody-else", Role::adapter));
  EXPECT_EQ(service.ask("POST", "/v1/issues", R"({"text":"别的"})", key).status, 201U)
      << "a key is its token's own";
}

TEST_F(Commands, if_match_that_missed_tells_what_happened_since) {
  const std::string path = "/v1/issues/" + report();
  service.ask("POST", path + "/accept", R"({"liaison":"王芳"})");
  service.ask("POST", path + "/claim", R"({"by":"李强"})");
  const auto moved =
      service.ask("POST", path + "/urge", R"({"text":"快"})", {{"If-Match", "\"1\""}});
  EXPECT_EQ(moved.status, 412U);
  EXPECT_EQ(text(moved, "/code"), "moved");
  EXPECT_EQ(text(moved, "/expected"), "1");
  EXPECT_EQ(text(moved, "/actual"), "3");
  EXPECT_EQ(text(moved, "/stage"), "local");
  EXPECT_EQ(text(moved, "/since/0/fact"), "accepted");
  EXPECT_EQ(text(moved, "/since/1/fact"), "claimed");
  EXPECT_EQ(text(moved, "/since/1/details/by"), "李强");
  EXPECT_EQ(header(moved, "ETag"), "\"3\"");
  EXPECT_EQ(service.ask("POST", path + "/urge", "{}", {{"If-Match", "\"3\""}}).status, 200U);
  EXPECT_EQ(service.ask("POST", path + "/urge", "{}", {{"If-Match", "*"}}).status, 200U);
}

TEST_F(Commands, who_acts_for_whom_and_when_stands_in_the_fact) {
  const std::string number =
      report(R"({"text":"x","occurred_at":"2026-03-01T08:00:00+08:00","on_behalf_of":"张三"})");
  const auto history = service.ask("GET", "/v1/issues/" + number + "/history");
  EXPECT_EQ(text(history, "/steps/0/actor"), "chief");
  EXPECT_EQ(text(history, "/steps/0/on_behalf_of"), "张三");
  EXPECT_EQ(text(history, "/steps/0/occurred_at"), "2026-03-01T08:00:00+08:00");
}

TEST_F(Commands, earlier_than_the_last_fact_or_later_than_now_is_refused) {
  const std::string path = "/v1/issues/" + report();
  const auto early =
      service.ask("POST", path + "/urge", R"({"occurred_at":"2020-01-01T00:00:00Z"})");
  EXPECT_EQ(early.status, 422U);
  EXPECT_EQ(text(early, "/code"), "too_early");
  const auto late =
      service.ask("POST", path + "/urge", R"({"occurred_at":"2099-01-01T00:00:00Z"})");
  EXPECT_EQ(late.status, 422U);
  EXPECT_EQ(text(late, "/code"), "in_the_future");
}

TEST_F(Commands, an_issue_is_shown_as_it_stood) {
  const std::string path = "/v1/issues/" + report();
  service.at(service.now() + std::chrono::hours(48));
  service.ask("POST", path + "/accept", "{}");
  EXPECT_EQ(text(service.ask("GET", path), "/stage"), "accepted");
  EXPECT_EQ(text(service.ask("GET", path + "?at=1"), "/stage"), "reported");
  EXPECT_EQ(text(service.ask("GET", path + "?at=2026-03-03"), "/stage"), "reported");
  // A '+' that a client did not encode has become a space.
  EXPECT_EQ(text(service.ask("GET", path + "?at=2026-03-04T00:00:00 08:00"), "/version"), "1");
  EXPECT_EQ(service.ask("GET", path + "?at=2026-03-01").status, 404U) << "it was not there yet";
}

TEST_F(Commands, a_full_queue_is_told_to_come_back) {
  support::ApiService full({.queue_max = 0});
  full.use(full.token("hotline", Role::adapter));
  const auto response = full.ask("POST", "/v1/issues", R"({"text":"x"})");
  EXPECT_EQ(response.status, 503U);
  EXPECT_EQ(text(response, "/code"), "overloaded");
  EXPECT_NE(header(response, "Retry-After"), "");
}

TEST_F(Commands, after_the_end_nothing_is_taken_and_it_says_so) {
  const std::string path = "/v1/issues/" + report();
  service.writer().stop();
  const auto stopped = service.ask("POST", "/v1/issues", R"({"text":"x"})");
  EXPECT_EQ(stopped.status, 503U);
  EXPECT_EQ(text(stopped, "/code"), "stopping");
  service.api().stop();
  EXPECT_EQ(service.ask("GET", path).status, 503U);
  EXPECT_EQ(service.ask("GET", "/readyz").status, 503U);
  EXPECT_EQ(service.ask("GET", "/livez").status, 200U);
}

TEST_F(Commands, merging_acts_on_both_issues) {
  const std::string one = report();
  const std::string other = report();
  const auto merged =
      service.ask("POST", "/v1/issues/" + one + "/merge", R"({"into":")" + other + R"("})");
  EXPECT_EQ(merged.status, 200U) << merged.body;
  EXPECT_EQ(text(service.ask("GET", "/v1/issues/" + one), "/merged_into"), other);
  EXPECT_EQ(text(service.ask("GET", "/v1/issues/" + other), "/absorbed/0"), one);
}

TEST_F(Commands, the_directory_is_kept_by_the_operator) {
  service.use(service.token("op", Role::operator_));
  const auto added =
      service.ask("POST", "/v1/areas", R"({"code":"330304","name":"瓯海","level":"district"})");
  EXPECT_EQ(added.status, 201U) << added.body;
  EXPECT_EQ(text(added, "/kind"), "area");
  EXPECT_EQ(service.ask("POST", "/v1/areas/330304/rename", R"({"name":"瓯海区"})").status, 200U);
  EXPECT_EQ(text(service.ask("GET", "/v1/areas"), "/items/0/name"), "瓯海区");
  EXPECT_EQ(text(service.ask("GET", "/v1/areas"), "/items/0/level"), "district");
  const auto stale =
      service.ask("POST", "/v1/areas/330304/rename", R"({"name":"x"})", {{"If-Match", "\"1\""}});
  EXPECT_EQ(stale.status, 412U);
  EXPECT_EQ(text(stale, "/actual"), "2");
  EXPECT_EQ(service.ask("POST", "/v1/areas/330304/retire").status, 200U);
  EXPECT_EQ(items(service.ask("GET", "/v1/areas"), "/items").size(), 0U);
  EXPECT_EQ(text(service.ask("GET", "/v1/areas?retired=true"), "/items/0/retired"), "true");
  EXPECT_EQ(service.ask("POST", "/v1/areas/nowhere/retire").status, 404U);
  EXPECT_EQ(service.ask("POST", "/v1/departments", R"({"code":"D1","name":"城管"})").status, 201U);
  EXPECT_EQ(service.ask("POST", "/v1/categories", R"({"code":"C1","name":"路灯"})").status, 201U);
}

TEST(Failures, each_says_whether_it_was_written_and_what_to_do) {
  using engine::writer::Failed;
  using engine::writer::Failure;
  const struct {
    Failure why;
    unsigned status;
    const char* code;
    bool again;  // asking again later may help
  } all[] = {
      {Failure::overloaded, 503, "overloaded", true},
      {Failure::not_written, 503, "not_written", true},
      {Failure::unknown, 503, "fate_unknown", true},
      {Failure::read_only, 503, "read_only", true},
      {Failure::stopping, 503, "stopping", true},
      {Failure::reused_id, 422, "reused_id", false},
  };
  const adapters::http::Call call{};
  for (const auto& each : all) {
    auto outcome = adapters::http::outcome_of(call, Failed{each.why, "the disk said no"});
    const auto response = adapters::http::to_response(
        std::get<adapters::http::Problem>(std::move(outcome)), "/v1/issues");
    EXPECT_EQ(response.status, each.status) << each.code;
    EXPECT_EQ(text(response, "/code"), each.code);
    EXPECT_EQ(header(response, "Retry-After").empty(), !each.again) << each.code;
  }
  auto unknown = adapters::http::outcome_of(call, Failed{Failure::unknown, "the disk said no"});
  EXPECT_NE(std::get<adapters::http::Problem>(unknown).detail.find("same Idempotency-Key"),
            std::string::npos);
}

TEST(Failures, a_refusal_points_at_what_it_is_about) {
  const adapters::http::Call call{};
  const auto problem = [&](std::string code, std::string pointer) {
    engine::writer::Refusal refusal;
    refusal.code = std::move(code);
    refusal.detail = "no";
    refusal.pointer = std::move(pointer);
    auto outcome = adapters::http::outcome_of(call, std::move(refusal));
    return adapters::http::to_response(std::get<adapters::http::Problem>(std::move(outcome)), "/");
  };
  EXPECT_EQ(problem("condition_not_met", "/until").status, 409U);
  EXPECT_EQ(text(problem("condition_not_met", "/until"), "/errors/0/pointer"), "/until");
  EXPECT_EQ(problem("too_large", "").status, 413U);
  EXPECT_EQ(problem("not_found", "").status, 404U);
  EXPECT_EQ(problem("bad_command_id", "").status, 400U);
  EXPECT_EQ(problem("a code of a later workflow", "").status, 409U);
}

}  // namespace
