#include "engine/tree/tree.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>

#include <openssl/evp.h>

#include "engine/core/big_endian.hpp"
#include "engine/core/ensure.hpp"

namespace engine::tree {

namespace {

constexpr std::size_t size_bytes = sizeof(std::uint64_t);

// One context a thread, with the algorithm fetched once: fetching it anew for each record costs
// more than hashing the record.
class Hasher {
 public:
  Hasher() : md_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    ENSURE(md_ && context_);
    ENSURE(EVP_DigestInit_ex2(context_.get(), md_.get(), nullptr) == 1);
  }

  void add(std::string_view bytes) {
    ENSURE(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }

  Sha256 finish() {
    Sha256 digest;
    ENSURE(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    ENSURE(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MD* md) const { EVP_MD_free(md); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> md_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

Hasher& hasher() {
  thread_local Hasher mine;
  return mine;
}

std::string_view text(const Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// Both proofs climb alike: a right child has its sibling on the left; so has the last node of a
// level that is not full, which moves up until it is one.
void climb(std::uint64_t& node, std::uint64_t& last) {
  node >>= 1;
  last >>= 1;
}

bool sibling_is_left(std::uint64_t node, std::uint64_t last) {
  return (node & 1) == 1 || node == last;
}

void skip_missing_levels(std::uint64_t& node, std::uint64_t& last) {
  while ((node & 1) == 0 && node != 0) climb(node, last);
}

}  // namespace

Sha256 leaf_hash(std::string_view entry) {
  Hasher& h = hasher();
  h.add(std::string_view("\0", 1));
  h.add(entry);
  return h.finish();
}

Sha256 node_hash(const Sha256& left, const Sha256& right) {
  std::array<char, 1 + 2 * 32> bytes;
  bytes[0] = 1;
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 33);
  Hasher& h = hasher();
  h.add({bytes.data(), bytes.size()});
  return h.finish();
}

Sha256 empty_root() { return hasher().finish(); }

Sha256 sha256(std::span<const std::string_view> parts) {
  Hasher& h = hasher();
  for (const std::string_view part : parts) h.add(part);
  return h.finish();
}

void Frontier::append(const Sha256& leaf) {
  Sha256 carried = leaf;
  // As in counting up: each trailing one-bit of the size is a perfect subtree to be joined.
  for (std::uint64_t bits = size_; (bits & 1) == 1; bits >>= 1) {
    carried = node_hash(edge_.back(), carried);
    edge_.pop_back();
  }
  edge_.push_back(carried);
  ++size_;
}

Sha256 Frontier::root() const {
  if (edge_.empty()) return empty_root();
  Sha256 root = edge_.back();
  for (auto left = edge_.rbegin() + 1; left != edge_.rend(); ++left) root = node_hash(*left, root);
  return root;
}

std::string Frontier::serialize() const {
  std::string bytes;
  bytes.reserve(size_bytes + edge_.size() * sizeof(Sha256));
  put_big_endian(bytes, size_);
  for (const Sha256& hash : edge_) bytes.append(text(hash));
  return bytes;
}

Result<Frontier> Frontier::parse(std::string_view bytes) {
  if (bytes.size() < size_bytes) return Error{Fault::corrupt, "a tree frontier without its size"};
  Frontier out;
  out.size_ = get_big_endian<std::uint64_t>(bytes);
  bytes.remove_prefix(size_bytes);
  const auto hashes = static_cast<std::size_t>(std::popcount(out.size_));
  if (bytes.size() != hashes * sizeof(Sha256)) {
    return Error{Fault::corrupt, "a tree frontier of " + std::to_string(out.size_) +
                                     " leaves needs " + std::to_string(hashes) + " hashes"};
  }
  out.edge_.resize(hashes);
  for (Sha256& hash : out.edge_) {
    std::copy_n(reinterpret_cast<const std::uint8_t*>(bytes.data()), hash.size(), hash.begin());
    bytes.remove_prefix(hash.size());
  }
  return out;
}

bool verify_inclusion(const Sha256& leaf, std::uint64_t index, std::uint64_t size,
                      std::span<const Sha256> proof, const Sha256& root) {
  if (index >= size) return false;
  std::uint64_t node = index;
  std::uint64_t last = size - 1;
  Sha256 climbed = leaf;
  for (const Sha256& sibling : proof) {
    if (last == 0) return false;
    if (sibling_is_left(node, last)) {
      climbed = node_hash(sibling, climbed);
      skip_missing_levels(node, last);
    } else {
      climbed = node_hash(climbed, sibling);
    }
    climb(node, last);
  }
  return last == 0 && climbed == root;
}

bool verify_consistency(std::uint64_t old_size, const Sha256& old_root, std::uint64_t new_size,
                        const Sha256& new_root, std::span<const Sha256> proof) {
  if (old_size == 0 || old_size > new_size) return false;
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  if (proof.empty()) return false;
  std::uint64_t node = old_size - 1;
  std::uint64_t last = new_size - 1;
  while ((node & 1) == 1) climb(node, last);
  // A whole old tree is itself the first node of the path, and is left out of the proof.
  Sha256 first = old_root;
  if (!std::has_single_bit(old_size)) {
    first = proof.front();
    proof = proof.subspan(1);
  }
  Sha256 climbed_old = first;
  Sha256 climbed_new = first;
  for (const Sha256& sibling : proof) {
    if (last == 0) return false;
    if (sibling_is_left(node, last)) {
      climbed_old = node_hash(sibling, climbed_old);
      climbed_new = node_hash(sibling, climbed_new);
      skip_missing_levels(node, last);
    } else {
      climbed_new = node_hash(climbed_new, sibling);
    }
    climb(node, last);
  }
  return last == 0 && climbed_old == old_root && climbed_new == new_root;
}

}  // namespace engine::tree
