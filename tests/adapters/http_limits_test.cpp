// What the server refuses, and whom it does not wait for.
#include "adapters/http/limits.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/http_client.hpp"
#include "tests/support/http_desk.hpp"

namespace adapters::http {
namespace {

using std::chrono::milliseconds;
using support::HttpClient;
using support::HttpDesk;
using support::HttpServer;
using support::patient_limits;
using support::tell;
using support::text;

constexpr std::string_view good = "GET /good HTTP/1.1\r\nHost: sihe\r\n\r\n";

// A refusal is one answer, problem JSON, and the end of its connection.
void expect_refused(HttpClient& client, unsigned status, const std::string& of) {
  const auto answer = client.answer();
  ASSERT_TRUE(answer) << of;
  EXPECT_EQ(answer->status, status) << of << answer->body;
  EXPECT_EQ(answer->header("Content-Type"), "application/problem+json") << of;
  EXPECT_EQ(answer->header("Connection"), "close") << of;
  EXPECT_NE(answer->body.find("\"status\":" + std::to_string(status)), std::string::npos) << of;
  EXPECT_TRUE(client.closed()) << of;
}

struct Bad {
  unsigned status;
  std::string bytes;
};

std::vector<Bad> bad_requests() {
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  const std::string nul(1, '\0');
  return {
      // Two readers could see two different ends of these.
      {400, post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"},
      {400, post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
      {400, post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nab"},
      {400, post + "Content-Length: 2, 2\r\n\r\nab"},
      {400, post + "Content-Length: +2\r\n\r\nab"},
      {400, post + "Content-Length: 0x2\r\n\r\nab"},
      {400, post + "Content-Length: -1\r\n\r\n"},
      {400, post + "Content-Length: \r\n\r\n"},
      {400, post + "Content-Length: 99999999999999999999999\r\n\r\n"},
      {400, post + "Content-Length : 2\r\n\r\nab"},
      {400, post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {501, post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
      {501, post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"},
      {501, post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
      {501, post + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nab"},
      {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding:\x0b" + "chunked\r\n\r\n0\r\n\r\n"},
      {400, post + "Transfer-Encoding: chun\r\n ked\r\n\r\n0\r\n\r\n"},
      {400, post + "X: a\r\n b\r\n\r\n"},
      {400, post + "X: \r\n b\r\n\r\n"},
      {400, post + "X: a\r\n \r\n\r\n"},
      {400, post + " X: a\r\n\r\n"},
      // Chunks.
      {400, chunked + "z\r\n"},
      {400, chunked + "-1\r\na\r\n0\r\n\r\n"},
      {400, chunked + "0x1\r\na\r\n0\r\n\r\n"},
      {400, chunked + "1\r\nab\r\n0\r\n\r\n"},
      {400, chunked + "1;=\r\na\r\n0\r\n\r\n"},
      {400, chunked + "fffffffffffffffff\r\n"},
      {400, chunked + "0\r\nContent-Length: 5\r\n\r\n"},
      // Lines and bytes.
      {400, "GET / HTTP/1.1\nHost: x\n\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\nX: a" + nul + "b\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\nX" + nul + ": b\r\n\r\n"},
      {400, "GET /" + nul + " HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n"},
      {400, " GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /\r\nHost: x\r\n\r\n"},
      {400, "GET / HTTP/2.0\r\nHost: x\r\n\r\n"},
      {400, "G(T / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "\x16\x03\x01\x02\x01\xfc\x03\x03 TLS says hello"},
      {400, "GET / HTTP/1.1\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"},
      {417, post + "Expect: magic\r\nContent-Length: 2\r\n\r\nab"},
      // Targets.
      {400, "GET * HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET sihe HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "CONNECT sihe:80 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET ftp://sihe/ HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET http:///x HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /% HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /%0d%0a HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /?a=%c0%80 HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /?%g0=a HTTP/1.1\r\nHost: x\r\n\r\n"},
      {400, "GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n"},
  };
}

TEST(HttpLimits, RefusesBadRequestsAndReadsNothingBehindThem) {
  HttpServer server(tell);
  for (const Bad& bad : bad_requests()) {
    HttpClient client(server.port());
    client.send(bad.bytes + std::string(good));
    expect_refused(client, bad.status, testing::PrintToString(bad.bytes));
  }
  EXPECT_EQ(server->counters().requests, 0U);
  EXPECT_EQ(server->counters().requests_refused, bad_requests().size());
}

TEST(HttpLimits, RefusesThemJustSoByteByByte) {
  HttpServer server(tell);
  for (const Bad& bad : bad_requests()) {
    HttpClient client(server.port());
    // Once it is refused, the server may close before the last byte is out.
    for (const char byte : bad.bytes + std::string(good)) {
      if (!client.send({&byte, 1})) break;
    }
    const auto answer = client.answer();
    ASSERT_TRUE(answer) << testing::PrintToString(bad.bytes);
    EXPECT_EQ(answer->status, bad.status) << testing::PrintToString(bad.bytes);
  }
}

TEST(HttpLimits, TakesWhatLooksOddButIsRight) {
  HttpServer server(tell);
  HttpClient client(server.port());
  client.send("\r\n\r\nGET http://other.example/a%20b?x HTTP/1.1\r\nHost: sihe\r\n\r\n");
  EXPECT_EQ(client.answer()->body, "GET /a b?x= ");
  client.send("GET https://other.example HTTP/1.1\r\nhOsT:sihe   \r\nEmpty:\r\n\r\n");
  EXPECT_EQ(client.answer()->body, "GET / ");
  client.send(
      "PURGE /\xe6\xb0\xb4?&&=1&a=b=c HTTP/1.1\r\nHost: \r\nContent-Length: 007\r\n\r\n1234567");
  EXPECT_EQ(client.answer()->body, "PURGE /水?=1?a=b=c 1234567");
}

TEST(HttpLimits, RefusesWhatIsTooLong) {
  Limits limits = patient_limits();
  limits.target_bytes_max = 100;
  limits.header_bytes_max = 1000;
  limits.header_fields_max = 10;
  limits.body_bytes_max = 50;
  HttpServer server(tell, limits);
  const auto expect = [&](unsigned status, const std::string& bytes) {
    HttpClient client(server.port());
    client.send(bytes);
    expect_refused(client, status, bytes.substr(0, 60));
  };
  const std::string long_name(1200, 'a');
  expect(414, "GET /" + std::string(100, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  expect(414, "GET /" + std::string(300, 'a'));
  expect(414, long_name);
  expect(431, "GET / HTTP/1.1\r\nHost: x\r\nX: " + long_name);
  expect(431, "GET / HTTP/1.1\r\nHost: x\r\n" + long_name);
  std::string fields = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 10; ++i) fields += "a: b\r\n";
  expect(431, fields + "\r\n");
  std::string wide = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 9; ++i) wide += "a: " + std::string(120, 'b') + "\r\n";
  expect(431, wide + "\r\n");
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  expect(413, post + "Content-Length: 51\r\n\r\n");
  expect(413, post + "Content-Length: 51\r\nExpect: 100-continue\r\n\r\n");
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  expect(413, chunked + "33\r\nx");
  expect(413, chunked + "20\r\n" + std::string(32, 'x') + "\r\n20\r\n");
  expect(400, chunked + "1;" + long_name);
  expect(400, chunked + "0\r\nX: " + long_name);
  std::string framing = chunked;
  for (int i = 0; i < 10; ++i) framing += "1;" + std::string(400, 'x') + "\r\nx\r\n";
  expect(400, framing);
}

TEST(HttpLimits, TakesWhatIsJustNotTooLong) {
  Limits limits = patient_limits();
  limits.target_bytes_max = 100;
  limits.body_bytes_max = 50;
  HttpServer server(tell, limits);
  HttpClient client(server.port());
  const std::string path = "/" + std::string(99, 'a');
  const std::string body(50, 'x');
  client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n" + body);
  EXPECT_EQ(client.answer()->body, "POST " + path + " " + body);
}

TEST(HttpLimits, RefusesAHeaderThatComesTooSlowly) {
  Limits limits = patient_limits();
  limits.header_read_time = milliseconds(30);
  HttpServer server(tell, limits);
  HttpClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: x\r\n");
  // A byte now and then does not help.
  for (int i = 0; i < 1000 && server->counters().requests_refused == 0; ++i) {
    client.send("a");
    std::this_thread::sleep_for(milliseconds(1));
  }
  expect_refused(client, 408, "slow header");
}

TEST(HttpLimits, RefusesABodyThatMakesTooLittleProgress) {
  Limits limits = patient_limits();
  limits.body_read_time = milliseconds(30);
  limits.body_progress_bytes = 10'000;
  HttpServer server(tell, limits);
  HttpClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  for (int i = 0; i < 1000 && server->counters().requests_refused == 0; ++i) {
    client.send("a");
    std::this_thread::sleep_for(milliseconds(1));
  }
  expect_refused(client, 408, "slow body");
}

TEST(HttpLimits, WaitsForABodyThatMakesProgress) {
  Limits limits = patient_limits();
  limits.body_read_time = milliseconds(1000);
  limits.body_progress_bytes = 10;
  HttpServer server(tell, limits);
  HttpClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 400\r\n\r\n");
  for (int i = 0; i < 40; ++i) {
    client.send("0123456789");
    std::this_thread::sleep_for(milliseconds(30));
  }
  EXPECT_EQ(client.answer()->status, 200U);
}

TEST(HttpLimits, ClosesAConnectionThatAsksNothing) {
  Limits limits = patient_limits();
  limits.idle_time = milliseconds(300);
  HttpServer server(tell, limits);
  HttpClient silent(server.port());
  HttpClient once(server.port());
  once.send(good);
  EXPECT_EQ(once.answer()->status, 200U);
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(once.closed());
}

TEST(HttpLimits, GivesUpOnAHandlerThatDoesNotAnswer) {
  Limits limits = patient_limits();
  limits.answer_time = milliseconds(30);
  HttpDesk desk;
  HttpServer server(desk.handler(), limits);
  HttpClient client(server.port());
  client.send(good);
  const HttpDesk::Case one = desk.take();
  expect_refused(client, 504, "no answer");
  one.reply(text("too late"));
}

TEST(HttpLimits, CutsOffAClientThatTakesNothing) {
  Limits limits = patient_limits();
  limits.write_time = milliseconds(30);
  HttpServer server(
      [](const Request&, const Reply& reply) { reply(text(std::string(50'000'000, 'x'))); },
      limits);
  HttpClient client(server.port(), 4096);
  client.send(good);
  while (server->counters().requests == 0 || server->counters().connections_open > 0) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_FALSE(client.answer());
}

TEST(HttpLimits, RefusesConnectionsOverTheLimitUntilOneGoes) {
  Limits limits = patient_limits();
  limits.connections_max = 2;
  HttpServer server(tell, limits);
  auto first = std::make_unique<HttpClient>(server.port());
  HttpClient second(server.port());
  for (HttpClient* client : {first.get(), &second}) {
    client->send(good);
    EXPECT_EQ(client->answer()->status, 200U);
  }
  HttpClient third(server.port());
  third.send(good);
  const auto answer = third.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503U);
  EXPECT_EQ(answer->header("Retry-After"), "1");
  EXPECT_TRUE(third.closed());
  EXPECT_EQ(server->counters().connections_rejected, 1U);
  first.reset();
  while (server->counters().connections_open > 1) std::this_thread::yield();
  HttpClient fourth(server.port());
  fourth.send(good);
  EXPECT_EQ(fourth.answer()->status, 200U);
}

TEST(HttpLimits, SlowClientsDoNotSlowTheOthers) {
  Limits limits = patient_limits();
  limits.header_read_time = std::chrono::minutes(2);
  HttpServer server(tell, limits);
  std::vector<std::unique_ptr<HttpClient>> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(std::make_unique<HttpClient>(server.port()));
    slow.back()->send("GET / HTTP/1.1\r\nHost: x\r\n");
  }
  const auto start = std::chrono::steady_clock::now();
  HttpClient quick(server.port());
  for (int i = 0; i < 1000; ++i) {
    quick.send(good);
    ASSERT_EQ(quick.answer()->status, 200U);
  }
  // The slow ones have two minutes; a thousand round trips are far from it on any machine.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
  for (const auto& client : slow) {
    client->send("\r\n");
    EXPECT_EQ(client->answer()->status, 200U);
  }
}

}  // namespace
}  // namespace adapters::http
