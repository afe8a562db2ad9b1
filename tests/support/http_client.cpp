#include "tests/support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "engine/core/ensure.hpp"

namespace support {
namespace {

constexpr time_t patience_seconds = 20;
constexpr std::string_view head_end = "\r\n\r\n";

}  // namespace

std::string HttpAnswer::header(std::string_view name) const {
  const std::string start = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(start);
  if (at == std::string::npos) return {};
  const std::size_t value = at + start.size();
  return head.substr(value, head.find("\r\n", value) - value);
}

HttpClient::HttpClient(std::uint16_t port, int receive_bytes) {
  ENSURE(connect(port, receive_bytes));
}

std::unique_ptr<HttpClient> HttpClient::try_connect(std::uint16_t port) {
  std::unique_ptr<HttpClient> out(new HttpClient);
  if (!out->connect(port, 0)) out.reset();
  return out;
}

bool HttpClient::connect(std::uint16_t port, int receive_bytes) {
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  ENSURE(socket_ >= 0);
  if (receive_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  }
  const timeval patience{patience_seconds, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

HttpClient::~HttpClient() { ::close(socket_); }

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void HttpClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

bool HttpClient::read_some() {
  std::array<char, 16 * 1024> bytes{};
  ssize_t got = 0;
  do {
    got = ::recv(socket_, bytes.data(), bytes.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  unread_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

std::string HttpClient::read_until(std::string_view mark) {
  std::size_t at = unread_.find(mark);
  for (;;) {
    const std::size_t searched = unread_.size();
    if (at != std::string::npos || !read_some()) break;
    at = unread_.find(mark, searched - std::min(searched, mark.size() - 1));
  }
  const std::size_t size = at == std::string::npos ? unread_.size() : at + mark.size();
  std::string out = unread_.substr(0, size);
  unread_.erase(0, size);
  return out;
}

std::string HttpClient::read_bytes(std::size_t size) {
  while (unread_.size() < size && read_some()) continue;
  std::string out = unread_.substr(0, size);
  unread_.erase(0, size);
  return out;
}

void HttpClient::cut() { ::shutdown(socket_, SHUT_RDWR); }

std::optional<HttpAnswer> HttpClient::answer(bool to_head) {
  HttpAnswer out;
  out.head = read_until(head_end);
  if (!out.head.ends_with(head_end) || !out.head.starts_with("HTTP/1.1 ")) return std::nullopt;
  out.status = static_cast<unsigned>(std::stoul(out.head.substr(9, 3)));
  if (to_head || out.status < 200 || out.status == 204 || out.status == 304) return out;
  if (out.header("Transfer-Encoding") == "chunked") {
    for (;;) {
      const std::string line = read_until("\r\n");
      if (!line.ends_with("\r\n")) return std::nullopt;
      const std::size_t size = std::stoul(line, nullptr, 16);
      while (unread_.size() < size + 2 && read_some()) continue;
      if (unread_.size() < size + 2) return std::nullopt;
      out.body.append(unread_, 0, size);
      unread_.erase(0, size + 2);
      if (size == 0) return out;
    }
  }
  const std::size_t size = std::stoul(out.header("Content-Length"));
  while (unread_.size() < size && read_some()) continue;
  if (unread_.size() < size) return std::nullopt;
  out.body = unread_.substr(0, size);
  unread_.erase(0, size);
  return out;
}

bool HttpClient::closed() {
  char byte = 0;
  if (!unread_.empty()) return false;
  const ssize_t got = ::recv(socket_, &byte, 1, 0);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

}  // namespace support
