// What went wrong with a request, as RFC 9457 says it, like the rest of the API.
#pragma once

#include <string>
#include <string_view>

#include "adapters/http/message.hpp"

namespace adapters::onebot {

// `code` is for programs, `title` says what kind of thing went wrong, `detail` what would be right.
http::Response problem(unsigned status, std::string_view code, std::string_view title,
                       std::string_view detail);

}  // namespace adapters::onebot
