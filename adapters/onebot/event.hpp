// What a OneBot v11 implementation tells: messages, and notices, requests and signs of life that
// are none. Pure.
//
// Source: botuniverse/onebot-11, event/*.md. Numbers may come as numbers or as text, may be
// negative, and a member may be repeated (the last one counts): implementations do all of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/onebot/cq.hpp"
#include "engine/core/error.hpp"
#include "engine/schema/value.hpp"

namespace adapters::onebot {

enum class Post : std::uint8_t {
  message,       // somebody said something
  message_sent,  // this account itself did: none of our business
  notice,
  request,
  meta,  // lifecycle, heartbeat
  other,
};

struct Event {
  Post post = Post::other;
  std::string kind;     // message_type, notice_type, …: "group", "private", "heartbeat"
  std::string subkind;  // "normal", "friend", "anonymous", "connect"
  std::string self_id;  // the account that the implementation runs for
  std::string user_id;
  std::string group_id;    // "" where there is none
  std::string message_id;  // digits, perhaps with a sign
  std::int64_t time = 0;   // seconds since 1970
  std::string name;        // of the sender: card, else nickname
  std::string role;        // "owner", "admin", "member"; "" outside groups
  bool anonymous = false;
  Segments message;
};

// invalid: no JSON, no object, no post_type, or a message without its sender, its id, its words (in
// a group they may be empty), or (of a group) the group.
engine::Result<Event> read_event(std::string_view document);
engine::Result<Event> event_of(const engine::schema::Value& document);

// JSON as implementations send it.
engine::Result<engine::schema::Value> read_json(std::string_view document);

// What tells a message from all others. Its id alone does not: implementations count or hash it
// anew for each account and group. The same message that comes again has the same.
std::string identity_of(const Event& event);

// Whether the message mentions the account that it came to.
bool calls_us(const Event& event);

}  // namespace adapters::onebot
