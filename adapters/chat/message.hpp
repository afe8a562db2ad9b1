// What is said in a chat, whatever the channel: WeCom, WeChat and QQ translate theirs into it, and
// what is answered back.
//
// Threads: a Desk and a Sender may be called from any; what is given to them is called once, from
// any.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/time.hpp"

namespace adapters::chat {

struct Place {
  double latitude = 0;
  double longitude = 0;
  std::string label;
};

struct Message {
  std::string channel;  // "wecom", "wechat", "qq": a channel of workflows/issue
  std::string id;     // the same message has the same for ever, no other one of the channel has it
  std::string group;  // "": said to the service alone
  std::string account;  // who says it
  std::string name;     // what he is called there; may be ""
  std::string text;     // without what mentions the service
  bool called = false;  // the service is meant: it was mentioned, or nobody else was there to hear
  std::vector<std::string> pictures;  // addresses or media ids
  std::optional<Place> place;
  std::optional<engine::Instant> said_at;
};

enum class Heard : std::uint8_t {
  answered,    // `text` is to be said to who asked
  not_for_us,  // nobody called the service: it was not read, nothing of it is kept
  repeat,  // the message had come before; `text` is what it was answered with, where it is known
  held,    // it is kept for a person (intake); `text` says so
  later,   // nothing was kept: it may come again. `text` says why
};

struct Answer {
  Heard heard = Heard::not_for_us;
  std::string text;
  std::uint64_t issue = 0;  // at which it is recorded; 0: it is nowhere
};

// Takes what is said. The answer is given once all that it says is durable.
class Desk {
 public:
  virtual ~Desk() = default;
  virtual void take(Message message, std::function<void(Answer)> answer) = 0;
};

// What is said without being asked: news of an issue to who reported it.
struct Outgoing {
  std::string group;    // "": to the account alone
  std::string account;  // in a group: who is mentioned; may be "" there
  std::string text;
};

enum class Sent : std::uint8_t {
  done,
  later,     // it did not leave, now: no connection, the other side is busy
  never,     // the other side will not take it, or nobody is there
  doubtful,  // it left, and what became of it is not known
};

// One channel's way out.
class Sender {
 public:
  virtual ~Sender() = default;
  // `why`: a sentence for the operator where it was not `done`.
  virtual void send(Outgoing message, std::function<void(Sent, std::string why)> done) = 0;
};

}  // namespace adapters::chat
