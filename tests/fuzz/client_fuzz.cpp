// Any bytes as what a server sends back: whoever asked hears once, an answer within its limits or
// why there is none.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>

#include "adapters/client/client.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"

using namespace adapters::client;

namespace {

// Answers one connection after the other with the bytes it is given, and closes.
class Rude {
 public:
  Rude() {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    ENSURE(listener_ >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    ENSURE(::bind(listener_, plain, size) == 0 && ::listen(listener_, 16) == 0);
    ENSURE(::getsockname(listener_, plain, &size) == 0);
    port_ = ntohs(address.sin_port);
  }

  std::uint16_t port() const { return port_; }

  // Returns without having answered if the client has given up meanwhile.
  void answer(std::string_view bytes, const std::future<Outcome>& outcome) const {
    int client = -1;
    while (client < 0) {
      if (outcome.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return;
      pollfd wanted{listener_, POLLIN, 0};
      constexpr int look_every_ms = 20;
      if (::poll(&wanted, 1, look_every_ms) == 1) client = ::accept(listener_, nullptr, nullptr);
    }
    std::string asked;
    std::array<char, 4096> piece{};
    while (asked.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(client, piece.data(), piece.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      asked.append(piece.data(), static_cast<std::size_t>(got));
    }
    while (!bytes.empty()) {
      const ssize_t sent = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    ::close(client);
  }

 private:
  int listener_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  return support::begin_fuzzing_with(
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nT: x\r\n\r\n",
       "HTTP/1.1 503 No\r\nRetry-After: 7\r\nRetry-After: Wed, 21 Oct 2099 07:28:00 GMT\r\n\r\nx",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
       "HTTP/1.0 301 Moved\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
       "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\nx"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Rude server;
  static const auto client = Client::start().value();
  Request request;
  request.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/";
  request.body = "{}";
  request.never_twice = true;
  request.wait_max = std::chrono::seconds(5);
  std::promise<Outcome> promise;
  auto outcome = promise.get_future();
  client->ask(std::move(request), [&](Outcome what) { promise.set_value(std::move(what)); });
  server.answer({reinterpret_cast<const char*>(data), size}, outcome);
  const Outcome what = outcome.get();
  if (const auto* answer = std::get_if<Answer>(&what)) {
    ENSURE(answer->body.size() <= body_bytes_max);
    ENSURE(!answer->retry_after || answer->retry_after->count() >= 0);
  } else {
    ENSURE(!std::get<Failed>(what).why.empty());
  }
  return 0;
}
