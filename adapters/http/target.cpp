#include "adapters/http/target.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "engine/schema/text.hpp"

namespace adapters::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Part : std::uint8_t { path, query };

// Lines may stand in what is searched for, but not in a path, which goes to logs as it is.
bool is_text(std::string_view text, Part part) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool line = byte == '\t' || byte == '\n' || byte == '\r';
    if ((byte < 0x20 && !(line && part == Part::query)) || byte == 0x7f) return false;
    const std::size_t length = byte < 0x80 ? 1 : engine::schema::character_bytes(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::optional<std::string> decode(std::string_view encoded, Part part) {
  std::string out;
  out.reserve(encoded.size());
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] == '%') {
      if (i + 2 >= encoded.size()) return std::nullopt;
      const int high = hex_digit(encoded[i + 1]);
      const int low = hex_digit(encoded[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(part == Part::query && encoded[i] == '+' ? ' ' : encoded[i]);
    }
  }
  if (!is_text(out, part)) return std::nullopt;
  return out;
}

bool parse_query(std::string_view query, Fields& out) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decode(pair.substr(0, equals), Part::query);
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())), Part::query);
    if (!name || !value) return false;
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

// Drops "http://host" or "https://host"; the host is not what anything is decided by.
std::string_view without_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.starts_with(scheme) && target.size() > scheme.size() &&
        target[scheme.size()] != '/') {
      const std::size_t path = target.find_first_of("/?", scheme.size());
      return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
    }
  }
  return target;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  target = without_authority(target);
  if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return std::nullopt;
  const std::size_t question = std::min(target.find('?'), target.size());
  std::optional<std::string> path = decode(target.substr(0, question), Part::path);
  if (!path) return std::nullopt;
  Target out{std::move(*path), {}};
  if (question < target.size() && !parse_query(target.substr(question + 1), out.query)) {
    return std::nullopt;
  }
  return out;
}

}  // namespace adapters::http
