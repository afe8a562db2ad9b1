// Which of the standard's resources a path means, and in which format it is to be answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/open311/documents.hpp"

namespace adapters::open311 {

enum class Resource : std::uint8_t {
  discovery,
  services,
  definition,
  requests,
  request,
  token,
  updates,
};

struct Route {
  Resource resource = Resource::discovery;
  std::string subject;           // the code, number or token that stands in the path; "" if none
  std::string extension;         // as it was written, without its dot; "" if none
  std::optional<Format> format;  // that the extension names; nothing: none, or an unknown one
};

// Nothing: no such path. `path`: decoded, with "/open311" before it. Both /open311/discovery and
// /open311/v2/discovery are known, and the updates also as requests/updates.
std::optional<Route> route_of(std::string_view path);

// What an Accept header (RFC 9110, 12.5.1) names and is offered here, XML or JSON, by its weights;
// of equal ones the first. Nothing if it names neither.
std::optional<Format> accepted_format(std::string_view accept);

// "GET, HEAD, POST"
std::string_view methods_of(Resource resource);

}  // namespace adapters::open311
