// The timeline as values with stable names.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/core/rfc3339.hpp"
#include "engine/schema/schema.hpp"
#include "workflows/issue/timeline.hpp"

namespace workflows::issue {

using engine::Instant;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

namespace {

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value time_or_null(std::int64_t ms, int offset_minutes) {
  return ms == 0 ? Value() : Value(engine::format_rfc3339(engine::from_ms(ms), offset_minutes));
}

Value choice_or_null(const char* name, bool given) { return given ? Value(name) : Value(); }

std::int64_t whole(std::uint64_t number) { return static_cast<std::int64_t>(number); }

void put_times(const fb::Marks& marks, int offset_minutes, Object& out) {
  const auto put = [&](const char* name, std::int64_t ms) {
    out.emplace_back(name, time_or_null(ms, offset_minutes));
  };
  put("due_at", marks.due_at());
  put("accept_due_at", marks.accept_due_at());
  put("sign_due_at", marks.sign_due_at());
  put("follow_up_due_at", marks.follow_up_due_at());
  put("opened_at", marks.opened_at());
  put("accepted_at", marks.accepted_at());
  put("handed_over_at", marks.handed_over_at());
  put("signed_at", marks.signed_at());
  put("resolved_at", marks.resolved_at());
  put("followed_up_at", marks.followed_up_at());
  put("ended_at", marks.ended_at());
  put("stage_since", marks.stage_since());
}

void put_counts(const fb::Marks& marks, Object& out) {
  const auto put = [&](const char* name, std::uint16_t count) {
    out.emplace_back(name, std::int64_t{count});
  };
  put("returns", marks.returns());
  put("reworks", marks.reworks());
  put("reopens", marks.reopens());
  put("urges", marks.urges());
  put("supervisions", marks.supervisions());
  put("escalations", marks.escalations());
  put("hand_overs", marks.hand_overs());
  put("consultations", marks.consultations());
  put("negotiations", marks.negotiations());
}

}  // namespace

Object show_state(const IssueState& state, int offset_minutes) {
  const fb::Marks& marks = state.marks;
  const auto stage = static_cast<std::uint8_t>(marks.stage());
  Object out{{"number", format_number(state.number)},
             {"version", whole(state.version.value)},
             {"position", whole(state.position.value)},
             {"stage", stage_name(stage)},
             {"stage_zh", stage_name_zh(stage)},
             {"supervision", fb::EnumNameSupervision(marks.supervision())},
             {"level", fb::EnumNameLevel(marks.level())},
             {"area", text_or_null(state.dims.area)},
             {"category", text_or_null(state.dims.category)},
             {"channel", text_or_null(state.dims.channel)},
             {"department", text_or_null(state.dims.department)},
             {"title", text_or_null(state.title)},
             {"text", text_or_null(state.text)},
             {"emergency", state.emergency},
             {"external_id", text_or_null(state.external_id)},
             {"latitude", state.latitude ? Value(*state.latitude) : Value()},
             {"longitude", state.longitude ? Value(*state.longitude) : Value()},
             {"reporter", state.reporter},
             {"liaison", text_or_null(state.liaison)}};
  List units(state.co_units.begin(), state.co_units.end());
  out.emplace_back("co_units", std::move(units));
  out.emplace_back("outcome", choice_or_null(fb::EnumNameOutcome(marks.outcome()),
                                             marks.outcome() != fb::Outcome::none));
  out.emplace_back("reply", text_or_null(state.reply));
  out.emplace_back("reached", choice_or_null(fb::EnumNameAnswer(marks.reached()),
                                             marks.reached() != fb::Answer::unknown));
  out.emplace_back("solved", choice_or_null(fb::EnumNameAnswer(marks.solved()),
                                            marks.solved() != fb::Answer::unknown));
  out.emplace_back("satisfaction",
                   marks.satisfaction() == 0 ? Value() : Value(std::int64_t{marks.satisfaction()}));
  put_times(marks, offset_minutes, out);
  out.emplace_back("changed_at", time_or_null(engine::to_ms(state.changed_at), offset_minutes));
  put_counts(marks, out);
  out.emplace_back("extension_pending", marks.extension_pending());
  out.emplace_back("merged_into",
                   marks.merged_into() == 0 ? Value() : Value(format_number(marks.merged_into())));
  List absorbed;
  for (const std::uint64_t number : state.absorbed) absorbed.emplace_back(format_number(number));
  out.emplace_back("absorbed", std::move(absorbed));
  out.emplace_back("corrections", state.corrections);
  return out;
}

Object show_step(const TimelineStep& step, int offset_minutes) {
  const auto time = [&](Instant t) { return time_or_null(engine::to_ms(t), offset_minutes); };
  Object out{{"position", whole(step.position.value)},
             {"version", whole(step.version.value)},
             {"fact", step.fact},
             {"fact_zh", fact_name_zh(step.fact)},
             {"occurred_at", time(step.occurred_at)},
             {"recorded_at", time(step.recorded_at)},
             {"actor", step.actor},
             {"on_behalf_of", text_or_null(step.on_behalf_of)},
             {"stage_before", stage_name(step.stage_before)},
             {"stage_after", stage_name(step.stage_after)},
             {"since_last_s", static_cast<double>(step.since_last.count()) / 1000.0},
             {"due_at", time(step.due_at)},
             {"source", text_or_null(step.source)},
             {"command_id", text_or_null(step.command_id)},
             {"details", step.details}};
  List corrections;
  for (const auto& each : step.corrections) {
    Object correction{{"field", each.field}, {"is", each.is}, {"version", whole(each.by.value)}};
    if (!each.code.empty()) correction.emplace_back("code", each.code);
    corrections.emplace_back(std::move(correction));
  }
  out.emplace_back("corrections", std::move(corrections));
  return out;
}

std::string fact_name_zh(std::string_view fact) {
  const engine::schema::Table* table = schema().by_fact(fact);
  if (table == nullptr) return std::string(fact);
  const std::size_t begin = table->doc.find_first_not_of(' ');
  const std::size_t end = table->doc.find_first_of(":.,;", begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos || end == begin) {
    return std::string(fact);
  }
  return table->doc.substr(begin, end - begin);
}

}  // namespace workflows::issue
