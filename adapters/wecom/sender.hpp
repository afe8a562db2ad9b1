// WeCom's way out: news of an issue to an account or a group chat, by the application's API or,
// where a robot was asked within the hour, by the address that came with it.
//
// It moves no bytes itself: an ApiCall does. The access token is fetched when it is first needed,
// kept until shortly before its end, and fetched anew once when WeCom says that it is none any
// more.
//
// Threads: any.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/chat/message.hpp"
#include "adapters/wecom/gateway.hpp"
#include "adapters/wecom/response_urls.hpp"
#include "engine/core/time.hpp"

namespace adapters::wecom {

constexpr std::size_t waiting_for_token_max = 1'000;
constexpr std::chrono::minutes token_renewed_before{5};

// Asks an address, with GET where `body` is empty, else with POST of it as application/json, and
// calls `done` once, from any thread. status 0: no answer came; `left`: the request had left by
// then, or may have.
using ApiDone = std::function<void(unsigned status, std::string body, bool left)>;
using ApiCall = std::function<void(std::string url, std::string body, ApiDone done)>;

class WecomSender : public chat::Sender {
 public:
  // `urls` may be nullptr: no robot is answered. It outlives this.
  WecomSender(WecomSettings settings, ApiCall call, engine::Clock clock, ResponseUrls* urls);
  ~WecomSender() override;

  // later, with the setting that is missing: not configured to send.
  void send(chat::Outgoing message, std::function<void(chat::Sent, std::string why)> done) override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// An official account in plain mode answers what it is asked and nothing else: writing of itself
// needs the rights and the secret of a certified account. So news fail at once, and an operator
// sees whom nobody has told.
class WechatSender : public chat::Sender {
 public:
  // never.
  void send(chat::Outgoing message, std::function<void(chat::Sent, std::string why)> done) override;
};

}  // namespace adapters::wecom
