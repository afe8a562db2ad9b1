#include "adapters/http/upgrade.hpp"

#include <algorithm>
#include <string_view>

#include "adapters/http/response_writer.hpp"

namespace adapters::http {
namespace {

// 16 bytes in base64.
constexpr std::size_t key_characters = 24;
constexpr std::string_view key_padding = "==";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view word, std::string_view lower_case) {
  return std::equal(word.begin(), word.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Whether one of the fields of that name lists the word, in any case.
bool lists(const Fields& fields, std::string_view name, std::string_view word) {
  for (const auto& [field, value] : fields) {
    if (!same_word(field, name)) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      if (same_word(trimmed(rest.substr(0, end)), word)) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return false;
}

bool is_key(std::string_view text) {
  if (text.size() != key_characters || !text.ends_with(key_padding)) return false;
  text.remove_suffix(key_padding.size());
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '+' || c == '/';
  });
}

}  // namespace

Upgrade read_upgrade(const Request& request, RequestReader::Manner manner) {
  Upgrade out;
  if (!find_field(request.headers, "upgrade")) return out;
  if (!lists(request.headers, "upgrade", "websocket") ||
      !lists(request.headers, "connection", "upgrade")) {
    return out;
  }
  out.status = 400;
  if (request.method != "GET" || manner.http_1_0) {
    out.detail = "A WebSocket is opened with GET and HTTP/1.1.";
    return out;
  }
  if (find_field(request.headers, "sec-websocket-version").value_or("") != "13") {
    out.status = 426;
    out.detail = "Sec-WebSocket-Version must be 13.";
    return out;
  }
  const std::string_view key = find_field(request.headers, "sec-websocket-key").value_or("");
  if (!is_key(key)) {
    out.detail = "Sec-WebSocket-Key must be 16 bytes in base64.";
    return out;
  }
  out.asked = true;
  out.key = key;
  return out;
}

Response refused_upgrade(const Upgrade& upgrade) {
  Response out = problem(upgrade.status, upgrade.detail);
  if (upgrade.status == 426) {
    out.headers.emplace_back("Upgrade", "websocket");
    out.headers.emplace_back("Sec-WebSocket-Version", "13");
  }
  return out;
}

}  // namespace adapters::http
