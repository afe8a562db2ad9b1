#include "adapters/chat/folded.hpp"

#include "engine/schema/text.hpp"

namespace adapters::chat {
namespace {

constexpr char32_t no_character = 0xfffd;

// The character of `bytes` bytes. Requires: they are well-formed UTF-8.
char32_t decoded(std::string_view text, std::size_t at, std::size_t bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (bytes == 1) return byte(0);
  char32_t out = byte(0) & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) out = out << 6 | (byte(i) & 0x3fU);
  return out;
}

bool within(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

char32_t folded(char32_t c) {
  if (within(c, 0xff01, 0xff5e)) c -= 0xfee0;  // full-width forms of what ASCII prints
  if (within(c, U'A', U'Z')) return c - U'A' + U'a';
  const bool blank = c <= 0x20 || within(c, 0x7f, 0xa0) || within(c, 0x2000, 0x200f) ||
                     within(c, 0x2028, 0x202f) || within(c, 0x205f, 0x2064) || c == 0x3000 ||
                     c == 0xfeff;
  return blank ? U' ' : c;
}

constexpr std::u32string_view separators = U",;:.、。，；：!?-—~·#=";

}  // namespace

Folded::Folded(std::string_view text) : text_(text) {
  glyphs_.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = engine::schema::character_bytes(text, at);
    glyphs_.push_back({bytes == 0 ? no_character : folded(decoded(text, at, bytes)), at});
    at += bytes == 0 ? 1 : bytes;
  }
}

bool Folded::says(std::size_t from, std::u32string_view word) const {
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (at(from + i) != word[i]) return false;
  }
  return true;
}

bool Folded::is_mark(std::size_t i) const {
  const char32_t c = at(i);
  return within(c, U'!', U'/') || within(c, U':', U'@') || within(c, U'[', U'`') ||
         within(c, U'{', U'~') || c == 0xb7 || within(c, 0x2010, 0x2027) ||
         within(c, 0x2030, 0x205e) || within(c, 0x2600, 0x27bf) || within(c, 0x3001, 0x3003) ||
         within(c, 0x3008, 0x3011) || within(c, 0x3014, 0x301f) || within(c, 0xfe00, 0xfe0f) ||
         within(c, 0xfe30, 0xfe4f) || within(c, 0xff5f, 0xff65) || within(c, 0x1f000, 0x1faff);
}

std::size_t Folded::skip(std::size_t at) const {
  while (at < size() && (is_blank(at) || is_mark(at))) ++at;
  return at;
}

std::size_t Folded::skip_separators(std::size_t from) const {
  while (from < size() &&
         (is_blank(from) || separators.find(at(from)) != std::u32string_view::npos)) {
    ++from;
  }
  return from;
}

std::size_t Folded::count_words(std::size_t from) const {
  std::size_t out = 0;
  for (std::size_t i = from; i < size(); ++i) out += is_word(i) ? 1U : 0U;
  return out;
}

std::size_t Folded::digits(std::size_t at) const {
  std::size_t end = at;
  while (is_digit(end)) ++end;
  return end - at;
}

std::string Folded::words(std::size_t begin) const {
  std::size_t end = size();
  while (begin < end && is_blank(begin)) ++begin;
  while (end > begin && is_blank(end - 1)) --end;
  if (begin >= end) return {};
  const std::size_t to = end == size() ? text_.size() : glyphs_[end].begin;
  return std::string(text_.substr(glyphs_[begin].begin, to - glyphs_[begin].begin));
}

}  // namespace adapters::chat
