// Any bytes as what somebody says in a chat: something is made of it, and what is taken for a
// report is every word of it.
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/chat/command.hpp"
#include "adapters/chat/grammar.hpp"
#include "adapters/chat/words.hpp"
#include "engine/core/ensure.hpp"
#include "engine/schema/text.hpp"
#include "tests/support/fuzz_seeds.hpp"
#include "workflows/issue/number.hpp"

using namespace adapters::chat;

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  const std::string number =
      workflows::issue::format_number(workflows::issue::make_number({26, 11, 1}));
  return support::begin_fuzzing_with(
      {"四和 锦绣路18号路灯不亮", "7171 进度 " + number, "补充" + number + "：昨晚又坏了",
       "撤回 " + number + " 修好了", "满意5 " + number, "满意5" + number,
       "不满意 " + number + " 没人来", "办结 " + number + " 已解决 换了灯泡", "认领" + number,
       "受理 " + number + " 路灯", "帮助"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* prefix : {"四和", "7171"}) {
    const Prefix behind = behind_prefix(text, prefix);
    ENSURE(!behind.found || (behind.rest.size() < text.size() && text.ends_with(behind.rest)));
  }
  for (const bool attached : {false, true}) {
    const Intent intent = parse(text, attached);
    if (const auto* report = std::get_if<Report>(&intent)) {
      const std::size_t at = text.find(report->text);
      ENSURE(at != std::string_view::npos);
      // What is left out around it are blanks: they make no report of their own.
      ENSURE(std::holds_alternative<Unclear>(parse(text.substr(0, at))));
      ENSURE(std::holds_alternative<Unclear>(parse(text.substr(at + report->text.size()))));
      ENSURE(engine::schema::text_flaw(clean(report->text)).empty());
    } else if (const auto* unclear = std::get_if<Unclear>(&intent)) {
      ENSURE(!words::question(*unclear).empty());
    } else {
      ENSURE(!words::done(intent, "林").empty());
    }
  }
  return 0;
}
