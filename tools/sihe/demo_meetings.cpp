#include "tools/sihe/demo_meetings.hpp"

#include <utility>
#include <variant>

#include "adapters/http/meeting_document.hpp"
#include "workflows/issue/number.hpp"
#include "workflows/meeting/asks.hpp"

namespace tools::demo {

namespace meeting = workflows::meeting;
using engine::Error;
using engine::Fault;
using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

namespace {

meeting::fb::Kind kind_of(std::string_view verb) {
  return verb.ends_with("consultation") ? meeting::fb::Kind::consultation
                                        : meeting::fb::Kind::negotiation;
}

Object called(const Act& act, std::uint64_t issue, const std::string& area) {
  Object out{{"kind", meeting::kind_name(kind_of(act.verb))},
             {"area", area},
             {"chair", act.actor.name},
             {"agenda", List{workflows::issue::format_number(issue)}}};
  for (const auto& member : act.body) out.push_back(member);
  return out;
}

Object held(const Act& act, std::uint64_t issue) {
  Object concluded{{"issue", workflows::issue::format_number(issue)}};
  for (const auto& [name, value] : act.body) {
    concluded.emplace_back(name == "minutes" ? "next_step" : name, value);
  }
  return {{"conclusions", List{Value(std::move(concluded))}},
          {"attendees", List{act.actor.name}},
          {"minutes", "到会人员逐一发表意见，形成结论。"}};
}

// As it stands when it is held. Nothing more of it is looked at.
meeting::fb::Marks marks_of(meeting::fb::Kind kind) {
  return {0, 0, 0, 0, 0, 0, kind, meeting::fb::Stage::none};
}

}  // namespace

bool is_of_meeting(std::string_view verb) {
  return verb.ends_with("_consultation") || verb.ends_with("_negotiation");
}

bool calls_meeting(std::string_view verb) {
  return is_of_meeting(verb) && verb.starts_with("call_");
}

Result<std::vector<engine::writer::Step>> meeting_steps(const Act& act, std::uint64_t issue,
                                                        std::uint64_t number,
                                                        const std::string& area) {
  const bool calls = calls_meeting(act.verb);
  const auto& schema = meeting::schema();
  const auto& table = *schema.by_verb(calls ? "call_meeting" : "hold_meeting");
  auto made = schema.compose(table, Value(calls ? called(act, issue, area) : held(act, issue)));
  if (!made.composed) {
    const auto& flaw = made.flaws.front();
    return Error{Fault::invalid, flaw.pointer + " " + flaw.detail};
  }
  engine::writer::Step own;
  own.workflow = meeting::workflow_id;
  own.stream = {own.workflow, number};
  own.verb = table.type;
  own.occurred_at = act.at;
  own.body = std::move(made.composed->body);
  own.personal = std::move(made.composed->personal);
  own.codes = std::move(made.composed->codes);
  auto planned =
      meeting::plan(std::move(own), marks_of(kind_of(act.verb)),
                    adapters::http::issues_of_meetings(), adapters::http::look_at_nothing());
  if (!planned) return planned.error();
  if (auto* refusal = std::get_if<engine::writer::Refusal>(&*planned)) {
    return Error{Fault::invalid, refusal->detail};
  }
  return std::move(std::get<meeting::Plan>(*planned).steps);
}

}  // namespace tools::demo
