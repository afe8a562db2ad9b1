// The requests by which a program writes to somebody in WeCom of itself, and what their answers
// mean. Pure.
//
// Source: developer.work.weixin.qq.com, documents 91039 (access token), 90236 (message/send), 90248
// (appchat/send), 101138 (a robot's response_url), 90313 (error codes).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/chat/message.hpp"

namespace adapters::wecom {

// "https://…/cgi-bin/gettoken?…": a GET.
std::string token_url(std::string_view api_url, std::string_view corp_id, std::string_view secret);

struct ApiRequest {
  std::string url;
  std::string body;  // JSON
};
// To an account, or to a group chat that the application made. Requires: agent_id are digits.
ApiRequest send_request(std::string_view api_url, std::string_view token, std::string_view agent_id,
                        const chat::Outgoing& message);
// Through the address that came with a message to a robot.
ApiRequest robot_request(std::string_view response_url, const chat::Outgoing& message);

// What the other side's HTTP answer says.
struct TokenGiven {
  std::string token;  // "" if none was given
  std::chrono::seconds lasts{0};
  std::string why;  // where none was
};
TokenGiven read_token(unsigned status, std::string_view body);

enum class SendOutcome : std::uint8_t {
  done,
  token_gone,  // a new one is needed
  later,       // too often, or something that an operator can set right
  never,       // nobody is there, or it is not taken
  doubtful,    // the answer does not tell
};
struct SendRead {
  SendOutcome outcome;
  std::string why;  // where it is not done
};
SendRead read_sent(unsigned status, std::string_view body);

}  // namespace adapters::wecom
