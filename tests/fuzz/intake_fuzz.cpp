// Any letter is kept, comes back as it came or says that it was cut, and any body of a decision on
// it is refused with a reason or makes an issue of it. Lines: channel, path, query, header,
// account, the decision's body, and all that follows is the letter's body.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/intake/admit.hpp"
#include "adapters/intake/held_letter.hpp"
#include "adapters/intake/office.hpp"
#include "adapters/json/json.hpp"
#include "engine/core/ensure.hpp"
#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/writer/writer.hpp"
#include "tests/support/fuzz_seeds.hpp"
#include "tests/support/held_letters.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"

using namespace adapters::intake;

namespace {

struct Kept {
  std::unique_ptr<engine::log::EventLog> log = engine::log::memory_log();
  std::unique_ptr<engine::keys::Vault> vault = engine::keys::memory_vault();
  std::unique_ptr<workflows::directory::DirectoryWorkflow> directory =
      workflows::directory::make_directory_workflow();
  std::unique_ptr<engine::writer::Workflow> issues = workflows::issue::make_issue_workflow();
  std::unique_ptr<engine::writer::Workflow> letters =
      workflows::intake::make_intake_workflow(workflows::issue::workflow_id);
  engine::writer::Writer writer{
      *log, *vault, {issues.get(), letters.get(), directory.get()}, *directory, [] {
        return engine::from_ms(1'700'000'000'000);
      }};
  Office office{writer, [] { return engine::from_ms(1'700'000'000'000); }};

  Kept() { writer.start().value(); }
  ~Kept() { writer.stop(); }
};

Letter letter_of(std::string_view input, std::string& decision) {
  const auto line = [&] {
    const std::string_view out = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), out.size() + 1));
    return std::string(out);
  };
  Letter out;
  out.channel = line();
  out.reason = static_cast<Reason>(input.size() % 5);
  if (out.reason == Reason::unverified) out.reason = Reason::unreadable;  // of those few are kept
  out.path = line();
  out.query.emplace_back("q", line());
  out.headers.emplace_back("Content-Type", line());
  out.account = line();
  decision = line();
  out.detail = out.path;
  out.said = input.substr(0, input.size() / 2);
  out.body = input.substr(0, letter_bytes_max);
  return out;
}

void check(Kept& kept, std::string_view input) {
  std::string decision;
  const Letter letter = letter_of(input, decision);
  const engine::Position before = kept.log->last();
  ENSURE(support::hold(kept.office, letter) == Held::kept);
  if (kept.log->last() == before) return;  // it had come before
  std::uint64_t number = 0;
  kept.log
      ->read(before, kept.log->last(),
             [&](engine::Position, std::string_view bytes) {
               number = engine::log::RecordView(bytes).stream().number;
               return true;
             })
      .value();
  const auto back = read_letter(*kept.log, *kept.vault, number);
  ENSURE(!back || (back->body == letter.body && back->reason == letter.reason));
  ENSURE(back || !back.error().detail.empty());
  const auto offered = offered_by(*kept.log, *kept.vault, number).value();
  const auto body = adapters::json::parse(decision);
  if (!body || body->object() == nullptr) return;
  for (const Asked& asked :
       {admission(number, offered, *body->object()), dismissal(number, *body->object())}) {
    ENSURE(asked.steps.empty() != asked.flaws.empty());
    for (const auto& flaw : asked.flaws) ENSURE(!flaw.detail.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  return support::begin_fuzzing_with(
      {"wecom\n/wecom/callback\nx\ntext/xml\nlin\n{\"area\":\"T1\"}\n<xml><Encrypt/></xml>",
       "qq\n/onebot\n\napplication/json\n2\n{\"text\":\"灯\",\"note\":\"n\"}\n{\"message\":\"灯\"}",
       "hotline\n/v1/hotline/calls\n\n\n138\n{\"reason\":\"spam\"}\n\xff\xfe\x01",
       std::string("open311\n/open311\n\n\n\n{}\n") + std::string(5'000, 'x')},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto kept = std::make_unique<Kept>();
  static std::size_t asked = 0;
  // The log only grows, so it is begun anew now and then.
  if (++asked % 5'000 == 0) {
    kept.reset();
    kept = std::make_unique<Kept>();
  }
  check(*kept, {reinterpret_cast<const char*>(data), size});
  return 0;
}
