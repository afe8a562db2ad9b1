// What WeCom and WeChat tell a callback, in XML or JSON, as one plain value. Pure.
//
// Source: developer.work.weixin.qq.com, documents 90239 (messages), 90240 (events), 100719
// (intelligent robots, JSON); developers.weixin.qq.com for official accounts. Members that are not
// listed here are passed over.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/wecom/crypt.hpp"

namespace adapters::wecom {

// How the other side writes, and is answered.
enum class Notation : std::uint8_t { xml, json };

enum class Kind : std::uint8_t { text, image, voice, video, location, link, event, mixed, other };

struct Place {
  double latitude = 0;
  double longitude = 0;
  std::string label;
};

struct Message {
  Kind kind = Kind::other;
  std::string type;                   // as it stands there: "text", "shortvideo"
  std::string to;                     // the corp id, account or robot
  std::string from;                   // the sender's account
  std::string chat;                   // the group; "" if it is none
  std::string agent;                  // AgentID
  std::string id;                     // MsgId; "" for an event
  std::int64_t created_at = 0;        // seconds since 1970; 0: not told
  std::string text;                   // what was written, said or named: all words of it
  std::string url;                    // of a link
  std::vector<std::string> pictures;  // addresses; else media ids
  std::string media_id;               // of voice or video
  std::optional<Place> place;
  std::string event;  // "subscribe"
  std::string event_key;
  std::string response_url;  // where a robot may be answered later
  Notation notation = Notation::xml;
  bool robot = false;  // it came to an intelligent robot, which is answered in its own form
};

// document: no XML or JSON, or no message: who sent it and its kind must be told, and for a text
// what was written.
Outcome<Message> read_message(std::string_view document);

// What tells a message from all others of the account, as the documents advise: its id; for an
// event, who caused it and when. The same message that comes again has the same.
std::string identity_of(const Message& message);

}  // namespace adapters::wecom
