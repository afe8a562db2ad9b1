// The client's end of a WebSocket, as rude as a test needs: it sends frames, whatever they are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/http_client.hpp"

namespace support {

class WebSocketClient {
 public:
  // RFC 6455, 5.2.
  enum Opcode : unsigned { more = 0, text = 1, binary = 2, goodbye = 8, ping = 9, pong = 10 };

  struct Frame {
    unsigned opcode = 0;
    bool last = true;
    std::string payload;
  };

  // The handshake of RFC 6455, 1.3, with its sample key. `headers` are lines, each with its end.
  static std::string handshake(std::string_view target, std::string_view headers = {});
  // A frame as a client sends it: masked.
  static std::string bytes_of(const Frame& frame);

  // Connects to 127.0.0.1 and opens; see head() for how that went.
  WebSocketClient(std::uint16_t port, std::string_view target, std::string_view headers = {});
  // Over a connection that is there.
  WebSocketClient(std::unique_ptr<HttpClient> connection, std::string_view target,
                  std::string_view headers);

  const std::string& head() const { return head_; }
  bool open() const { return head_.starts_with("HTTP/1.1 101 "); }

  // False: the other side has gone.
  bool send(const Frame& frame) { return connection_->send(bytes_of(frame)); }
  bool say(std::string_view words) { return send({text, true, std::string(words)}); }
  bool send_bytes(std::string_view bytes) { return connection_->send(bytes); }

  // The next frame; nothing once the connection has ended, or after 20 s.
  std::optional<Frame> frame();
  // The next text; pings before it are answered. Nothing if it closes before.
  std::optional<std::string> heard();
  // The code that the other side says goodbye with, after whatever comes before; 0 if it does not.
  // The goodbye is returned.
  unsigned goodbye_code();
  // Waits for the end. False: bytes came, or 20 s went by.
  bool closed() { return connection_->closed(); }

  // From any thread.
  void cut() { connection_->cut(); }

 private:
  std::unique_ptr<HttpClient> connection_;
  std::string head_;
};

}  // namespace support
