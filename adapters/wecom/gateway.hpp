// The callbacks of WeCom and of WeChat's official accounts: GET and POST /wecom/callback (safe
// mode, XML and JSON) and /wechat/callback (plain mode). A message that verifies goes to the Desk;
// what the Desk says goes back as the passive reply.
//
// Promises
//   - Each request is answered once, within answer_within; WeCom waits five seconds. If the Desk
//     has not answered by then, the request is told 503 and what the Desk says later is dropped:
//     WeCom sends the message again, and what became of it in the meantime is told to that one.
//   - A request that does not verify, or is no message, is answered 403 or 400 and kept for a
//     person (Hold). Nothing is decrypted before the signature holds.
//   - A request that comes again gets the same answer again; nothing is done twice for it: the Desk
//     knows messages by their id.
//   - Where the Desk kept nothing the answer is 503, so that WeCom asks again.
//   - Neither channel needs the other: one whose settings are wrong says so in its traffic() and
//     answers 503.
//
// Status: 200 (a reply, or nothing to say), 400 unreadable, 403 not theirs, stale, or a nonce that
// was used, 404 not configured, 405, 413 over intake::letter_bytes_max, 503 later.
//
// Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "adapters/chat/message.hpp"
#include "adapters/http/message.hpp"
#include "adapters/intake/letter.hpp"
#include "adapters/intake/traffic.hpp"
#include "adapters/wecom/response_urls.hpp"
#include "engine/core/error.hpp"
#include "engine/core/time.hpp"

namespace adapters::wecom {

constexpr std::chrono::milliseconds answer_within{4'500};
constexpr std::size_t reply_bytes_max = 2'048;  // of a text; WeCom cuts a longer one

inline constexpr std::string_view wecom_path = "/wecom/callback";
inline constexpr std::string_view wechat_path = "/wechat/callback";

struct WecomSettings {
  std::string token;
  std::string encoding_aes_key;
  std::string corp_id;
  std::string secret;  // these are for sending only (sender.hpp)
  std::string agent_id;
  std::string api_url = "https://qyapi.weixin.qq.com";
};
struct WechatSettings {
  std::string token;
};

struct GatewayParts {
  chat::Desk& desk;
  intake::Hold hold;
  engine::Clock clock;
  std::chrono::milliseconds patience = answer_within;
  // So many random bytes; unset: the system's.
  std::function<std::string(std::size_t)> random = {};
};

class Gateway {
 public:
  Gateway(GatewayParts parts, const WecomSettings& wecom, const WechatSettings& wechat);
  ~Gateway();  // as stop()
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // For both paths; 404 for any other.
  http::Handler handler();

  bool has_wecom() const;  // it is configured, rightly or not
  bool has_wechat() const;
  const intake::Traffic& wecom_traffic() const;
  const intake::Traffic& wechat_traffic() const;
  // Where robots may be answered later, from what came.
  ResponseUrls& response_urls();

  // What a letter of one of these callbacks says, read as if it came at that time: its signature,
  // receiver and time are held against what is configured now, its nonce against those of other
  // letters. invalid: it is not theirs, it is no message, or there is nothing to record of it.
  // busy: later.
  engine::Result<chat::Message> read_again(const intake::Letter& letter, engine::Instant came_at);

  // What waits and what comes afterwards is told 503.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace adapters::wecom
