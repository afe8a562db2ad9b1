// Any bytes as a text with CQ codes, as a frame or body of OneBot, and as its headers: no byte of a
// text is lost, a message that was read can be answered.
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/json/json.hpp"
#include "adapters/onebot/access.hpp"
#include "adapters/onebot/action.hpp"
#include "adapters/onebot/cq.hpp"
#include "adapters/onebot/event.hpp"
#include "engine/core/ensure.hpp"

using namespace adapters::onebot;

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
  const auto answer = read_json(send_message(*event, plain_text(event->message), true, "e"));
  ENSURE(answer && answer->find("params")->find("message") != nullptr);
  return 0;
}
