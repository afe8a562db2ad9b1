#include "tests/support/websocket_client.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace support {
namespace {

constexpr unsigned last_bit = 0x80;
constexpr unsigned masked_bit = 0x80;
constexpr unsigned two_bytes_follow = 126;
constexpr unsigned eight_bytes_follow = 127;
constexpr std::array<unsigned char, 4> mask{0x37, 0xfa, 0x21, 0x3d};  // RFC 6455, 5.7

void append_number(std::string& out, std::uint64_t number, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(number >> (8 * i) & 0xff);
}

std::uint64_t number_of(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char byte : bytes) out = out << 8 | static_cast<unsigned char>(byte);
  return out;
}

}  // namespace

std::string WebSocketClient::handshake(std::string_view target, std::string_view headers) {
  return "GET " + std::string(target) +
         " HTTP/1.1\r\nHost: sihe\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
         std::string(headers) + "\r\n";
}

std::string WebSocketClient::bytes_of(const Frame& frame) {
  std::string out(1, static_cast<char>(frame.opcode | (frame.last ? last_bit : 0)));
  const std::size_t size = frame.payload.size();
  if (size < two_bytes_follow) {
    append_number(out, masked_bit | size, 1);
  } else if (size <= 0xffff) {
    append_number(out, masked_bit | two_bytes_follow, 1);
    append_number(out, size, 2);
  } else {
    append_number(out, masked_bit | eight_bytes_follow, 1);
    append_number(out, size, 8);
  }
  out.append(mask.begin(), mask.end());
  for (std::size_t i = 0; i < size; ++i) {
    out += static_cast<char>(static_cast<unsigned char>(frame.payload[i]) ^ mask[i % mask.size()]);
  }
  return out;
}

WebSocketClient::WebSocketClient(std::uint16_t port, std::string_view target,
                                 std::string_view headers)
    : WebSocketClient(std::make_unique<HttpClient>(port), target, headers) {}

WebSocketClient::WebSocketClient(std::unique_ptr<HttpClient> connection, std::string_view target,
                                 std::string_view headers)
    : connection_(std::move(connection)) {
  connection_->send(handshake(target, headers));
  head_ = connection_->read_until("\r\n\r\n");
}

std::optional<WebSocketClient::Frame> WebSocketClient::frame() {
  const std::string head = connection_->read_bytes(2);
  if (head.size() < 2) return std::nullopt;
  const auto first = static_cast<unsigned char>(head[0]);
  std::uint64_t size = static_cast<unsigned char>(head[1]);
  if (size == two_bytes_follow) size = number_of(connection_->read_bytes(2));
  if (size == eight_bytes_follow) size = number_of(connection_->read_bytes(8));
  Frame out{first & 0x0fU, (first & last_bit) != 0, connection_->read_bytes(size)};
  if (out.payload.size() < size) return std::nullopt;
  return out;
}

std::optional<std::string> WebSocketClient::heard() {
  std::string out;
  while (auto next = frame()) {
    switch (next->opcode) {
      case text:
      case more:
        out += next->payload;
        if (next->last) return out;
        break;
      case ping:
        send({pong, true, next->payload});
        break;
      case goodbye:
        send(*next);
        return std::nullopt;
      default:
        break;
    }
  }
  return std::nullopt;
}

unsigned WebSocketClient::goodbye_code() {
  while (auto next = frame()) {
    if (next->opcode != goodbye) continue;
    send(*next);
    return static_cast<unsigned>(number_of(next->payload.substr(0, 2)));
  }
  return 0;
}

}  // namespace support
