#include "adapters/http/echo.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace adapters::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<tcp, Executor>;

constexpr auto answer_body = R"({"issue":"260000000000","version":1,"stage":"reported"})";

class Session : public std::enable_shared_from_this<Session> {
 public:
  explicit Session(Socket socket) : socket_(std::move(socket)) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  void read() {
    request_ = {};
    beast::http::async_read(socket_, buffer_, request_,
                            [self = shared_from_this()](error_code failed, std::size_t) {
                              if (!failed) self->write();
                            });
  }

 private:
  void write() {
    answer_ = {beast::http::status::created, request_.version()};
    answer_.set(beast::http::field::content_type, "application/json");
    answer_.keep_alive(request_.keep_alive());
    answer_.body() = answer_body;
    answer_.prepare_payload();
    beast::http::async_write(socket_, answer_,
                             [self = shared_from_this()](error_code failed, std::size_t) {
                               if (!failed && self->answer_.keep_alive()) self->read();
                             });
  }

  Socket socket_;
  beast::flat_buffer buffer_;
  beast::http::request<beast::http::string_body> request_;
  beast::http::response<beast::http::string_body> answer_;
};

}  // namespace

struct Echo::Impl {
  explicit Impl(unsigned count) {
    for (unsigned i = 0; i < count; ++i) loops.push_back(std::make_unique<asio::io_context>(1));
    acceptor.emplace(*loops.front());
  }

  void accept() {
    asio::io_context& loop = *loops[next++ % loops.size()];
    acceptor->async_accept(loop.get_executor(), [this, &loop](error_code failed, Socket socket) {
      if (failed) return;
      asio::post(loop, [it = std::make_shared<Session>(std::move(socket))] { it->read(); });
      accept();
    });
  }

  std::vector<std::unique_ptr<asio::io_context>> loops;
  std::optional<asio::basic_socket_acceptor<tcp, Executor>> acceptor;
  std::size_t next = 0;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
};

Echo::Echo(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Echo::~Echo() {
  for (const auto& loop : impl_->loops) loop->stop();
  for (auto& thread : impl_->threads) thread.join();
}

engine::Result<std::unique_ptr<Echo>> Echo::start(std::uint16_t port, unsigned threads) {
  auto impl = std::make_unique<Impl>(threads);
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  error_code failed;
  impl->acceptor->open(endpoint.protocol(), failed);
  if (!failed) impl->acceptor->set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) impl->acceptor->bind(endpoint, failed);
  if (!failed) impl->acceptor->listen(asio::socket_base::max_listen_connections, failed);
  if (failed) {
    return engine::Error{engine::Fault::busy, "cannot listen on 127.0.0.1 port " +
                                                  std::to_string(port) + ": " + failed.message()};
  }
  impl->port = impl->acceptor->local_endpoint(failed).port();
  impl->accept();
  for (const auto& loop : impl->loops) {
    impl->threads.emplace_back([&loop] {
      const auto work = asio::make_work_guard(*loop);
      loop->run();
    });
  }
  return std::unique_ptr<Echo>(new Echo(std::move(impl)));
}

std::uint16_t Echo::port() const { return impl_->port; }

}  // namespace adapters::http
