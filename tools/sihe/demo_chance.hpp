// Chance that is the same for the same seed, on every machine and with every library.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace tools::demo {

// splitmix64 (Steele, Lea, Flood 2014).
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  // For the issue of that index: independent of how many others there are.
  Chance(std::uint64_t seed, std::uint64_t index) : state_(seed) { state_ = next() + index; }

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // low … high, both included. Requires low <= high. (The bias of the remainder is below 2^-50.)
  int between(int low, int high) {
    return low + static_cast<int>(next() % static_cast<std::uint64_t>(high - low + 1));
  }

  // True in `percent` of a hundred cases.
  bool percent(int percent) { return between(1, 100) <= percent; }

  // Requires: not empty.
  template <class Items>
  const auto& one_of(const Items& items) {
    return items[static_cast<std::size_t>(next() % std::size(items))];
  }

  // Fisher–Yates.
  template <class Items>
  void shuffle(Items& items) {
    for (std::size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[static_cast<std::size_t>(next() % i)]);
    }
  }

 private:
  std::uint64_t state_;
};

}  // namespace tools::demo
