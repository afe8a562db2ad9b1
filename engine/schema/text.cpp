#include "engine/schema/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace engine::schema {
namespace {

constexpr std::size_t name_shown_max = 64;

// Bytes of the UTF-8 character at `at`, 0 if there is none; its number goes to `point`.
std::size_t decode(std::string_view text, std::size_t at, std::uint32_t& point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned lead = byte(0);
  std::size_t length = 0;
  std::uint32_t least = 0;
  if (lead < 0x80) {
    point = lead;
    return 1;
  } else if ((lead & 0xE0) == 0xC0) {
    length = 2, least = 0x80, point = lead & 0x1F;
  } else if ((lead & 0xF0) == 0xE0) {
    length = 3, least = 0x800, point = lead & 0x0F;
  } else if ((lead & 0xF8) == 0xF0) {
    length = 4, least = 0x10000, point = lead & 0x07;
  } else {
    return 0;
  }
  if (text.size() - at < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    point = point << 6 | (byte(i) & 0x3F);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  return point < least || point > 0x10FFFF || surrogate ? 0 : length;
}

bool forbidden(std::uint32_t point) {
  if (point < 0x20) return point != '\n' && point != '\t' && point != '\r';
  return point >= 0x7F && point <= 0x9F;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view text_flaw(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte < 0x7F) {
      ++at;
      continue;
    }
    std::uint32_t point = 0;
    const std::size_t length = decode(text, at, point);
    if (length == 0) return "well-formed UTF-8";
    if (forbidden(point)) return "free of control characters (tab and line breaks may stand)";
    at += length;
  }
  return {};
}

std::size_t character_bytes(std::string_view text, std::size_t at) {
  std::uint32_t point = 0;
  return decode(text, at, point);
}

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& names) {
  if (name.size() > name_shown_max) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 2) + 1;
  for (const std::string_view candidate : names) {
    const std::size_t needed = distance(name, candidate);
    if (needed < best_distance) {
      best = candidate;
      best_distance = needed;
    }
  }
  return best;
}

std::string pointer_to(std::string_view member) {
  if (!text_flaw(member).empty()) return "/?";
  std::string out = "/";
  std::size_t end = std::min(member.size(), name_shown_max);
  // Not in the middle of a character.
  while (end < member.size() && (static_cast<unsigned char>(member[end]) & 0xC0) == 0x80) --end;
  for (const char c : member.substr(0, end)) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace engine::schema
