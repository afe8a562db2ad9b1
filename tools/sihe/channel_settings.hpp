// What the channels need to know: their keys, which group belongs to which area, who is who. Part
// of the settings (settings.hpp); their names are what people write into the file.
#pragma once

#include <string>
#include <vector>

namespace tools {

struct WecomSettings {  // [wecom]
  std::string token;
  std::string encoding_aes_key;
  std::string corp_id;
  std::string secret;    // for messages that nobody asked for; without it they wait
  std::string agent_id;  // likewise
  std::string api_url;
};

struct OnebotSettings {  // [onebot]
  std::string secret;
  std::string access_token;
  bool require_signature = true;
  std::string api_url;  // OneBot's own HTTP API; "" where a WebSocket is connected
};

struct Open311Settings {  // [open311]
  std::string jurisdiction;
  std::vector<std::string> api_keys;
  std::string mode;      // "id" or "token"
  std::string services;  // a TOML file with the services' attributes; may be ""
  bool public_descriptions = false;
};

struct GroupSetting {  // [[group]]
  std::string channel;
  std::string id;
  std::string area;
  std::string liaison;  // his account there; may be ""
};

struct MemberSetting {  // [[member]]: a liaison's or clerk's account at a channel
  std::string channel;
  std::string account;
  std::string name;
  std::string role;
  std::string area;        // may be ""
  std::string department;  // may be ""
};

struct WebhookSetting {  // [[webhook]]
  std::string name;
  std::string url;
  std::vector<std::string> secrets;  // the first signs as well as the others, while they change
  std::vector<std::string> types;    // facts; empty: all
};

struct ChannelSettings {
  WecomSettings wecom;
  std::string wechat_token;  // [wechat]
  OnebotSettings onebot;
  Open311Settings open311;
  std::vector<std::string> prefixes;  // [chat]: what calls the service in a group
  std::vector<GroupSetting> groups;
  std::vector<MemberSetting> members;
  std::vector<WebhookSetting> webhooks;
};

}  // namespace tools
