// One thread's share of the connections: its io_context, its mailbox, its clock.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/exchange.hpp"
#include "adapters/http/limits.hpp"

namespace adapters::http {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

// A number that one thread counts up and any thread reads.
class Tally {
 public:
  void add(std::uint64_t n) {
    count_.store(count_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t get() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> count_{0};
};

struct Tallies {
  Tally connections;
  Tally rejected;
  Tally requests;
  Tally refused;
  Tally answers[6];  // by the status' first digit
  Tally handler_faults;
  Tally bytes_in;
  Tally bytes_out;
};

class Loop {
 public:
  // `on_empty` is called, on the loop's thread, when it stops and its last connection has gone.
  Loop(const Limits& limits, const Handler& handler, std::function<void()> on_empty);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();  // the thread's whole life, until close() and the last handler

  // From any thread.
  boost::asio::io_context& io() { return io_; }
  const Tallies& tallies() const { return tallies_; }
  std::size_t open() const { return open_.load(); }
  void reserve() { open_.fetch_add(1); }  // a place for a connection that is about to be admitted

  // On the loop's thread.
  void admit(Socket socket);   // takes the place that was reserved
  void reject(Socket socket);  // over connections_max
  void shut_down();            // finish what is in flight, take nothing new
  void close();                // cut off what is left; run() then returns

  // For its connections.
  const Limits& limits() const { return limits_; }
  const Handler& handler() const { return handler_; }
  Tallies& tallies() { return tallies_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  Clock::time_point now() const { return now_; }  // as of the last sweep, or the first connection
  std::string_view date() const { return date_; }
  bool stopping() const { return stopping_; }
  // `now` and a time that is surely not shorter than `time`.
  Clock::time_point after(Limits::Time time) const { return now_ + time + limits_.sweep_every; }
  void forget(Connection& connection);

 private:
  void drain();
  void sweep();
  void sweep_later();
  void tell_time();
  void keep(std::shared_ptr<Connection> connection);

  const Limits& limits_;
  const Handler& handler_;
  std::function<void()> on_empty_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<Executor> work_{io_.get_executor()};
  boost::asio::steady_timer timer_{io_};
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Exchange>> drained_;
  Clock::time_point now_;
  std::time_t second_ = 0;
  std::string date_;
  std::atomic<std::size_t> open_{0};
  std::size_t rejecting_ = 0;
  bool sweeping_ = false;  // the next sweep is on its way
  bool stopping_ = false;
  bool closed_ = false;
  Tallies tallies_;
};

}  // namespace adapters::http
