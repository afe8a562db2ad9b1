#include "adapters/onebot/action.hpp"

#include <charconv>
#include <utility>

#include "adapters/json/json.hpp"

namespace adapters::onebot {
namespace {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::schema::Object;
using engine::schema::Value;

// Ids are numbers there; what does not fit one stays the text that it came as.
Value number(std::string_view digits) {
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (failed == std::errc{} && end == digits.data() + digits.size()) return out;
  return digits;
}

std::string digits_of(const Value* value) {
  if (value == nullptr) return {};
  if (const auto* text = value->string()) return *text;
  return std::holds_alternative<std::int64_t>(value->it) ? json::write(*value) : std::string();
}

}  // namespace

std::string quick_reply(std::string_view text) {
  return json::write(Object{{"reply", text}, {"auto_escape", true}, {"at_sender", true}});
}

Result<Action> saying(std::string_view group_id, std::string_view user_id, std::string_view text) {
  const bool group = !group_id.empty();
  Value target = number(group ? group_id : user_id);
  if (target.string() != nullptr) {
    return Error{Fault::invalid, group ? "a group's id must be a whole number"
                                       : "an account's id must be a whole number"};
  }
  Segments message;
  if (group && !user_id.empty()) message.push_back({"at", {{"qq", std::string(user_id)}}});
  message.push_back({"text", {{"text", (message.empty() ? "" : " ") + std::string(text)}}});
  return Action{group ? "send_group_msg" : "send_private_msg",
                Object{{group ? "group_id" : "user_id", std::move(target)},
                       {"message", write_array(message)}}};
}

std::string frame_of(const Action& action, std::string_view echo) {
  return json::write(Object{{"action", action.name}, {"params", action.params}, {"echo", echo}});
}

std::optional<Outcome> read_outcome(const Value& frame) {
  if (frame.object() == nullptr || frame.find("post_type") != nullptr) return std::nullopt;
  const Value* status = frame.find("status");
  if (status == nullptr || status->string() == nullptr) return std::nullopt;
  Outcome out;
  out.echo = digits_of(frame.find("echo"));
  out.done = *status->string() == "ok" || *status->string() == "async";
  if (const Value* code = frame.find("retcode")) {
    if (const auto* whole = std::get_if<std::int64_t>(&code->it)) out.retcode = *whole;
  }
  for (const char* name : {"wording", "message", "msg"}) {
    const Value* words = frame.find(name);
    if (out.wording.empty() && words != nullptr && words->string() != nullptr) {
      out.wording = *words->string();
    }
  }
  if (const Value* data = frame.find("data")) out.message_id = digits_of(data->find("message_id"));
  return out;
}

}  // namespace adapters::onebot
