// What somebody said, in the words that all chats share. Pure.
#pragma once

#include "adapters/chat/message.hpp"
#include "adapters/onebot/event.hpp"

namespace adapters::onebot {

// Its text is without the mentions of us; others who are mentioned stay in it as "@" and a name.
// Pictures are told by their address, else by the implementation's name for them; a location
// without coordinates is none. Requires: the event is a message.
chat::Message message_of(const Event& event);

// Whether there is nobody to be heard: our own account speaks, or a group got something that has
// neither words nor segments.
bool is_silent(const Event& event);

}  // namespace adapters::onebot
