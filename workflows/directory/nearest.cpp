#include "workflows/directory/nearest.hpp"

#include <algorithm>

#include "engine/schema/text.hpp"

namespace workflows::directory {
namespace {

constexpr std::size_t part_characters_min = 2;
constexpr unsigned nothing_shared = 1000;

// What both begin and end with costs nothing, and codes have most of it in common.
void strip_common(std::u32string_view& a, std::u32string_view& b) {
  const auto front = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto same = static_cast<std::size_t>(front.first - a.begin());
  a.remove_prefix(same);
  b.remove_prefix(same);
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
}

unsigned distance(std::u32string_view a, std::u32string_view b) {
  strip_common(a, b);
  if (a.empty() || b.empty()) return static_cast<unsigned>(a.size() + b.size());
  std::array<unsigned, Characters::most + 1> row;
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<unsigned>(j);
  for (const char32_t mine : a) {
    unsigned diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const unsigned replaced = diagonal + (mine == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

Characters::Characters(std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size() && size_ < most;) {
    char32_t character = static_cast<unsigned char>(utf8[at]);
    std::size_t bytes = 1;
    if (character >= 0x80) {
      bytes = std::max<std::size_t>(1, engine::schema::character_bytes(utf8, at));
      for (std::size_t i = 1; i < bytes; ++i) {
        character = character << 8 | static_cast<unsigned char>(utf8[at + i]);
      }
    }
    if (character >= 'A' && character <= 'Z') character += 'a' - 'A';
    characters_[size_++] = character;
    at += bytes;
  }
}

unsigned Likeness::unlike(std::string_view text) const {
  const Characters decoded(text);
  const std::u32string_view other = decoded.view();
  const std::u32string_view wanted = wanted_.view();
  const std::size_t longer = std::max(wanted.size(), other.size());
  if (longer == 0) return 0;
  const unsigned share = distance(wanted, other) * nothing_shared / static_cast<unsigned>(longer);
  const bool part = wanted.size() >= part_characters_min && other.find(wanted) != other.npos;
  return part ? share / 3 : share;
}

}  // namespace workflows::directory
