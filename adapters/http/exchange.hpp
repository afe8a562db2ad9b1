// A request on its way to an answer, and the way back from other threads to the loop of its
// connection.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "adapters/http/message.hpp"
#include "adapters/http/request_reader.hpp"
#include "adapters/http/upgrade.hpp"

namespace adapters::http {

class Connection;
class Mailbox;

using Clock = std::chrono::steady_clock;

struct Exchange {
  // The loop's thread alone.
  Connection* connection = nullptr;  // null once that has closed
  Clock::time_point asked_at;
  RequestReader::Manner manner;
  Upgrade upgrade;     // what the request says of a WebSocket
  bool ready = false;  // `response` is the answer

  std::shared_ptr<Mailbox> mailbox;
  std::atomic<bool> claimed{false};  // by the first reply; the others are forgotten
  std::atomic<bool> woken{false};    // a wake-up of its stream or line is under way
  std::atomic<int> askers{0};        // copies of the Reply that are left
  // Written by who claimed it, read once ready.
  Response response;
  bool given_up = false;  // the handler threw or dropped its Reply
};

// Answers and wake-ups for one loop, from any thread. A writer answers a whole batch at once: the
// first answer of it wakes the loop, which then finds the others too.
class Mailbox {
 public:
  // `drain` runs on `io`, once for any number of puts before it.
  Mailbox(boost::asio::io_context& io, std::function<void()> drain);

  void put(std::shared_ptr<Exchange> exchange);
  // Takes all there is; the next put will call for a drain again. `out` is empty before.
  void take(std::vector<std::shared_ptr<Exchange>>& out);
  // Forgets all there is and all that comes. The io_context is not touched any more.
  void close();

 private:
  std::mutex mutex_;
  boost::asio::io_context& io_;
  std::function<void()> drain_;
  std::vector<std::shared_ptr<Exchange>> waiting_;
  bool called_ = false;
  bool closed_ = false;
};

// The Reply for the handler.
Reply make_reply(std::shared_ptr<Exchange> exchange);

// Calls the handler; a reply within it is in `exchange` when this returns, without the mailbox.
void call(const Handler& handler, Request request, const std::shared_ptr<Exchange>& exchange);

}  // namespace adapters::http
