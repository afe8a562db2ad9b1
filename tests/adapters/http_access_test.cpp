// Who may do what, and where.
#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "adapters/http/roles.hpp"
#include "adapters/http/routes.hpp"
#include "tests/support/api_service.hpp"

namespace {

using adapters::http::Grant;
using adapters::http::Role;
using support::header;
using support::items;
using support::member;
using support::text;

struct Access : testing::Test {
  support::ApiService service;
  std::map<std::string, std::string> tokens;

  void SetUp() override {
    as("op", Role::operator_);
    add(R"({"code":"D","name":"瓯海区","level":"district"})");
    add(R"({"code":"T1","name":"潘桥街道","level":"town","parent":"D"})");
    add(R"({"code":"T2","name":"丽岙街道","level":"town","parent":"D"})");
    add(R"({"code":"V1","name":"潘北社区","level":"village","parent":"T1"})");
    as("chief", Role::supervisor);
  }

  void add(const std::string& body) {
    ASSERT_EQ(service.ask("POST", "/v1/areas", body).status, 201U) << body;
  }

  // Calls with the token of that name from now on.
  void as(const std::string& name, Role role, const std::string& area = "") {
    if (!tokens.contains(name)) tokens[name] = service.token(name, role, area);
    service.use(tokens[name]);
  }

  std::string report(const std::string& area) {
    const std::string place = area.empty() ? "" : R"(,"area":")" + area + "\"";
    const auto response =
        service.ask("POST", "/v1/issues", R"({"text":"路灯","title":"灯")" + place + "}");
    EXPECT_EQ(response.status, 201U) << response.body;
    return text(response, "/number");
  }
};

TEST_F(Access, each_role_may_give_just_the_commands_of_its_column) {
  const std::string number = report("V1");
  for (const auto& row : adapters::http::issue_permissions()) {
    for (const Role role : adapters::http::roles) {
      SCOPED_TRACE(std::string(row.what) + " by " + std::string(adapters::http::role_name(role)));
      as("x" + std::to_string(static_cast<int>(role)), role);
      const bool report_it = row.what == "report";
      const std::string path =
          report_it ? "/v1/issues" : "/v1/issues/" + number + "/" + std::string(row.what);
      // A body that no command takes: whoever may give it is told so, the others nothing of it.
      const auto response = service.ask("POST", path, R"({"no such member":1})");
      const Grant grant = row.grants[static_cast<std::size_t>(role)];
      EXPECT_EQ(response.status, grant == Grant::no ? 403U : 422U) << response.body;
      if (grant == Grant::no) {
        EXPECT_EQ(text(response, "/code"), "not_permitted");
        EXPECT_NE(items(response, "/needed").size(), 0U);
      }
    }
  }
}

TEST_F(Access, each_role_may_read_just_what_its_column_says) {
  const std::string number = report("V1");
  const std::map<std::string, std::string> paths{{"list", "/v1/issues"},
                                                 {"issue", "/v1/issues/" + number},
                                                 {"history", "/v1/issues/" + number + "/history"},
                                                 {"statistics", "/v1/statistics"},
                                                 {"events", "/v1/events?issue=" + number},
                                                 {"directory", "/v1/areas"},
                                                 {"metrics", "/metrics"},
                                                 {"document", "/openapi.json"},
                                                 {"intake", "/v1/intake"},
                                                 {"outbox", "/v1/outbox"}};
  service.settle();
  for (const auto& row : adapters::http::read_permissions()) {
    if (row.what == "words" || row.what == "policy") continue;
    for (const Role role : adapters::http::roles) {
      SCOPED_TRACE(std::string(row.what) + " by " + std::string(adapters::http::role_name(role)));
      as("x" + std::to_string(static_cast<int>(role)), role);
      const auto response = service.ask("GET", paths.at(std::string(row.what)));
      const bool good = row.grants[static_cast<std::size_t>(role)] == Grant::yes;
      EXPECT_EQ(response.status, good ? 200U : 403U) << response.body;
    }
  }
}

TEST_F(Access, a_policy_is_applied_by_an_operator_alone) {
  service.apply_policy = [](const std::string& token, adapters::http::PolicyDone done) {
    adapters::http::PolicyApplied out;
    out.policy = "by " + token;
    out.set = 7;
    done(out);
  };
  for (const Role role : adapters::http::roles) {
    const std::string name = "x" + std::to_string(static_cast<int>(role));
    as(name, role);
    const auto response = service.ask("POST", "/v1/policy/apply");
    EXPECT_EQ(response.status, role == Role::operator_ ? 200U : 403U) << response.body;
    if (role != Role::operator_) continue;
    EXPECT_EQ(text(response, "/policy/version"), "by " + name);
    EXPECT_EQ(service.ask("POST", "/v1/policy/apply", "{}").status, 200U);
    EXPECT_EQ(service.ask("POST", "/v1/policy/apply", R"({"policy":"other"})").status, 422U);
  }
}

TEST_F(Access, what_keeps_a_policy_from_being_applied_is_said) {
  as("op", Role::operator_);
  using engine::Fault;
  for (const auto& [fault, status, code] : {std::tuple{Fault::invalid, 422U, "wrong_policy"},
                                            std::tuple{Fault::not_found, 422U, "wrong_policy"},
                                            std::tuple{Fault::busy, 409U, "being_applied"},
                                            std::tuple{Fault::cancelled, 503U, "stopping"},
                                            std::tuple{Fault::storage, 503U, "not_written"}}) {
    const Fault why = fault;
    service.apply_policy = [why](const std::string&, const adapters::http::PolicyDone& done) {
      done(engine::Error{why, "p.toml, line 5: start must be the day after"});
    };
    const auto response = service.ask("POST", "/v1/policy/apply");
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(text(response, "/code"), code);
    if (status == 422U) {
      EXPECT_NE(text(response, "/detail").find("line 5"), std::string::npos);
    }
  }
}

TEST_F(Access, an_adapter_has_only_what_it_handed_in) {
  as("hotline", Role::adapter);
  const std::string own = report("V1");
  as("wecom", Role::adapter);
  const std::string other = report("V1");
  EXPECT_EQ(service.ask("GET", "/v1/issues/" + own).status, 403U);
  EXPECT_EQ(service.ask("GET", "/v1/issues/" + own + "/history").status, 403U);
  EXPECT_EQ(service.ask("POST", "/v1/issues/" + own + "/withdraw").status, 403U);
  EXPECT_EQ(service.ask("GET", "/v1/events?issue=" + own).status, 403U);
  EXPECT_EQ(service.ask("GET", "/v1/events").status, 403U);
  EXPECT_EQ(service.ask("GET", "/v1/issues/" + other).status, 200U);
  EXPECT_EQ(service.ask("POST", "/v1/issues/" + other + "/supplement", R"({"text":"还有"})").status,
            200U);
  EXPECT_EQ(service.ask("POST", "/v1/issues/" + other + "/withdraw").status, 200U);
  EXPECT_EQ(service.ask("POST", "/v1/issues/2601000000978/withdraw").status, 404U);
}

TEST_F(Access, a_token_with_an_area_sees_and_changes_only_what_lies_in_it) {
  const std::string here = report("V1");
  const std::string there = report("T2");
  const std::string nowhere = report("");
  service.settle();
  as("liaison", Role::liaison, "T1");
  EXPECT_EQ(service.ask("GET", "/v1/issues/" + here).status, 200U);
  EXPECT_EQ(service.ask("POST", "/v1/issues/" + here + "/accept", "{}").status, 200U);
  for (const std::string& other : {there, nowhere}) {
    const auto no = service.ask("GET", "/v1/issues/" + other);
    EXPECT_EQ(no.status, 403U);
    EXPECT_EQ(text(no, "/code"), "outside_area");
    EXPECT_EQ(text(no, "/area"), "T1");
    EXPECT_EQ(service.ask("GET", "/v1/issues/" + other + "/history").status, 403U);
    EXPECT_EQ(service.ask("POST", "/v1/issues/" + other + "/accept", "{}").status, 403U);
    EXPECT_EQ(service.ask("GET", "/v1/events?issue=" + other).status, 403U);
  }
  const auto list = service.ask("GET", "/v1/issues");
  ASSERT_EQ(items(list, "/items").size(), 1U) << list.body;
  EXPECT_EQ(text(list, "/items/0/number"), here);
  EXPECT_EQ(items(service.ask("GET", "/v1/issues?area=D"), "/items").size(), 1U);
  EXPECT_EQ(service.ask("GET", "/v1/issues?area=T2").status, 403U);
  EXPECT_EQ(service.ask("GET", "/v1/issues?unplaced=true").status, 403U);
  EXPECT_EQ(service.ask("GET", "/v1/statistics?area=T2").status, 403U);
  EXPECT_EQ(text(service.ask("GET", "/v1/statistics"), "/total/reported"), "1");
  EXPECT_EQ(items(service.ask("GET", "/v1/areas"), "/items").size(), 2U);
}

TEST_F(Access, a_token_with_an_area_reports_for_it_alone) {
  as("liaison", Role::liaison, "T1");
  EXPECT_EQ(report("V1").size(), 13U);
  for (const char* body : {R"({"text":"x","area":"T2"})", R"({"text":"x"})"}) {
    const auto no = service.ask("POST", "/v1/issues", body);
    EXPECT_EQ(no.status, 403U);
    EXPECT_EQ(text(no, "/errors/0/pointer"), "/area");
  }
}

TEST_F(Access, both_issues_of_a_merger_must_lie_in_the_area) {
  const std::string here = report("V1");
  const std::string there = report("T2");
  as("town", Role::supervisor, "T1");
  const auto no =
      service.ask("POST", "/v1/issues/" + here + "/merge", R"({"into":")" + there + "\"}");
  EXPECT_EQ(no.status, 403U);
  EXPECT_EQ(text(no, "/code"), "outside_area");
}

TEST_F(Access, a_repeat_gets_its_first_answer_though_the_issue_has_left_the_area) {
  const std::string here = report("V1");
  as("town", Role::supervisor, "T1");
  const adapters::http::Fields key{{"Idempotency-Key", "k"}};
  const std::string path = "/v1/issues/" + here + "/accept";
  const auto first = service.ask("POST", path, R"({"area":"T2"})", key);
  EXPECT_EQ(first.status, 200U) << first.body;
  const auto again = service.ask("POST", path, R"({"area":"T2"})", key);
  EXPECT_EQ(again.status, 200U) << again.body;
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(service.ask("POST", path, R"({"area":"T2"})").status, 403U);
}

TEST_F(Access, the_directory_is_for_operators_of_everything) {
  as("local-op", Role::operator_, "T1");
  EXPECT_EQ(service.ask("POST", "/v1/areas/V1/retire").status, 403U);
}

TEST_F(Access, every_read_of_personal_words_is_taken_down) {
  const std::string number = report("V1");
  service.settle();
  service.reads();
  service.ask("GET", "/v1/issues/" + number);
  service.ask("GET", "/v1/issues/" + number + "/history");
  service.ask("GET", "/v1/issues");
  service.ask("POST", "/v1/issues/" + number + "/urge", "{}", {{"If-Match", "\"0\""}});
  service.ask("GET", "/v1/statistics");
  const auto reads = service.reads();
  ASSERT_EQ(reads.size(), 4U);
  const char* whats[] = {"issue", "history", "list", "moved"};
  for (std::size_t i = 0; i < reads.size(); ++i) {
    EXPECT_EQ(reads[i].what, whats[i]);
    EXPECT_EQ(reads[i].token, "chief");
    EXPECT_EQ(reads[i].issues.size(), 1U);
    EXPECT_EQ(reads[i].peer, "192.0.2.1");
    EXPECT_EQ(reads[i].when, service.now());
  }
}

TEST_F(Access, words_whose_reading_cannot_be_taken_down_do_not_leave) {
  const std::string number = report("V1");
  service.settle();
  service.take_down(false);
  for (const std::string& path :
       {"/v1/issues/" + number, "/v1/issues/" + number + "/history", std::string("/v1/issues")}) {
    const auto response = service.ask("GET", path);
    EXPECT_EQ(response.status, 503U) << path;
    EXPECT_EQ(response.body.find("路灯"), std::string::npos);
  }
}

TEST_F(Access, an_auditor_reads_everything_but_the_words) {
  const std::string number = report("V1");
  service.ask("POST", "/v1/issues/" + number + "/supplement", R"({"text":"老王家门口"})");
  service.settle();
  service.reads();
  as("audit", Role::auditor);
  const auto issue = service.ask("GET", "/v1/issues/" + number);
  EXPECT_EQ(issue.status, 200U);
  EXPECT_EQ(text(issue, "/text/withheld"), "true");
  EXPECT_EQ(text(issue, "/title/withheld"), "true");
  const auto history = service.ask("GET", "/v1/issues/" + number + "/history");
  EXPECT_EQ(text(history, "/steps/0/details/text/withheld"), "true");
  const auto list = service.ask("GET", "/v1/issues");
  EXPECT_EQ(text(list, "/items/0/title/withheld"), "true");
  for (const auto& response : {issue, history, list}) {
    EXPECT_EQ(response.body.find("灯"), std::string::npos) << response.body;
    EXPECT_EQ(response.body.find("老王"), std::string::npos) << response.body;
  }
  EXPECT_EQ(service.ask("GET", "/v1/issues?q=路灯").status, 403U) << "a search is a reading";
  EXPECT_EQ(service.ask("GET", "/v1/events?words=true").status, 403U);
  EXPECT_TRUE(service.reads().empty());
}

}  // namespace
