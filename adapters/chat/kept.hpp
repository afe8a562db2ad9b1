// A message as it is kept in a letter (intake), and back. Pure. Internal to adapters/chat.
#pragma once

#include <string>
#include <string_view>

#include "adapters/chat/message.hpp"
#include "adapters/intake/letter.hpp"
#include "engine/core/error.hpp"

namespace adapters::chat {

// Everything that was said, so that whoever places it later has all of it; as JSON.
std::string to_kept(const Message& message);

// invalid: the letter is none of those, or the message was too long to be kept whole. What it says
// was for the service, so it is `called`.
engine::Result<Message> kept_message(const intake::Letter& letter);

}  // namespace adapters::chat
