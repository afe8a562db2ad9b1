// Any bytes as what an implementation of OneBot says over its WebSocket, a frame a line: nothing of
// it is lost without a trace, and whatever is told to it is JSON that asks for something.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/json/json.hpp"
#include "adapters/onebot/gateway.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"

using namespace adapters;
using namespace adapters::onebot;

namespace {

struct Desk : chat::Desk {
  void take(chat::Message message, std::function<void(chat::Answer)> answer) override {
    ENSURE(!message.id.empty() && !message.account.empty());
    ++taken;
    const auto heard = static_cast<chat::Heard>(message.text.size() % 4);  // all but `later`
    answer({heard, message.text});
  }
  std::size_t taken = 0;
};

struct Line : http::Line {
  bool send(std::string text) override {
    const auto frame = json::parse(text, {.bytes_max = 1 << 20});
    ENSURE(frame && frame->find("action") != nullptr && frame->find("echo") != nullptr);
    return (++sent % 3) != 0;  // now and then it takes no more
  }
  void close() override {}
  std::size_t sent = 0;
};

std::shared_ptr<http::WebSocket> opened(Gateway& gateway) {
  std::shared_ptr<http::WebSocket> out;
  gateway.handle(
      {"GET",
       "/onebot/ws",
       {},
       {{"Authorization", "Bearer token"}, {"X-Client-Role", "Universal"}, {"X-Self-ID", "10001"}},
       "",
       ""},
      [&](const http::Response& answer) { out = answer.socket; });
  ENSURE(out != nullptr);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  const std::string event =
      R"({"post_type":"message","message_type":"group","time":1700000000,"self_id":10001,)"
      R"("group_id":7,"user_id":20002,"message_id":-5,"message":"[CQ:at,qq=10001] 路灯"})";
  return support::begin_fuzzing_with(
      {event + "\n" + R"({"status":"ok","retcode":0,"data":{"message_id":1},"echo":"2"})",
       event + "\n" + event + "\n" + R"({"status":"failed","retcode":100,"echo":2})",
       R"({"post_type":"meta_event","meta_event_type":"lifecycle","sub_type":"connect"})",
       R"({"post_type":"message","message_type":"private","user_id":3,"message_id":1,)"
       R"("message":[{"type":"text","data":{"text":"路灯不亮"}}]})"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Desk desk;
  static std::size_t letters = 0;
  static Gateway gateway({"secret", "token", true, ""}, desk,
                         [](const intake::Letter& letter, const auto& done) {
                           ENSURE(letter.channel == "onebot" && !letter.detail.empty());
                           ++letters;
                           done(intake::Held::kept);
                         });
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto socket = opened(gateway);
  socket->on_open(std::make_shared<Line>());
  while (!input.empty()) {
    const std::string_view frame = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), frame.size() + 1));
    const std::size_t before = letters + desk.taken;
    const std::uint64_t aside = gateway.traffic().not_for_us;
    socket->on_text(std::string(frame));
    const std::size_t became = letters + desk.taken - before;
    ENSURE(became <= 1);
    // What is neither a message, nor kept, nor none of our business, is what came of an action.
    if (became == 0 && gateway.traffic().not_for_us == aside) {
      ENSURE(frame.find("status") != std::string_view::npos ||
             frame.find('\\') != std::string_view::npos);
    }
  }
  socket->on_closed();
  return 0;
}
