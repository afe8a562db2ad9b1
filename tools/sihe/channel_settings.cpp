#include "tools/sihe/channel_settings.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "tools/sihe/settings_table.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {
namespace {

using adapters::files::Problems;
using adapters::files::TomlTable;

constexpr std::size_t list_entries_max = 10'000;
constexpr std::array chat_channels{"qq", "wecom", "wechat"};
constexpr std::array member_roles{"liaison", "clerk"};

bool take_flag(const std::string& text, bool& out) {
  if (text != "true" && text != "false") return false;
  out = text == "true";
  return true;
}

bool is_web_address(const std::string& text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

template <std::string WecomSettings::*Member>
bool take_wecom(const std::string& text, Settings& settings) {
  settings.channels.wecom.*Member = text;
  return true;
}

template <std::string OnebotSettings::*Member>
bool take_onebot(const std::string& text, Settings& settings) {
  settings.channels.onebot.*Member = text;
  return true;
}

constexpr const char* web_address = "an address that begins with https:// or http://";

template <std::size_t N>
std::string any_of(const std::array<const char*, N>& names) {
  std::string out;
  for (const char* each : names) out += (out.empty() ? "" : ", ") + std::string(each);
  return out;
}

template <std::size_t N>
bool is_one_of(const std::array<const char*, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A text or a whole number: account numbers are written either way.
std::string text_or_number(const TomlTable& table, std::string_view key) {
  const toml::node* node = table.node(key);
  if (node != nullptr && node->is_integer()) return std::to_string(node->as_integer()->get());
  return table.needed(key);
}

std::string channel_in(const TomlTable& table) {
  std::string out = table.needed("channel");
  if (!out.empty() && !is_one_of(chat_channels, out)) {
    table.wrong("channel", "must be one of " + any_of(chat_channels));
  }
  return out;
}

GroupSetting read_group(const toml::table& from, Problems& problems) {
  const TomlTable table(from, "[[group]]", {"channel", "id", "area", "liaison"}, problems);
  GroupSetting out{channel_in(table), text_or_number(table, "id"), text_or_number(table, "area"),
                   ""};
  const toml::node* liaison = table.node("liaison");
  if (liaison != nullptr && liaison->is_integer()) {
    out.liaison = std::to_string(liaison->as_integer()->get());
  } else {
    out.liaison = table.text("liaison").value_or("");
  }
  return out;
}

MemberSetting read_member(const toml::table& from, Problems& problems) {
  const TomlTable table(from, "[[member]]",
                        {"channel", "account", "name", "role", "area", "department"}, problems);
  MemberSetting out{channel_in(table),
                    text_or_number(table, "account"),
                    table.needed("name"),
                    table.needed("role"),
                    table.text("area").value_or(""),
                    table.text("department").value_or("")};
  if (!out.role.empty() && !is_one_of(member_roles, out.role)) {
    table.wrong("role", "must be one of " + any_of(member_roles));
  }
  return out;
}

// SIHE_WEBHOOK_NAME_SECRET, for a webhook of that name.
std::string secret_variable(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  });
  return "SIHE_WEBHOOK_" + name + "_SECRET";
}

WebhookSetting read_webhook(const toml::table& from, const Environment& environment,
                            Problems& problems) {
  const TomlTable table(from, "[[webhook]]", {"name", "url", "secret", "secrets", "types"},
                        problems);
  WebhookSetting out{table.needed("name"), table.needed("url"), {}, {}};
  if (!out.url.empty() && !is_web_address(out.url)) {
    table.wrong("url", std::string("must be ") + web_address);
  }
  if (table.node("secrets") != nullptr) out.secrets = table.texts("secrets").value_or(out.secrets);
  if (const auto one = table.text("secret")) out.secrets.insert(out.secrets.begin(), *one);
  if (const auto given = environment(secret_variable(out.name))) out.secrets = parts_of(*given);
  if (out.secrets.empty()) {
    table.wrong("secret", "is needed: whsec_ and base64, here or in " + secret_variable(out.name));
  }
  if (table.node("types") != nullptr) out.types = table.texts("types").value_or(out.types);
  return out;
}

InForce shown(std::string name, std::string value, const toml::node& node,
              const std::string& file) {
  return {std::move(name), std::move(value), "file",
          file + ":" + std::to_string(node.source().begin.line)};
}

void take_group(const toml::table& from, const std::string& file, Settings& out,
                Problems& problems) {
  GroupSetting group = read_group(from, problems);
  for (const GroupSetting& each : out.channels.groups) {
    if (each.channel == group.channel && each.id == group.id) {
      problems.add(from, "the group " + printable(group.id) + " of " + group.channel +
                             " stands here twice; it can be bound to one area");
    }
  }
  out.in_force.push_back(
      shown("group " + group.channel + ":" + group.id,
            "area " + group.area + (group.liaison.empty() ? "" : ", liaison " + group.liaison),
            from, file));
  out.channels.groups.push_back(std::move(group));
}

void take_member(const toml::table& from, const std::string& file, Settings& out,
                 Problems& problems) {
  MemberSetting member = read_member(from, problems);
  for (const MemberSetting& each : out.channels.members) {
    if (each.channel == member.channel && each.account == member.account) {
      problems.add(from, "the account " + printable(member.account) + " of " + member.channel +
                             " stands here twice; it can belong to one person");
    }
  }
  std::string what = member.role + " " + member.name;
  if (!member.area.empty()) what += ", area " + member.area;
  if (!member.department.empty()) what += ", department " + member.department;
  out.in_force.push_back(
      shown("member " + member.channel + ":" + member.account, std::move(what), from, file));
  out.channels.members.push_back(std::move(member));
}

void take_webhook(const toml::table& from, const std::string& file, const Environment& environment,
                  Settings& out, Problems& problems) {
  WebhookSetting hook = read_webhook(from, environment, problems);
  for (const WebhookSetting& each : out.channels.webhooks) {
    if (each.name == hook.name) {
      problems.add(from, "there are two webhooks of the name " + printable(hook.name));
    }
  }
  std::string what = hook.url + ", " + std::to_string(hook.secrets.size()) + " secret(s)";
  out.in_force.push_back(shown("webhook " + hook.name, std::move(what), from, file));
  out.channels.webhooks.push_back(std::move(hook));
}

}  // namespace

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) out.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

const std::vector<Setting>& channel_settings() {
  static const std::vector<Setting> all = {
      {"wecom.token", "", "a text", "Token of the WeCom callback",
       take_wecom<&WecomSettings::token>, true},
      {"wecom.encoding_aes_key", "", "a text", "EncodingAESKey of the WeCom callback",
       take_wecom<&WecomSettings::encoding_aes_key>, true},
      {"wecom.corp_id", "", "a text", "Corp id of the WeCom account",
       take_wecom<&WecomSettings::corp_id>},
      {"wecom.secret", "", "a text", "Secret of the WeCom application, for messages to residents",
       take_wecom<&WecomSettings::secret>, true},
      {"wecom.agent_id", "", "a text", "AgentId of the WeCom application",
       take_wecom<&WecomSettings::agent_id>},
      {"wecom.api_url", "https://qyapi.weixin.qq.com", web_address, "WeCom's own API",
       [](const std::string& text, Settings& s) {
         s.channels.wecom.api_url = text;
         return is_web_address(text);
       }},
      {"wechat.token", "", "a text", "Token of the WeChat official account",
       [](const std::string& text, Settings& s) {
         s.channels.wechat_token = text;
         return true;
       },
       true},
      {"onebot.secret", "", "a text", "Secret that OneBot signs its posts with",
       take_onebot<&OnebotSettings::secret>, true},
      {"onebot.access_token", "", "a text", "Token that OneBot shows for its WebSocket",
       take_onebot<&OnebotSettings::access_token>, true},
      {"onebot.require_signature", "true", "true or false",
       "Whether a OneBot post without a signature is refused",
       [](const std::string& text, Settings& s) {
         return take_flag(text, s.channels.onebot.require_signature);
       }},
      {"onebot.api_url", "", web_address, "OneBot's own HTTP API, where no WebSocket is connected",
       [](const std::string& text, Settings& s) {
         s.channels.onebot.api_url = text;
         return text.empty() || is_web_address(text);
       }},
      {"open311.jurisdiction", "", "a text", "jurisdiction_id of the Open311 server",
       [](const std::string& text, Settings& s) {
         s.channels.open311.jurisdiction = text;
         return true;
       }},
      {"open311.api_keys", "", "a list of texts", "Keys of those who may post by Open311",
       [](const std::string& text, Settings& s) {
         s.channels.open311.api_keys = parts_of(text);
         return true;
       },
       true},
      {"open311.mode", "id", "id or token", "What a post by Open311 is answered with",
       [](const std::string& text, Settings& s) {
         s.channels.open311.mode = text;
         return text == "id" || text == "token";
       }},
      {"open311.services", "", "a file", "A TOML file with the attributes of Open311 services",
       [](const std::string& text, Settings& s) {
         s.channels.open311.services = text;
         return true;
       }},
      {"open311.public_descriptions", "false", "true or false",
       "Whether residents' words are shown to those without a key",
       [](const std::string& text, Settings& s) {
         return take_flag(text, s.channels.open311.public_descriptions);
       }},
      {"chat.prefixes", "四和, 7171", "a list of texts",
       "What a message in a group begins with if it is for the service",
       [](const std::string& text, Settings& s) {
         s.channels.prefixes = parts_of(text);
         return !s.channels.prefixes.empty();
       }},
  };
  return all;
}

bool is_list(std::string_view key) { return key == "group" || key == "member" || key == "webhook"; }

void take_list(std::string_view key, const toml::node& node, const std::string& file,
               const Environment& environment, Settings& out, Problems& problems) {
  const toml::array* list = node.as_array();
  if (list == nullptr || (!list->empty() && !list->is_homogeneous<toml::table>())) {
    return problems.add(node, "write each as a table of its own, [[" + std::string(key) + "]]");
  }
  if (list->size() > list_entries_max) {
    return problems.add(node, "at most " + std::to_string(list_entries_max) + " of them");
  }
  for (const toml::node& each : *list) {
    const toml::table& table = *each.as_table();
    if (key == "group") take_group(table, file, out, problems);
    if (key == "member") take_member(table, file, out, problems);
    if (key == "webhook") take_webhook(table, file, environment, out, problems);
  }
}

}  // namespace tools
