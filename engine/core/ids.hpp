// Names for numbers. Two ids of different kinds never meet by accident.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

namespace engine {

// A value that is only itself: built on purpose, compared with its own kind, never added up.
template <class Tag, class Rep>
struct Strong {
  Rep value{};

  constexpr Strong() = default;
  explicit constexpr Strong(Rep v) : value(std::move(v)) {}
  friend auto operator<=>(const Strong&, const Strong&) = default;
};

using Position = Strong<struct PositionTag, std::uint64_t>;  // place in the whole log; first is 1
using Version = Strong<struct VersionTag, std::uint32_t>;    // place in one stream; 0 is "empty"
using WorkflowId = Strong<struct WorkflowIdTag, std::uint8_t>;  // permanent: it stands in the log
using FactType = Strong<struct FactTypeTag, std::uint16_t>;     // permanent within its workflow

constexpr Version next(Version v) { return Version{v.value + 1}; }
constexpr Position next(Position p) { return Position{p.value + 1}; }

// One entity's history: which workflow decides it, and its number there. 16 bytes big-endian in
// storage, so the streams of one workflow lie together in the order of their numbers.
// Number 0 is no stream: in a step it means "a new one, the workflow names it".
struct StreamId {
  WorkflowId workflow;
  std::uint64_t number = 0;
  friend auto operator<=>(const StreamId&, const StreamId&) = default;
};

// A resident without a name: keyed hash of the telephone or account (engine/keys). All zero:
// nobody in particular.
using PersonId = std::array<std::uint8_t, 16>;

using Sha256 = std::array<std::uint8_t, 32>;

}  // namespace engine

template <>
struct std::hash<engine::StreamId> {
  std::size_t operator()(const engine::StreamId& id) const noexcept {
    // splitmix64's finisher: numbers that follow one another land far apart.
    std::uint64_t x = id.number + (std::uint64_t{id.workflow.value} << 56) + 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<std::size_t>(x ^ (x >> 31));
  }
};
