#include "adapters/wecom/gateway.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/chat/words.hpp"
#include "adapters/signing/signing.hpp"
#include "adapters/wecom/callback.hpp"
#include "adapters/wecom/inbound.hpp"
#include "adapters/wecom/refusal.hpp"
#include "adapters/wecom/waiting.hpp"
#include "engine/keys/sealing.hpp"
#include "engine/schema/text.hpp"

namespace adapters::wecom {

using http::Reply;
using http::Request;
using http::Response;

namespace {

constexpr std::size_t nonce_chars = 16;

std::string random_bytes(std::size_t count) {
  engine::keys::prepare();
  std::string out;
  while (out.size() < count) {
    const engine::keys::Key key = engine::keys::Key::random();
    out.append(reinterpret_cast<const char*>(key.data()),
               std::min(count - out.size(), engine::keys::Key::size()));
  }
  return out;
}

Response plain_text(std::string body) {
  Response out;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::move(body);
  return out;
}

std::string within_reply(std::string text) {
  if (text.size() <= reply_bytes_max) return text;
  std::size_t end = 0;
  while (true) {
    const std::size_t next =
        end + std::max<std::size_t>(1, engine::schema::character_bytes(text, end));
    if (next > reply_bytes_max) break;
    end = next;
  }
  text.resize(end);
  return text;
}

// Whether the request may be of somebody who is not WeCom, or is theirs but no message.
bool is_unreadable(Flaw flaw) {
  return flaw == Flaw::document || flaw == Flaw::buffer || flaw == Flaw::base64;
}

// One of the two callbacks.
struct Channel {
  std::string name;
  bool configured = false;
  std::string token;               // of an official account
  std::optional<Account> account;  // of WeCom, if its settings are right
  ReplayGuard guard;
  // Of letters that are read again, in whatever order.
  ReplayGuard letters{window_default, nonces_max_default, false};
  intake::Traffic traffic;

  bool plain() const { return name == "wechat"; }
};

// A message on its way to its reply.
struct Exchange {
  Channel& channel;
  Request request;
  Message message;
  Reply reply;
  Waiting::TicketPtr ticket = {};
};
using ExchangePtr = std::shared_ptr<Exchange>;

}  // namespace

struct Gateway::Impl : std::enable_shared_from_this<Gateway::Impl> {
  Impl(GatewayParts given, const WecomSettings& wecom_settings, const WechatSettings& plain)
      : parts(std::move(given)), waiting(parts.patience), urls(wecom_settings.api_url) {
    if (!parts.random) parts.random = random_bytes;
    set_up(wecom_settings);
    wechat.name = "wechat";
    wechat.configured = !plain.token.empty();
    wechat.token = plain.token;
  }

  void set_up(const WecomSettings& settings);
  engine::Result<chat::Message> read_again(const intake::Letter& letter, engine::Instant came_at);
  void handle(Request request, Reply reply);
  void check(Channel& channel, const Request& request, const Reply& reply);
  void take(Channel& channel, Request request, Reply reply);
  void turn_away(Channel& channel, Request request, const Trouble& trouble, Reply reply);
  void pass_on(const ExchangePtr& exchange);
  void keep_unheard(const ExchangePtr& exchange);
  void answered(const ExchangePtr& exchange, const chat::Answer& answer);
  Response reply_of(const Exchange& exchange, std::string text) const;
  Response nothing_to_say(const Channel& channel) const {
    return plain_text(channel.plain() ? "success" : "");
  }

  GatewayParts parts;
  Channel wecom;
  Channel wechat;
  Waiting waiting;
  ResponseUrls urls;
};

void Gateway::Impl::set_up(const WecomSettings& settings) {
  wecom.name = "wecom";
  wecom.configured = !settings.token.empty() || !settings.encoding_aes_key.empty();
  if (!wecom.configured) return;
  auto made = make_account(settings.token, settings.encoding_aes_key, settings.corp_id);
  if (settings.token.empty()) {
    wecom.traffic.set_trouble("wecom.token is not set: nothing of WeCom's can be verified");
  } else if (!made) {
    wecom.traffic.set_trouble("wecom.encoding_aes_key: " + made.error().detail);
  } else {
    wecom.account = *std::move(made);
  }
}

void Gateway::Impl::handle(Request request, Reply reply) {
  Channel* channel = request.path == wecom_path    ? &wecom
                     : request.path == wechat_path ? &wechat
                                                   : nullptr;
  if (channel == nullptr || !channel->configured) {
    return reply(refusal(No::not_configured,
                         "Nothing is configured at this path: see [wecom] and [wechat] in the "
                         "settings.",
                         request.path));
  }
  ++channel->traffic.requests;
  if (!channel->plain() && !channel->account) {
    ++channel->traffic.failed;
    return reply(refusal(No::later,
                         "The channel's settings are wrong; its operator is told in "
                         "/readyz.",
                         request.path));
  }
  if (request.method == "GET" || request.method == "HEAD") return check(*channel, request, reply);
  if (request.method == "POST") return take(*channel, std::move(request), std::move(reply));
  reply(refusal(No::wrong_method, "A callback takes GET and POST.", request.path));
}

void Gateway::Impl::check(Channel& channel, const Request& request, const Reply& reply) {
  const auto echo = channel.plain() ? check_plain_url(channel.token, request.query)
                                    : check_url(*channel.account, request.query);
  if (!echo) {
    ++channel.traffic.unverified;
    return reply(refusal(is_unreadable(echo.error().flaw) ? No::unreadable : No::unverified,
                         echo.error().detail + ".", request.path));
  }
  ++channel.traffic.taken;
  reply(plain_text(*echo));
}

void Gateway::Impl::take(Channel& channel, Request request, Reply reply) {
  if (request.body.size() > intake::letter_bytes_max) {
    return reply(
        refusal(No::too_large,
                "A message has at most " + std::to_string(intake::letter_bytes_max) + " bytes.",
                request.path));
  }
  const engine::Instant now = parts.clock();
  auto opened = channel.plain()
                    ? open_plain(channel.token, channel.guard, now, request.query, request.body)
                    : open(*channel.account, channel.guard, now, request.query, request.body);
  if (!opened) return turn_away(channel, std::move(request), opened.error(), std::move(reply));
  const auto exchange = std::make_shared<Exchange>(
      Exchange{channel, std::move(request), std::move(opened->message), std::move(reply)});
  const Message& message = exchange->message;
  if (!message.response_url.empty()) {
    urls.keep(message.chat, message.from, message.response_url, now);
  }
  switch (meant_by(message)) {
    case Meant::words:
    case Meant::help:
      return pass_on(exchange);
    case Meant::unheard:
      return keep_unheard(exchange);
    case Meant::nothing:
      break;
  }
  ++channel.traffic.not_for_us;
  exchange->reply(nothing_to_say(channel));
}

// Kept for a person; of what cannot be kept, what is theirs is to come again.
void Gateway::Impl::turn_away(Channel& channel, Request request, const Trouble& trouble,
                              Reply reply) {
  if (trouble.flaw == Flaw::busy) {
    ++channel.traffic.failed;
    return reply(refusal(No::later, trouble.detail + ".", request.path));
  }
  const bool unreadable = is_unreadable(trouble.flaw);
  if (!unreadable) ++channel.traffic.unverified;
  intake::Letter letter;
  letter.channel = channel.name;
  letter.reason = unreadable ? intake::Reason::unreadable : intake::Reason::unverified;
  letter.detail = trouble.detail;
  letter.path = request.path;
  letter.query = std::move(request.query);
  if (const auto type = http::find_field(request.headers, "Content-Type")) {
    letter.headers.emplace_back("Content-Type", *type);
  }
  letter.body = std::move(request.body);
  parts.hold(std::move(letter),
             [&channel, unreadable, self = shared_from_this(), path = request.path,
              detail = trouble.detail + ".", reply = std::move(reply)](intake::Held held) {
               if (held == intake::Held::kept) ++channel.traffic.held;
               if (unreadable && held == intake::Held::later) {
                 ++channel.traffic.failed;
                 return reply(refusal(No::later, "It could not be kept; send it again.", path));
               }
               reply(refusal(unreadable ? No::unreadable : No::unverified, detail, path));
             });
}

void Gateway::Impl::pass_on(const ExchangePtr& exchange) {
  Channel& channel = exchange->channel;
  exchange->ticket = waiting.wait([exchange] {
    ++exchange->channel.traffic.failed;
    exchange->reply(refusal(No::later, "It is not done yet; send it again to hear of it.",
                            exchange->request.path));
  });
  if (!exchange->ticket) {
    ++channel.traffic.failed;
    return exchange->reply(
        refusal(No::later, "Too many messages wait; send it again.", exchange->request.path));
  }
  parts.desk.take(chat_message(exchange->message, channel.name),
                  [self = shared_from_this(), exchange](const chat::Answer& answer) {
                    self->answered(exchange, answer);
                  });
}

// A recording or file without words: somebody has to listen to it.
void Gateway::Impl::keep_unheard(const ExchangePtr& exchange) {
  const Message& message = exchange->message;
  intake::Letter letter;
  letter.channel = exchange->channel.name;
  letter.reason = intake::Reason::unplaced;
  letter.detail = "a message of the kind " + message.type + " has no words; its media id is " +
                  (message.media_id.empty() ? "not told" : message.media_id);
  letter.path = exchange->request.path;
  letter.query = exchange->request.query;
  letter.body = exchange->request.body;
  letter.group = message.chat;
  letter.account = message.from;
  letter.id = identity_of(message);
  parts.hold(std::move(letter), [self = shared_from_this(), exchange](intake::Held held) {
    Channel& channel = exchange->channel;
    if (held == intake::Held::kept) {
      ++channel.traffic.held;
      return exchange->reply(self->reply_of(*exchange, chat::words::held()));
    }
    ++channel.traffic.failed;
    exchange->reply(
        refusal(No::later, "It could not be kept; send it again.", exchange->request.path));
  });
}

void Gateway::Impl::answered(const ExchangePtr& exchange, const chat::Answer& answer) {
  intake::Traffic& traffic = exchange->channel.traffic;
  // Who waited for it is gone; whoever asks again is told.
  if (!exchange->ticket->settle()) return;
  switch (answer.heard) {
    case chat::Heard::answered:
      ++traffic.taken;
      break;
    case chat::Heard::repeat:
      ++traffic.repeats;
      break;
    case chat::Heard::held:
      ++traffic.held;
      break;
    case chat::Heard::not_for_us:
      ++traffic.not_for_us;
      return exchange->reply(nothing_to_say(exchange->channel));
    case chat::Heard::later:
      ++traffic.failed;
      forget(exchange->channel.guard, exchange->request.query);
      return exchange->reply(
          refusal(No::later, "Nothing of it was kept; send it again.", exchange->request.path));
  }
  exchange->reply(reply_of(*exchange, answer.text));
}

Response Gateway::Impl::reply_of(const Exchange& exchange, std::string text) const {
  if (text.empty()) return nothing_to_say(exchange.channel);
  const Message& message = exchange.message;
  const std::int64_t now = engine::to_ms(parts.clock()) / 1000;
  std::string reply = reply_to(message, within_reply(std::move(text)), now);
  Response out;
  out.content_type = message.notation == Notation::json ? json_type : xml_type;
  if (exchange.channel.plain()) {
    out.body = std::move(reply);
    return out;
  }
  const std::string nonce = signing::sha1_hex(parts.random(salt_bytes)).substr(0, nonce_chars);
  out.body = sealed_reply(*exchange.channel.account, message.notation, reply, std::to_string(now),
                          nonce, parts.random(salt_bytes));
  return out;
}

engine::Result<chat::Message> Gateway::Impl::read_again(const intake::Letter& letter,
                                                        engine::Instant came_at) {
  using engine::Error;
  using engine::Fault;
  Channel& channel = letter.path == wechat_path ? wechat : wecom;
  if (!channel.configured || (!channel.plain() && !channel.account)) {
    return Error{Fault::invalid, "the channel " + channel.name + " is not configured, or wrongly"};
  }
  if (letter.detail == nonce_reused) {
    return Error{Fault::invalid, letter.detail + ": nobody can tell it from a forgery"};
  }
  auto opened = channel.plain()
                    ? open_plain(channel.token, channel.letters, came_at, letter.query, letter.body)
                    : open(*channel.account, channel.letters, came_at, letter.query, letter.body);
  if (!opened) {
    const bool busy = opened.error().flaw == Flaw::busy;
    return Error{busy ? Fault::busy : Fault::invalid, opened.error().detail};
  }
  switch (meant_by(opened->message)) {
    case Meant::words:
      return chat_message(opened->message, channel.name);
    case Meant::unheard:
      return Error{Fault::invalid, "a message of the kind " + opened->message.type +
                                       " has no words: somebody must listen to it"};
    case Meant::help:
    case Meant::nothing:
      break;
  }
  return Error{Fault::invalid, "it is an event: there is nothing to record of it"};
}

Gateway::Gateway(GatewayParts parts, const WecomSettings& wecom, const WechatSettings& wechat)
    : impl_(std::make_shared<Impl>(std::move(parts), wecom, wechat)) {}

Gateway::~Gateway() { stop(); }

http::Handler Gateway::handler() {
  return [impl = impl_](Request request, Reply reply) {
    impl->handle(std::move(request), std::move(reply));
  };
}

bool Gateway::has_wecom() const { return impl_->wecom.configured; }
bool Gateway::has_wechat() const { return impl_->wechat.configured; }
const intake::Traffic& Gateway::wecom_traffic() const { return impl_->wecom.traffic; }
const intake::Traffic& Gateway::wechat_traffic() const { return impl_->wechat.traffic; }
ResponseUrls& Gateway::response_urls() { return impl_->urls; }

engine::Result<chat::Message> Gateway::read_again(const intake::Letter& letter,
                                                  engine::Instant came_at) {
  return impl_->read_again(letter, came_at);
}

void Gateway::stop() { impl_->waiting.stop(); }

}  // namespace adapters::wecom
