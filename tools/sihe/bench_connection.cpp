#include "tools/sihe/bench_connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "engine/core/ensure.hpp"

namespace tools::bench {

using engine::Error;
using engine::Fault;
using engine::Result;

namespace {

constexpr int answer_wait_ms = 30'000;
constexpr std::size_t read_bytes = 64 * 1024;
constexpr std::size_t events_max = 256;

Error failed(const std::string& what) {
  return {Fault::storage, what + ": " + std::strerror(errno)};
}

}  // namespace

ConnectionSet::ConnectionSet() : waiter_(::epoll_create1(EPOLL_CLOEXEC)) { ENSURE(waiter_ >= 0); }

ConnectionSet::~ConnectionSet() {
  for (const End& end : ends_) {
    if (end.socket >= 0) ::close(end.socket);
  }
  ::close(waiter_);
}

Result<std::size_t> ConnectionSet::add(std::uint16_t port) {
  ends_.emplace_back();
  if (auto opened = open(ends_.size() - 1, port); !opened) return opened.error();
  return ends_.size() - 1;
}

Result<void> ConnectionSet::open(std::size_t connection, std::uint16_t port) {
  End& end = ends_[connection];
  end.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (end.socket < 0) return failed("no socket can be had");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(end.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failed("nobody listens on port " + std::to_string(port));
  }
  const int on = 1;
  ::setsockopt(end.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(end.socket, F_SETFL, O_NONBLOCK);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = connection;
  if (::epoll_ctl(waiter_, EPOLL_CTL_ADD, end.socket, &event) != 0) {
    return failed("a connection cannot be waited for");
  }
  return {};
}

Result<void> ConnectionSet::renew(std::size_t connection, std::uint16_t port) {
  ::close(ends_[connection].socket);  // which takes it out of the waiter, too
  ends_[connection] = End{};
  return open(connection, port);
}

Result<std::string> ConnectionSet::ask_at_once(std::size_t connection, std::string_view bytes) {
  send(connection, bytes);
  while (true) {
    const std::string_view come = unread(connection);
    if (const std::size_t end = come.find("\r\n\r\n"); end != std::string_view::npos) {
      std::string head(come.substr(0, end + 4));
      used(connection, head.size());
      return head;
    }
    pollfd wanted{ends_[connection].socket, POLLIN, 0};
    if (::poll(&wanted, 1, answer_wait_ms) != 1 || !read(connection)) {
      return Error{Fault::storage, "the service does not answer"};
    }
  }
}

void ConnectionSet::send(std::size_t connection, std::string_view bytes) {
  End& end = ends_[connection];
  if (end.unsent.empty()) {
    const ssize_t sent = ::send(end.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  if (bytes.empty()) return;
  end.unsent += bytes;
  watch(connection, true);
}

void ConnectionSet::flush(std::size_t connection) {
  End& end = ends_[connection];
  const ssize_t sent = ::send(end.socket, end.unsent.data(), end.unsent.size(), MSG_NOSIGNAL);
  if (sent > 0) end.unsent.erase(0, static_cast<std::size_t>(sent));
  if (end.unsent.empty()) watch(connection, false);
}

void ConnectionSet::watch(std::size_t connection, bool for_sending) {
  End& end = ends_[connection];
  if (end.watched == for_sending) return;
  end.watched = for_sending;
  epoll_event event{};
  event.events = EPOLLIN | (for_sending ? EPOLLOUT : 0U);
  event.data.u64 = connection;
  ::epoll_ctl(waiter_, EPOLL_CTL_MOD, end.socket, &event);
}

Result<void> ConnectionSet::wait(std::chrono::milliseconds most,
                                 std::vector<std::size_t>& readable) {
  readable.clear();
  std::array<epoll_event, events_max> events;
  const int count =
      ::epoll_wait(waiter_, events.data(), events_max, static_cast<int>(most.count()));
  if (count < 0 && errno != EINTR) return failed("connections cannot be waited for");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const auto connection = static_cast<std::size_t>(event.data.u64);
    if ((event.events & EPOLLOUT) != 0) flush(connection);
    if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
      readable.push_back(connection);
    }
  }
  return {};
}

bool ConnectionSet::read(std::size_t connection) {
  End& end = ends_[connection];
  if (end.begin == end.input.size()) {
    end.input.clear();
    end.begin = 0;
  } else if (end.begin > read_bytes) {
    end.input.erase(0, end.begin);
    end.begin = 0;
  }
  std::array<char, read_bytes> bytes;
  const ssize_t got = ::recv(end.socket, bytes.data(), bytes.size(), 0);
  if (got > 0) end.input.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

std::string_view ConnectionSet::unread(std::size_t connection) const {
  return std::string_view(ends_[connection].input).substr(ends_[connection].begin);
}

}  // namespace tools::bench
