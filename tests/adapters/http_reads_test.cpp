// Lists, figures, the feed, the document, health.
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "adapters/http/parameters.hpp"
#include "adapters/http/routes.hpp"
#include "tests/support/api_service.hpp"

namespace {

using adapters::http::Endpoint;
using adapters::http::Role;
using engine::schema::Value;
using support::header;
using support::items;
using support::member;
using support::text;

struct Reads : testing::Test {
  support::ApiService service;

  void SetUp() override { service.use(service.token("chief", Role::supervisor)); }

  std::string report(const std::string& body = R"({"text":"路灯不亮"})") {
    return text(service.ask("POST", "/v1/issues", body), "/number");
  }
};

TEST_F(Reads, a_list_goes_on_where_its_cursor_says) {
  std::set<std::string> all;
  for (int i = 0; i < 7; ++i) {
    service.at(service.now() + std::chrono::minutes(1));
    all.insert(report());
  }
  service.settle();
  std::set<std::string> seen;
  std::string target = "/v1/issues?limit=3";
  int pages = 0;
  while (!target.empty()) {
    const auto page = service.ask("GET", target);
    ASSERT_EQ(page.status, 200U) << page.body;
    ++pages;
    for (const Value& item : items(page, "/items")) {
      EXPECT_TRUE(seen.insert(*item.find("number")->string()).second);
    }
    EXPECT_EQ(text(page, "/position"), "7");
    const Value next = member(page, "/next");
    target.clear();
    if (next.string() == nullptr) {
      EXPECT_EQ(header(page, "Link"), "");
      continue;
    }
    target = "/v1/issues?limit=3&cursor=" + *next.string();
    EXPECT_TRUE(header(page, "Link").starts_with("</v1/issues?limit=3&cursor="));
    EXPECT_TRUE(header(page, "Link").ends_with(">; rel=\"next\""));
  }
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(seen, all);
}

TEST_F(Reads, a_cursor_keeps_the_moment_that_due_was_judged_at) {
  for (int i = 0; i < 4; ++i) {
    const std::string path = "/v1/issues/" + report();
    service.ask("POST", path + "/accept", "{}");
    const auto set = service.ask("POST", path + "/set_deadline",
                                 R"({"kind":"solve","due":"2026-03-04T09:00:00+08:00"})");
    ASSERT_EQ(set.status, 200U) << set.body;
  }
  service.settle();
  EXPECT_EQ(items(service.ask("GET", "/v1/issues?due=overdue"), "/items").size(), 0U);
  EXPECT_EQ(items(service.ask("GET", "/v1/issues?due=week"), "/items").size(), 4U);
  EXPECT_EQ(items(service.ask("GET", "/v1/issues?due=today"), "/items").size(), 0U);
  service.at(service.now() + std::chrono::hours(48));
  const auto first = service.ask("GET", "/v1/issues?due=overdue&limit=3&count=true");
  EXPECT_EQ(items(first, "/items").size(), 3U);
  EXPECT_EQ(text(first, "/count"), "4");
  service.at(service.now() + std::chrono::hours(1));
  const auto second =
      service.ask("GET", "/v1/issues?due=overdue&limit=3&cursor=" + text(first, "/next"));
  EXPECT_EQ(second.status, 200U) << second.body;
  EXPECT_EQ(items(second, "/items").size(), 1U);
  EXPECT_EQ(service.ask("GET", "/v1/issues?due=week&cursor=" + text(first, "/next")).status, 400U)
      << "a cursor holds for its own query";
}

TEST_F(Reads, the_supervisors_lists_go_by_all_deadlines_and_by_who_pressed) {
  const std::string due_today = report();
  service.ask("POST", "/v1/issues/" + due_today + "/set_deadline",
              R"({"kind":"accept","due":"2026-03-03T17:30:00+08:00"})");
  const std::string escalated = report();
  service.ask("POST", "/v1/issues/" + escalated + "/escalate", R"({"to":"town"})");
  service.settle();
  const auto only = [&](const std::string& list) {
    const auto answer = service.ask("GET", "/v1/issues?count=true&due=" + list);
    EXPECT_EQ(answer.status, 200U) << answer.body;
    EXPECT_LE(items(answer, "/items").size(), 1U);
    return text(answer, "/count") + " " + text(answer, "/items/0/number");
  };
  EXPECT_EQ(only("today"), "1 " + due_today);
  EXPECT_EQ(only("escalated"), "1 " + escalated);
  EXPECT_EQ(only("returned"), "0 null");
  EXPECT_EQ(only("overdue"), "0 null");
  EXPECT_EQ(text(service.ask("GET", "/v1/issues?due=today"), "/items/0/next_due_at"),
            "2026-03-03T17:30:00+08:00");
  service.at(service.now() + std::chrono::hours(9));
  EXPECT_EQ(only("overdue"), "1 " + due_today);
  EXPECT_EQ(service.ask("GET", "/v1/issues?due=tomorrow").status, 400U);
  EXPECT_EQ(service.ask("GET", "/v1/issues?due=warned&supervision=overdue").status, 400U);
}

TEST_F(Reads, a_list_is_filtered_and_searched) {
  const std::string dark = report(R"({"text":"路灯不亮","channel":"hotline"})");
  const std::string wet = report(R"({"text":"积水严重","channel":"wecom"})");
  service.ask("POST", "/v1/issues/" + wet + "/accept", "{}");
  service.settle();
  const auto only = [&](const std::string& query) {
    const auto list = service.ask("GET", "/v1/issues?" + query);
    EXPECT_EQ(list.status, 200U) << list.body;
    std::string out;
    for (const Value& item : items(list, "/items")) {
      out += (out.empty() ? "" : " ") + *item.find("number")->string();
    }
    return out;
  };
  EXPECT_EQ(only("stage=accepted"), wet);
  EXPECT_EQ(only("stage=accepted,reported&sort=number"), dark + " " + wet);
  EXPECT_EQ(only("stage=accepted&stage=reported&sort=number&order=desc"), wet + " " + dark);
  EXPECT_EQ(only("channel=hotline"), dark);
  EXPECT_EQ(only("q=积水"), wet);
  EXPECT_EQ(only("open=false"), "");
  EXPECT_EQ(only("opened_from=2026-03-04"), "");
}

TEST_F(Reads, reports_of_the_same_thing_are_offered_to_those_who_may_read_words) {
  const std::string lamp =
      report(R"({"text":"村口路灯不亮，晚上走路看不见","latitude":28.01,"longitude":120.6})");
  service.at(service.now() + std::chrono::hours(30));
  const std::string again = report(R"({"text":"村口的路灯不亮了，走路看不见"})");
  const std::string near =
      report(R"({"text":"电线杆歪了","latitude":28.0101,"longitude":120.6001})");
  report(R"({"text":"自来水发黄，有铁锈味"})");
  service.at(service.now() + std::chrono::hours(8 * 24));
  report(R"({"text":"村口路灯不亮，晚上走路看不见"})");  // a week later it is another trouble
  service.settle();
  service.reads();
  const auto offered = service.ask("GET", "/v1/issues/" + lamp + "/candidates");
  ASSERT_EQ(offered.status, 200U) << offered.body;
  ASSERT_EQ(items(offered, "/items").size(), 2U) << offered.body;
  EXPECT_EQ(text(offered, "/items/0/number"), again);
  EXPECT_EQ(text(offered, "/items/1/number"), near);
  EXPECT_EQ(text(offered, "/items/1/metres"), "15");
  const auto reads = service.reads();
  ASSERT_EQ(reads.size(), 1U);
  EXPECT_EQ(reads[0].what, "candidates");
  EXPECT_EQ(reads[0].issues.size(), 3U);
  service.use(service.token("book", Role::auditor));
  EXPECT_EQ(service.ask("GET", "/v1/issues/" + lamp + "/candidates").status, 403U);
}

TEST_F(Reads, a_history_tells_every_step) {
  const std::string number = report();
  service.ask("POST", "/v1/issues/" + number + "/accept", R"({"liaison":"王芳"})");
  const auto history = service.ask("GET", "/v1/issues/" + number + "/history");
  EXPECT_EQ(text(history, "/number"), number);
  EXPECT_EQ(text(history, "/version"), "2");
  EXPECT_EQ(text(history, "/steps/1/fact_zh"), "受理");
  EXPECT_EQ(text(history, "/steps/1/stage_before"), "reported");
  EXPECT_EQ(text(history, "/steps/1/stage_after"), "accepted");
  const auto before = service.ask("GET", "/v1/issues/" + number + "/history?at=1");
  EXPECT_EQ(items(before, "/steps").size(), 1U);
}

TEST_F(Reads, figures_are_given_as_of_now_and_of_any_past) {
  const std::string first = report();
  service.at(service.now() + std::chrono::hours(24));
  report();
  service.ask("POST", "/v1/issues/" + first + "/accept", "{}");
  service.settle();
  const auto now = service.ask("GET", "/v1/statistics?by=month");
  ASSERT_EQ(now.status, 200U) << now.body;
  EXPECT_EQ(text(now, "/position"), "3");
  EXPECT_EQ(text(now, "/total/reported"), "2");
  EXPECT_EQ(text(now, "/total/accepted"), "1");
  EXPECT_EQ(text(now, "/rows/0/month"), "2026-03");
  EXPECT_NE(member(now, "/total/times").object(), nullptr);
  EXPECT_EQ(text(service.ask("GET", "/v1/statistics?as_of=1"), "/total/reported"), "1");
  EXPECT_EQ(text(service.ask("GET", "/v1/statistics?as_of=1"), "/position"), "1");
  EXPECT_EQ(text(service.ask("GET", "/v1/statistics?as_of=2"), "/total/accepted"), "0");
  EXPECT_EQ(text(service.ask("GET", "/v1/statistics?as_of=2026-03-03"), "/position"), "1");
  EXPECT_EQ(text(service.ask("GET", "/v1/statistics?at=2026-03-03"), "/total/reported"), "1");
  const auto unplaced = service.ask("GET", "/v1/statistics");
  EXPECT_EQ(text(unplaced, "/rows/0/area"), "null");
  EXPECT_EQ(text(unplaced, "/rows/0/name"), "(unplaced)");
  const auto definitions = service.ask("GET", "/v1/statistics/definitions");
  EXPECT_EQ(text(definitions, "/figures/0/name"), "reported");
}

std::string drained(adapters::http::Stream& stream) {
  std::string out;
  while (true) {
    const auto piece = stream.next();
    if (!piece || piece->empty()) return out;
    out += *piece;
  }
}

std::size_t events_in(const std::string& feed) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = feed.find("\nevent: ", at)) != std::string::npos; ++at) ++count;
  return count;
}

TEST_F(Reads, the_feed_goes_on_after_the_last_event_seen) {
  const std::string number = report(R"({"text":"老王家","channel":"hotline"})");
  service.ask("POST", "/v1/issues/" + number + "/accept", R"({"liaison":"王芳"})");
  auto feed = service.ask("GET", "/v1/events?after=0");
  ASSERT_EQ(feed.status, 200U);
  EXPECT_EQ(feed.content_type, "text/event-stream");
  int rung = 0;
  feed.stream->on_more([&] { ++rung; });
  const std::string all = drained(*feed.stream);
  EXPECT_EQ(events_in(all), 2U) << all;
  EXPECT_NE(all.find("id: 1\nevent: reported\ndata: {"), std::string::npos) << all;
  EXPECT_NE(all.find("id: 2\nevent: accepted\n"), std::string::npos);
  EXPECT_NE(all.find("\"issue\":\"" + number + "\""), std::string::npos);
  EXPECT_EQ(all.find("老王"), std::string::npos) << "words are asked for on purpose";

  service.ask("POST", "/v1/issues/" + number + "/urge", "{}");
  service.writer().stop();  // the bell rings after the answer
  EXPECT_EQ(rung, 1);
  EXPECT_EQ(events_in(drained(*feed.stream)), 1U);

  auto again = service.ask("GET", "/v1/events?after=0", "", {{"Last-Event-ID", "2"}});
  const std::string rest = drained(*again.stream);
  EXPECT_EQ(events_in(rest), 1U);
  EXPECT_NE(rest.find("id: 3\nevent: urged\n"), std::string::npos);

  auto fresh = service.ask("GET", "/v1/events");
  EXPECT_EQ(events_in(drained(*fresh.stream)), 0U) << "without a place it begins with what is new";

  service.reads();
  auto open = service.ask("GET", "/v1/events?after=0&words=true");
  EXPECT_NE(drained(*open.stream).find("老王"), std::string::npos);
  EXPECT_EQ(service.reads().size(), 1U);
}

TEST_F(Reads, the_feed_can_be_of_one_issue_or_of_the_directory) {
  const std::string one = report();
  const std::string other = report();
  service.use(service.token("op", Role::operator_));
  service.ask("POST", "/v1/areas", R"({"code":"D","name":"瓯海区","level":"district"})");
  service.use(service.token("chief2", Role::supervisor));
  auto of_one = service.ask("GET", "/v1/events?after=0&issue=" + other);
  const std::string seen = drained(*of_one.stream);
  EXPECT_EQ(events_in(seen), 1U);
  EXPECT_EQ(seen.find(one), std::string::npos);
  auto entries = service.ask("GET", "/v1/events?after=0&workflow=directory");
  const std::string added = drained(*entries.stream);
  EXPECT_EQ(events_in(added), 1U);
  EXPECT_NE(added.find("event: entry_added\n"), std::string::npos) << added;
  EXPECT_NE(added.find("瓯海区"), std::string::npos);
}

TEST_F(Reads, a_feed_ends_with_its_token_and_with_the_service) {
  const std::string token = service.token("short", Role::supervisor);
  auto feed = service.ask("GET", "/v1/events", "", {{"Authorization", "Bearer " + token}});
  drained(*feed.stream);
  EXPECT_TRUE(feed.stream->next().has_value());
  adapters::http::revoke_token(service.tokens_file(), "short", service.now()).value();
  EXPECT_FALSE(feed.stream->next().has_value());
  auto other = service.ask("GET", "/v1/events");
  bool rung = false;
  other.stream->on_more([&] { rung = true; });
  drained(*other.stream);
  service.api().stop();
  EXPECT_TRUE(rung);
  EXPECT_FALSE(other.stream->next().has_value());
}

TEST_F(Reads, the_document_holds_every_route_and_no_other) {
  const auto response = service.ask("GET", "/openapi.json");
  const Value document = adapters::json::parse(response.body, {.bytes_max = 16 << 20}).value();
  EXPECT_EQ(*document.find("openapi")->string(), "3.1.0");
  std::set<std::string> served;
  for (const auto& route : adapters::http::routes()) {
    const std::string method = route.method == "GET" ? "get " : "post ";
    const std::string path(route.path);
    if (path.find("{command}") == std::string::npos) {
      served.insert(method + path);
      continue;
    }
    for (const auto* each : commands_of(route)) {
      served.insert(method + path.substr(0, path.rfind('/') + 1) +
                    std::string(command_word(route, *each)));
    }
  }
  std::set<std::string> documented;
  std::set<std::string> ids;
  for (const auto& [path, item] : *document.find("paths")->object()) {
    for (const auto& [method, operation] : *item.object()) {
      documented.insert(method + " " + path);
      EXPECT_TRUE(ids.insert(*operation.find("operationId")->string()).second) << path;
      EXPECT_NE(operation.find("responses"), nullptr);
    }
  }
  EXPECT_EQ(documented, served);
}

TEST_F(Reads, the_document_refers_only_to_what_is_in_it) {
  const std::string body = service.ask("GET", "/openapi.json").body;
  const Value document = adapters::json::parse(body, {.bytes_max = 16 << 20}).value();
  const std::regex reference("\"#/components/([a-z]+)/([A-Za-z_]+)\"");
  int found = 0;
  for (std::sregex_iterator at(body.begin(), body.end(), reference), end; at != end; ++at) {
    const Value* group = document.find("components")->find((*at)[1].str());
    ASSERT_NE(group, nullptr) << at->str();
    EXPECT_NE(group->find((*at)[2].str()), nullptr) << at->str();
    ++found;
  }
  EXPECT_GT(found, 50);
}

// The names that the queries take are those of the schema.
TEST_F(Reads, the_choices_of_the_queries_are_those_of_the_schema) {
  for (const auto& parameter : adapters::http::all_parameters()) {
    const std::string name(parameter.name);
    const char* enumeration = name == "stage"         ? "Stage"
                              : name == "kind"        ? "Kind"
                              : name == "channel"     ? "Channel"
                              : name == "supervision" ? "Supervision"
                              : name == "reason"      ? "Reason"
                                                      : nullptr;
    if (enumeration == nullptr || parameter.choices.empty()) continue;
    std::set<std::string> known;
    const auto& schema =
        parameter.endpoint == adapters::http::Endpoint::meetings  ? workflows::meeting::schema()
        : parameter.endpoint == adapters::http::Endpoint::letters ? workflows::intake::schema()
                                                                  : workflows::issue::schema();
    for (const auto& each : schema.enumerations()) {
      if (each.name != enumeration) continue;
      for (const auto& choice : each.choices) {
        if (choice.name != "none") known.insert(choice.name);
      }
    }
    std::set<std::string> taken;
    for (const auto each : adapters::http::names_in(parameter.choices)) taken.emplace(each);
    EXPECT_EQ(taken, known) << name;
  }
}

TEST_F(Reads, metrics_are_in_the_text_format) {
  report();
  service.ask("POST", "/v1/issues", "{");
  service.settle();
  service.use(service.token("op", Role::operator_));
  const auto response = service.ask("GET", "/metrics", "", {{"Accept", "text/plain"}});
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  const std::regex line(
      "(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\\})? "
      "[0-9.e+-]+)");
  std::istringstream in(response.body);
  std::set<std::string> names;
  for (std::string each; std::getline(in, each);) {
    EXPECT_TRUE(std::regex_match(each, line)) << each;
    if (each.starts_with("# TYPE ")) {
      EXPECT_TRUE(names.insert(each).second) << each;
    }
  }
  const auto has = [&](const std::string& text) {
    EXPECT_NE(response.body.find(text + "\n"), std::string::npos) << text;
  };
  has("sihe_log_position 1");
  has("sihe_view_position{view=\"board\"} 1");
  has("sihe_writer_facts_total 1");
  has("sihe_api_requests_total{method=\"POST\",route=\"/v1/issues\",status=\"201\"} 1");
  has("sihe_api_requests_total{method=\"POST\",route=\"/v1/issues\",status=\"400\"} 1");
  has("sihe_api_request_seconds_bucket{method=\"POST\",route=\"/v1/issues\",le=\"+Inf\"} 2");
  has("sihe_api_request_seconds_count{method=\"POST\",route=\"/v1/issues\"} 2");
}

TEST_F(Reads, readiness_says_what_stands_in_its_way) {
  const auto ready = service.ask("GET", "/readyz");
  EXPECT_EQ(ready.status, 200U);
  EXPECT_EQ(text(ready, "/ready"), "true");
  service.api().drain();
  const auto ending = service.ask("GET", "/readyz");
  EXPECT_EQ(ending.status, 503U);
  EXPECT_EQ(text(ending, "/reasons/0"), "the service is shutting down");
}

TEST_F(Reads, a_head_request_gets_what_get_would) {
  const std::string number = report();
  EXPECT_EQ(service.ask("HEAD", "/v1/issues/" + number).status, 200U);
}

}  // namespace
