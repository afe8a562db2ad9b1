// The places that issues are counted under: area, category, channel and department together, each
// set of four once, by a small number. Internal to the statistics.
//
// Numbers are given in the order of first appearance. So a fold of the whole log, and folds of its
// parts merged in order, give the same ones.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/view/projection.hpp"

namespace workflows::issue {

enum class Dim : std::uint8_t { area, category, channel, department };
constexpr std::size_t dims_count = 4;

using PlaceId = std::uint32_t;

// Texts numbered in the order they came.
class Texts {
 public:
  std::uint32_t id(std::string_view text);
  const std::string& text(std::uint32_t id) const { return texts_[id]; }
  std::size_t size() const { return texts_.size(); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t id_and_one = 0;  // 0: free
  };
  void grow();

  std::deque<std::string> texts_;
  std::vector<Slot> slots_;  // open addressing, a power of two
};

class Places {
 public:
  using Words = std::array<std::string_view, dims_count>;
  static constexpr PlaceId most = 0x7fff'ffff;

  PlaceId id(const Words& words);
  std::size_t size() const { return places_.size(); }
  const std::string& text(PlaceId place, Dim dim) const {
    const auto at = static_cast<std::size_t>(dim);
    return texts_[at].text(places_[place][at]);
  }

  // The number here of every place of `other`, those it does not know yet being added.
  std::vector<PlaceId> take_in(const Places& other);

  // As projections are saved; the rows of the texts come before those of the places.
  void save(const engine::view::PutRow& put, bool all);
  // Requires: in the order of the keys. Nothing: the key is none of its own.
  static bool owns(std::string_view key);
  engine::Result<void> load(std::string_view key, std::string_view value);

 private:
  using Place = std::array<std::uint32_t, dims_count>;
  PlaceId id_of(const Place& place);
  void grow();

  std::array<Texts, dims_count> texts_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> slots_;  // number and one; 0: free
  std::array<std::size_t, dims_count> texts_saved_{};
  std::size_t places_saved_ = 0;
};

}  // namespace workflows::issue
