// Areas that a question is about, within those that its token may see. Internal to adapters/http.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/http/call.hpp"
#include "adapters/http/parameters.hpp"

namespace adapters::http {

// The codes given for the parameter `kind` and what lies below them; an unknown one is told with
// the nearest.
std::vector<std::string> spread(const workflows::directory::Tree& tree, Parameters& parameters,
                                const char* kind);

// Leaves of `areas` (empty: all) only what the token may see. A problem if nothing is left.
std::optional<Problem> narrow(const Token& token, const workflows::directory::Tree& tree,
                              std::vector<std::string>& areas);

}  // namespace adapters::http
