#include "adapters/http/meeting_document.hpp"

#include <utility>

#include "workflows/issue/calls.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/meeting/history.hpp"

namespace adapters::http {

namespace issue = workflows::issue;
namespace meeting = workflows::meeting;
using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using workflows::directory::Tree;

namespace {

Value name_of(const Tree& tree, std::string_view kind, const Value* code) {
  const auto* text = code == nullptr ? nullptr : code->string();
  const auto* entry = text == nullptr ? nullptr : tree.find(kind, *text);
  return entry == nullptr ? Value() : Value(entry->name);
}

Value names_of(const Tree& tree, const Value* codes) {
  if (codes == nullptr || codes->list() == nullptr) return {};
  List out;
  for (const Value& code : *codes->list()) {
    Value name = name_of(tree, "department", &code);
    out.push_back(name == Value() ? code : std::move(name));
  }
  return out;
}

const Value* member(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

// What this meeting wrote into the issue as the next step: the words lie with the issue's own.
Value next_step(const issue::Timeline& timeline, std::uint64_t meeting) {
  for (const auto& step : timeline.steps) {
    const Value* number = member(step.details, "meeting");
    if (number == nullptr || !(*number == Value(static_cast<std::int64_t>(meeting)))) continue;
    const bool gives = step.fact == "handed_over" || step.fact.ends_with("_held");
    const Value* words = member(step.details, step.fact == "handed_over" ? "note" : "minutes");
    if (gives && words != nullptr) return *words;
  }
  return {};
}

Object agenda_item(const Object& said, std::uint64_t number, const MeetingSources& sources,
                   const issue::Timeline* timeline) {
  const Tree& tree = sources.tree;
  Object out = said;
  if (const Value* conclusion = member(said, "conclusion")) {
    out.emplace_back("conclusion_zh", meeting::conclusion_name_zh(*conclusion->string()));
    out.emplace_back("department_name", name_of(tree, "department", member(said, "department")));
    out.emplace_back("co_units_names", names_of(tree, member(said, "co_units")));
  }
  const bool seen = timeline != nullptr && sources.may_see(timeline->state.dims.area);
  if (!seen) {
    out.emplace_back("title", Object{{"withheld", Value(true)}});
    return out;
  }
  const auto stage = static_cast<std::uint8_t>(timeline->state.marks.stage());
  const Value area(timeline->state.dims.area);
  out.emplace_back("title", timeline->state.title);
  out.emplace_back("stage", issue::stage_name(stage));
  out.emplace_back("stage_zh", issue::stage_name_zh(stage));
  out.emplace_back("area", area);
  out.emplace_back("area_name", name_of(tree, "area", &area));
  out.emplace_back("next_step", next_step(*timeline, number));
  return out;
}

}  // namespace

const meeting::Issues& issues_of_meetings() {
  static const meeting::Issues issues{issue::workflow_id, issue::schema()};
  return issues;
}

meeting::Look look_at_issues(const engine::log::LogReader& log) {
  return [&log](std::uint64_t number) -> Result<meeting::OnAgenda> {
    const auto seen = issue::read_call(log, number);
    if (!seen) return seen.error();
    return meeting::OnAgenda{seen->version, issue::stage_name(seen->stage), seen->meeting};
  };
}

meeting::Look look_at_nothing() {
  return [](std::uint64_t) -> Result<meeting::OnAgenda> { return meeting::OnAgenda{}; };
}

Result<Object> meeting_document(const MeetingSources& sources, std::uint64_t number) {
  const auto history =
      meeting::read_history(sources.log, number, sources.words, {}, sources.offset_minutes);
  if (!history) return history.error();
  Object out = meeting::show_state(*history, sources.offset_minutes);
  for (auto& [name, value] : out) {
    if (name != "agenda") continue;
    List items;
    for (const Value& each : *value.list()) {
      const Object& said = *each.object();
      const auto issue_number = issue::parse_number(*member(said, "issue")->string());
      auto timeline =
          issue_number
              ? issue::read_timeline(sources.log, *issue_number, sources.words, {},
                                     sources.offset_minutes)
              : Result<issue::Timeline>(engine::Error{engine::Fault::not_found, "no issue number"});
      items.emplace_back(
          agenda_item(said, number, sources, timeline.has_value() ? &*timeline : nullptr));
    }
    value = std::move(items);
  }
  out.emplace_back("area_name", name_of(sources.tree, "area", member(out, "area")));
  out.emplace_back("units_names", names_of(sources.tree, member(out, "units")));
  return out;
}

}  // namespace adapters::http
