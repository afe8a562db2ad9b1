#include "workflows/issue/refusal.hpp"

#include <array>
#include <string>
#include <utility>

#include "engine/core/rfc3339.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/timeline.hpp"

namespace workflows::issue {

using engine::FactType;
using engine::writer::Refusal;

namespace {

constexpr std::size_t nearest_max = 5;

// What follows "an issue that is … cannot", by fact type.
constexpr std::array verb_phrases{
    "",
    "be reported again",
    "be supplemented",
    "be accepted",
    "be declined",
    "be withdrawn",
    "be merged",
    "be unmerged",
    "be claimed",
    "be released",
    "be called to a consultation",
    "have a consultation held",
    "be handed over",
    "be signed for",
    "be returned",
    "be reassigned",
    "get a co-unit",
    "be called to a negotiation",
    "have a negotiation held",
    "have progress noted",
    "have an extension requested",
    "have an extension granted",
    "have an extension refused",
    "be paused",
    "be resumed",
    "be resolved",
    "be followed up",
    "be reworked",
    "be closed",
    "be reopened",
    "be urged",
    "be supervised",
    "be escalated",
    "be given this deadline",
    "have its deadline missed",
    "be corrected",
    "be warned of its deadline",
    "have its meeting called off",
};
static_assert(verb_phrases.size() == static_cast<std::size_t>(fb::Fact::MAX) + 1);

std::string in_words(std::string name) {
  for (char& c : name) {
    if (c == '_') c = ' ';
  }
  return name;
}

std::string stage_in_words(std::uint8_t stage) {
  return in_words(stage_name(stage)) + " " + stage_name_zh(stage);
}

// "be closed 归档"
std::string done(FactType type) {
  return std::string(verb_phrases[type.value]) + " " + fact_name_zh(schema().by_type(type)->fact);
}

std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

Refusal refusal(const Asked& asked, const char* code) {
  Refusal out;
  out.code = code;
  out.stage = static_cast<std::uint8_t>(asked.marks.stage());
  out.allowed = allowed_at(out.stage);
  out.stream = asked.step.stream;
  return out;
}

constexpr Condition no_rule_named{"no_rule_named", "/rule",
                                  "a rule is named only by what it brings about itself: say why "
                                  "with reason",
                                  "规则只能由系统注明，请填写理由"};
constexpr Condition no_policy_named{"no_policy_named", "/policy",
                                    "a policy and its calendar are named only by the deadlines "
                                    "that they set themselves",
                                    "政策与日历只能由系统注明"};

bool names(const flatbuffers::String* text) { return text != nullptr && text->size() != 0; }

// What of the body only the engine says; nullptr: nothing.
const Condition* said_by_the_engine(FactType type, const std::string& body) {
  if (type.value == static_cast<std::uint16_t>(fb::Fact::Escalated)) {
    const auto& fact = *flatbuffers::GetRoot<fb::Escalated>(body.data());
    return names(fact.rule()) ? &no_rule_named : nullptr;
  }
  if (type.value == static_cast<std::uint16_t>(fb::Fact::DeadlineSet)) {
    const auto& fact = *flatbuffers::GetRoot<fb::DeadlineSet>(body.data());
    return names(fact.policy()) || names(fact.calendar()) ? &no_policy_named : nullptr;
  }
  return nullptr;
}

}  // namespace

Refusal not_at_this_stage(const Asked& asked, FactType type, bool half) {
  Refusal out = refusal(asked, "not_at_this_stage");
  const std::string stage = stage_in_words(out.stage);
  if (half) {
    out.detail =
        "The other issue is " + stage + ": nothing can be " +
        (type.value == static_cast<std::uint16_t>(fb::Fact::Merged) ? "merged into it 并入."
                                                                    : "unmerged from it 撤销并案.");
    return out;
  }
  out.detail = "An issue that is " + stage + " cannot " + done(type);
  out.detail += out.allowed.empty() ? "." : "; possible now: " + list(out.allowed) + ".";
  return out;
}

Refusal condition_not_met(const Asked& asked, FactType type) {
  Refusal out = refusal(asked, "condition_not_met");
  const Condition* why = asked.unmet != nullptr ? asked.unmet : asked.not_chosen;
  out.detail =
      "An issue that is " + stage_in_words(out.stage) + " cannot " + done(type) + " like this";
  if (why != nullptr) {
    out.detail += std::string(": ") + why->en + " " + why->zh;
    out.pointer = why->pointer;
  }
  out.detail += ".";
  return out;
}

std::optional<Refusal> in_a_rules_name(const Asked& asked, FactType type) {
  if (asked.step.consequence) return std::nullopt;
  const Condition* said = said_by_the_engine(type, asked.step.body);
  if (said == nullptr) return std::nullopt;
  Asked again = asked;
  again.unmet = said;
  return condition_not_met(again, type);
}

Refusal not_found(const engine::StreamId& stream, const char* pointer) {
  Refusal out;
  out.code = "not_found";
  out.detail = "There is no issue " + format_number(stream.number) +
               " 无此诉求; an issue begins with report.";
  out.pointer = pointer;
  out.allowed = allowed_at(0);
  out.stream = stream;
  return out;
}

Refusal too_early(const engine::StreamId& stream, const engine::writer::StreamState& state,
                  engine::Instant asked) {
  Refusal out;
  out.code = "too_early";
  out.detail = "It cannot have happened at " +
               engine::format_rfc3339(asked, engine::offset_minutes_default) +
               ": the last fact of issue " + format_number(stream.number) + " happened at " +
               engine::format_rfc3339(state.occurred_at, engine::offset_minutes_default) +
               " 时间早于上一条记录.";
  out.stage = state.stage;
  out.allowed = allowed_at(out.stage);
  out.stream = stream;
  return out;
}

Refusal unknown_code(const Asked& asked, std::string_view kind, std::string_view code) {
  Refusal out = refusal(asked, "unknown_code");
  out.allowed = asked.desk.codes == nullptr ? std::vector<std::string>{}
                                            : asked.desk.codes->nearest(kind, code, nearest_max);
  out.detail = "unknown " + std::string(kind) + " code '" + std::string(code) + "'";
  if (!out.allowed.empty()) out.detail += "; nearest: " + list(out.allowed);
  out.pointer = "/code";
  return out;
}

Refusal no_number() {
  Refusal out;
  out.code = "no_number";
  out.detail = "The issue numbers of that year are used up 该年度编号已用完.";
  return out;
}

Refusal unknown_command(FactType type) {
  Refusal out;
  out.code = "unknown_command";
  out.detail = "There is no command number " + std::to_string(type.value) + " for an issue.";
  return out;
}

}  // namespace workflows::issue
