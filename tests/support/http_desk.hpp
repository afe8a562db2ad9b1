// A server on a free port whose requests wait until the test answers them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "adapters/http/server.hpp"
#include "engine/core/ensure.hpp"

namespace support {

// Limits whose deadlines never come within a test that is not about them.
inline adapters::http::Limits patient_limits() {
  adapters::http::Limits limits;
  limits.linger_time = std::chrono::milliseconds(200);
  limits.sweep_every = std::chrono::milliseconds(5);
  return limits;
}

inline adapters::http::Response text(std::string body, unsigned status = 200) {
  adapters::http::Response out;
  out.status = status;
  out.content_type = "text/plain";
  out.body = std::move(body);
  return out;
}

// Answers each request with what it was: "GET /path?name=value body".
inline void tell(const adapters::http::Request& request, const adapters::http::Reply& reply) {
  std::string out = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) out += "?" + name + "=" + value;
  reply(text(out + " " + request.body));
}

class HttpServer {
 public:
  explicit HttpServer(adapters::http::Handler handler,
                      const adapters::http::Limits& limits = patient_limits(),
                      unsigned threads = 2) {
    auto started =
        adapters::http::Server::start({"127.0.0.1", 0, threads, limits}, std::move(handler));
    ENSURE(started);
    server_ = std::move(*started);
  }

  adapters::http::Server* operator->() { return server_.get(); }
  std::uint16_t port() const { return server_->port(); }
  void end() { server_.reset(); }

 private:
  std::unique_ptr<adapters::http::Server> server_;
};

class HttpDesk {
 public:
  struct Case {
    adapters::http::Request request;
    adapters::http::Reply reply;
  };

  adapters::http::Handler handler() {
    return [this](adapters::http::Request request, adapters::http::Reply reply) {
      const std::lock_guard lock(mutex_);
      cases_.push_back({std::move(request), std::move(reply)});
      came_.notify_all();
    };
  }

  // Waits for the next request; twenty seconds without one are a failure.
  Case take() {
    std::unique_lock lock(mutex_);
    ENSURE(came_.wait_for(lock, std::chrono::seconds(20), [this] { return !cases_.empty(); }));
    Case out = std::move(cases_.front());
    cases_.pop_front();
    return out;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Case> cases_;
};

}  // namespace support
