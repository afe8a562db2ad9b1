// /v1/outbox: what goes out, for operators, beside the courier.
#include <string>

#include <gtest/gtest.h>

#include "adapters/http/roles.hpp"
#include "engine/outbox/by_hand.hpp"
#include "tests/support/api_service.hpp"
#include "tests/support/sent_log.hpp"
#include "workflows/issue/number.hpp"

namespace {

using namespace engine::outbox;
using adapters::http::Role;
using engine::Position;
using support::header;
using support::items;
using support::text;
using Response = support::ApiService::Response;

// Message 1 failed, 2 waits, 3 is under way.
struct OutboxApi : testing::Test {
  support::ApiService service;
  support::SentLog sent;
  std::unique_ptr<Outbox> box;  // open, as the courier has it
  const std::uint64_t lamp = workflows::issue::make_number({25, 1, 1});

  void SetUp() override { service.use(service.token("op", Role::operator_)); }
  void fill() {
    sent.say("");
    const auto noon = service.now();
    box = Outbox::open(service.outbox_file(), sent.log(), noon).value();
    const std::vector<Planned> rows{{Position{2}, {"qq", "a", lamp, "accepted"}},
                                    {Position{3}, {"qq", "b", lamp, "resolved"}},
                                    {Position{4}, {"webhook:oa", "oa", lamp, "x"}}};
    box->add(rows, Position{4}, {}, noon).value();
    const std::vector<Quota> quotas{{"qq", 1}, {"webhook:oa", 1}};
    box->begin(quotas, noon).value();
    const std::vector<Change> changes{{1, State::failed, noon, "the group is gone"}};
    box->end(changes, noon).value();
  }
  Response get(const std::string& path) { return service.ask("GET", "/v1/outbox" + path); }
  Response post(const std::string& path, const std::string& body = "") {
    return service.ask("POST", "/v1/outbox" + path, body);
  }
  std::string ids(const std::string& query) {
    const auto page = get(query);
    EXPECT_EQ(page.status, 200U) << page.body;
    std::string out;
    for (std::size_t i = 0; i < items(page, "/items").size(); ++i) {
      out += text(page, "/items/" + std::to_string(i) + "/id") + " ";
    }
    return out;
  }
  std::string state_of(int id) { return text(get("/" + std::to_string(id)), "/state"); }
};

TEST_F(OutboxApi, is_empty_before_anything_was_to_be_sent) {
  const auto page = get("");
  EXPECT_EQ(page.status, 200U) << page.body;
  EXPECT_TRUE(items(page, "/items").empty());
  EXPECT_EQ(text(page, "/next"), "null");
  EXPECT_EQ(get("/1").status, 404U);
  EXPECT_EQ(post("/1/resend").status, 404U);
  EXPECT_EQ(post("/resend", R"({"state":"failed"})").status, 404U);
}

TEST_F(OutboxApi, lists_what_is_asked_for_page_by_page) {
  fill();
  EXPECT_EQ(ids(""), "3 2 1 ");
  EXPECT_EQ(ids("?state=failed"), "1 ");
  EXPECT_EQ(ids("?route=qq"), "2 1 ");
  EXPECT_EQ(ids("?route=qq&state=waiting"), "2 ");
  EXPECT_EQ(ids("?issue=" + workflows::issue::format_number(lamp)), "3 2 1 ");
  EXPECT_EQ(ids("?issue=2501000000230"), "");
  const auto page = get("?limit=2&route=qq");
  EXPECT_EQ(text(page, "/next"), "null");
  const auto first = get("?limit=2");
  EXPECT_EQ(items(first, "/items").size(), 2U);
  EXPECT_EQ(ids("?limit=2&cursor=" + text(first, "/next")), "1 ");
  EXPECT_NE(header(first, "Link").find("cursor=" + text(first, "/next")), std::string::npos);
  const auto counted = get("?counts=true");
  EXPECT_EQ(text(counted, "/counts/routes/0/route"), "qq");
  EXPECT_EQ(text(counted, "/counts/routes/0/failed"), "1");
  EXPECT_EQ(text(counted, "/counts/routes/1/sending"), "1");
}

TEST_F(OutboxApi, shows_why_a_message_did_not_arrive) {
  fill();
  const auto shown = get("/1");
  ASSERT_EQ(shown.status, 200U) << shown.body;
  EXPECT_EQ(text(shown, "/state"), "failed");
  EXPECT_EQ(text(shown, "/last_error"), "the group is gone");
  EXPECT_EQ(text(shown, "/issue"), workflows::issue::format_number(lamp));
}

TEST_F(OutboxApi, sends_one_again_and_the_courier_hears_of_it) {
  fill();
  const auto answer = post("/1/resend");
  ASSERT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(text(answer, "/state"), "waiting");
  EXPECT_EQ(text(answer, "/resent"), "1");
  EXPECT_EQ(service.outbox_changes, 1);
  const std::vector<Quota> quotas{{"qq", 8}};
  EXPECT_EQ(box->begin(quotas, service.now()).value().size(), 2U);
  const auto late = post("/1/drop");
  EXPECT_EQ(late.status, 409U) << late.body;
  EXPECT_EQ(text(late, "/code"), "not_at_this_stage");
  EXPECT_NE(text(late, "/detail").find("sending"), std::string::npos) << late.body;
  EXPECT_EQ(state_of(1), "sending");
  EXPECT_EQ(service.outbox_changes, 1);
}

TEST_F(OutboxApi, changes_many_or_none) {
  fill();
  const auto some = post("/drop", R"({"ids":[1,2,3]})");
  EXPECT_EQ(some.status, 409U) << some.body;
  EXPECT_EQ(state_of(1), "failed");
  EXPECT_EQ(state_of(2), "waiting");
  EXPECT_EQ(post("/drop", R"({"ids":[1,99]})").status, 404U);
  EXPECT_EQ(state_of(1), "failed");
  const auto dropped = post("/drop", R"({"state":"waiting","route":"qq"})");
  EXPECT_EQ(text(dropped, "/messages"), "1") << dropped.body;
  EXPECT_EQ(state_of(2), "dropped");
  EXPECT_EQ(text(post("/resend", R"({"ids":[1,2]})"), "/messages"), "2");
  EXPECT_EQ(state_of(1), "waiting");
  EXPECT_EQ(text(post("/resend", R"({"state":"doubtful"})"), "/messages"), "0");
}

TEST_F(OutboxApi, says_what_is_wrong_with_what_is_asked) {
  fill();
  for (const char* body :
       {"", "{}", "[]", R"({"ids":[]})", R"({"ids":["1"]})", R"({"ids":[0]})", R"({"ids":1})",
        R"({"state":"lost"})", R"({"state":7})", R"({"ids":[1],"state":"failed"})",
        R"({"ids":[1],"route":"qq"})", R"({"route":"qq"})", R"({"state":"failed","route":""})",
        R"({"state":"failed","colour":"red"})"}) {
    for (const char* path : {"/resend", "/drop"}) {
      const auto no = post(path, body);
      EXPECT_EQ(no.status, 422U) << path << " " << body << ": " << no.body;
    }
  }
  EXPECT_EQ(post("/1/drop", R"({"why":"x"})").status, 422U);
  for (const char* query : {"?state=lost", "?limit=0", "?limit=1001", "?cursor=x", "?cursor=-1",
                            "?issue=12", "?colour=red"}) {
    EXPECT_EQ(get(query).status, 400U) << query;
  }
  for (const char* id : {"/0", "/-1", "/x", "/99999999999999999999"}) {
    EXPECT_EQ(get(id).status, 404U) << id;
    EXPECT_EQ(post(std::string(id) + "/drop").status, 404U) << id;
  }
  EXPECT_EQ(service.ask("DELETE", "/v1/outbox/1").status, 405U);
  EXPECT_EQ(state_of(1), "failed");
}

TEST_F(OutboxApi, is_for_operators) {
  fill();
  for (const Role role :
       {Role::adapter, Role::liaison, Role::clerk, Role::supervisor, Role::auditor}) {
    service.use(service.token(std::string(adapters::http::role_name(role)), role));
    EXPECT_EQ(get("").status, 403U);
    EXPECT_EQ(get("/1").status, 403U);
    EXPECT_EQ(post("/1/resend").status, 403U);
    EXPECT_EQ(post("/drop", R"({"state":"failed"})").status, 403U);
  }
}

TEST_F(OutboxApi, stands_in_the_document) {
  const auto document = service.ask("GET", "/openapi.json");
  const auto paths = support::member(document, "/paths");
  for (const char* path :
       {"/v1/outbox", "/v1/outbox/{id}", "/v1/outbox/resend", "/v1/outbox/drop",
        "/v1/outbox/{id}/resend", "/v1/outbox/{id}/drop", "/v1/intake/{no}/resubmit"}) {
    EXPECT_NE(paths.find(path), nullptr) << path;
  }
}

}  // namespace
