#include "adapters/wecom/api.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "adapters/json/json.hpp"

namespace adapters::wecom {

using engine::schema::Object;
using engine::schema::Value;

namespace {

// RFC 3986: what is not unreserved is encoded.
std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15U];
  }
  return out;
}

std::int64_t whole(const Value* value) {
  if (value == nullptr) return 0;
  if (const auto* number = std::get_if<std::int64_t>(&value->it)) return *number;
  if (const auto* number = std::get_if<std::uint64_t>(&value->it)) {
    return *number <= INT64_MAX ? static_cast<std::int64_t>(*number) : 0;
  }
  return 0;
}

std::string text(const Value& value, std::string_view name) {
  const Value* found = value.find(name);
  return found == nullptr || found->string() == nullptr ? "" : *found->string();
}

std::string told(const Value& answer) {
  return "WeCom says " + std::to_string(whole(answer.find("errcode"))) + " " +
         text(answer, "errmsg");
}

// The token is wrong or has run out.
constexpr std::array token_codes{40014, 42001};
// Busy, or too often; or the application's rights, its address or its visible range, which an
// operator sets right.
constexpr std::array later_codes{-1,    6000,  45009, 45033, 45011, 40001, 40013,
                                 40056, 48002, 60011, 60020, 60030, 301002};

template <std::size_t n>
bool among(const std::array<int, n>& codes, std::int64_t code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

std::string token_url(std::string_view api_url, std::string_view corp_id, std::string_view secret) {
  return std::string(api_url) + "/cgi-bin/gettoken?corpid=" + encoded(corp_id) +
         "&corpsecret=" + encoded(secret);
}

ApiRequest send_request(std::string_view api_url, std::string_view token, std::string_view agent_id,
                        const chat::Outgoing& message) {
  const std::string by = "?access_token=" + encoded(token);
  Object body;
  if (!message.group.empty()) {
    body = {{"chatid", message.group},
            {"msgtype", "text"},
            {"text", Object{{"content", message.text}}}};
    return {std::string(api_url) + "/cgi-bin/appchat/send" + by, json::write(body)};
  }
  std::int64_t agent = 0;
  std::from_chars(agent_id.data(), agent_id.data() + agent_id.size(), agent);
  // Sent again within half an hour, the same words to the same person are shown once.
  body = {{"touser", message.account},
          {"msgtype", "text"},
          {"agentid", agent},
          {"text", Object{{"content", message.text}}},
          {"enable_duplicate_check", 1},
          {"duplicate_check_interval", 1800}};
  return {std::string(api_url) + "/cgi-bin/message/send" + by, json::write(body)};
}

ApiRequest robot_request(std::string_view response_url, const chat::Outgoing& message) {
  const Object body{{"msgtype", "markdown"}, {"markdown", Object{{"content", message.text}}}};
  return {std::string(response_url), json::write(body)};
}

TokenGiven read_token(unsigned status, std::string_view body) {
  TokenGiven out;
  const auto answer = json::parse(body);
  if (status != 200 || !answer || answer->object() == nullptr) {
    out.why = "WeCom gave no access token: HTTP " + std::to_string(status);
    return out;
  }
  if (whole(answer->find("errcode")) != 0 || text(*answer, "access_token").empty()) {
    out.why = told(*answer) + "; check wecom.corp_id and wecom.secret";
    return out;
  }
  out.token = text(*answer, "access_token");
  out.lasts = std::chrono::seconds(
      std::clamp<std::int64_t>(whole(answer->find("expires_in")), 0, 24 * 60 * 60));
  return out;
}

SendRead read_sent(unsigned status, std::string_view body) {
  const std::string http = "WeCom answered HTTP " + std::to_string(status);
  if (status == 429) return {SendOutcome::later, http};
  if (status >= 400 && status < 500) return {SendOutcome::never, http};
  const auto answer = json::parse(body);
  if (status != 200 || !answer || answer->find("errcode") == nullptr) {
    return {SendOutcome::doubtful, http + " and does not say what became of it"};
  }
  const std::int64_t code = whole(answer->find("errcode"));
  if (among(token_codes, code)) return {SendOutcome::token_gone, told(*answer)};
  if (among(later_codes, code)) return {SendOutcome::later, told(*answer)};
  if (code != 0) return {SendOutcome::never, told(*answer)};
  if (!text(*answer, "invaliduser").empty()) {
    return {SendOutcome::never, "WeCom knows nobody of that account in the application's range"};
  }
  return {SendOutcome::done, ""};
}

}  // namespace adapters::wecom
