#include "adapters/intake/admit.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/ensure.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/number.hpp"

namespace adapters::intake {

using engine::schema::Object;
using engine::schema::Schema;
using engine::schema::Value;
using engine::writer::Step;

namespace {

constexpr std::size_t account_bytes_max = 256, phone_bytes_max = 64, group_bytes_max = 128;

// What a channel is called where issues are told apart by it.
std::string issue_channel(const std::string& channel) {
  if (channel == "onebot") return "qq";
  for (const char* same : {"hotline", "wecom", "wechat", "qq", "open311"}) {
    if (channel == same) return channel;
  }
  return "other";
}

bool has(const Object& members, std::string_view name) {
  return std::any_of(members.begin(), members.end(),
                     [&](const auto& each) { return each.first == name; });
}

void offer(Object& members, const char* name, const std::string& text, std::size_t bytes_max) {
  if (text.empty() || text.size() > bytes_max || has(members, name)) return;
  members.emplace_back(name, text);
}

std::string text_in(const Object& members, std::string_view name) {
  for (const auto& [key, value] : members) {
    if (key == name && value.string() != nullptr) return *value.string();
  }
  return {};
}

void add(Asked& asked, const Schema& schema, const char* verb, engine::StreamId stream,
         Object members) {
  const auto& table = *schema.by_verb(verb);
  auto made = schema.compose(table, Value(std::move(members)));
  for (auto& flaw : made.flaws) asked.flaws.push_back(std::move(flaw));
  if (!made.composed) return;
  Step& step = asked.steps.emplace_back();
  step.workflow = stream.workflow;
  step.stream = stream;
  step.verb = table.type;
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  step.codes = std::move(made.composed->codes);
}

engine::StreamId stream_of(std::uint64_t letter) {
  return {workflows::intake::workflow_id, letter};
}

}  // namespace

Asked admission(std::uint64_t letter, const Offered& offered, Object members) {
  Asked out;
  Object own{{"issue", "1"}};  // known to nobody before the engine names it
  const auto note = std::find_if(members.begin(), members.end(),
                                 [](const auto& each) { return each.first == "note"; });
  if (note != members.end()) {
    own.push_back(std::move(*note));
    members.erase(note);
  }
  offer(members, "text", offered.said, engine::writer::payload_bytes_max);
  offer(members, "channel", issue_channel(offered.channel), group_bytes_max);
  const bool call = offered.channel == "hotline";
  if (!has(members, "phone") && !has(members, "account")) {
    offer(members, call ? "phone" : "account", offered.account,
          call ? phone_bytes_max : account_bytes_max);
  }
  if (!call) offer(members, "group", offered.group, group_bytes_max);
  const std::string phone = text_in(members, "phone");
  const std::string person = phone.empty() ? text_in(members, "account") : phone;
  add(out, workflows::issue::schema(), "report", {workflows::issue::workflow_id, 0},
      std::move(members));
  const auto& letters = workflows::intake::schema();
  add(out, letters, "admit_letter", stream_of(letter), std::move(own));
  if (!out.flaws.empty()) {
    out.steps.clear();
    return out;
  }
  out.steps.front().person = person;
  Step& admit = out.steps.back();
  admit.first_number_at = letters.place_of(*letters.by_verb("admit_letter"), admit.body, "issue");
  ENSURE(admit.first_number_at.has_value());
  return out;
}

Asked admitted_as(std::uint64_t letter, std::uint64_t issue) {
  Asked out;
  add(out, workflows::intake::schema(), "admit_letter", stream_of(letter),
      {{"issue", workflows::issue::format_number(issue == 0 ? 1 : issue)}});
  return out;
}

void drop_consequences(engine::writer::Refusal& refusal) {
  if (refusal.step != 0) return;
  std::erase_if(refusal.also, [](const engine::writer::Refusal& each) {
    return each.stream.workflow == workflows::intake::workflow_id && each.pointer == "/issue";
  });
}

Asked dismissal(std::uint64_t letter, Object members) {
  Asked out;
  add(out, workflows::intake::schema(), "drop_letter", stream_of(letter), std::move(members));
  return out;
}

}  // namespace adapters::intake
