#include "adapters/wecom/callback.hpp"

#include <charconv>
#include <optional>

#include "adapters/json/json.hpp"
#include "adapters/signing/signing.hpp"
#include "adapters/wecom/members.hpp"

namespace adapters::wecom {
namespace {

using engine::schema::Object;
using engine::schema::Value;

// A parameter given twice is none: two readers might take one each.
std::string_view parameter(const Query& query, std::string_view name) {
  std::string_view out;
  bool found = false;
  for (const auto& [key, value] : query) {
    if (key != name) continue;
    if (found) return {};
    found = true;
    out = value;
  }
  return out;
}

Envelope envelope_of(const Query& query, std::string_view signature) {
  return {parameter(query, signature), parameter(query, "timestamp"), parameter(query, "nonce")};
}

std::optional<Trouble> incomplete(const Envelope& envelope, std::string_view signature) {
  if (!envelope.signature.empty() && !envelope.timestamp.empty() && !envelope.nonce.empty()) {
    return std::nullopt;
  }
  return Trouble{Flaw::signature, "the query must have " + std::string(signature) +
                                      ", timestamp and nonce, each once"};
}

Outcome<bool> is_repeat(ReplayGuard& guard, engine::Instant now, const Envelope& envelope,
                        std::string_view content) {
  // In plain mode the signature is not of the content: what is compared must tell that, too.
  switch (guard.take(now, envelope.timestamp, envelope.nonce, signing::sha1_hex(content))) {
    case Seen::fresh:
      return false;
    case Seen::repeat:
      return true;
    case Seen::stale:
      return Trouble{Flaw::stale,
                     "the timestamp is not of now: a request that somebody kept, or "
                     "this machine's clock is wrong"};
    case Seen::reused:
      return Trouble{Flaw::reused, std::string(nonce_reused)};
    case Seen::full:
      break;
  }
  return Trouble{Flaw::busy, "more requests than can be remembered; later"};
}

std::string element(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "<" + tag + ">" + xml::cdata(text) + "</" + tag + ">";
}

std::string robot_reply(const Message& message, std::string_view text) {
  if (message.kind == Kind::event) {
    return json::write(Object{{"msgtype", "text"}, {"text", Object{{"content", text}}}});
  }
  // A message may only be answered by a stream; ours is over at once.
  return json::write(
      Object{{"msgtype", "stream"},
             {"stream", Object{{"id", signing::sha1_hex(identity_of(message)).substr(0, 32)},
                               {"finish", true},
                               {"content", text}}}});
}

}  // namespace

Outcome<std::string> check_url(const Account& account, const Query& query) {
  const Envelope envelope = envelope_of(query, "msg_signature");
  if (auto trouble = incomplete(envelope, "msg_signature")) return *std::move(trouble);
  return unseal(account, envelope, parameter(query, "echostr"));
}

Outcome<std::string> check_plain_url(std::string_view token, const Query& query) {
  const Envelope envelope = envelope_of(query, "signature");
  if (auto trouble = incomplete(envelope, "signature")) return *std::move(trouble);
  if (!signing::same(signature_of({token, envelope.timestamp, envelope.nonce}),
                     envelope.signature)) {
    return Trouble{Flaw::signature, "the signature is not this account's"};
  }
  return std::string(parameter(query, "echostr"));
}

Outcome<Opened> open(const Account& account, ReplayGuard& guard, engine::Instant now,
                     const Query& query, std::string_view body) {
  const Envelope envelope = envelope_of(query, "msg_signature");
  if (auto trouble = incomplete(envelope, "msg_signature")) return *std::move(trouble);
  const auto outer = read_members(body);
  if (!outer) return outer.error();
  // XML has "Encrypt", a robot's JSON "encrypt".
  std::string encrypted = outer->members.text("Encrypt");
  if (encrypted.empty()) encrypted = outer->members.text("encrypt");
  if (encrypted.empty()) return Trouble{Flaw::document, "the document has no Encrypt"};
  const auto plain = unseal(account, envelope, encrypted);
  if (!plain) return plain.error();
  auto message = read_message(*plain);
  if (!message) return message.error();
  const auto repeat = is_repeat(guard, now, envelope, encrypted);
  if (!repeat) return repeat.error();
  // It is answered as it was asked, whatever lay within.
  message->notation = outer->notation;
  return Opened{*std::move(message), *repeat};
}

Outcome<Opened> open_plain(std::string_view token, ReplayGuard& guard, engine::Instant now,
                           const Query& query, std::string_view body) {
  const Envelope envelope = envelope_of(query, "signature");
  if (auto trouble = incomplete(envelope, "signature")) return *std::move(trouble);
  if (!signing::same(signature_of({token, envelope.timestamp, envelope.nonce}),
                     envelope.signature)) {
    return Trouble{Flaw::signature, "the signature is not this account's"};
  }
  auto message = read_message(body);
  if (!message) return message.error();
  const auto repeat = is_repeat(guard, now, envelope, body);
  if (!repeat) return repeat.error();
  return Opened{*std::move(message), *repeat};
}

void forget(ReplayGuard& guard, const Query& query) {
  guard.forget(parameter(query, "timestamp"), parameter(query, "nonce"));
}

std::string reply_to(const Message& message, std::string_view text, std::int64_t now_seconds) {
  if (message.robot) return robot_reply(message, text);
  if (message.notation == Notation::json) {
    return json::write(Object{{"ToUserName", message.from},
                              {"FromUserName", message.to},
                              {"CreateTime", now_seconds},
                              {"MsgType", "text"},
                              {"Content", text}});
  }
  return "<xml>" + element("ToUserName", message.from) + element("FromUserName", message.to) +
         "<CreateTime>" + std::to_string(now_seconds) + "</CreateTime>" +
         element("MsgType", "text") + element("Content", text) + "</xml>";
}

std::string sealed_reply(const Account& account, Notation notation, std::string_view reply,
                         std::string_view timestamp, std::string_view nonce,
                         std::string_view salt) {
  const std::string encrypted = encrypt(account, reply, salt);
  const std::string signature = signature_of({account.token, timestamp, nonce, encrypted});
  if (notation == Notation::json) {
    std::int64_t seconds = 0;
    std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), seconds);
    return json::write(Object{{"encrypt", encrypted},
                              {"msgsignature", signature},
                              {"timestamp", seconds},
                              {"nonce", nonce}});
  }
  return "<xml>" + element("Encrypt", encrypted) + element("MsgSignature", signature) +
         "<TimeStamp>" + std::string(timestamp) + "</TimeStamp>" + element("Nonce", nonce) +
         "</xml>";
}

}  // namespace adapters::wecom
