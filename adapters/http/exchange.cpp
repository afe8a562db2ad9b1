#include "adapters/http/exchange.hpp"

#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "adapters/http/response_writer.hpp"

namespace adapters::http {
namespace {

// The exchange whose handler runs on this thread right now.
thread_local const Exchange* being_handled = nullptr;

void answer(const std::shared_ptr<Exchange>& exchange, Response response, bool given_up = false) {
  if (exchange->claimed.exchange(true)) return;
  exchange->response = std::move(response);
  exchange->given_up = given_up;
  if (being_handled == exchange.get()) {
    exchange->ready = true;
  } else {
    exchange->mailbox->put(exchange);
  }
}

// Counts its copies, so that the last one to go unused says so instead of leaving a client alone.
class Answerer {
 public:
  explicit Answerer(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {
    exchange_->askers.fetch_add(1, std::memory_order_relaxed);
  }
  Answerer(const Answerer& other) : Answerer(other.exchange_) {}
  Answerer(Answerer&& other) noexcept : exchange_(std::move(other.exchange_)) {}
  Answerer& operator=(const Answerer&) = delete;
  ~Answerer() {
    if (!exchange_ || exchange_->askers.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    if (exchange_->claimed.load(std::memory_order_relaxed)) return;
    answer(exchange_, problem(500, "The request was left without an answer."), true);
  }

  void operator()(Response response) const { answer(exchange_, std::move(response)); }

 private:
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace

Mailbox::Mailbox(boost::asio::io_context& io, std::function<void()> drain)
    : io_(io), drain_(std::move(drain)) {}

void Mailbox::put(std::shared_ptr<Exchange> exchange) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  waiting_.push_back(std::move(exchange));
  if (std::exchange(called_, true)) return;
  boost::asio::post(io_, [this] { drain_(); });
}

void Mailbox::take(std::vector<std::shared_ptr<Exchange>>& out) {
  const std::lock_guard lock(mutex_);
  called_ = false;
  out.swap(waiting_);
}

void Mailbox::close() {
  std::vector<std::shared_ptr<Exchange>> forgotten;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  forgotten.swap(waiting_);
}

Reply make_reply(std::shared_ptr<Exchange> exchange) { return Answerer(std::move(exchange)); }

void call(const Handler& handler, Request request, const std::shared_ptr<Exchange>& exchange) {
  being_handled = exchange.get();
  try {
    handler(std::move(request), make_reply(exchange));
  } catch (const std::exception&) {
    // The Reply went with it and has answered 500: one bad request must not end the program.
  }
  being_handled = nullptr;
}

}  // namespace adapters::http
