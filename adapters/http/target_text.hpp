// Text on its way into a target. Internal to adapters/http.
#pragma once

#include <string>
#include <string_view>

namespace adapters::http {

// Everything but RFC 3986's unreserved characters, and those in `kept`, as %XX.
inline std::string percent_encoded(std::string_view text, std::string_view kept = {}) {
  constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~' ||
        kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
  return out;
}

}  // namespace adapters::http
