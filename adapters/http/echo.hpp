// The raw baseline that the server is measured against: what Beast alone can do on this machine.
// Reads a request, answers a fixed small JSON body, and checks nothing.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/core/error.hpp"

namespace adapters::http {

class Echo {
 public:
  // Listens on 127.0.0.1 when it returns. Port 0: any that is free. busy: the port is taken.
  // Requires: threads > 0.
  static engine::Result<std::unique_ptr<Echo>> start(std::uint16_t port, unsigned threads);
  // Cuts off whoever is connected.
  ~Echo();
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;

  std::uint16_t port() const;

 private:
  struct Impl;
  explicit Echo(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace adapters::http
