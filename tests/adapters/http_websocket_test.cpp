// Connections that become WebSockets (RFC 6455).
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/http_client.hpp"
#include "tests/support/http_desk.hpp"
#include "tests/support/websocket_client.hpp"
#include "tests/support/websocket_ends.hpp"

namespace adapters::http {
namespace {

using support::Ends;
using support::HttpClient;
using support::HttpServer;
using support::patient_limits;
using support::WebSocketClient;
using Frame = WebSocketClient::Frame;

constexpr std::size_t message_bytes_max = 40 * 1024;

std::string header_of(const std::string& head, const std::string& name) {
  return support::HttpAnswer{101, head, ""}.header(name);
}

TEST(HttpWebSocket, AnswersTheHandshakeOfTheStandardsOwnExample) {
  Ends ends;
  HttpServer server(ends.handler());
  WebSocketClient client(server.port(), "/chat");
  EXPECT_TRUE(client.open()) << client.head();
  EXPECT_EQ(header_of(client.head(), "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(header_of(client.head(), "Upgrade"), "websocket");
  EXPECT_EQ(client.head().find("Extensions"), std::string::npos);
}

TEST(HttpWebSocket, RefusesAHandshakeThatIsNotRight) {
  Ends ends;
  HttpServer server(ends.handler());
  const std::string right = WebSocketClient::handshake("/");
  const auto with = [&](const std::string& what, const std::string& instead) {
    std::string out = right;
    const std::size_t at = out.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return out.replace(at, what.size(), instead);
  };
  const auto status = [&](const std::string& bytes) {
    HttpClient client(server.port());
    client.send(bytes);
    const auto answer = client.answer();
    if (!answer) return 0U;
    EXPECT_EQ(answer->header("Content-Type"), "application/problem+json") << bytes;
    if (answer->status == 426) {
      EXPECT_EQ(answer->header("Upgrade"), "websocket") << bytes;
      EXPECT_EQ(answer->header("Sec-WebSocket-Version"), "13") << bytes;
      EXPECT_TRUE(answer->header("Connection").starts_with("upgrade")) << bytes;
    }
    return answer->status;
  };
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 426U);
  EXPECT_EQ(status(with("Upgrade: websocket\r\n", "")), 426U);
  EXPECT_EQ(status(with("Upgrade: websocket", "Upgrade: h2c")), 426U);
  EXPECT_EQ(status(with("Connection: Upgrade", "Connection: keep-alive")), 426U);
  EXPECT_EQ(status(with("Version: 13", "Version: 8")), 426U);
  EXPECT_EQ(status(with("Sec-WebSocket-Version: 13\r\n", "")), 426U);
  EXPECT_EQ(status(with("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ==")), 400U);
  EXPECT_EQ(status(with("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZ!==")), 400U);
  EXPECT_EQ(status(with("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "")), 400U);
  EXPECT_EQ(status(with("GET ", "PUT ")), 400U);
  EXPECT_EQ(status(with("HTTP/1.1", "HTTP/1.0")), 400U);
  EXPECT_EQ(status(right + WebSocketClient::bytes_of({WebSocketClient::text, true, "early"})), 400U)
      << "before the handshake is answered";
}

TEST(HttpWebSocket, TakesAHandshakeThatIsWrittenInAnotherWay) {
  Ends ends;
  HttpServer server(ends.handler());
  HttpClient client(server.port());
  client.send(
      "GET /?a=b HTTP/1.1\r\nhost: x\r\nUPGRADE: h2c, WebSocket\r\nconnection: keep-alive, "
      "upgrade\r\n"
      "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
}

TEST(HttpWebSocket, LeavesAnotherAnswerToTheSameHandshakeAnAnswer) {
  HttpServer server(support::tell);
  HttpClient client(server.port());
  client.send(WebSocketClient::handshake("/a") + "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.answer()->body, "GET /a ");
  EXPECT_EQ(client.answer()->body, "GET /b ");
}

TEST(HttpWebSocket, AnswersWhatCameBeforeTheHandshakeFirst) {
  Ends ends;
  HttpServer server([upgrading = ends.handler()](const Request& request, const Reply& reply) {
    request.path == "/ws" ? upgrading(request, reply) : support::tell(request, reply);
  });
  HttpClient client(server.port());
  client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n" + WebSocketClient::handshake("/ws"));
  EXPECT_EQ(client.answer()->body, "GET /a ");
  EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
}

TEST(HttpWebSocket, MayBeOpenedByAnAnswerThatComesLaterAndFromElsewhere) {
  Ends ends;
  support::HttpDesk desk;
  HttpServer server(desk.handler());
  std::thread elsewhere([&] {
    auto waiting = desk.take();
    ends.handler()(waiting.request, waiting.reply);
  });
  WebSocketClient client(server.port(), "/");
  elsewhere.join();
  ASSERT_TRUE(client.open());
  client.say("a");
  EXPECT_EQ(client.heard(), "heard a");
}

TEST(HttpWebSocket, CarriesTextBothWaysInOrder) {
  Ends ends;
  HttpServer server(ends.handler());
  WebSocketClient client(server.port(), "/");
  for (int i = 0; i < 1000; ++i) client.say("第" + std::to_string(i));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.heard(), "heard 第" + std::to_string(i));
  const auto line = ends.line(0);
  const std::string longest(message_bytes_max, 'x');
  client.say(longest);
  EXPECT_EQ(client.heard(), "heard " + longest);
  client.say("");
  EXPECT_EQ(client.heard(), "heard ");
}

TEST(HttpWebSocket, PutsAMessageTogetherFromItsFragmentsWithPingsBetweenThem) {
  Ends ends;
  HttpServer server(ends.handler());
  WebSocketClient client(server.port(), "/");
  client.send({WebSocketClient::text, false, "路灯\xe4\xb8"});  // in the middle of a character
  client.send({WebSocketClient::ping, true, "are you there"});
  client.send({WebSocketClient::more, false, ""});
  client.send({WebSocketClient::more, true, "\x8d亮"});
  const auto answer = client.frame();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->opcode, WebSocketClient::pong);
  EXPECT_EQ(answer->payload, "are you there");
  EXPECT_EQ(client.heard(), "heard 路灯不亮");
  EXPECT_EQ(ends.texts().size(), 1U);
}

TEST(HttpWebSocket, SaysGoodbyeBackAndTellsItsEnd) {
  Ends ends;
  HttpServer server(ends.handler());
  WebSocketClient client(server.port(), "/");
  client.send({WebSocketClient::goodbye, true, "\x03\xe8"});
  EXPECT_EQ(client.goodbye_code(), 1000U);
  EXPECT_TRUE(client.closed());
  ends.wait_until_closed(1);
  EXPECT_FALSE(ends.line(0)->send("too late"));
  ends.line(0)->close();
}

TEST(HttpWebSocket, ClosesFromOurSideBehindWhatWasSent) {
  Ends ends;
  HttpServer server(ends.handler());
  WebSocketClient client(server.port(), "/");
  const auto line = ends.line(0);
  EXPECT_TRUE(line->send("a"));
  EXPECT_TRUE(line->send("b"));
  line->close();
  EXPECT_FALSE(line->send("c"));
  EXPECT_EQ(client.heard(), "a");
  EXPECT_EQ(client.heard(), "b");
  EXPECT_EQ(client.goodbye_code(), 1000U);
  EXPECT_TRUE(client.closed());
  ends.wait_until_closed(1);
}

TEST(HttpWebSocket, SaysWhyItDoesNotTakeAMessage) {
  Ends ends;
  HttpServer server(ends.handler());
  const auto code = [&](const std::vector<Frame>& frames) {
    WebSocketClient client(server.port(), "/");
    for (const Frame& frame : frames) client.send(frame);
    return client.goodbye_code();
  };
  const std::string half(message_bytes_max / 2 + 1, 'x');
  EXPECT_EQ(code({{WebSocketClient::text, true, std::string(message_bytes_max + 1, 'x')}}), 1009U);
  EXPECT_EQ(code({{WebSocketClient::text, true, std::string(1024 * 1024, 'x')}}), 1009U);
  EXPECT_EQ(code({{WebSocketClient::text, false, half}, {WebSocketClient::more, true, half}}),
            1009U);
  EXPECT_EQ(code({{WebSocketClient::binary, true, "x"}}), 1003U);
  EXPECT_EQ(code({{WebSocketClient::text, true, "\xc0\x80"}}), 1007U);
  EXPECT_EQ(code({{WebSocketClient::text, true, "\xe4\xb8"}}), 1007U) << "half a character";
  EXPECT_EQ(code({{WebSocketClient::more, true, "x"}}), 1002U);
  EXPECT_EQ(code({{3, true, "x"}}), 1002U);
  EXPECT_EQ(code({{WebSocketClient::ping, false, "x"}}), 1002U);
  ends.wait_until_closed(9);
  EXPECT_TRUE(ends.texts().empty());
}

TEST(HttpWebSocket, RefusesAFrameThatIsNotMasked) {
  Ends ends;
  HttpServer server(ends.handler());
  WebSocketClient client(server.port(), "/");
  client.send_bytes("\x81\x01x");
  EXPECT_EQ(client.goodbye_code(), 1002U);
}

TEST(HttpWebSocket, TellsItsEndWhenTheOtherOneIsGone) {
  Ends ends;
  HttpServer server(ends.handler());
  {
    WebSocketClient client(server.port(), "/");
    ends.line(0);
  }
  ends.wait_until_closed(1);
  while (server->counters().connections_open > 0) std::this_thread::yield();
}

TEST(HttpWebSocket, PingsWhoIsSilentAndCutsOffWhoStaysSo) {
  Ends ends;
  Limits limits = patient_limits();
  limits.silence_time = Limits::Time(200);
  HttpServer server(ends.handler(), limits);
  WebSocketClient silent(server.port(), "/");
  const auto asked = silent.frame();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->opcode, WebSocketClient::ping);
  ends.wait_until_closed(1);
}

TEST(HttpWebSocket, KeepsWhoAnswersThePings) {
  Ends ends;
  Limits limits = patient_limits();
  limits.silence_time = Limits::Time(200);
  HttpServer server(ends.handler(), limits);
  WebSocketClient client(server.port(), "/");
  for (int i = 0; i < 5; ++i) {
    const auto asked = client.frame();
    ASSERT_TRUE(asked);
    ASSERT_EQ(asked->opcode, WebSocketClient::ping);
    client.send({WebSocketClient::pong, true, asked->payload});
  }
  client.say("still here");
  for (auto next = client.frame(); next; next = client.frame()) {
    if (next->opcode != WebSocketClient::text) continue;
    EXPECT_EQ(next->payload, "heard still here");
    return;
  }
  FAIL() << "it was cut off";
}

TEST(HttpWebSocket, TakesNoMoreForWhoTakesNothing) {
  Ends ends;
  HttpServer server(ends.handler());
  WebSocketClient greedy(std::make_unique<HttpClient>(server.port(), 4096), "/", "");
  const auto line = ends.line(0);
  const std::string piece(16 * 1024, 'x');
  std::size_t taken = 0;
  // Socket buffers take some megabytes at most; then it stands still.
  while (line->send(piece) && taken < 4096) ++taken;
  EXPECT_LT(taken, 4096U);
  // Nobody else waits for him.
  WebSocketClient other(server.port(), "/");
  other.say("a");
  EXPECT_EQ(other.heard(), "heard a");
}

TEST(HttpWebSocket, CutsOffWhoTakesNothingForTooLong) {
  Ends ends;
  Limits limits = patient_limits();
  limits.write_time = Limits::Time(100);
  HttpServer server(ends.handler(), limits);
  WebSocketClient greedy(std::make_unique<HttpClient>(server.port(), 4096), "/", "");
  const auto line = ends.line(0);
  const std::string piece(16 * 1024, 'x');
  while (server->counters().connections_open > 0) {
    if (!line->send(piece)) std::this_thread::yield();
  }
  ends.wait_until_closed(1);
}

TEST(HttpWebSocket, SaysGoodbyeWhenTheServerStops) {
  Ends ends;
  HttpServer server(ends.handler());
  WebSocketClient first(server.port(), "/");
  WebSocketClient second(server.port(), "/");
  const auto line = ends.line(1);
  ends.line(0)->send("last words");
  std::thread stopping([&] { EXPECT_TRUE(server->stop(std::chrono::seconds(20))); });
  EXPECT_EQ(first.goodbye_code() + second.goodbye_code(), 2 * 1001U);
  stopping.join();
  EXPECT_TRUE(first.closed());
  ends.wait_until_closed(2);
  EXPECT_FALSE(line->send("too late"));
}

TEST(HttpWebSocket, IsCutOffByAStopThatTheOtherSideDoesNotHear) {
  Ends ends;
  HttpServer server(ends.handler());
  WebSocketClient deaf(server.port(), "/");
  ends.line(0);
  server->stop(std::chrono::milliseconds(0));
  ends.wait_until_closed(1);
  server.end();
  EXPECT_FALSE(ends.line(0)->send("too late"));
}

TEST(HttpWebSocket, CountsAmongTheConnections) {
  Ends ends;
  Limits limits = patient_limits();
  limits.connections_max = 1;
  HttpServer server(ends.handler(), limits);
  {
    WebSocketClient first(server.port(), "/");
    EXPECT_TRUE(first.open());
    EXPECT_EQ(server->counters().connections_open, 1U);
    WebSocketClient second(server.port(), "/");
    EXPECT_TRUE(second.head().starts_with("HTTP/1.1 503 ")) << second.head();
  }
  while (server->counters().connections_open > 0) std::this_thread::yield();
  WebSocketClient third(server.port(), "/");
  EXPECT_TRUE(third.open());
}

TEST(HttpWebSocket, MayBeSpokenOverFromAnyThreadUntilAndAfterItsEnd) {
  Ends ends;
  HttpServer server(ends.handler());
  std::atomic<bool> done = false;
  for (std::size_t i = 0; i < 20; ++i) {
    WebSocketClient client(server.port(), "/");
    const auto line = ends.line(i);
    done = false;
    std::thread speaker([&] {
      while (!done) line->send("x");
    });
    EXPECT_EQ(client.heard(), "x");
    if (i % 2 == 0) {
      line->close();
      EXPECT_EQ(client.goodbye_code(), 1000U);
    }
    client.cut();
    ends.wait_until_closed(static_cast<int>(i) + 1);
    done = true;
    speaker.join();
  }
}

TEST(HttpWebSocket, EndsWithTheMessageThatItsEndCannotBear) {
  Ends ends;
  ends.on_text = [](Line&, const std::string& text) { throw std::runtime_error(text); };
  HttpServer server(ends.handler());
  WebSocketClient client(server.port(), "/");
  client.say("a");
  EXPECT_EQ(client.goodbye_code(), 1011U);
  ends.wait_until_closed(1);
}

}  // namespace
}  // namespace adapters::http
