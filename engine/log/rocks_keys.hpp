// How the log's keys look. One column family, one letter a kind, big-endian numbers, so that the
// byte order of the keys is the order of the records, of a stream's versions, of the streams:
//   D source NUL id              → position of the batch's last record u64 ‖ the writer's value
//   F position                   → the tree's frontier after a batch that ended there
//   P person 16 position field   → sealed words
//   R position                   → record
//   S workflow u64 number u64 version u32 → position u64
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/big_endian.hpp"
#include "engine/core/ids.hpp"

namespace engine::log {

constexpr char dedup_letter = 'D';
constexpr char frontier_letter = 'F';
constexpr char sealed_letter = 'P';
constexpr char record_letter = 'R';
constexpr char stream_letter = 'S';

// A key on the stack: the hot path writes three a record.
template <std::size_t Size>
struct FixedKey {
  std::array<char, Size> bytes;
  std::string_view view() const { return {bytes.data(), bytes.size()}; }
};

using PositionKey = FixedKey<1 + 8>;
using StreamKey = FixedKey<1 + 16 + 4>;

inline PositionKey position_key(char letter, Position position) {
  PositionKey key;
  key.bytes[0] = letter;
  store_big_endian(key.bytes.data() + 1, position.value);
  return key;
}
inline PositionKey record_key(Position position) { return position_key(record_letter, position); }
inline PositionKey frontier_key(Position position) {
  return position_key(frontier_letter, position);
}

// Requires: a key made by position_key.
inline Position position_of(std::string_view key) {
  return Position{get_big_endian<std::uint64_t>(key.substr(1))};
}

inline StreamKey stream_key(const StreamId& stream, Version version) {
  StreamKey key;
  key.bytes[0] = stream_letter;
  store_big_endian(key.bytes.data() + 1, std::uint64_t{stream.workflow.value});
  store_big_endian(key.bytes.data() + 9, stream.number);
  store_big_endian(key.bytes.data() + 17, version.value);
  return key;
}

struct StreamPlace {
  StreamId stream;
  Version version;
};

// Requires: a key made by stream_key.
inline StreamPlace stream_place_of(std::string_view key) {
  return {
      {WorkflowId{static_cast<std::uint8_t>(key[8])}, get_big_endian<std::uint64_t>(key.substr(9))},
      Version{get_big_endian<std::uint32_t>(key.substr(17))}};
}

inline std::string dedup_storage_key(std::string_view key) {
  std::string out(1, dedup_letter);
  return out.append(key);
}

constexpr std::size_t sealed_field_at = 1 + sizeof(PersonId) + 8;

inline std::string sealed_key(const PersonId& person, Position position, std::string_view field) {
  std::string out(1, sealed_letter);
  out.reserve(sealed_field_at + field.size());
  out.append(reinterpret_cast<const char*>(person.data()), person.size());
  put_big_endian(out, position.value);
  return out.append(field);
}

}  // namespace engine::log
