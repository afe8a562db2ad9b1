// How alike two codes or names are, for the one who mistyped. Internal to workflows/directory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workflows::directory {

// A text by its characters: Chinese ones count as one, letters count alike in both cases.
std::u32string characters(std::string_view utf8);

// Tells of many texts how unlike they are to one.
class Likeness {
 public:
  explicit Likeness(std::string_view wanted);

  // 0 for the same text, up to 1000 for one that shares nothing with it: the insertions, deletions
  // and replacements it takes (Levenshtein) as a part of the longer one's length. A text that holds
  // the wanted one, or lies in it, is nearer than that.
  unsigned unlike(std::string_view text);

 private:
  std::u32string wanted_;
  std::vector<unsigned> row_;
};

}  // namespace workflows::directory
