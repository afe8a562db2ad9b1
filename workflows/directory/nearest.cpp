#include "workflows/directory/nearest.hpp"

#include <algorithm>
#include <cstddef>

#include "engine/schema/text.hpp"

namespace workflows::directory {
namespace {

constexpr std::size_t characters_max = 64;  // of what is compared; the rest tells nothing more
constexpr std::size_t part_characters_min = 2;
constexpr unsigned nothing_shared = 1000;

}  // namespace

std::u32string characters(std::string_view utf8) {
  std::u32string out;
  for (std::size_t at = 0; at < utf8.size() && out.size() < characters_max;) {
    const std::size_t bytes = std::max<std::size_t>(1, engine::schema::character_bytes(utf8, at));
    char32_t character = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      character = character << 8 | static_cast<unsigned char>(utf8[at + i]);
    }
    if (character >= 'A' && character <= 'Z') character += 'a' - 'A';
    out.push_back(character);
    at += bytes;
  }
  return out;
}

Likeness::Likeness(std::string_view wanted) : wanted_(characters(wanted)) {}

unsigned Likeness::unlike(std::string_view text) {
  const std::u32string other = characters(text);
  const std::size_t longer = std::max(wanted_.size(), other.size());
  if (longer == 0) return 0;
  row_.resize(other.size() + 1);
  for (std::size_t j = 0; j <= other.size(); ++j) row_[j] = static_cast<unsigned>(j);
  for (const char32_t mine : wanted_) {
    unsigned diagonal = row_[0]++;
    for (std::size_t j = 0; j < other.size(); ++j) {
      const unsigned replaced = diagonal + (mine == other[j] ? 0 : 1);
      diagonal = row_[j + 1];
      row_[j + 1] = std::min({replaced, diagonal + 1, row_[j] + 1});
    }
  }
  const unsigned share = row_.back() * nothing_shared / static_cast<unsigned>(longer);
  const std::u32string& shorter = wanted_.size() < other.size() ? wanted_ : other;
  const std::u32string& whole = wanted_.size() < other.size() ? other : wanted_;
  const bool part = shorter.size() >= part_characters_min && whole.find(shorter) != whole.npos;
  return part ? share / 3 : share;
}

}  // namespace workflows::directory
