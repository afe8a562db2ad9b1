// Whether the service is well. Internal to adapters/http.
#pragma once

#include <string>
#include <vector>

#include "adapters/http/api.hpp"

namespace adapters::http {

// A view that is further behind than this is told: what it shows is old.
constexpr std::uint64_t behind_max = 100'000;

// The views that follow the log: the board and the projections.
std::vector<std::string> views_of(const ApiParts& parts);

// 200, or 503 with one sentence per reason.
Response ready_response(const ApiParts& parts, bool draining);

}  // namespace adapters::http
