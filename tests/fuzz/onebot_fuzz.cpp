// Any bytes as a text with CQ codes, as a frame or body of OneBot, and as its headers: no byte of a
// text is lost, a message that was read can be answered, and every request has one answer.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/json/json.hpp"
#include "adapters/onebot/access.hpp"
#include "adapters/onebot/action.hpp"
#include "adapters/onebot/cq.hpp"
#include "adapters/onebot/event.hpp"
#include "adapters/onebot/gateway.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"

using namespace adapters;
using namespace adapters::onebot;

namespace {

// Answers by the message's size, so that all ways are gone.
class Desk : public chat::Desk {
 public:
  void take(chat::Message message, std::function<void(chat::Answer)> answer) override {
    ENSURE(message.channel == "qq" && !message.id.empty() && !message.account.empty());
    const auto heard = static_cast<chat::Heard>(message.text.size() % 5);
    answer({heard, message.text});
  }
};

intake::Held keep(const intake::Letter& letter) {
  ENSURE(!letter.detail.empty() && letter.body.size() <= intake::letter_bytes_max);
  return static_cast<intake::Held>(letter.body.size() % 3);
}

// One of ours, whose POSTs need no signature but may have one.
Gateway& gateway() {
  static Desk desk;
  static Gateway out({"secret", "token", false, ""}, desk,
                     [](const intake::Letter& letter, const auto& done) { done(keep(letter)); });
  return out;
}

void check(http::Request request) {
  int answers = 0;
  gateway().handle(std::move(request), [&](const http::Response& answer) {
    ++answers;
    ENSURE(answer.status < 500 || answer.status == 503);
    ENSURE(answer.body.empty() || json::parse(answer.body));
    ENSURE(answer.status < 400 || answer.content_type == "application/problem+json");
  });
  ENSURE(answers == 1);
}

// The first line is a header's value, what follows the body.
void check_requests(std::string_view input) {
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string value(input.substr(0, line));
  const std::string body(input.substr(std::min(line + 1, input.size())));
  check({"POST", "/onebot", {}, {{"X-Self-ID", value}}, body, ""});
  check({"POST", "/onebot", {}, {{"X-Signature", value}}, body, ""});
  check({"POST", "/onebot", {}, {}, std::string(input), ""});
  check({"GET",
         "/onebot/ws",
         {{"access_token", "token"}},
         {{"X-Self-ID", value}, {"X-Client-Role", body}},
         "",
         ""});
  check({"GET", "/onebot/ws", {{"access_token", value}}, {{"Authorization", body}}, "", ""});
  check({value, body, {}, {}, "", ""});
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  const std::string event =
      R"({"post_type":"message","message_type":"group","time":1700000000,"self_id":10001,)"
      R"("group_id":-7,"user_id":20002,"message_id":-1906321,"user_id":3,"sender":{"card":"林"},)"
      R"("message":[{"type":"at","data":{"qq":10001}},{"type":"text","data":{"text":" 路灯"}},)"
      R"({"type":"location","data":{"lat":"27.9","lon":"120.6"}}]})";
  return support::begin_fuzzing_with(
      {event, "sha1=510ce9f5526c221195709b5032496d265df75d29\n" + event, "Bearer token\nUniversal",
       "10001\n" + event,
       "&#91;a&#93;[CQ:image,file=123.jpg,url=https://x/?a=1&amp;b=2][CQ:at,qq=all]",
       R"({"post_type":"meta_event","meta_event_type":"heartbeat","status":{"online":true}})",
       R"({"status":"failed","retcode":100,"data":null,"wording":"muted","echo":"12"})"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Segments segments = read_cq(text);
  // A text that is told as a code is one text with its neighbours afterwards.
  ENSURE(write_cq(read_cq(write_cq(segments))) == write_cq(segments));
  ENSURE(plain_text(read_cq(escaped_text(text))) == text);

  ENSURE(judge_signature("secret", true, text, text) != Access::granted);
  ENSURE(judge_authorization("secret", text) != Access::granted ||
         text.find("secret") != std::string_view::npos);
  (void)role_of(text);
  check_requests(text);

  const auto value = read_json(text);
  if (!value) return 0;
  (void)read_outcome(*value);
  const auto event = event_of(*value);
  if (!event) {
    ENSURE(!event.error().detail.empty());
    return 0;
  }
  if (event->post != Post::message) return 0;
  ENSURE(!identity_of(*event).empty());
  ENSURE(read_message(write_array(event->message)) == event->message);
  const auto action = saying(event->group_id, event->user_id, plain_text(event->message));
  if (!action) return 0;  // an id beyond 64 bits
  const auto frame = read_json(frame_of(*action, "e"));
  ENSURE(frame && frame->find("params")->find("message") != nullptr);
  return 0;
}
