// The commit anchor: a file beside the log that says how far it reaches and what it holds. Written
// after each synced batch and before its answers, so a log that has lost acknowledged records,
// which RocksDB alone does not notice (a damaged or missing WAL), is not taken for a whole one.
//
// Two slots of 64 bytes, written in turn, so that a torn write leaves the other:
//   generation u64 · last position u64 · tree head 32 B · CRC-32C u32 · pad of 12 zero bytes
// Numbers big-endian. The checksum covers all bytes but its own. Generation g is in slot g mod 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/log/event_log.hpp"

namespace engine::log {

constexpr std::size_t anchor_slot_bytes = 64;
constexpr std::size_t anchor_slots = 2;
constexpr std::size_t anchor_file_bytes = anchor_slots * anchor_slot_bytes;

struct Anchor {
  std::uint64_t generation = 0;
  TreeHead head;  // its size is the last position
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

// Which slot an anchor belongs into.
constexpr std::size_t slot_of(const Anchor& anchor) { return anchor.generation % anchor_slots; }

std::string encode_slot(const Anchor& anchor);

// Nothing if the bytes fail their check or belong into the other slot.
std::optional<Anchor> decode_slot(std::string_view bytes, std::size_t slot);

// A new log's file: both slots say "empty".
std::string new_anchor_file();

struct AnchorFound {
  Anchor newest;
  std::optional<std::size_t> bad_slot;  // failed its check; the other one was used
};

// corrupt: no slot passes its check, or the file has another size.
Result<AnchorFound> decode_anchor_file(std::string_view bytes);

}  // namespace engine::log
