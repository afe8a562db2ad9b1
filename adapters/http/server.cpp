#include "adapters/http/server.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/http/loop.hpp"

namespace adapters::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using engine::Error;
using engine::Fault;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

// When the process has no file handle left, there is nothing to do but to try again later.
constexpr std::chrono::milliseconds accept_again{100};

engine::Result<void> listen(Acceptor& acceptor, const ServerOptions& options) {
  error_code failed;
  const auto address = asio::ip::make_address(options.address, failed);
  if (failed) {
    return Error{Fault::invalid, "\"" + options.address + "\" is no IP address to listen on"};
  }
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
  if (!failed) return {};
  return Error{Fault::busy, "cannot listen on " + options.address + " port " +
                                std::to_string(options.port) + ": " + failed.message()};
}

}  // namespace

struct Server::Impl {
  Impl(const ServerOptions& options, Handler answer)
      : limits(options.limits), handler(std::move(answer)) {
    for (unsigned i = 0; i < options.threads; ++i) {
      loops.push_back(std::make_unique<Loop>(limits, handler, [this] {
        const std::lock_guard lock(mutex);
        emptied.notify_all();
      }));
    }
    acceptor.emplace(loops.front()->io());
    again.emplace(loops.front()->io());
  }

  std::size_t open() const {
    std::size_t sum = 0;
    for (const auto& loop : loops) sum += loop->open();
    return sum;
  }

  Loop& idlest() const {
    Loop* least = loops.front().get();
    for (const auto& loop : loops) {
      if (loop->open() < least->open()) least = loop.get();
    }
    return *least;
  }

  // One acceptor spreads the connections evenly; with one per thread (SO_REUSEPORT), a hash would.
  void accept() {
    Loop& loop = idlest();
    acceptor->async_accept(loop.io().get_executor(), [this, &loop](error_code failed, Socket it) {
      if (!acceptor->is_open()) return;
      if (failed) {
        again->expires_after(accept_again);
        again->async_wait([this](error_code cancelled) {
          if (!cancelled) accept();
        });
        return;
      }
      hand_over(loop, std::move(it));
      accept();
    });
  }

  void hand_over(Loop& loop, Socket socket) {
    if (open() < limits.connections_max) {
      loop.reserve();
      asio::post(loop.io(),
                 [&loop, it = std::move(socket)]() mutable { loop.admit(std::move(it)); });
    } else {
      asio::post(loop.io(),
                 [&loop, it = std::move(socket)]() mutable { loop.reject(std::move(it)); });
    }
  }

  bool stop(std::chrono::milliseconds grace) {
    if (threads.empty()) return true;
    asio::post(loops.front()->io(), [this] {
      error_code ignored;
      acceptor->close(ignored);
      again->cancel();
    });
    for (const auto& loop : loops) asio::post(loop->io(), [&loop] { loop->shut_down(); });
    bool all_gone = false;
    {
      std::unique_lock lock(mutex);
      all_gone = emptied.wait_for(lock, grace, [this] { return open() == 0; });
    }
    for (const auto& loop : loops) asio::post(loop->io(), [&loop] { loop->close(); });
    for (auto& thread : threads) thread.join();
    threads.clear();
    return all_gone;
  }

  const Limits limits;
  const Handler handler;
  std::mutex mutex;
  std::condition_variable emptied;
  std::vector<std::unique_ptr<Loop>> loops;
  std::optional<Acceptor> acceptor;
  std::optional<asio::steady_timer> again;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { stop(std::chrono::milliseconds(0)); }

engine::Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options,
                                                      Handler handler) {
  if (options.threads == 0) return Error{Fault::invalid, "the server needs at least one thread"};
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  if (auto listens = listen(*impl->acceptor, options); !listens) return listens.error();
  error_code failed;
  impl->port = impl->acceptor->local_endpoint(failed).port();
  impl->accept();
  for (const auto& loop : impl->loops) {
    impl->threads.emplace_back([&loop] { loop->run(); });
  }
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const { return impl_->port; }

Counters Server::counters() const {
  Counters out;
  out.connections_open = impl_->open();
  for (const auto& loop : impl_->loops) {
    const Tallies& tallies = loop->tallies();
    out.connections += tallies.connections.get();
    out.connections_rejected += tallies.rejected.get();
    out.requests += tallies.requests.get();
    out.requests_refused += tallies.refused.get();
    out.answers_2xx += tallies.answers[2].get();
    out.answers_3xx += tallies.answers[3].get();
    out.answers_4xx += tallies.answers[4].get();
    out.answers_5xx += tallies.answers[5].get();
    out.handler_faults += tallies.handler_faults.get();
    out.bytes_in += tallies.bytes_in.get();
    out.bytes_out += tallies.bytes_out.get();
  }
  return out;
}

bool Server::stop(std::chrono::milliseconds grace) { return impl_->stop(grace); }

}  // namespace adapters::http
