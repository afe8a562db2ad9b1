#include "engine/board/split.hpp"

#include <cstddef>
#include <cstdint>

namespace engine::board {

namespace {

struct Character {
  char32_t code = 0;  // 0: not well-formed
  std::size_t bytes = 1;
};

// Requires: text is not empty. Overlong forms and surrogates are not well-formed.
Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  char32_t code = lead & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3f);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[bytes] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {code, bytes};
}

// Written without spaces between words: Han, kana, bopomofo.
bool stands_alone(char32_t code) {
  return (code >= 0x3400 && code <= 0x9fff) || (code >= 0x3005 && code <= 0x3007) ||
         (code >= 0x3040 && code <= 0x312f) || (code >= 0x31a0 && code <= 0x31ff) ||
         (code >= 0xf900 && code <= 0xfaff) || (code >= 0x20000 && code <= 0x3ffff);
}

constexpr char32_t full_width_first = 0xff01;  // of ! … ~
constexpr char32_t full_width_last = 0xff5e;
constexpr char32_t ideographic_space = 0x3000;

bool is_space(char32_t code) { return code <= ' ' || code == 0x7f || code == ideographic_space; }

bool is_quote(char32_t code) {
  return code == '"' || code == 0x201c || code == 0x201d || code == 0xff02;
}

void append_split(std::string& out, std::string_view bytes, char32_t code) {
  if (is_space(code)) {
    out.push_back(' ');
  } else if (code >= full_width_first && code <= full_width_last) {
    out.push_back(static_cast<char>(code - full_width_first + '!'));
  } else if (stands_alone(code)) {
    out.append(" ").append(bytes).append(" ");
  } else {
    out.append(bytes);
  }
}

bool has_more_than_spaces(std::string_view text) {
  return text.find_first_not_of(' ') != std::string_view::npos;
}

}  // namespace

std::string split(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 5 / 3);  // Chinese: three bytes become five
  while (!text.empty()) {
    const Character character = first_of(text);
    append_split(out, text.substr(0, character.bytes), character.code);
    text.remove_prefix(character.bytes);
  }
  return out;
}

std::vector<std::string> phrases_of(std::string_view typed) {
  std::vector<std::string> phrases(1);
  bool is_quoted = false;
  while (!typed.empty()) {
    const Character character = first_of(typed);
    if (is_quote(character.code)) {
      is_quoted = !is_quoted;
      phrases.emplace_back();
    } else if (!is_quoted && is_space(character.code)) {
      phrases.emplace_back();
    } else {
      append_split(phrases.back(), typed.substr(0, character.bytes), character.code);
    }
    typed.remove_prefix(character.bytes);
  }
  std::vector<std::string> out;
  for (const std::string& phrase : phrases) {
    // No quotation mark is left in it that would end the string early.
    if (has_more_than_spaces(phrase)) out.push_back('"' + phrase + '"');
  }
  return out;
}

}  // namespace engine::board
