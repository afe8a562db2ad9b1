// Headers that say what the other side is and takes. Internal to adapters/http.
#pragma once

#include <optional>
#include <string_view>

namespace adapters::http {

// Whether an Accept header takes that media type (RFC 9110, 12.5.1: the most specific range that
// fits counts, q=0 refuses). Without a header it does.
bool accepts(std::optional<std::string_view> header, std::string_view type);

// Whether a header that is there would rather have `type` than `other`: it names it more closely,
// or with a higher q.
bool prefers(std::optional<std::string_view> header, std::string_view type, std::string_view other);

// The token of "Bearer <token>"; "" if it is no such thing.
std::string_view bearer_token(std::string_view authorization);

}  // namespace adapters::http
