#include "engine/log/anchor.hpp"

#include <algorithm>

#include <boost/crc.hpp>

#include "engine/core/big_endian.hpp"
#include "engine/tree/tree.hpp"

namespace engine::log {

namespace {

constexpr std::size_t covered_bytes = 8 + 8 + 32;
constexpr std::size_t pad_at = covered_bytes + 4;
constexpr std::size_t pad_bytes = anchor_slot_bytes - pad_at;

// CRC-32C (Castagnoli): RFC 3720, appendix B.4.
using Crc32c = boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true>;

std::uint32_t checksum(std::string_view slot) {
  Crc32c crc;
  crc.process_bytes(slot.data(), covered_bytes);
  crc.process_bytes(slot.data() + pad_at, pad_bytes);
  return crc.checksum();
}

}  // namespace

std::string encode_slot(const Anchor& anchor) {
  std::string slot;
  slot.reserve(anchor_slot_bytes);
  put_big_endian(slot, anchor.generation);
  put_big_endian(slot, anchor.head.size);
  slot.append(reinterpret_cast<const char*>(anchor.head.root.data()), anchor.head.root.size());
  slot.resize(anchor_slot_bytes, '\0');
  std::string crc;
  put_big_endian(crc, checksum(slot));
  slot.replace(covered_bytes, crc.size(), crc);
  return slot;
}

std::optional<Anchor> decode_slot(std::string_view bytes, std::size_t slot) {
  if (bytes.size() != anchor_slot_bytes) return std::nullopt;
  const auto stored = get_big_endian<std::uint32_t>(bytes.substr(covered_bytes));
  if (stored != checksum(bytes)) return std::nullopt;
  if (bytes.substr(pad_at).find_first_not_of('\0') != std::string_view::npos) return std::nullopt;
  Anchor anchor;
  anchor.generation = get_big_endian<std::uint64_t>(bytes);
  anchor.head.size = get_big_endian<std::uint64_t>(bytes.substr(8));
  std::copy_n(bytes.begin() + 16, anchor.head.root.size(), anchor.head.root.begin());
  if (slot_of(anchor) != slot) return std::nullopt;
  return anchor;
}

std::string new_anchor_file() {
  const TreeHead empty{0, tree::empty_root()};
  return encode_slot({0, empty}) + encode_slot({1, empty});
}

Result<AnchorFound> decode_anchor_file(std::string_view bytes) {
  if (bytes.size() != anchor_file_bytes) {
    return Error{Fault::corrupt, "the commit anchor has " + std::to_string(bytes.size()) +
                                     " bytes instead of " + std::to_string(anchor_file_bytes)};
  }
  const auto first = decode_slot(bytes.substr(0, anchor_slot_bytes), 0);
  const auto second = decode_slot(bytes.substr(anchor_slot_bytes), 1);
  if (!first && !second) {
    return Error{Fault::corrupt, "both slots of the commit anchor fail their check"};
  }
  if (!first) return AnchorFound{*second, 0};
  if (!second) return AnchorFound{*first, 1};
  return AnchorFound{first->generation > second->generation ? *first : *second, std::nullopt};
}

}  // namespace engine::log
