// A message of WeCom or WeChat as what is said in a chat. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "adapters/chat/message.hpp"
#include "adapters/wecom/message.hpp"

namespace adapters::wecom {

enum class Meant : std::uint8_t {
  words,    // it says something
  help,     // somebody has just come: he is told what can be done here
  nothing,  // an event that nobody waits for an answer to
  unheard,  // a recording or file: a person must listen to it
};
Meant meant_by(const Message& message);

// `channel`: "wecom" or "wechat". Alone with the service, and to a robot in a group (which gets
// only what mentions it), everything calls it; in another group only a prefix does.
chat::Message chat_message(const Message& message, std::string_view channel);

}  // namespace adapters::wecom
