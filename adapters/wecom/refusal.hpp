// What a callback is answered that is not taken: problem+json (RFC 9457), as the API's. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/http/message.hpp"

namespace adapters::wecom {

enum class No : std::uint8_t {
  unreadable,      // 400
  unverified,      // 403
  not_configured,  // 404
  wrong_method,    // 405
  too_large,       // 413
  later,           // 503
};

// `detail`: one sentence: what is wrong, what would be right.
http::Response refusal(No no, std::string detail, std::string_view path);

}  // namespace adapters::wecom
