// Reports that may be about the same thing as another one 疑似重复: offered to whoever judges it,
// and never merged by themselves.
//
// A candidate was reported for the same area, not more than seven days apart, is no end of its own
// (declined, withdrawn, merged), and is told in similar words or lies at the same place.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/board/board.hpp"
#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "workflows/issue/timeline.hpp"

namespace workflows::issue {

inline constexpr std::chrono::hours candidates_apart_max{7 * 24};
inline constexpr double likeness_min = 0.35;
inline constexpr double metres_max = 100;
inline constexpr std::size_t candidates_max = 10;
// The nearest in time, half of them earlier, half later.
inline constexpr std::size_t candidates_looked_at_max = 500;
static_assert(candidates_looked_at_max / 2 <= engine::board::page_max);

struct Candidate {
  std::uint64_t number = 0;
  std::string title;
  std::string stage;
  engine::Instant opened_at{};
  double likeness = 0;           // of the words, 0 … 1
  std::optional<double> metres;  // between the places, where both are told
};

// How alike two texts are, 0 … 1: Dice's coefficient over pairs of neighbouring letters or
// characters, blanks and punctuation left out (L. R. Dice, Ecology 26, 1945). Texts with less than
// two of them are like nothing.
double likeness(std::string_view a, std::string_view b);

// Great-circle distance by the haversine formula, on a sphere of 6,371 km.
double metres_between(double latitude_a, double longitude_a, double latitude_b, double longitude_b);

// The candidates of an issue, the likest first, at most candidates_max. Words that are withheld or
// erased are like nothing.
// not_found: no such issue. Others: those of the log and the board.
engine::Result<std::vector<Candidate>> find_candidates(const engine::log::LogReader& log,
                                                       engine::board::Board& board,
                                                       std::uint64_t number, const Words& words);

}  // namespace workflows::issue
