#include "tools/sihe/bench_slow.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace tools::bench {

using engine::Result;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::milliseconds byte_every{100};
constexpr std::chrono::milliseconds look_every{10};
constexpr std::string_view header_begun = "POST /onebot HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ";
constexpr std::string_view body_begun =
    "POST /onebot HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 32768\r\n\r\n";

std::string_view beginning(std::size_t client) {
  return client % 2 == 0 ? header_begun : body_begun;
}

}  // namespace

Result<std::unique_ptr<SlowClients>> SlowClients::start(std::uint16_t port, std::size_t count) {
  std::unique_ptr<SlowClients> out(new SlowClients(port, count));
  for (std::size_t i = 0; i < count; ++i) {
    auto added = out->connections_.add(port);
    if (!added) return added.error();
    out->connections_.send(*added, beginning(i));
  }
  out->thread_ = std::thread([self = out.get()] { self->run(); });
  return out;
}

SlowClients::~SlowClients() {
  stopping_.store(true);
  if (thread_.joinable()) thread_.join();
}

// A byte of each in turn, so that all of them together are spread over the time.
void SlowClients::run() {
  std::vector<std::size_t> ended;
  const auto begin = SteadyClock::now();
  const std::chrono::duration<double> apart =
      std::chrono::duration<double>(byte_every) / static_cast<double>(count_);
  std::uint64_t bytes = 0;
  while (!stopping_.load()) {
    const std::chrono::duration<double> passed = SteadyClock::now() - begin;
    const auto due = static_cast<std::uint64_t>(passed / apart);
    for (; bytes < due; ++bytes) connections_.send(bytes % count_, "a");
    if (!connections_.wait(look_every, ended)) return;
    for (const std::size_t each : ended) {
      if (connections_.read(each)) continue;
      cut_off_.fetch_add(1);
      if (!connections_.renew(each, port_)) return;
      connections_.send(each, beginning(each));
    }
  }
}

}  // namespace tools::bench
