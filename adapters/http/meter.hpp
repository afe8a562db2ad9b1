// What the API counts about itself, and /metrics. Internal to adapters/http. Threads: any.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/api.hpp"
#include "adapters/http/routes.hpp"

namespace adapters::http {

class Meter {
 public:
  Meter();

  // `route`: nullptr where nothing is served.
  void count(const Route* route, unsigned status, std::chrono::nanoseconds took);

  // Prometheus text format 0.0.4: the service's figures, then the requests.
  std::string text(const ApiParts& parts, std::size_t feeds) const;

 private:
  static constexpr std::array<unsigned, 17> statuses{200, 201, 400, 401, 403, 404, 405, 406, 409,
                                                     412, 413, 415, 422, 500, 503, 504, 0};
  static constexpr std::array<double, 12> bounds_s{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                   0.05,   0.1,   0.25,   1,     5,    30};
  struct OfRoute {
    std::array<std::atomic<std::uint64_t>, statuses.size()> by_status{};
    std::array<std::atomic<std::uint64_t>, bounds_s.size() + 1> by_time{};
    std::atomic<std::uint64_t> sum_ns{0};
  };

  static std::string labels(std::size_t index);
  void put_requests(std::string& out) const;
  void put_times(std::string& out) const;

  std::vector<OfRoute> all_;  // by the table of routes, the last one: no route
};

}  // namespace adapters::http
