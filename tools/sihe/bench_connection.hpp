// The client's ends of many connections to one server on this machine, for benchmarks: one thread
// waits for all of them at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"

namespace tools::bench {

class ConnectionSet {
 public:
  ConnectionSet();
  ~ConnectionSet();
  ConnectionSet(const ConnectionSet&) = delete;
  ConnectionSet& operator=(const ConnectionSet&) = delete;

  std::size_t size() const { return ends_.size(); }

  // Connects to 127.0.0.1; the new one's number, from 0. storage: nobody listens there.
  engine::Result<std::size_t> add(std::uint16_t port);

  // Sends and waits for an answer's head, which is taken off what is unread.
  // storage: the connection ends before, or says nothing for half a minute.
  engine::Result<std::string> ask_at_once(std::size_t connection, std::string_view bytes);

  // Behind what is still to be sent. Never blocks.
  void send(std::size_t connection, std::string_view bytes);

  // Waits until something can be read, and sends what could not be sent before.
  // storage: the system refuses to wait.
  engine::Result<void> wait(std::chrono::milliseconds most, std::vector<std::size_t>& readable);

  // Reads what has come. False: the other side has closed.
  bool read(std::size_t connection);
  // Valid until the next call for the same connection.
  std::string_view unread(std::size_t connection) const;
  void used(std::size_t connection, std::size_t bytes) { ends_[connection].begin += bytes; }

  // Closes it and connects anew under the same number, with nothing unread or unsent.
  engine::Result<void> renew(std::size_t connection, std::uint16_t port);

 private:
  struct End {
    int socket = -1;
    std::string unsent;
    std::string input;
    std::size_t begin = 0;  // of what is unread
    bool watched = false;   // for when more can be sent
  };

  engine::Result<void> open(std::size_t connection, std::uint16_t port);
  void watch(std::size_t connection, bool for_sending);
  void flush(std::size_t connection);

  int waiter_ = -1;
  std::vector<End> ends_;
};

}  // namespace tools::bench
