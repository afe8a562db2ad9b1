// Where a page ended, as text that a caller can give back and not read. It holds for the query that
// it came from alone, whatever the size of its pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/board/board.hpp"

namespace engine::board {

// The place of a row in the order of a query: the column it is sorted by, then the card's id.
struct Place {
  std::int64_t key = 0;  // every sort but by number
  std::string number;    // sort by number
  std::int64_t id = 0;
};

std::string cursor_of(const Query& query, const Place& place);

// Nothing: none of ours, or of another query.
std::optional<Place> place_of(const Query& query);

}  // namespace engine::board
