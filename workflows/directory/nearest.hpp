// How alike two codes or names are, for the one who mistyped. Internal to workflows/directory.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace workflows::directory {

// The first characters of a text: Chinese ones count as one, letters count alike in both cases.
class Characters {
 public:
  static constexpr std::size_t most = 64;  // what comes after tells nothing more
  explicit Characters(std::string_view utf8);
  std::u32string_view view() const { return {characters_.data(), size_}; }

 private:
  std::array<char32_t, most> characters_;
  std::size_t size_ = 0;
};

// Tells of many texts how unlike they are to one.
class Likeness {
 public:
  explicit Likeness(std::string_view wanted) : wanted_(wanted) {}

  // 0 for the same text, up to 1000 for one that shares nothing with it: the insertions, deletions
  // and replacements it takes (Levenshtein) as a part of the longer one's length. A text that holds
  // the wanted one is nearer than that.
  unsigned unlike(std::string_view text) const;

 private:
  Characters wanted_;
};

}  // namespace workflows::directory
