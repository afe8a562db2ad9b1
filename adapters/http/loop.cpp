#include "adapters/http/loop.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "adapters/http/connection.hpp"

namespace adapters::http {
namespace {

// Clients that are being told 503 at the same time; more are cut off without a word.
constexpr std::size_t rejecting_max = 64;

}  // namespace

Loop::Loop(const Limits& limits, const Handler& handler, std::function<void()> on_empty)
    : limits_(limits),
      handler_(handler),
      on_empty_(std::move(on_empty)),
      mailbox_(std::make_shared<Mailbox>(io_, [this] { drain(); })) {
  tell_time();
}

Loop::~Loop() { mailbox_->close(); }

void Loop::run() { io_.run(); }

void Loop::admit(Socket socket) {
  if (connections_.empty()) tell_time();  // nobody has since the last one went
  tallies_.connections.add(1);
  keep(std::make_shared<Connection>(*this, std::move(socket), Connection::Kind::served));
}

void Loop::reject(Socket socket) {
  tallies_.rejected.add(1);
  if (stopping_ || rejecting_ >= rejecting_max) return;
  if (connections_.empty()) tell_time();
  ++rejecting_;
  keep(std::make_shared<Connection>(*this, std::move(socket), Connection::Kind::rejected));
}

void Loop::keep(std::shared_ptr<Connection> connection) {
  connection->place = connections_.size();
  connections_.push_back(connection);
  connection->start();
  if (stopping_) connection->shut_down();
  if (!sweeping_) sweep_later();
}

void Loop::forget(Connection& connection) {
  if (connection.kind() == Connection::Kind::served) {
    open_.fetch_sub(1);
  } else {
    --rejecting_;
  }
  // The last one takes the place that becomes free; whoever calls holds the connection itself.
  const std::size_t place = connection.place;
  std::swap(connections_[place], connections_.back());
  connections_[place]->place = place;
  connections_.pop_back();
  if (stopping_ && open() == 0) on_empty_();
}

void Loop::shut_down() {
  stopping_ = true;
  const auto all = connections_;
  for (const auto& connection : all) connection->shut_down();
  if (open() == 0) on_empty_();
}

void Loop::close() {
  stopping_ = true;
  const auto all = connections_;
  for (const auto& connection : all) connection->close();
  closed_ = true;
  mailbox_->close();
  timer_.cancel();
  work_.reset();
}

void Loop::drain() {
  mailbox_->take(drained_);
  // All of a client's answers first, so that they leave in one piece.
  for (const auto& exchange : drained_) exchange->ready = true;
  for (const auto& exchange : drained_) {
    if (exchange->connection != nullptr) exchange->connection->pump();
  }
  drained_.clear();
}

// Only while there is somebody: an idle service sleeps.
void Loop::sweep() {
  tell_time();
  const auto all = connections_;
  for (const auto& connection : all) connection->sweep(now_);
  sweeping_ = false;
  if (!connections_.empty()) sweep_later();
}

void Loop::sweep_later() {
  sweeping_ = true;
  timer_.expires_after(limits_.sweep_every);
  timer_.async_wait([this](const boost::system::error_code& failed) {
    if (!failed && !closed_) sweep();
  });
}

void Loop::tell_time() {
  now_ = Clock::now();
  const std::time_t second = std::time(nullptr);
  if (second == second_) return;
  second_ = second;
  std::tm utc{};
  gmtime_r(&second, &utc);
  // By hand: strftime would follow the locale.
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
  date_ = text.data();
}

}  // namespace adapters::http
