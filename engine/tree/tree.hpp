// The Merkle tree of RFC 6962 over the stored records: what makes a log provable.
//   leaf = SHA-256(00 ‖ entry), node = SHA-256(01 ‖ left ‖ right), empty = SHA-256("").
// The frontier is the tree's compact right edge, all that appending needs: one hash for each bit
// set in the size. Threads: free functions from any; a Frontier belongs to one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"

namespace engine::tree {

Sha256 leaf_hash(std::string_view entry);
Sha256 node_hash(const Sha256& left, const Sha256& right);
Sha256 empty_root();

// SHA-256 of the parts, one after the other.
Sha256 sha256(std::span<const std::string_view> parts);

class Frontier {
 public:
  // Adds the next leaf (its hash, see leaf_hash).
  void append(const Sha256& leaf);

  std::uint64_t size() const { return size_; }
  // RFC 6962, 2.1. Requires nothing; of an empty tree: empty_root().
  Sha256 root() const;

  // Size u64 big-endian, then the hashes, the largest subtree first.
  std::string serialize() const;
  // corrupt: not what serialize() gives.
  static Result<Frontier> parse(std::string_view bytes);

  friend bool operator==(const Frontier&, const Frontier&) = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Sha256> edge_;  // roots of the perfect subtrees, largest (leftmost) first
};

// Whether `leaf` is number `index` (from 0) of the tree of `size` leaves with this root.
// RFC 9162, 2.1.3.2.
bool verify_inclusion(const Sha256& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Sha256> proof, const Sha256& root);

// Whether the tree of `new_size` begins with that of `old_size`. RFC 9162, 2.1.4.2.
// An old size of 0 proves nothing and is refused.
bool verify_consistency(std::uint64_t old_size, const Sha256& old_root, std::uint64_t new_size,
                        const Sha256& new_root, std::span<const Sha256> proof);

}  // namespace engine::tree
