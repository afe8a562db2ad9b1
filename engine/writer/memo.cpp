#include "engine/writer/memo.hpp"

#include <algorithm>

#include "engine/core/big_endian.hpp"

namespace engine::writer {
namespace {

constexpr std::size_t first_at = sizeof(Fingerprint);
constexpr std::size_t last_at = first_at + 8;
constexpr std::size_t workflow_at = last_at + 8;
constexpr std::size_t number_at = workflow_at + 1;
constexpr std::size_t version_at = number_at + 8;
constexpr std::size_t stage_at = version_at + 4;
constexpr std::size_t memo_bytes = stage_at + 1;

// Lengths go before the parts, so that no two submissions give the same text.
void put_part(std::string& out, std::string_view part) {
  put_big_endian(out, static_cast<std::uint64_t>(part.size()));
  out.append(part);
}

}  // namespace

Fingerprint fingerprint(const Submission& submission, const keys::Vault& vault) {
  // Not a telephone number, so the key store's keyed hash takes it as it is.
  std::string all = "asked:";
  for (const Step& step : submission.steps) {
    if (step.consequence) continue;
    all.push_back(static_cast<char>(step.workflow.value));
    put_big_endian(all, step.verb.value);
    put_big_endian(all, step.stream.number);
    put_big_endian(all, step.occurred_at ? static_cast<std::uint64_t>(to_ms(*step.occurred_at))
                                         : std::uint64_t{0});
    put_part(all, step.body);
    for (const PersonalField& each : step.personal) {
      put_part(all, each.field);
      put_part(all, each.words);
    }
    put_part(all, step.person);
  }
  return vault.person_id(all);
}

std::string encode_memo(const Memo& memo) {
  std::string out(reinterpret_cast<const char*>(memo.asked.data()), memo.asked.size());
  out.reserve(memo_bytes);
  put_big_endian(out, memo.answer.first.value);
  put_big_endian(out, memo.answer.last.value);
  out.push_back(static_cast<char>(memo.answer.stream.workflow.value));
  put_big_endian(out, memo.answer.stream.number);
  put_big_endian(out, memo.answer.version.value);
  out.push_back(static_cast<char>(memo.answer.stage));
  return out;
}

Result<Memo> decode_memo(std::string_view bytes) {
  if (bytes.size() != memo_bytes) {
    return Error{Fault::corrupt, "what a command left behind has " + std::to_string(bytes.size()) +
                                     " bytes instead of " + std::to_string(memo_bytes)};
  }
  Memo memo;
  std::copy_n(bytes.begin(), memo.asked.size(), memo.asked.begin());
  memo.answer.first = Position{get_big_endian<std::uint64_t>(bytes.substr(first_at))};
  memo.answer.last = Position{get_big_endian<std::uint64_t>(bytes.substr(last_at))};
  memo.answer.stream.workflow = WorkflowId{static_cast<std::uint8_t>(bytes[workflow_at])};
  memo.answer.stream.number = get_big_endian<std::uint64_t>(bytes.substr(number_at));
  memo.answer.version = Version{get_big_endian<std::uint32_t>(bytes.substr(version_at))};
  memo.answer.stage = static_cast<std::uint8_t>(bytes[stage_at]);
  return memo;
}

}  // namespace engine::writer
