// Bad requests, and what each of them gets.
#include <gtest/gtest.h>

#include "tests/support/api_service.hpp"

namespace {

using adapters::http::Fields;
using adapters::http::Role;
using support::text;

struct Bad {
  const char* what;
  const char* method;
  std::string target;  // NO is the number of an issue that was just reported
  std::string body;
  Fields headers;
  unsigned status;
  const char* code;
  const char* where = "";  // pointer, parameter or header of the first error
};

const Fields plain{{"Content-Type", "text/plain"}};

std::vector<Bad> bodies() {
  const std::string deep = std::string(64, '[') + std::string(64, ']');
  const std::string issue = "/v1/issues";
  const std::string sign = "/v1/issues/NO/sign";
  return {
      {"no JSON", "POST", issue, "{", {}, 400, "malformed_json"},
      {"half a text", "POST", issue, R"({"text":"x)", {}, 400, "malformed_json"},
      {"two documents", "POST", issue, R"({"text":"x"} {})", {}, 400, "malformed_json"},
      {"no UTF-8", "POST", issue, "{\"text\":\"\xff\"}", {}, 400, "malformed_json"},
      {"deep", "POST", issue, deep, {}, 400, "malformed_json"},
      {"twice", "POST", issue, R"({"text":"x","text":"y"})", {}, 400, "malformed_json"},
      {"huge", "POST", issue, std::string(300'000, ' '), {}, 413, "too_large"},
      {"another form", "POST", issue, "text=x", plain, 415, "not_json"},
      {"a form", "POST", issue, "{}", {{"Content-Type", "application/jsonx"}}, 415, "not_json"},
      {"a list", "POST", issue, "[]", {}, 422, "invalid_body", ""},
      {"a text", "POST", issue, "\"x\"", {}, 422, "invalid_body", ""},
      {"nothing", "POST", issue, "", {}, 422, "invalid_body", "/text"},
      {"null", "POST", issue, R"({"text":null})", {}, 422, "invalid_body", "/text"},
      {"empty", "POST", issue, R"({"text":""})", {}, 422, "invalid_body", "/text"},
      {"a number", "POST", issue, R"({"text":7})", {}, 422, "invalid_body", "/text"},
      {"control", "POST", issue, R"({"text":"a\u0000b"})", {}, 422, "invalid_body", "/text"},
      {"unknown", "POST", issue, R"({"text":"x","txet":1})", {}, 422, "invalid_body", "/txet"},
      {"no choice",
       "POST",
       issue,
       R"({"text":"x","channel":"fax"})",
       {},
       422,
       "invalid_body",
       "/channel"},
      {"no code",
       "POST",
       issue,
       R"({"text":"x","area":"nowhere"})",
       {},
       422,
       "unknown_code",
       "/area"},
      {"empty code", "POST", issue, R"({"text":"x","area":""})", {}, 422, "invalid_body", "/area"},
      {"far",
       "POST",
       issue,
       R"({"text":"x","latitude":"north"})",
       {},
       422,
       "invalid_body",
       "/latitude"},
      {"no time",
       "POST",
       issue,
       R"({"text":"x","occurred_at":"yesterday"})",
       {},
       422,
       "invalid_body",
       "/occurred_at"},
      {"no offset",
       "POST",
       issue,
       R"({"text":"x","occurred_at":"2026-03-01T08:00:00"})",
       {},
       422,
       "invalid_body",
       "/occurred_at"},
      {"future",
       "POST",
       issue,
       R"({"text":"x","occurred_at":"2099-01-01T00:00:00Z"})",
       {},
       422,
       "in_the_future"},
      {"nobody",
       "POST",
       issue,
       R"({"text":"x","on_behalf_of":""})",
       {},
       422,
       "invalid_body",
       "/on_behalf_of"},
      {"long name",
       "POST",
       issue,
       R"({"text":"x","on_behalf_of":")" + std::string(129, 'a') + "\"}",
       {},
       422,
       "invalid_body",
       "/on_behalf_of"},
      {"long",
       "POST",
       issue,
       R"({"text":")" + std::string(32'769, 'a') + "\"}",
       {},
       422,
       "invalid_body",
       "/text"},
      {"too soon", "POST", sign, "{}", {}, 409, "not_at_this_stage"},
      {"no outcome", "POST", "/v1/issues/NO/resolve", "{}", {}, 422, "invalid_body", "/outcome"},
      {"six stars",
       "POST",
       "/v1/issues/NO/follow_up",
       R"({"reached":"yes","satisfaction":6})",
       {},
       422,
       "invalid_body",
       "/satisfaction"},
      {"into nothing",
       "POST",
       "/v1/issues/NO/merge",
       R"({"into":"zero"})",
       {},
       422,
       "invalid_body",
       "/into"},
      {"bent entry",
       "POST",
       "/v1/areas",
       R"({"code":"1","name":"x","kind":"area"})",
       {},
       403,
       "not_permitted"},
  };
}

std::vector<Bad> targets() {
  const std::string one = "/v1/issues/NO";
  return {
      {"nowhere", "GET", "/v1/nothing", "", {}, 404, "no_such_path"},
      {"root", "GET", "/", "", {}, 404, "no_such_path"},
      {"empty", "GET", "", "", {}, 404, "no_such_path"},
      {"slash", "GET", "/v1/issues/", "", {}, 404, "no_such_path"},
      {"dots", "GET", "/v1/../metrics", "", {}, 404, "no_such_path"},
      {"case", "GET", "/V1/issues", "", {}, 404, "no_such_path"},
      {"wrong verb", "POST", one + "/explode", "{}", {}, 404, "unknown_command"},
      {"hyphen", "POST", one + "/hand-over", "{}", {}, 404, "unknown_command"},
      {"system's", "POST", one + "/miss_deadline", "{}", {}, 404, "unknown_command"},
      {"report again", "POST", one + "/report", "{}", {}, 404, "unknown_command"},
      {"no number", "POST", "/v1/issues/12/accept", "{}", {}, 404, "not_found"},
      {"bad digits", "GET", "/v1/issues/2601000000000", "", {}, 404, "not_found"},
      {"nobody's", "GET", "/v1/issues/2601000000978", "", {}, 404, "not_found"},
      {"delete", "DELETE", one, "", {}, 405, "method_not_allowed"},
      {"put", "PUT", "/v1/issues", "{}", {}, 405, "method_not_allowed"},
      {"post a list", "POST", "/v1/statistics", "{}", {}, 405, "method_not_allowed"},
      {"get a command", "GET", one + "/accept", "", {}, 405, "method_not_allowed"},
      {"xml", "GET", one, "", {{"Accept", "application/xml"}}, 406, "not_acceptable"},
      {"json feed",
       "GET",
       "/v1/events",
       "",
       {{"Accept", "application/json"}},
       406,
       "not_acceptable"},
      {"parameter", "GET", "/v1/issues?colour=red", "", {}, 400, "bad_parameter", "colour"},
      {"no stage", "GET", "/v1/issues?stage=gone", "", {}, 400, "bad_parameter", "stage"},
      {"half a list", "GET", "/v1/issues?stage=local,", "", {}, 400, "bad_parameter", "stage"},
      {"no area", "GET", "/v1/issues?area=nowhere", "", {}, 400, "bad_parameter", "area"},
      {"none", "GET", "/v1/issues?limit=0", "", {}, 400, "bad_parameter", "limit"},
      {"many", "GET", "/v1/issues?limit=501", "", {}, 400, "bad_parameter", "limit"},
      {"words", "GET", "/v1/issues?limit=ten", "", {}, 400, "bad_parameter", "limit"},
      {"no cursor", "GET", "/v1/issues?cursor=zz", "", {}, 400, "bad_parameter", "cursor"},
      {"forged", "GET", "/v1/issues?cursor=1.zz", "", {}, 400, "bad_parameter"},
      {"maybe", "GET", "/v1/issues?open=maybe", "", {}, 400, "bad_parameter", "open"},
      {"two dues",
       "GET",
       "/v1/issues?due=week&due_from=2026-01-01",
       "",
       {},
       400,
       "bad_parameter",
       "due"},
      {"twice", "GET", "/v1/issues?q=a&q=b", "", {}, 400, "bad_parameter", "q"},
      {"empty q", "GET", "/v1/issues?q=", "", {}, 400, "bad_parameter", "q"},
      {"at zero", "GET", one + "?at=0", "", {}, 400, "bad_parameter", "at"},
      {"at noon", "GET", one + "?at=noon", "", {}, 400, "bad_parameter", "at"},
      {"by colour", "GET", "/v1/statistics?by=colour", "", {}, 400, "bad_parameter", "by"},
      {"backwards",
       "GET",
       "/v1/statistics?from=2026-02-01&to=2026-01-01",
       "",
       {},
       400,
       "bad_parameter",
       "to"},
      {"beyond", "GET", "/v1/statistics?as_of=999", "", {}, 400, "bad_parameter", "as_of"},
      {"after all", "GET", "/v1/events?after=999", "", {}, 400, "bad_parameter", "after"},
      {"after", "GET", "/v1/events?after=-1", "", {}, 400, "bad_parameter", "after"},
      {"feed of", "GET", "/v1/events?issue=1", "", {}, 400, "bad_parameter", "issue"},
      {"lost",
       "GET",
       "/v1/events",
       "",
       {{"Last-Event-ID", "999"}},
       400,
       "bad_header",
       "Last-Event-ID"},
      {"letters",
       "GET",
       "/v1/events",
       "",
       {{"Last-Event-ID", "x"}},
       400,
       "bad_header",
       "Last-Event-ID"},
      {"bare tag", "POST", one + "/urge", "{}", {{"If-Match", "1"}}, 400, "bad_header", "If-Match"},
      {"weak tag",
       "POST",
       one + "/urge",
       "{}",
       {{"If-Match", "W/\"1\""}},
       400,
       "bad_header",
       "If-Match"},
      {"moved", "POST", one + "/urge", "{}", {{"If-Match", "\"9\""}}, 412, "moved"},
      {"no key",
       "POST",
       one + "/urge",
       "{}",
       {{"Idempotency-Key", ""}},
       400,
       "bad_header",
       "Idempotency-Key"},
      {"long key",
       "POST",
       one + "/urge",
       "{}",
       {{"Idempotency-Key", std::string(256, 'k')}},
       400,
       "bad_header",
       "Idempotency-Key"},
      {"odd key",
       "POST",
       one + "/urge",
       "{}",
       {{"Idempotency-Key", "a\x01"}},
       400,
       "bad_header",
       "Idempotency-Key"},
      {"basic", "GET", one, "", {{"Authorization", "Basic eDp5"}}, 401, "unknown_token"},
      {"guess", "GET", one, "", {{"Authorization", "Bearer sihe_guess"}}, 401, "unknown_token"},
      {"operator's", "GET", "/metrics", "", {}, 403, "not_permitted"},
  };
}

TEST(BadRequests, each_gets_its_problem_and_writes_nothing) {
  support::ApiService service;
  service.use(service.token("chief", Role::supervisor));
  const std::string number =
      text(service.ask("POST", "/v1/issues", R"({"text":"路灯不亮"})"), "/number");
  std::vector<Bad> all = bodies();
  for (Bad& each : targets()) all.push_back(std::move(each));
  ASSERT_GE(all.size(), 40U);
  for (Bad& each : all) {
    SCOPED_TRACE(std::string(each.what) + ": " + each.method + " " + each.target + " " +
                 each.body.substr(0, 80));
    if (const auto at = each.target.find("NO"); at != std::string::npos) {
      each.target.replace(at, 2, number);
    }
    const auto response = service.ask(each.method, each.target, each.body, each.headers);
    EXPECT_EQ(response.status, each.status) << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(text(response, "/code"), each.code) << response.body;
    EXPECT_EQ(text(response, "/status"), std::to_string(each.status));
    EXPECT_NE(text(response, "/detail"), "null");
    EXPECT_EQ(text(response, "/instance"), each.target.substr(0, each.target.find('?')));
    if (*each.where != '\0') {
      const char* kinds[] = {"pointer", "parameter", "header"};
      std::string found;
      for (const char* kind : kinds) {
        const auto at = support::member(response, std::string("/errors/0/") + kind);
        if (at.string() != nullptr) found = *at.string();
      }
      EXPECT_EQ(found, each.where) << response.body;
    }
  }
  EXPECT_EQ(service.log().last().value, 1U);
}

TEST(BadRequests, all_flaws_of_a_body_are_told_at_once) {
  support::ApiService service;
  service.use(service.token("chief", Role::supervisor));
  const auto response = service.ask("POST", "/v1/issues",
                                    R"({"channel":"fax","txet":1,"latitude":"n","occurred_at":3})");
  EXPECT_EQ(response.status, 422U);
  EXPECT_EQ(support::items(response, "/errors").size(), 5U) << response.body;
}

TEST(BadRequests, broken_json_says_line_and_column) {
  support::ApiService service;
  service.use(service.token("chief", Role::supervisor));
  const auto response = service.ask("POST", "/v1/issues", "{\n  \"text\": x\n}");
  EXPECT_NE(text(response, "/detail").find("line 2, column 11"), std::string::npos)
      << response.body;
}

TEST(BadRequests, a_method_that_is_not_taken_says_which_are) {
  support::ApiService service;
  service.use(service.token("chief", Role::supervisor));
  EXPECT_EQ(support::header(service.ask("PUT", "/v1/issues", "{}"), "Allow"), "POST, GET, HEAD");
}

TEST(BadRequests, without_a_token_there_is_only_health) {
  support::ApiService service;
  EXPECT_EQ(service.ask("GET", "/livez").status, 200U);
  EXPECT_EQ(service.ask("GET", "/readyz").status, 200U);
  for (const char* path : {"/v1/issues", "/metrics", "/openapi.json", "/v1/nothing", "/"}) {
    const auto response = service.ask("GET", path);
    EXPECT_EQ(response.status, 401U) << path;
    EXPECT_EQ(support::header(response, "WWW-Authenticate"), "Bearer realm=\"sihe\"");
  }
}

}  // namespace
