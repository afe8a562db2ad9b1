#include "adapters/open311/route.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace adapters::open311 {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::optional<Format> format_of(std::string_view extension) {
  const std::string name = lower(extension);
  if (name == "xml") return Format::xml;
  if (name == "json") return Format::json;
  return std::nullopt;
}

bool take(std::string_view& path, std::string_view begin) {
  if (!path.starts_with(begin)) return false;
  path.remove_prefix(begin.size());
  return true;
}

struct Collection {
  std::string_view name;
  Resource all;
  std::optional<Resource> one;
};
constexpr std::array<Collection, 5> collections{{
    {"discovery", Resource::discovery, std::nullopt},
    {"services", Resource::services, Resource::definition},
    {"requests", Resource::requests, Resource::request},
    {"tokens", Resource::token, Resource::token},
    {"servicerequestupdates", Resource::updates, std::nullopt},
}};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "application/json;q=0.5" weighs 0.5, without a weight 1; what cannot be read, nothing.
double weight_of(std::string_view range) {
  const std::size_t at = range.find("q=");
  if (at == std::string_view::npos) return 1;
  double weight = 0;
  const std::string_view digits = range.substr(at + 2);
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), weight);
  return failed == std::errc{} ? weight : 0;
}

}  // namespace

std::optional<Route> route_of(std::string_view path) {
  if (!take(path, "/open311/")) return std::nullopt;
  const bool versioned = take(path, "v2/");
  Route out;
  // The dot that begins the extension is in the last part of the path.
  const std::size_t dot = path.rfind('.');
  const std::size_t slash = path.rfind('/');
  if (dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash)) {
    out.extension = path.substr(dot + 1);
    out.format = format_of(out.extension);
    path = path.substr(0, dot);
  }
  const std::string_view name = path.substr(0, path.find('/'));
  const bool has_subject = name.size() < path.size();
  if (has_subject) out.subject = path.substr(name.size() + 1);
  for (const Collection& each : collections) {
    if (each.name != name || (!versioned && each.all != Resource::discovery)) continue;
    if (has_subject && !each.one) return std::nullopt;
    out.resource = has_subject ? *each.one : each.all;
    if (out.resource == Resource::request && out.subject == "updates") {
      out.resource = Resource::updates;
    }
    return out;
  }
  return std::nullopt;
}

std::optional<Format> accepted_format(std::string_view accept) {
  std::optional<Format> best;
  double weight = 0;
  while (!accept.empty()) {
    const std::string_view range = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(accept.size(), range.size() + 1));
    const std::string type = lower(trimmed(range.substr(0, range.find(';'))));
    const bool json = type == "application/json";
    const bool xml = type == "text/xml" || type == "application/xml";
    if ((!json && !xml) || weight_of(range) <= weight) continue;
    best = json ? Format::json : Format::xml;
    weight = weight_of(range);
  }
  return best;
}

std::string_view methods_of(Resource resource) {
  const bool taken_in = resource == Resource::requests || resource == Resource::updates;
  return taken_in ? "GET, HEAD, POST" : "GET, HEAD";
}

}  // namespace adapters::open311
