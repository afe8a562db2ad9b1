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

// What an implementation is asked to do.
struct Action {
  std::string name;  // "send_group_msg"
  engine::schema::Value params;
};

// Asks to say a text, codes in it are none: in the group, to `user_id` there if it is not empty
// (mentioned), or, where `group_id` is empty, to that one alone.
// invalid: an id is no whole number, or there is none at all.
engine::Result<Action> saying(std::string_view group_id, std::string_view user_id,
                              std::string_view text);

// The action as a frame of a WebSocket. `echo` comes back with what came of it.
std::string frame_of(const Action& action, std::string_view echo);

// The body of the answer to the POST of a message: `text` as it is, codes in it are none.
// In a group the sender is mentioned.
std::string quick_reply(std::string_view text);

// What came of an action.
struct Outcome {
  std::string echo;
  bool done = false;         // "ok", or "async": it was taken
  std::int64_t retcode = 0;  // 0 done, 1 taken, 1400… as in HTTP
  std::string message_id;    // of what was sent; "" where it is not told
  std::string wording;       // why not, in the implementation's words; "" where it says nothing
};

// Nothing if the frame is none: an event, or something else.
std::optional<Outcome> read_outcome(const engine::schema::Value& frame);

}  // namespace adapters::onebot
