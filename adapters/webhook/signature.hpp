// The signature of a webhook by Standard Webhooks (standardwebhooks.com,
// spec/standard-webhooks.md): HMAC-SHA256 over "id.timestamp.body".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"

namespace adapters::webhook {

// The key of "whsec_" and base64. invalid: it is not that, or has not 24 to 64 bytes, as the
// specification wants.
engine::Result<std::string> key_of(std::string_view secret);

// The header webhook-signature: "v1,<base64>" for each key, with spaces between them, so that a
// receiver can change to a new one. `timestamp`: seconds since 1970.
std::string signature(const std::vector<std::string>& keys, std::string_view id,
                      std::int64_t timestamp, std::string_view body);

}  // namespace adapters::webhook
