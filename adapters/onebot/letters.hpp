// What is kept of a POST or a frame that could not be dealt with, for a person to look at. Pure.
#pragma once

#include <string>
#include <string_view>

#include "adapters/http/message.hpp"
#include "adapters/intake/letter.hpp"

namespace adapters::onebot {

// `why`: one sentence. The words, group and account are told as far as the body can be read,
// whoever sent it; secrets of the request are left out.
intake::Letter letter_of(const http::Request& request, intake::Reason reason, std::string why);

// Of a frame that came over the WebSocket of that account's implementation.
intake::Letter letter_of(std::string frame, std::string_view self_id, std::string why);

}  // namespace adapters::onebot
