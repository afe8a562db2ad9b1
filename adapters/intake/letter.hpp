// A request that a channel could not deal with: it does not parse, does not verify, or has no place
// to go. It is kept whole, sealed, for a person to look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace adapters::intake {

// Longer requests are not taken from a channel (413): a letter holds all of one.
constexpr std::size_t letter_bytes_max = 40 * 1024;

enum class Reason : std::uint8_t {
  unverified,  // its signature, time or receiver is not right
  unreadable,  // it is no message of its protocol
  unplaced,    // understood, but where it belongs is not known: its group is bound to no area
  refused,     // understood, and the engine said no
  call_back,   // somebody called, and what he wants is not known: he is to be called back
};

struct Letter {
  std::string channel;  // "wecom", "wechat", "onebot", "open311", "hotline"
  Reason reason = Reason::unreadable;
  std::string detail;                                        // one sentence: what is wrong
  std::string path;                                          // as it was asked for
  std::vector<std::pair<std::string, std::string>> query;    // decoded
  std::vector<std::pair<std::string, std::string>> headers;  // those that its channel reads
  std::string body;                                          // as it came
  std::string said;   // the resident's words, as far as they could be read
  std::string group;  // of the channel; "" if there is none
  std::string account;
  // What tells it from all others of the channel, so that its repeats are one; "": none is known,
  // then its bytes do.
  std::string id;
  std::string area = {};  // where it belongs, as far as that is known
};

enum class Held : std::uint8_t {
  kept,   // durable, or it had been before
  full,   // too many that nobody can vouch for came lately: not kept
  later,  // not kept: the engine takes nothing at present
};

// Keeps a letter. Called from any thread; `done` once, from any.
using Hold = std::function<void(Letter, std::function<void(Held)> done)>;

}  // namespace adapters::intake
