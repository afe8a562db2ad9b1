#include "adapters/http/websocket.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

namespace adapters::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using websocket::close_code;

// What a message costs beside its bytes, so that many small ones are not free.
constexpr std::size_t message_overhead_bytes = 64;

std::size_t cost_of(const std::string& text) { return text.size() + message_overhead_bytes; }

// Our end's way out: what it puts in from any thread, the loop's thread takes out.
class Outbox final : public Line {
 public:
  Outbox(std::shared_ptr<Exchange> exchange, std::size_t bytes_max)
      : exchange_(std::move(exchange)), bytes_max_(bytes_max) {}

  bool send(std::string text) override {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || bytes_ + cost_of(text) > bytes_max_) return false;
      bytes_ += cost_of(text);
      texts_.push_back(std::move(text));
    }
    wake();
    return true;
  }

  void close() override {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(closed_, true)) return;
    }
    wake();
  }

  // The next to send; it counts as unsent until taken() says otherwise.
  std::optional<std::string> next() {
    const std::lock_guard lock(mutex_);
    if (texts_.empty()) return std::nullopt;
    std::string out = std::move(texts_.front());
    texts_.pop_front();
    return out;
  }
  void taken(const std::string& text) {
    const std::lock_guard lock(mutex_);
    bytes_ -= cost_of(text);
  }
  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  // Takes nothing more; what there is still goes out.
  void finish() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  // And forgets what there is.
  void shut() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    texts_.clear();
  }

 private:
  void wake() {
    if (!exchange_->woken.exchange(true)) exchange_->mailbox->put(exchange_);
  }

  const std::shared_ptr<Exchange> exchange_;
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::deque<std::string> texts_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

class Session final : public Upgraded, public std::enable_shared_from_this<Session> {
 public:
  Session(Loop& loop, Socket socket, std::shared_ptr<WebSocket> end,
          std::shared_ptr<Exchange> exchange, std::function<void()> ended)
      : loop_(loop),
        stream_(std::move(socket)),
        end_(std::move(end)),
        exchange_(std::move(exchange)),
        ended_(std::move(ended)),
        outbox_(std::make_shared<Outbox>(exchange_, loop.limits().message_output_bytes_max)) {}

  void start();
  void flush() override;
  void sweep(Clock::time_point now) override;
  void go_away() override { close(close_code::going_away); }
  void cut() override;

 private:
  using Stream = websocket::stream<Socket, false>;  // without compression: no bombs

  void on_accepted(error_code failed);
  void read();
  void on_read(error_code failed);
  void deliver();
  void write(std::string text);
  void close(close_code code);
  void say_goodbye();
  void hear() { heard_at_ = loop_.now(); }

  Loop& loop_;
  Stream stream_;
  std::shared_ptr<WebSocket> end_;
  const std::shared_ptr<Exchange> exchange_;
  std::function<void()> ended_;
  const std::shared_ptr<Outbox> outbox_;
  beast::http::request<beast::http::empty_body> handshake_;
  beast::flat_buffer input_;
  std::string writing_text_;

  close_code goodbye_ = close_code::none;  // to be said once all is sent
  Clock::time_point heard_at_;
  Clock::time_point output_deadline_ = Clock::time_point::max();
  Clock::time_point close_deadline_ = Clock::time_point::max();
  bool accepted_ = false;
  bool writing_ = false;
  bool pinging_ = false;
  bool closing_ = false;
  bool over_ = false;
};

void Session::start() {
  hear();
  stream_.text(true);
  stream_.auto_fragment(false);
  stream_.read_message_max(0);  // on_read() looks after it: Beast would drop its own goodbye
  stream_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
    response.set(beast::http::field::server, "sihe");
  }));
  stream_.control_callback([this](websocket::frame_type, beast::string_view) { hear(); });
  handshake_.method(beast::http::verb::get);
  handshake_.target("/");
  handshake_.version(11);
  handshake_.set(beast::http::field::host, "sihe");
  handshake_.set(beast::http::field::connection, "upgrade");
  handshake_.set(beast::http::field::upgrade, "websocket");
  handshake_.set(beast::http::field::sec_websocket_version, "13");
  handshake_.set(beast::http::field::sec_websocket_key, exchange_->upgrade.key);
  output_deadline_ = loop_.after(loop_.limits().write_time);
  stream_.async_accept(
      handshake_, [self = shared_from_this()](error_code failed) { self->on_accepted(failed); });
}

void Session::on_accepted(error_code failed) {
  if (over_) return;
  if (failed) return cut();
  output_deadline_ = Clock::time_point::max();
  loop_.tallies().answers[1].add(1);
  accepted_ = true;
  end_->on_open(outbox_);
  if (loop_.stopping()) go_away();
  flush();
  read();
}

void Session::read() {
  if (over_ || goodbye_ != close_code::none) return;
  const std::size_t room = loop_.limits().message_bytes_max + 1 - input_.size();
  stream_.async_read_some(input_, room,
                          [self = shared_from_this()](error_code failed, std::size_t bytes) {
                            self->loop_.tallies().bytes_in.add(bytes);
                            self->on_read(failed);
                          });
}

void Session::on_read(error_code failed) {
  if (over_) return;
  if (failed) return cut();
  if (closing_) return;  // what is being closed reads on by itself, for the other one's goodbye
  if (!stream_.got_text()) {
    close(close_code::unknown_data);
  } else if (input_.size() > loop_.limits().message_bytes_max) {
    close(close_code::too_big);
  } else if (stream_.is_message_done()) {
    hear();
    deliver();
  }
  read();
}

void Session::deliver() {
  const auto bytes = input_.cdata();
  std::string text(static_cast<const char*>(bytes.data()), bytes.size());
  input_.consume(text.size());
  try {
    end_->on_text(std::move(text));
  } catch (const std::exception&) {
    close(close_code::internal_error);  // one bad message must not end the program
  }
}

void Session::flush() {
  exchange_->woken.store(false);
  if (!accepted_ || over_ || writing_ || closing_) return;
  const bool closed = outbox_->closed();
  if (auto text = outbox_->next()) return write(*std::move(text));
  if (closed && goodbye_ == close_code::none) goodbye_ = close_code::normal;
  if (goodbye_ != close_code::none) say_goodbye();
}

void Session::write(std::string text) {
  writing_ = true;
  writing_text_ = std::move(text);
  output_deadline_ = loop_.after(loop_.limits().write_time);
  stream_.async_write(boost::asio::buffer(writing_text_),
                      [self = shared_from_this()](error_code failed, std::size_t bytes) {
                        self->writing_ = false;
                        self->output_deadline_ = Clock::time_point::max();
                        self->loop_.tallies().bytes_out.add(bytes);
                        if (self->over_) return;
                        if (failed) return self->cut();
                        self->outbox_->taken(self->writing_text_);
                        self->flush();
                      });
}

void Session::close(close_code code) {
  if (over_ || closing_) return;
  if (goodbye_ == close_code::none) goodbye_ = code;
  // What is wrong is said at once; on a stop, what was sent before still goes out.
  code == close_code::going_away ? outbox_->finish() : outbox_->shut();
  flush();
}

void Session::say_goodbye() {
  closing_ = true;
  outbox_->shut();
  close_deadline_ = loop_.after(loop_.limits().linger_time);
  stream_.async_close(goodbye_, [self = shared_from_this()](error_code) { self->cut(); });
}

void Session::sweep(Clock::time_point now) {
  if (over_) return;
  const Limits& limits = loop_.limits();
  const auto silent = now - heard_at_;
  if (now >= output_deadline_ || now >= close_deadline_ ||
      silent >= limits.silence_time + limits.sweep_every) {
    return cut();
  }
  if (!accepted_ || closing_ || pinging_ || silent < limits.silence_time / 2) return;
  pinging_ = true;
  stream_.async_ping({}, [self = shared_from_this()](error_code) { self->pinging_ = false; });
}

void Session::cut() {
  if (std::exchange(over_, true)) return;
  const auto self = shared_from_this();
  outbox_->shut();
  error_code ignored;
  stream_.next_layer().close(ignored);
  const auto end = std::exchange(end_, nullptr);
  if (accepted_) end->on_closed();
  std::exchange(ended_, nullptr)();
}

}  // namespace

std::shared_ptr<Upgraded> upgrade(Loop& loop, Socket socket, std::shared_ptr<WebSocket> end,
                                  std::shared_ptr<Exchange> exchange, std::function<void()> ended) {
  auto out = std::make_shared<Session>(loop, std::move(socket), std::move(end), std::move(exchange),
                                       std::move(ended));
  out->start();
  return out;
}

}  // namespace adapters::http
