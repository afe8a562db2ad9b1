#include "adapters/onebot/letters.hpp"

#include <array>
#include <utility>

#include "adapters/json/json.hpp"
#include "adapters/onebot/event.hpp"

namespace adapters::onebot {
namespace {

using engine::schema::Value;

constexpr std::array<std::string_view, 3> headers_read{"X-Signature", "X-Self-ID", "Content-Type"};
constexpr std::string_view query_secret = "access_token";

// A text as it is, a number in its digits.
std::string member(const Value& document, std::string_view name) {
  const Value* found = document.find(name);
  if (found == nullptr || found->object() != nullptr || found->list() != nullptr) return {};
  if (const auto* text = found->string()) return *text;
  return std::holds_alternative<std::monostate>(found->it) ? std::string() : json::write(*found);
}

void describe(intake::Letter& letter) {
  const auto document = read_json(letter.body);
  if (!document) return;
  letter.group = member(*document, "group_id");
  letter.account = member(*document, "user_id");
  if (const Value* message = document->find("message")) {
    letter.said = plain_text(read_message(*message));
  }
  if (letter.said.empty()) letter.said = plain_text(read_cq(member(*document, "raw_message")));
}

}  // namespace

intake::Letter letter_of(const http::Request& request, intake::Reason reason, std::string why) {
  intake::Letter out;
  out.channel = "onebot";
  out.reason = reason;
  out.detail = std::move(why);
  out.path = request.path;
  for (const auto& [name, value] : request.query) {
    if (name != query_secret) out.query.emplace_back(name, value);
  }
  for (const std::string_view name : headers_read) {
    if (const auto value = http::find_field(request.headers, name)) {
      out.headers.emplace_back(name, *value);
    }
  }
  out.body = request.body;
  describe(out);
  return out;
}

intake::Letter letter_of(std::string frame, std::string_view self_id, std::string why) {
  http::Request request;
  request.path = "/onebot/ws";
  request.headers.emplace_back("X-Self-ID", self_id);
  request.body = std::move(frame);
  return letter_of(request, intake::Reason::unreadable, std::move(why));
}

}  // namespace adapters::onebot
