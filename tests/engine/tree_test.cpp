#include "engine/tree/tree.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include <rapidcheck/gtest.h>

#include "tests/support/places.hpp"

namespace {

using namespace engine;
using namespace engine::tree;

std::string from_hex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

Sha256 hash_of(std::string_view bytes) {
  Sha256 hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

Sha256 hex_hash(std::string_view hex) { return hash_of(from_hex(hex)); }

Sha256 base64_hash(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) break;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count));
  }
  return hash_of(bytes);
}

// The definition of RFC 6962, 2.1, word for word: slow, and obviously right.
Sha256 root_by_definition(std::span<const Sha256> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return node_hash(root_by_definition(leaves.first(k)), root_by_definition(leaves.subspan(k)));
}

// RFC 6962, 2.1.1: the audit path.
std::vector<Sha256> path_by_definition(std::size_t m, std::span<const Sha256> leaves) {
  if (leaves.size() <= 1) return {};
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  auto path =
      m < k ? path_by_definition(m, leaves.first(k)) : path_by_definition(m - k, leaves.subspan(k));
  path.push_back(root_by_definition(m < k ? leaves.subspan(k) : leaves.first(k)));
  return path;
}

// RFC 6962, 2.1.2: the consistency proof.
std::vector<Sha256> subproof(std::size_t m, std::span<const Sha256> leaves, bool whole) {
  if (m == leaves.size()) {
    return whole ? std::vector<Sha256>{} : std::vector{root_by_definition(leaves)};
  }
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  auto proof =
      m <= k ? subproof(m, leaves.first(k), whole) : subproof(m - k, leaves.subspan(k), false);
  proof.push_back(root_by_definition(m <= k ? leaves.subspan(k) : leaves.first(k)));
  return proof;
}

std::vector<Sha256> numbered_leaves(std::size_t count) {
  std::vector<Sha256> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash("leaf " + std::to_string(i)));
  return leaves;
}

Frontier frontier_of(std::span<const Sha256> leaves) {
  Frontier frontier;
  for (const Sha256& leaf : leaves) frontier.append(leaf);
  return frontier;
}

TEST(Tree, HashesLeavesAndNodesAsTheVectorsSay) {
  EXPECT_EQ(leaf_hash("L123456"),
            hex_hash("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"));
  const std::array parts{std::string_view("\x01", 1), std::string_view("N123"),
                         std::string_view("N456")};
  EXPECT_EQ(sha256(parts),
            hex_hash("aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"));
  EXPECT_EQ(empty_root(),
            hex_hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

TEST(Tree, HasTheRootsOfTheKnownEightLeaves) {
  std::vector<Sha256> leaves;
  for (const char* hex : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                          "606162636465666768696a6b6c6d6e6f"}) {
    leaves.push_back(leaf_hash(from_hex(hex)));
  }
  EXPECT_EQ(frontier_of(leaves).root(),
            hex_hash("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"));
  EXPECT_EQ(frontier_of(std::span(leaves).first(5)).root(),
            hex_hash("4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"));
}

TEST(Tree, AFrontierSavedAndReadBackGoesOnTheSame) {
  const auto leaves = numbered_leaves(70);
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    const Frontier frontier = frontier_of(std::span(leaves).first(size));
    Frontier again = Frontier::parse(frontier.serialize()).value();
    EXPECT_EQ(again, frontier);
    for (std::size_t i = size; i < leaves.size(); ++i) again.append(leaves[i]);
    EXPECT_EQ(again.root(), frontier_of(leaves).root());
  }
}

TEST(Tree, RefusesAFrontierOfTheWrongLength) {
  const std::string good = frontier_of(numbered_leaves(5)).serialize();
  EXPECT_FALSE(Frontier::parse(good.substr(1)));
  EXPECT_FALSE(Frontier::parse(good + "x"));
  EXPECT_FALSE(Frontier::parse("short"));
}

RC_GTEST_PROP(Tree, RootAndProofsAreThoseOfTheDefinition, ()) {
  const auto size = *rc::gen::inRange<std::size_t>(1, 130);
  const auto leaves = numbered_leaves(size);
  const Sha256 root = frontier_of(leaves).root();
  RC_ASSERT(root == root_by_definition(leaves));
  const auto index = *rc::gen::inRange<std::size_t>(0, size);
  auto path = path_by_definition(index, leaves);
  RC_ASSERT(verify_inclusion(leaves[index], index, size, path, root));
  const auto old_size = *rc::gen::inRange<std::size_t>(1, size + 1);
  const Sha256 old_root = frontier_of(std::span(leaves).first(old_size)).root();
  auto proof = subproof(old_size, leaves, true);
  RC_ASSERT(verify_consistency(old_size, old_root, size, root, proof));

  // A proof with one bit, one hash or one number changed proves nothing.
  if (!path.empty()) {
    path[*rc::gen::inRange<std::size_t>(0, path.size())][0] ^= 1;
    RC_ASSERT(!verify_inclusion(leaves[index], index, size, path, root));
    path.pop_back();
    RC_ASSERT(!verify_inclusion(leaves[index], index, size, path, root));
  }
  RC_ASSERT(!verify_inclusion(leaf_hash("other"), index, size, path, root));
  RC_ASSERT(!verify_inclusion(leaves[index], size, size, path, root));
  if (!proof.empty()) {
    proof[*rc::gen::inRange<std::size_t>(0, proof.size())][31] ^= 0x80;
    RC_ASSERT(!verify_consistency(old_size, old_root, size, root, proof));
  }
}

TEST(Tree, RefusesConsistencyWithNothingAndWithTheFuture) {
  const auto leaves = numbered_leaves(8);
  const Sha256 root = frontier_of(leaves).root();
  EXPECT_FALSE(verify_consistency(0, empty_root(), 8, root, {}));
  EXPECT_FALSE(verify_consistency(9, root, 8, root, {}));
  EXPECT_FALSE(verify_consistency(4, root, 8, root, {}));
  EXPECT_TRUE(verify_consistency(8, root, 8, root, {}));
}

// data/tlog/vectors.txt, made by independent Go and Python implementations.
class TlogVectors : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = support::real_data("tlog");
    if (!folder) GTEST_SKIP() << "skipped: no real data";
    std::ifstream file(*folder / "vectors.txt");
    for (std::string line; std::getline(file, line);) lines_.push_back(line);
  }

  // The hashes on the lines after the one that begins like this.
  std::vector<Sha256> hashes_after(std::string_view beginning) const {
    std::vector<Sha256> hashes;
    bool inside = false;
    for (const std::string& line : lines_) {
      if (inside && (line.size() != 44 || line.back() != '=')) break;
      if (inside) hashes.push_back(base64_hash(line));
      inside = inside || line.starts_with(beginning);
    }
    return hashes;
  }

  std::map<std::uint64_t, Sha256> roots() const {
    std::map<std::uint64_t, Sha256> roots;
    for (const std::string& line : lines_) {
      std::istringstream words(line);
      std::string kind, hash;
      std::uint64_t size = 0;
      if (words >> kind >> size >> hash && kind == "root") roots[size] = base64_hash(hash);
    }
    return roots;
  }

  std::vector<std::string> lines_;
};

TEST_F(TlogVectors, AllRootsUpToSeventyThousandLeavesAreTheirs) {
  const auto expected = roots();
  ASSERT_GE(expected.size(), 16U);
  Frontier frontier;
  std::size_t compared = 0;
  for (std::uint64_t size = 0;; ++size) {
    if (const auto known = expected.find(size); known != expected.end()) {
      EXPECT_EQ(frontier.root(), known->second) << "size " << size;
      ++compared;
    }
    if (size == 70'000) break;
    frontier.append(leaf_hash("leaf " + std::to_string(size)));
  }
  EXPECT_EQ(compared, expected.size());
}

TEST_F(TlogVectors, TheirProofsHold) {
  const auto known = roots();
  const auto inclusion = hashes_after("inclusion index 12345 size 70000");
  ASSERT_EQ(inclusion.size(), 17U);
  EXPECT_TRUE(
      verify_inclusion(leaf_hash("leaf 12345"), 12'345, 70'000, inclusion, known.at(70'000)));
  EXPECT_FALSE(
      verify_inclusion(leaf_hash("leaf 12345"), 12'346, 70'000, inclusion, known.at(70'000)));
  EXPECT_TRUE(verify_inclusion(leaf_hash("leaf 4"), 4, 5, std::vector{known.at(4)}, known.at(5)));
  const auto consistency = hashes_after("consistency 65537->70000");
  EXPECT_TRUE(verify_consistency(65'537, known.at(65'537), 70'000, known.at(70'000), consistency));
  EXPECT_FALSE(verify_consistency(65'536, known.at(65'536), 70'000, known.at(70'000), consistency));
}

}  // namespace
