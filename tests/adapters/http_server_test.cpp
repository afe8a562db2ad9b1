#include "adapters/http/server.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/http_client.hpp"
#include "tests/support/http_desk.hpp"

namespace adapters::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::HttpAnswer;
using support::HttpClient;
using support::HttpDesk;
using support::HttpServer;
using support::patient_limits;
using support::tell;
using support::text;

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: sihe\r\n\r\n";
}

std::string post(std::string_view path, std::string_view body) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: sihe\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

std::string body_of(HttpClient& client) {
  const auto answer = client.answer();
  return answer ? answer->body : "(no answer)";
}

TEST(HttpServer, AnswersManyRequestsOnOneConnection) {
  HttpServer server(tell);
  HttpClient client(server.port());
  for (int i = 0; i < 100; ++i) {
    client.send(post("/v1/issues/" + std::to_string(i) + "?a=1&b=%E6%B0%B4+%26", "{}"));
    EXPECT_EQ(body_of(client), "POST /v1/issues/" + std::to_string(i) + "?a=1?b=水 & {}");
  }
  EXPECT_EQ(server->counters().connections, 1U);
  EXPECT_EQ(server->counters().requests, 100U);
  EXPECT_EQ(server->counters().answers_2xx, 100U);
}

TEST(HttpServer, SaysWhatEveryAnswerMustSay) {
  HttpServer server(tell);
  HttpClient client(server.port());
  client.send(get("/"));
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->header("Server"), "sihe");
  EXPECT_EQ(answer->header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer->header("Cache-Control"), "no-store");
  EXPECT_EQ(answer->header("Content-Type"), "text/plain");
  EXPECT_EQ(answer->header("Content-Length"), "6");
  EXPECT_EQ(answer->header("Date").size(), 29U);
  EXPECT_EQ(answer->header("Connection"), "");
}

TEST(HttpServer, LetsTheAnswerDecideItsOwnHeaders) {
  HttpServer server([](const Request&, const Reply& reply) {
    Response out = text("x");
    out.headers = {{"cache-control", "max-age=60"}, {"Content-Length", "999"}, {"Connection", "x"}};
    reply(out);
  });
  HttpClient client(server.port());
  client.send(get("/"));
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->header("cache-control"), "max-age=60");
  EXPECT_EQ(answer->header("Cache-Control"), "");
  EXPECT_EQ(answer->header("Content-Length"), "1");
  EXPECT_EQ(answer->header("Connection"), "");
}

TEST(HttpServer, SplitsNoAnswerWhateverItsHeadersHold) {
  HttpServer server([](const Request& request, const Reply& reply) {
    Response out = text("x");
    out.content_type = "text/plain\r\nSet-Cookie: a=1";
    out.headers = {
        {"Location", request.query.front().second}, {"Bad: name\r\nX", "1"}, {"", "nameless"}};
    reply(out);
  });
  HttpClient client(server.port());
  client.send(get("/?to=/a%0D%0ASet-Cookie:%20b=1%0A%0D%0A%0D%0Abody"));
  const auto answer = client.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->header("Location"), "/a  Set-Cookie: b=1     body");
  EXPECT_EQ(answer->header("Set-Cookie"), "");
  EXPECT_EQ(answer->head.find("nameless"), std::string::npos);
  EXPECT_EQ(answer->head.find("Bad"), std::string::npos);
  EXPECT_EQ(answer->body, "x");
}

TEST(HttpServer, AnswersHeadWithTheHeadAlone) {
  HttpServer server(tell);
  HttpClient client(server.port());
  client.send("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n" + get("/b"));
  const auto head = client.answer(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->header("Content-Length"), "8");
  EXPECT_EQ(body_of(client), "GET /b ");
}

TEST(HttpServer, KeepsTheOrderOfPipelinedRequestsWhateverTheOrderOfTheirAnswers) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  HttpClient client(server.port());
  client.send(get("/1") + get("/2") + post("/3", "x") + get("/4"));
  std::vector<HttpDesk::Case> cases;
  for (int i = 0; i < 4; ++i) cases.push_back(desk.take());
  std::thread([&] {
    for (const int i : {3, 1, 2, 0}) {
      cases[static_cast<std::size_t>(i)].reply(
          text(cases[static_cast<std::size_t>(i)].request.path));
    }
  }).join();
  for (const char* path : {"/1", "/2", "/3", "/4"}) EXPECT_EQ(body_of(client), path);
}

TEST(HttpServer, ReadsNoMoreThanThePipelineAllowsUntilItAnswers) {
  Limits limits = patient_limits();
  limits.pipelining_max = 2;
  HttpDesk desk;
  HttpServer server(desk.handler(), limits);
  HttpClient client(server.port());
  std::string all;
  for (int i = 0; i < 2000; ++i) all += get("/" + std::to_string(i));
  client.send(all);
  for (int i = 0; i < 2000; ++i) {
    HttpDesk::Case one = desk.take();
    EXPECT_LE(server->counters().requests, static_cast<std::uint64_t>(i) + 2);
    EXPECT_EQ(one.request.path, "/" + std::to_string(i));
    one.reply(text(one.request.path));
    EXPECT_EQ(body_of(client), one.request.path);
  }
}

TEST(HttpServer, JoinsTheChunksOfABody) {
  HttpServer server(tell);
  HttpClient client(server.port());
  const std::string head = "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  client.send(head + "3\r\nabc\r\n1;ext=\"1\"\r\nd\r\n0\r\nTrailer: x\r\n\r\n" + get("/next"));
  EXPECT_EQ(body_of(client), "POST /c abcd");
  EXPECT_EQ(body_of(client), "GET /next ");
  for (const char byte : head + "3\r\nabc\r\n0\r\n\r\n") client.send({&byte, 1});
  EXPECT_EQ(body_of(client), "POST /c abc");
}

TEST(HttpServer, TellsAClientThatAsksToSendItsBody) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  HttpClient client(server.port());
  client.send(get("/first") +
              "POST /c HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  desk.take().reply(text("first"));
  EXPECT_EQ(body_of(client), "first");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  HttpDesk::Case one = desk.take();
  EXPECT_EQ(one.request.body, "hi");
  one.reply(text("second"));
  EXPECT_EQ(body_of(client), "second");
}

TEST(HttpServer, ClosesWhenAskedToAndAfterAllTheRequestsThatAreAllowed) {
  Limits limits = patient_limits();
  limits.keep_alive_requests_max = 2;
  HttpServer server(tell, limits);
  HttpClient asks(server.port());
  asks.send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + get("/never"));
  EXPECT_EQ(asks.answer()->header("Connection"), "close");
  EXPECT_TRUE(asks.closed());
  HttpClient goes_on(server.port());
  goes_on.send(get("/1") + get("/2") + get("/3"));
  EXPECT_EQ(goes_on.answer()->header("Connection"), "");
  EXPECT_EQ(goes_on.answer()->header("Connection"), "close");
  EXPECT_TRUE(goes_on.closed());
  HttpClient old(server.port());
  old.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.answer()->header("Connection"), "close");
  EXPECT_TRUE(old.closed());
}

TEST(HttpServer, AnswersAClientThatHasFinishedSending) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  HttpClient client(server.port());
  client.send(get("/a") + get("/b"));
  client.finish_sending();
  desk.take().reply(text("a"));
  desk.take().reply(text("b"));
  EXPECT_EQ(body_of(client), "a");
  EXPECT_EQ(body_of(client), "b");
  EXPECT_TRUE(client.closed());
}

TEST(HttpServer, SendsALargeAnswerToAClientThatReadsSlowly) {
  const std::string large(3'000'000, 'x');
  HttpServer server([&](const Request&, const Reply& reply) { reply(text(large)); });
  HttpClient client(server.port(), 64 * 1024);
  client.send(get("/1") + get("/2"));
  EXPECT_EQ(body_of(client), large);
  EXPECT_EQ(body_of(client), large);
}

TEST(HttpServer, AnswersForAHandlerThatThrowsOrForgets) {
  HttpServer server([](const Request& request, const Reply&) {
    if (request.path == "/throws") throw std::runtime_error("a bug");
  });
  HttpClient client(server.port());
  client.send(get("/throws") + get("/forgets"));
  EXPECT_EQ(client.answer()->status, 500U);
  EXPECT_EQ(client.answer()->status, 500U);
  EXPECT_EQ(server->counters().handler_faults, 2U);
}

TEST(HttpServer, TakesTheFirstAnswerAndForgetsTheOthers) {
  HttpServer server([](const Request&, const Reply& reply) {
    reply(text("first"));
    reply(text("second"));
  });
  HttpClient client(server.port());
  client.send(get("/1") + get("/2"));
  EXPECT_EQ(body_of(client), "first");
  EXPECT_EQ(body_of(client), "first");
}

TEST(HttpServer, AnswersBatchesFromAnotherThreadToManyClients) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  constexpr int clients = 32;
  constexpr int rounds = 20;
  std::thread writer([&] {
    for (int i = 0; i < clients * rounds; ++i) {
      HttpDesk::Case one = desk.take();
      one.reply(text(one.request.path));
    }
  });
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int c = 0; c < clients; ++c) {
    threads.emplace_back([&, c] {
      HttpClient client(server.port());
      for (int i = 0; i < rounds; ++i) {
        const std::string path = "/" + std::to_string(c) + "/" + std::to_string(i);
        client.send(get(path));
        right += body_of(client) == path ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  writer.join();
  EXPECT_EQ(right, clients * rounds);
}

TEST(HttpServer, SaysWhatIsWrongWithItsAddress) {
  using engine::Fault;
  EXPECT_EQ(Server::start({"sihe.example", 0, 1, {}}, tell).error().fault, Fault::invalid);
  EXPECT_EQ(Server::start({"127.0.0.1", 0, 0, {}}, tell).error().fault, Fault::invalid);
  HttpServer first(tell);
  EXPECT_EQ(Server::start({"127.0.0.1", first.port(), 1, {}}, tell).error().fault, Fault::busy);
}

TEST(HttpServer, StopsAtOnceWhenNothingIsInFlight) {
  HttpServer server(tell);
  HttpClient idle(server.port());
  idle.send(get("/"));
  EXPECT_EQ(body_of(idle), "GET / ");
  EXPECT_TRUE(server->stop(seconds(20)));
  EXPECT_TRUE(idle.closed());
}

TEST(HttpServer, FinishesWhatIsInFlightBeforeItStops) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  HttpClient client(server.port());
  client.send(get("/1") + get("/2"));
  HttpDesk::Case one = desk.take();
  HttpDesk::Case two = desk.take();
  std::thread stop([&] { EXPECT_TRUE(server->stop(seconds(20))); });
  two.reply(text("two"));
  one.reply(text("one"));
  EXPECT_EQ(body_of(client), "one");
  EXPECT_EQ(client.answer()->body, "two");
  EXPECT_TRUE(client.closed());
  stop.join();
}

TEST(HttpServer, CutsOffWhoIsNotAnsweredInTimeToStop) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  HttpClient client(server.port());
  client.send(get("/"));
  HttpDesk::Case one = desk.take();
  EXPECT_FALSE(server->stop(milliseconds(20)));
  EXPECT_TRUE(client.closed());
  one.reply(text("too late"));
  server.end();
  one.reply = nullptr;
}

TEST(HttpServer, ForgetsAnAnswerToAClientThatHasGone) {
  HttpDesk desk;
  HttpServer server(desk.handler());
  std::vector<HttpDesk::Case> cases;
  {
    HttpClient client(server.port());
    client.send(get("/1") + get("/2"));
    cases.push_back(desk.take());
    cases.push_back(desk.take());
  }
  for (const HttpDesk::Case& one : cases) one.reply(text(std::string(100'000, 'x')));
  HttpClient next(server.port());
  next.send(get("/3"));
  desk.take().reply(text("three"));
  EXPECT_EQ(body_of(next), "three");
}

}  // namespace
}  // namespace adapters::http
