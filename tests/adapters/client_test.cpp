#include "adapters/client/client.hpp"

#include <future>

#include <gtest/gtest.h>

#include "tests/support/http_desk.hpp"

namespace adapters::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::HttpDesk;
using support::HttpServer;
using support::text;

// An answer that can be waited for.
class Asked {
 public:
  Done done() {
    return [promise = promise_](Outcome outcome) { promise->set_value(std::move(outcome)); };
  }
  Outcome wait() {
    ENSURE(future_.wait_for(seconds(20)) == std::future_status::ready);
    return future_.get();
  }

 private:
  std::shared_ptr<std::promise<Outcome>> promise_ = std::make_shared<std::promise<Outcome>>();
  std::future<Outcome> future_ = promise_->get_future();
};

struct HttpClientOut : testing::Test {
  std::string url(const HttpServer& server, const std::string& path = "/hook?a=1") {
    return "http://127.0.0.1:" + std::to_string(server.port()) + path;
  }
  Outcome ask(Request request) {
    Asked asked;
    client->ask(std::move(request), asked.done());
    return asked.wait();
  }
  std::unique_ptr<Client> client = Client::start().value();
};

TEST_F(HttpClientOut, posts_headers_and_body_and_gives_the_answer) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  Asked asked;
  client->post({url(server), {{"Content-Type", "application/x"}, {"X-Empty", ""}}, "正文"},
               asked.done());
  const auto [request, reply] = desk.take();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/hook");
  EXPECT_EQ(request.query.at(0).second, "1");
  EXPECT_EQ(request.body, "正文");
  EXPECT_EQ(http::find_field(request.headers, "Content-Type"), "application/x");
  EXPECT_EQ(http::find_field(request.headers, "X-Empty"), "");
  EXPECT_EQ(http::find_field(request.headers, "Expect"), std::nullopt);
  auto response = text("好", 429);
  response.headers = {{"Retry-After", "7"}, {"X-Two", "a"}};
  reply(response);
  const auto answer = std::get<Answer>(asked.wait());
  EXPECT_EQ(answer.status, 429u);
  EXPECT_EQ(answer.body, "好");
  EXPECT_TRUE(answer.is_whole);
  EXPECT_EQ(answer.header("x-two"), "a");
  EXPECT_EQ(answer.header("x-three"), std::nullopt);
  EXPECT_EQ(answer.retry_after, seconds(7));
}

TEST_F(HttpClientOut, gets_without_a_body) {
  HttpServer server(support::tell);
  Request request;
  request.url = url(server, "/token");
  request.method = "GET";
  const auto answer = std::get<Answer>(ask(request));
  EXPECT_EQ(answer.body, "GET /token ");
  EXPECT_EQ(answer.retry_after, std::nullopt);
}

TEST_F(HttpClientOut, keeps_many_requests_on_their_way_at_once) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  std::vector<Asked> asked(connections_per_host_max);
  for (auto& each : asked) client->post({url(server), {}, "x"}, each.done());
  std::vector<HttpDesk::Case> cases;
  for (std::size_t i = 0; i < asked.size(); ++i) cases.push_back(desk.take());
  for (auto& each : cases) each.reply(text("ok"));
  for (auto& each : asked) EXPECT_EQ(std::get<Answer>(each.wait()).status, 200u);
}

TEST_F(HttpClientOut, follows_no_redirect) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  Asked asked;
  client->post({url(server), {}, "x"}, asked.done());
  auto response = text("", 307);
  response.headers = {{"Location", url(server, "/elsewhere")}};
  desk.take().reply(response);
  EXPECT_EQ(std::get<Answer>(asked.wait()).status, 307u);
}

TEST_F(HttpClientOut, takes_no_more_of_a_body_than_its_limit) {
  HttpServer server([](const http::Request&, const http::Reply& reply) {
    reply(text(std::string(4 * body_bytes_max, 'x')));
  });
  const auto answer = std::get<Answer>(ask({url(server), {}, "x"}));
  EXPECT_EQ(answer.status, 200u);
  EXPECT_FALSE(answer.is_whole);
  EXPECT_EQ(answer.body.size(), body_bytes_max);
}

TEST_F(HttpClientOut, where_nobody_listens_nothing_left) {
  std::uint16_t port = 0;
  {
    HttpServer server(support::tell);
    port = server.port();
  }
  const auto failed =
      std::get<Failed>(ask({"http://127.0.0.1:" + std::to_string(port) + "/", {}, "x"}));
  EXPECT_EQ(failed.left, Left::no);
  EXPECT_NE(failed.why, "");
}

TEST_F(HttpClientOut, without_an_answer_in_time_it_may_have_arrived) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  Request request{url(server), {}, "x"};
  request.wait_max = milliseconds(300);
  const auto failed = std::get<Failed>(ask(request));
  EXPECT_EQ(failed.left, Left::unknown);
  desk.take();  // it had
}

TEST_F(HttpClientOut, what_is_no_tls_is_not_talked_to) {
  HttpServer server(support::tell);
  const auto failed =
      std::get<Failed>(ask({"https://127.0.0.1:" + std::to_string(server.port()) + "/", {}, "x"}));
  EXPECT_EQ(failed.left, Left::no);
  EXPECT_EQ(server->counters().requests, 0u);
}

TEST_F(HttpClientOut, what_cannot_be_meant_is_refused_at_once) {
  const std::vector<Request> wrong{
      {"ftp://127.0.0.1/", {}, ""},
      {"file:///etc/hosts", {}, ""},
      {"http://127.0.0.1/", {{"X", "a\r\nY: b"}}, ""},
      {"http://127.0.0.1/", {{"", "a"}}, ""},
      {"http://127.0.0.1/\n", {}, ""},
      {"http://127.0.0.1/", {}, "", "PUT"},
      {"http://127.0.0.1/", {}, std::string(request_bytes_max + 1, 'x')}};
  for (const Request& request : wrong) {
    bool was_asked = false;
    client->ask(request, [&](const Outcome& outcome) {
      was_asked = true;
      EXPECT_EQ(std::get<Failed>(outcome).left, Left::no);
    });
    EXPECT_TRUE(was_asked) << request.url;
  }
}

TEST_F(HttpClientOut, takes_no_more_requests_than_its_queue_holds) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  std::vector<Asked> asked(queue_max + 1);
  for (auto& each : asked) client->post({url(server), {}, "x"}, each.done());
  EXPECT_EQ(std::get<Failed>(asked.back().wait()).left, Left::no);
  client->stop();
  for (std::size_t i = 0; i < queue_max; ++i) {
    EXPECT_TRUE(std::holds_alternative<Failed>(asked[i].wait()));
  }
}

TEST_F(HttpClientOut, a_stop_ends_what_is_under_way_and_takes_nothing_more) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  Asked asked;
  client->post({url(server), {}, "x"}, asked.done());
  const auto under_way = desk.take();
  client->stop();
  EXPECT_EQ(std::get<Failed>(asked.wait()).left, Left::unknown);
  EXPECT_EQ(std::get<Failed>(ask({url(server), {}, "x"})).left, Left::no);
}

TEST_F(HttpClientOut, what_must_not_arrive_twice_has_a_connection_of_its_own) {
  HttpServer server(support::tell);
  for (const bool never_twice : {false, false, true}) {
    Request request{url(server), {}, "x"};
    request.never_twice = never_twice;
    ASSERT_TRUE(std::holds_alternative<Answer>(ask(request)));
  }
  EXPECT_EQ(server->counters().connections, 2u);
}

}  // namespace
}  // namespace adapters::client
