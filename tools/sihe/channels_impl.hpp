// What the channels are made of. Internal to the channels.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/chat/talk.hpp"
#include "adapters/client/client.hpp"
#include "adapters/hotline/gateway.hpp"
#include "adapters/intake/office.hpp"
#include "adapters/onebot/gateway.hpp"
#include "adapters/open311/gateway.hpp"
#include "adapters/webhook/hook.hpp"
#include "adapters/wecom/gateway.hpp"
#include "adapters/wecom/sender.hpp"
#include "engine/outbox/courier.hpp"
#include "engine/react/bell.hpp"
#include "tools/sihe/channels.hpp"

namespace tools {

struct Channels::Impl {
  Impl(const Settings& settings_given, Engine& engine_given, Ways ways_given)
      : settings(settings_given),
        engine(engine_given),
        ways(ways_given),
        office(engine.writer(), wall_clock()) {}

  engine::Result<void> open(const TakeDown& take_down);
  engine::Result<void> open_ways_out();
  void hand_in(adapters::intake::Letter letter, engine::Instant came_at, const std::string& by,
               std::function<void(adapters::intake::Again)> done);
  void tell(const std::string& channel, adapters::chat::Outgoing message);
  std::vector<engine::outbox::Route> routes();
  std::unique_ptr<engine::outbox::Carrier> answers(const char* channel,
                                                   adapters::chat::Sender& sender);
  void add_traffic(const char* channel, const adapters::intake::Traffic& traffic,
                   std::vector<adapters::http::Metric>& out) const;

  bool has_onebot() const {
    const OnebotSettings& it = settings.channels.onebot;
    return !it.secret.empty() || !it.access_token.empty() || !it.require_signature;
  }
  bool says_anything() const {
    return has_onebot() || wecom->has_wecom() || wecom->has_wechat() || !hooks.empty();
  }
  bool has_open311() const {
    const Open311Settings& it = settings.channels.open311;
    return !it.jurisdiction.empty() || !it.api_keys.empty();
  }

  const Settings settings;
  Engine& engine;
  const Ways ways;
  adapters::intake::Office office;
  std::unique_ptr<adapters::client::Client> client;
  std::unique_ptr<adapters::chat::Talk> talk;
  std::unique_ptr<adapters::wecom::Gateway> wecom;
  adapters::http::Handler wecom_handler;
  std::unique_ptr<adapters::wecom::WecomSender> wecom_sender;
  adapters::wecom::WechatSender wechat_sender;
  std::unique_ptr<adapters::onebot::Gateway> onebot;
  std::unique_ptr<adapters::open311::Gateway> open311;
  std::unique_ptr<adapters::hotline::Gateway> hotline;
  std::vector<adapters::webhook::Hook> hooks;
  std::vector<std::string> findings;
  std::unique_ptr<engine::react::Bell> bell;
  std::unique_ptr<engine::outbox::Courier> courier;
  std::unique_ptr<engine::outbox::CourierThread> courier_at_work;
};

}  // namespace tools
