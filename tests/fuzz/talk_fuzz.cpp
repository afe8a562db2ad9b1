// Any talk, a message a line, with the service on a log in memory: each is answered once, in clean
// text, and a report becomes one issue. The first character of a line says who says it, and where.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/core/ensure.hpp"
#include "engine/schema/text.hpp"
#include "tests/support/chat_service.hpp"
#include "tests/support/fuzz_seeds.hpp"

using adapters::chat::Heard;
using adapters::chat::Message;
using support::ChatService;

namespace {

// Lines may speak of the first issue.
constexpr std::string_view number_mark = "#";

struct Talking {
  ChatService service;
  std::string number = service.reported();
};

Message message_of(Talking& talking, std::string_view line) {
  const auto who = static_cast<unsigned char>(line.front());
  std::string text(line.substr(1));
  if (const std::size_t at = text.find(number_mark); at != std::string::npos) {
    text.replace(at, number_mark.size(), talking.number);
  }
  constexpr const char* accounts[]{"chen", "lin", "zhou", "deng"};
  constexpr const char* groups[]{"100", "200", "300", "", "999"};
  const bool wecom = who % 4 >= 2;
  Message out = talking.service.message(std::move(text), accounts[who % 4], groups[who / 4 % 5],
                                        wecom ? "wecom" : "qq");
  if (who % 7 == 0) out.pictures.push_back("https://x/" + out.text);
  if (who % 11 == 0) out.place = {27.9, 120.6, out.text};
  if (who % 5 == 0) out.name = out.text;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  return support::begin_fuzzing_with(
      {"P锦绣路18号路灯不亮\nP进度 #\nP补充 # 昨晚又坏了",
       "Q受理 # 路灯\nQ认领 #\nQ办结 # 已解决 换了", "P满意5 #\nP不满意 # 没人来\nP撤回 # 修好了",
       "Q会诊 #\nP帮助\nP四和", "S受理 #\nW办结 # 已解释"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto talking = std::make_unique<Talking>();
  static std::size_t asked = 0;
  // The log only grows, so it is begun anew now and then.
  if (++asked % 2'000 == 0) {
    talking.reset();
    talking = std::make_unique<Talking>();
  }
  std::string_view input(reinterpret_cast<const char*>(data), size);
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
    if (line.empty()) continue;
    const Message message = message_of(*talking, line);
    const auto answer = talking->service.take(message);
    ENSURE(answer.heard != Heard::later && answer.heard != Heard::not_for_us);
    ENSURE(!answer.text.empty() && engine::schema::text_flaw(answer.text).empty());
    // Of what is kept for a person, whoever keeps it knows the repeat.
    const Heard again = talking->service.take(message).heard;
    ENSURE(again == Heard::repeat || (again == Heard::held && answer.heard == Heard::held));
  }
  return 0;
}
