// A chat text as it is compared: full-width letters and digits are plain ones, every kind of blank
// is one, capitals are small. Each character knows where it stood, so that what is taken out of the
// text is what was written. Pure. Internal to adapters/chat.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::chat {

class Folded {
 public:
  // Any bytes; what is no UTF-8 counts as characters of their own. Borrows the text.
  explicit Folded(std::string_view text);

  std::size_t size() const { return glyphs_.size(); }
  // 0 beyond the end.
  char32_t at(std::size_t i) const { return i < glyphs_.size() ? glyphs_[i].as : 0; }
  bool says(std::size_t at, std::u32string_view word) const;

  bool is_digit(std::size_t i) const { return at(i) >= U'0' && at(i) <= U'9'; }
  bool is_blank(std::size_t i) const { return at(i) == U' '; }
  // Punctuation, and pictures that stand for a mood.
  bool is_mark(std::size_t i) const;
  // A letter or a digit of any script.
  bool is_word(std::size_t i) const { return at(i) != 0 && !is_blank(i) && !is_mark(i); }

  // The first place from there on that is no blank and no mark.
  std::size_t skip(std::size_t at) const;
  // The same, but brackets and quotes, which belong to what follows, stay.
  std::size_t skip_separators(std::size_t at) const;
  // How many words' characters stand from there on.
  std::size_t count_words(std::size_t from) const;
  // How many digits follow one another there.
  std::size_t digits(std::size_t at) const;

  // Where the character stands in the text, in bytes; the text's end beyond the last one.
  std::size_t offset(std::size_t i) const {
    return i < glyphs_.size() ? glyphs_[i].begin : text_.size();
  }

  // As it was written, without the blanks around it.
  std::string words(std::size_t begin) const;

 private:
  struct Glyph {
    char32_t as;
    std::size_t begin;
  };

  std::string_view text_;
  std::vector<Glyph> glyphs_;
};

}  // namespace adapters::chat
