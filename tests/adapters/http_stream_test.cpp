#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/http_client.hpp"
#include "tests/support/http_desk.hpp"

namespace adapters::http {
namespace {

using support::HttpClient;
using support::HttpServer;

constexpr std::string_view get = "GET /v1/events HTTP/1.1\r\nHost: sihe\r\n\r\n";

// What a test puts in comes out of all streams that are made from it.
struct Source {
  std::mutex mutex;
  std::string waiting;
  bool ended = false;
  std::atomic<bool> endless = false;  // always has more
  std::map<const void*, std::function<void()>> wakes;
  std::atomic<int> alive = 0;
  std::atomic<std::uint64_t> given = 0;

  void put(std::string_view bytes, bool end = false) {
    const std::lock_guard lock(mutex);
    waiting += bytes;
    ended = end;
    for (const auto& [stream, wake] : wakes) wake();  // under the lock, as a careless source might
  }
};

class SourceStream : public Stream {
 public:
  explicit SourceStream(Source& source) : source_(source) { ++source_.alive; }
  ~SourceStream() override {
    const std::lock_guard lock(source_.mutex);
    source_.wakes.erase(this);
    --source_.alive;
  }

  std::optional<std::string> next() override {
    const std::lock_guard lock(source_.mutex);
    if (source_.endless) source_.waiting = std::string(10'000, 'x');
    source_.given += source_.waiting.size();
    if (source_.waiting.empty() && source_.ended) return std::nullopt;
    return std::exchange(source_.waiting, {});
  }

  void on_more(std::function<void()> wake) override {
    const std::lock_guard lock(source_.mutex);
    source_.wakes[this] = std::move(wake);
  }

 private:
  Source& source_;
};

Handler streaming(Source& source) {
  return [&source](const Request&, const Reply& reply) {
    Response out;
    out.content_type = "text/event-stream";
    out.stream = std::make_shared<SourceStream>(source);
    reply(out);
  };
}

void wait_until_gone(const Source& source) {
  while (source.alive > 0) std::this_thread::yield();
}

TEST(HttpStream, SendsWhatComesWhenItComesAndGoesOnBehindItsEnd) {
  Source source;
  HttpServer server(streaming(source));
  HttpClient client(server.port());
  client.send(get);
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  for (int i = 0; i < 100; ++i) {
    source.put("data: 1\n\n");
    EXPECT_EQ(client.read_until("\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  }
  source.put("", true);
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
  wait_until_gone(source);
  client.send(get);
  EXPECT_EQ(client.answer()->body, "");
}

TEST(HttpStream, IsDestroyedWhenItsClientGoes) {
  Source source;
  HttpServer server(streaming(source));
  {
    HttpClient client(server.port());
    client.send(get);
    client.read_until("\r\n\r\n");
    EXPECT_EQ(source.alive, 1);
  }
  wait_until_gone(source);
  source.put("nobody hears this");
  HttpClient half(server.port());
  half.send(get);
  half.read_until("\r\n\r\n");
  half.finish_sending();
  wait_until_gone(source);
}

TEST(HttpStream, IsAskedForNoMoreThanItsClientTakes) {
  Source source;
  source.endless = true;
  HttpServer server(streaming(source));
  HttpClient client(server.port(), 4096);
  client.send(get);
  client.read_until("\r\n\r\n");
  std::uint64_t before = 0;
  // Socket buffers take some megabytes at most; then it stands still.
  do {
    before = source.given;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  } while (source.given != before);
  EXPECT_LT(source.given, 64U * 1024 * 1024);
  EXPECT_EQ(source.alive, 1);
}

TEST(HttpStream, GoesOnByItselfAsLongAsItHasMore) {
  Source source;
  HttpServer server(streaming(source));
  HttpClient client(server.port());
  source.endless = true;
  client.send(get);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(client.read_until(std::string(10'000, 'x') + "\r\n").substr(0, 2),
              i == 0 ? "HT" : "27");
  }
}

TEST(HttpStream, TellsAnOldClientItsEndByClosing) {
  Source source;
  HttpServer server(streaming(source));
  HttpClient client(server.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_EQ(head.find("Transfer-Encoding"), std::string::npos);
  EXPECT_NE(head.find("Connection: close"), std::string::npos);
  source.put("data: 1\n\n", true);
  EXPECT_EQ(client.read_until("never"), "data: 1\n\n");
}

TEST(HttpStream, IsNotBegunForHead) {
  Source source;
  HttpServer server(streaming(source));
  HttpClient client(server.port());
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(client.answer(true));
  wait_until_gone(source);
}

TEST(HttpStream, EndsWhenTheServerStops) {
  Source source;
  HttpServer server(streaming(source));
  HttpClient client(server.port());
  client.send(get);
  client.read_until("\r\n\r\n");
  EXPECT_TRUE(server->stop(std::chrono::seconds(20)));
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(source.alive, 0);
}

TEST(HttpStream, MayBeWokenFromAnyThreadUntilItIsDestroyed) {
  Source source;
  HttpServer server(streaming(source));
  std::atomic<bool> done = false;
  std::thread waker([&] {
    while (!done) source.put("data: x\n\n");
  });
  for (int i = 0; i < 50; ++i) {
    HttpClient client(server.port());
    client.send(get);
    EXPECT_NE(client.read_until("data: x\n\n"), "");
    if (i % 2 == 0) continue;
    client.finish_sending();
    client.read_until("never");
  }
  done = true;
  waker.join();
  server.end();
  EXPECT_EQ(source.alive, 0);
}

}  // namespace
}  // namespace adapters::http
