// A callback's requests and answers, from the query and body to a message and back. Pure, but for
// the guard's memory: whoever moves the bytes passes the time and the randomness in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/wecom/crypt.hpp"
#include "adapters/wecom/message.hpp"
#include "adapters/wecom/replay.hpp"

namespace adapters::wecom {

using Query = std::vector<std::pair<std::string, std::string>>;  // decoded

// GET with msg_signature, timestamp, nonce, echostr: what is to be answered, as it is, when
// somebody enters the address in WeCom's console. Asking again does no harm, so any time will do.
Outcome<std::string> check_url(const Account& account, const Query& query);

// GET of an official account: signature, timestamp, nonce, echostr, nothing encrypted.
Outcome<std::string> check_plain_url(std::string_view token, const Query& query);

// Why a nonce that came with another content is not taken. A letter with these words cannot be told
// from a forgery any more: the nonce is not remembered for long.
inline constexpr std::string_view nonce_reused = "the nonce came before with another content";

struct Opened {
  Message message;
  bool repeat = false;  // the very same request came before: answer, do nothing
};

// POST: verified, decrypted, read.
Outcome<Opened> open(const Account& account, ReplayGuard& guard, engine::Instant now,
                     const Query& query, std::string_view body);

// POST of an official account in plain mode: only the query is signed, so nothing in the body is
// proven to be WeChat's own; whoever needs that must choose the safe mode.
Outcome<Opened> open_plain(std::string_view token, ReplayGuard& guard, engine::Instant now,
                           const Query& query, std::string_view body);

// The same request will come again and is to be taken as new then: this time nothing came of it.
void forget(ReplayGuard& guard, const Query& query);

// The reply to a message, in its notation and the form its sender's kind is answered in.
std::string reply_to(const Message& message, std::string_view text, std::int64_t now_seconds);

// The encrypted reply as it is sent. Requires: `salt` is salt_bytes of randomness; timestamp are
// digits; nonce is printable and has no markup.
std::string sealed_reply(const Account& account, Notation notation, std::string_view reply,
                         std::string_view timestamp, std::string_view nonce, std::string_view salt);

constexpr std::string_view xml_type = "application/xml; charset=utf-8";
constexpr std::string_view json_type = "application/json";

}  // namespace adapters::wecom
