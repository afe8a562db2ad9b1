// QQ: what implementations of OneBot v11 tell, over HTTP POST and over the WebSockets that they
// open to us (reverse WebSocket), becomes messages for the desk, and its answers go back where they
// came from.
//
// Promises
//   - Every request is answered, every message is given to the desk once each time that it comes.
//   - Nothing of what does not concern the service is kept. What is not understood, or not signed
//     as it should be, is kept for a person (intake).
//   - An answer is said once: as quick reply of a POST; as an action to what came over a WebSocket,
//     tried again only as long as it surely did not leave.
//
// Threads: any.
// Source: botuniverse/onebot-11, communication/{http-post,ws-reverse,authorization}.md.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "adapters/chat/message.hpp"
#include "adapters/http/message.hpp"
#include "adapters/intake/letter.hpp"
#include "adapters/intake/traffic.hpp"
#include "adapters/onebot/actions.hpp"
#include "engine/core/error.hpp"

namespace adapters::onebot {

struct Config {
  std::string secret;             // of X-Signature
  std::string access_token;       // of WebSockets; "": none is let in
  bool require_signature = true;  // false: a POST may come without one, but never with a wrong one
  std::string api_url;  // of an HTTP API to use where no WebSocket is open; "": there is none
};

struct Waits {
  std::chrono::milliseconds outcome{10'000};  // of an action; then it is doubtful
  std::chrono::milliseconds again{1'000};     // before the second try, doubled for each further one
};

class Gateway final : public chat::Sender {
 public:
  class Core;  // internal: outlives the gateway as long as answers are under way

  // `post` is used only if the config has an api_url. Requires: the desk outlives all that serves
  // requests here.
  Gateway(Config config, chat::Desk& desk, intake::Hold hold, PostAction post = {},
          Waits waits = {});
  // Actions under way are doubtful. Requires: no request comes any more.
  ~Gateway() override;
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // POST /onebot and GET /onebot/ws.
  void handle(http::Request request, http::Reply reply);

  // To the account that was last spoken to there; where that is not known, one after the other
  // until one may.
  void send(chat::Outgoing message, std::function<void(chat::Sent, std::string why)> done) override;

  // What a letter of this says: a POST with its signature held against what is configured now, or a
  // frame of a WebSocket that was let in. One that was not taken for want of a signature needs one,
  // whatever is configured. invalid: it is not signed as it should be, or no message.
  engine::Result<chat::Message> read_again(const intake::Letter& letter) const;

  intake::Traffic& traffic();

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace adapters::onebot
