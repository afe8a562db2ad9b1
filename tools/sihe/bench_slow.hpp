// Clients that are in no hurry, for `sihe bench chat`: each sends a request byte by byte, every
// second one its header, the others a body, and begins anew when it is cut off.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>

#include "engine/core/error.hpp"
#include "tools/sihe/bench_connection.hpp"

namespace tools::bench {

class SlowClients {
 public:
  // Connected, and under way, when it returns. storage: nobody listens on 127.0.0.1 there.
  static engine::Result<std::unique_ptr<SlowClients>> start(std::uint16_t port, std::size_t count);
  ~SlowClients();
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;

  // Connections that the service has ended.
  std::uint64_t cut_off() const { return cut_off_.load(); }

 private:
  SlowClients(std::uint16_t port, std::size_t count) : port_(port), count_(count) {}
  void run();

  const std::uint16_t port_;
  const std::size_t count_;
  ConnectionSet connections_;
  std::atomic<std::uint64_t> cut_off_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace tools::bench
