// A request's target (RFC 9112, 3.2) as path and query.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/message.hpp"

namespace adapters::http {

struct Target {
  std::string path;
  Fields query;
};

// Takes "/path?query", and "http://host/path?query" as a proxy would send it. Percent-decoded; in
// the query, '+' is a space. Nothing: neither form, bad percent-encoding, a fragment, or text that
// is no UTF-8 or holds a control character after decoding.
std::optional<Target> parse_target(std::string_view target);

}  // namespace adapters::http
