// What GET requests and GET servicerequestupdates ask of the board. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "adapters/open311/arguments.hpp"
#include "adapters/open311/documents.hpp"
#include "adapters/open311/gateway.hpp"
#include "engine/board/board.hpp"
#include "engine/core/time.hpp"

namespace adapters::open311 {

struct RequestQuery {
  std::vector<Flaw> flaws;               // if there are any, the rest means nothing
  std::vector<std::uint64_t> by_number;  // if there are any, these are asked for and nothing else
  bool nothing = false;                  // it names numbers, but none that could be one
  engine::board::Query query;
  std::optional<engine::Instant> updated_after, updated_before;  // both included
  std::size_t page = 1;
  std::size_t page_size = requests_max;
  engine::Instant until{};  // of updates: the last moment that is asked for
};

// service_request_id, service_code, start_date, end_date, status; beyond the standard, as others
// have them: page, page_size, updated_after, updated_before. Newest first: by when they were made,
// or, with updated_…, changed.
RequestQuery request_query(const Arguments& arguments, const Config& config, engine::Instant now,
                           int offset_minutes);

// start_date and end_date: of the updates. The requests that changed since, the latest first.
RequestQuery update_query(const Arguments& arguments, const Config& config, engine::Instant now,
                          int offset_minutes);

}  // namespace adapters::open311
