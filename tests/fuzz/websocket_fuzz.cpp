// Any bytes behind a WebSocket's handshake, over a connection as it is: the server ends it, our end
// hears whole texts in UTF-8 and is told of the end once, and others are served.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/http/server.hpp"
#include "engine/core/ensure.hpp"
#include "engine/schema/text.hpp"
#include "tests/support/fuzz_seeds.hpp"
#include "tests/support/http_desk.hpp"
#include "tests/support/websocket_client.hpp"

using adapters::http::Line;
using support::WebSocketClient;

namespace {

class End final : public adapters::http::WebSocket {
 public:
  ~End() override { ENSURE(!open_); }
  void on_open(std::shared_ptr<Line> line) override {
    ENSURE(!open_);
    open_ = true;
    line_ = std::move(line);
  }
  void on_text(std::string text) override {
    ENSURE(open_);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t bytes = engine::schema::character_bytes(text, at);
      ENSURE(bytes > 0);
      at += bytes;
    }
    line_->send(std::move(text));
  }
  void on_closed() override {
    ENSURE(open_);
    open_ = false;
  }

 private:
  bool open_ = false;
  std::shared_ptr<Line> line_;
};

std::string frame(unsigned opcode, std::string_view payload, bool last = true) {
  return WebSocketClient::bytes_of({opcode, last, std::string(payload)});
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  return support::begin_fuzzing_with(
      {frame(WebSocketClient::text, "{\"a\":\"灯\"}"),
       frame(WebSocketClient::text, "a", false) + frame(WebSocketClient::ping, "p") +
           frame(WebSocketClient::more, "b"),
       frame(WebSocketClient::goodbye, "\x03\xe8 bye"), frame(WebSocketClient::binary, "x"),
       frame(WebSocketClient::pong, ""), frame(WebSocketClient::text, std::string(300, 'x'))},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static support::HttpServer server(
      [](const adapters::http::Request&, const adapters::http::Reply& reply) {
        adapters::http::Response out;
        out.socket = std::make_shared<End>();
        reply(std::move(out));
      });
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto connection = std::make_unique<support::HttpClient>(server.port());
  support::HttpClient& raw = *connection;
  WebSocketClient client(std::move(connection), "/", {});
  ENSURE(client.open());
  client.send_bytes(bytes);
  client.send({WebSocketClient::goodbye, true, ""});
  raw.finish_sending();
  raw.read_until(std::string(64, '\0'));  // to the end
  return 0;
}
