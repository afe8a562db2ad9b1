// What OneBot v11 is asked to do: a quick reply in the answer to a POST, an action over a
// WebSocket, and what came of it. Pure.
//
// Source: botuniverse/onebot-11, communication/http-post.md (quick operation), communication/ws.md,
// api/public.md (send_group_msg, send_private_msg).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/onebot/event.hpp"
#include "engine/core/error.hpp"

namespace adapters::onebot {

// The body of the answer to the POST of a message: `text` as it is, codes in it are none.
// In a group the sender is mentioned.
std::string quick_reply(std::string_view text);

// A frame that sends `text` to where the event came from, the group or the person; `at_sender`
// mentions who said it (groups only). `echo` comes back with what came of it.
// Requires: the event is a message.
std::string send_message(const Event& event, std::string_view text, bool at_sender,
                         std::string_view echo);

// Likewise to a group that nobody has written in just now. invalid: the id is no whole number.
engine::Result<std::string> send_group_msg(std::string_view group_id, std::string_view text,
                                           std::string_view echo);

// What came of an action.
struct Outcome {
  std::string echo;
  bool done = false;         // "ok", or "async": it was taken
  std::int64_t retcode = 0;  // 0 done, 1 taken, 1400… as in HTTP
  std::string message_id;    // of what was sent; "" where it is not told
};

// Nothing if the frame is none: an event, or something else.
std::optional<Outcome> read_outcome(const engine::schema::Value& frame);

}  // namespace adapters::onebot
