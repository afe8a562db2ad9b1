#include "adapters/http/openapi_schemas.hpp"

#include <string>
#include <utility>

#include "adapters/http/openapi_shapes.hpp"
#include "workflows/issue/figures.hpp"

namespace adapters::http {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

namespace {

using namespace shapes;

Object problem() {
  Object error{
      {"type", "object"},
      {"properties",
       Object{{"pointer", text()}, {"parameter", text()}, {"header", text()}, {"detail", text()}}},
      {"required", List{"detail"}}};
  Object members{{"type", text()},
                 {"title", text()},
                 {"title_zh", text()},
                 {"status", count()},
                 {"code", text()},
                 {"detail", text()},
                 {"instance", text()},
                 {"errors", list_of(std::move(error))},
                 {"allowed", list_of(text())},
                 {"issue", text()},
                 {"meeting", text()},
                 {"letter", text()},
                 {"refused", list_of(any())},
                 {"stage", text()},
                 {"stage_zh", text()},
                 {"expected", count()},
                 {"actual", count()},
                 {"since", list_of(to("Step"))}};
  List required{"type", "title", "status", "code", "detail", "instance"};
  return {
      {"type", "object"}, {"properties", std::move(members)}, {"required", std::move(required)}};
}

Object step() {
  return object_of({{"position", count()},
                    {"version", count()},
                    {"fact", text()},
                    {"fact_zh", text()},
                    {"occurred_at", time()},
                    {"recorded_at", time()},
                    {"actor", text()},
                    {"on_behalf_of", or_null(text())},
                    {"stage_before", text()},
                    {"stage_after", text()},
                    {"since_last_s", Object{{"type", "number"}}},
                    {"due_at", or_null(time())},
                    {"source", or_null(text())},
                    {"command_id", or_null(text())},
                    {"details", any()},
                    {"corrections", list_of(any())}});
}

Object item() {
  return object_of({{"number", text()},
                    {"title", words()},
                    {"stage", text()},
                    {"stage_zh", text()},
                    {"supervision", text()},
                    {"level", text()},
                    {"open", flag()},
                    {"channel", or_null(text())},
                    {"area", or_null(text())},
                    {"area_name", or_null(text())},
                    {"category", or_null(text())},
                    {"category_name", or_null(text())},
                    {"department", or_null(text())},
                    {"department_name", or_null(text())},
                    {"opened_at", or_null(time())},
                    {"changed_at", or_null(time())},
                    {"due_at", or_null(time())},
                    {"next_due_at", or_null(time())},
                    {"version", count()},
                    {"position", count()}});
}

// What an issue's document holds, beside what stands here, is told by the history's facts.
Object issue() {
  return object_of({{"number", text()},
                    {"version", count()},
                    {"position", count()},
                    {"stage", text()},
                    {"stage_zh", text()},
                    {"supervision", text()},
                    {"level", text()},
                    {"area", or_null(text())},
                    {"category", or_null(text())},
                    {"channel", or_null(text())},
                    {"department", or_null(text())},
                    {"title", words()},
                    {"text", words()},
                    {"reporter", any()},
                    {"outcome", or_null(text())},
                    {"reply", words()},
                    {"opened_at", or_null(time())},
                    {"due_at", or_null(time())},
                    {"changed_at", or_null(time())},
                    {"corrections", list_of(any())}});
}

Object meeting_recorded() {
  Object out = object_of({{"number", text()},
                          {"version", count()},
                          {"stage", text()},
                          {"stage_zh", text()},
                          {"position", count()}});
  // Issues of the agenda that nothing was written into.
  std::get<Object>(out[1].second.it).emplace_back("left_alone", list_of(text()));
  return out;
}

Object meeting_item() {
  return object_of({{"number", text()},
                    {"title", text()},
                    {"kind", text()},
                    {"kind_zh", text()},
                    {"stage", text()},
                    {"stage_zh", text()},
                    {"area", or_null(text())},
                    {"area_name", or_null(text())},
                    {"at", or_null(time())},
                    {"called_at", or_null(time())},
                    {"changed_at", or_null(time())},
                    {"version", count()},
                    {"position", count()}});
}

Object meeting() {
  return object_of({{"number", text()},
                    {"version", count()},
                    {"position", count()},
                    {"kind", text()},
                    {"kind_zh", text()},
                    {"stage", text()},
                    {"stage_zh", text()},
                    {"area", or_null(text())},
                    {"at", or_null(time())},
                    {"place", or_null(text())},
                    {"chair", or_null(text())},
                    {"called_at", or_null(time())},
                    {"held_at", or_null(time())},
                    {"ended_at", or_null(time())},
                    {"residents", words()},
                    {"minutes", words()},
                    {"cancelled_because", words()},
                    {"agenda", list_of(any())}});
}

Object figures() {
  Object out, rates;
  Object places;  // only where rows are places or months
  const Object number{{"type", List{"number", "null"}}};
  for (const auto& figure : workflows::issue::all_figures()) {
    if (figure.count != nullptr && figure.books == 0) {
      places.emplace_back(std::string(figure.name), Object{{"type", "integer"}});
    } else if (figure.count != nullptr) {
      out.emplace_back(std::string(figure.name), Object{{"type", "integer"}});
    }
    if (figure.part != nullptr) {
      rates.emplace_back(std::string(figure.name), object_of({{"k", count()},
                                                              {"n", count()},
                                                              {"value", number},
                                                              {"low", number},
                                                              {"high", number},
                                                              {"comparable", flag()}}));
    }
  }
  out.emplace_back("rates", object_of(std::move(rates)));
  Object span = object_of({{"n", count()},
                           {"median_s", number},
                           {"p90_s", number},
                           {"max_s", number},
                           {"sum_s", number}});
  // By the calendar in force, where there is one.
  std::get<Object>(span[1].second.it)
      .emplace_back(
          "working",
          object_of(
              {{"median_s", number}, {"p90_s", number}, {"max_s", number}, {"sum_s", number}}));
  out.emplace_back("times", Object{{"type", "object"}, {"additionalProperties", std::move(span)}});
  out = object_of(std::move(out));
  for (auto& [name, value] : out) {
    if (name != "properties") continue;
    auto& properties = std::get<Object>(value.it);
    for (auto& each : places) properties.push_back(std::move(each));
  }
  return out;
}

Object policy_applied() {
  const Object named = object_of({{"version", text()}, {"digest", text()}});
  return object_of({{"policy", named},
                    {"calendar", named},
                    {"issues", count()},
                    {"set", count()},
                    {"kept", count()},
                    {"by_hand", count()}});
}

Object entry() {
  Object out = object_of(
      {{"code", text()}, {"name", text()}, {"parent", or_null(text())}, {"retired", flag()}});
  std::get<Object>(out[1].second.it).emplace_back("level", text());
  std::get<Object>(out[1].second.it).emplace_back("pilot", flag());
  return out;
}

}  // namespace

Object document_schemas() {
  Object out{
      {"Problem", problem()},
      {"Recorded", object_of({{"number", text()},
                              {"version", count()},
                              {"stage", text()},
                              {"stage_zh", text()},
                              {"position", count()}})},
      {"EntryRecorded", object_of({{"kind", text()}, {"version", count()}, {"position", count()}})},
      {"Item", item()},
      {"Page",
       object_of(
           {{"items", list_of(to("Item"))}, {"next", or_null(text())}, {"position", count()}})},
      {"Issue", issue()},
      {"Step", step()},
      {"History", object_of({{"number", text()},
                             {"version", count()},
                             {"stage", text()},
                             {"stage_zh", text()},
                             {"position", count()},
                             {"steps", list_of(to("Step"))}})},
      {"MeetingRecorded", meeting_recorded()},
      {"MeetingPage",
       object_of(
           {{"items", list_of(meeting_item())}, {"next", or_null(text())}, {"position", count()}})},
      {"Meeting", meeting()},
      {"MeetingHistory", object_of({{"number", text()},
                                    {"version", count()},
                                    {"stage", text()},
                                    {"stage_zh", text()},
                                    {"position", count()},
                                    {"steps", list_of(any())}})},
      {"Entries", object_of({{"items", list_of(entry())}})},
      {"Figures", figures()},
      {"Statistics", object_of({{"position", count()},
                                {"at", time()},
                                {"rows", list_of(to("Figures"))},
                                {"total", to("Figures")}})},
      {"StatisticsIssues",
       object_of({{"position", count()},
                  {"at", time()},
                  {"figure", text()},
                  {"key", or_null(text())},
                  {"count", count()},
                  {"issues", list_of(object_of({{"number", text()}, {"times", count()}}))}})},
      {"PolicyApplied", policy_applied()},
      {"Candidates",
       object_of({{"items", list_of(object_of({{"number", text()},
                                               {"title", or_null(text())},
                                               {"stage", text()},
                                               {"opened_at", time()},
                                               {"likeness", Object{{"type", "number"}}},
                                               {"metres", or_null(count())}}))}})},
      {"Definitions", object_of({{"figures", list_of(any())}})},
      {"Live", object_of({{"live", flag()}})},
      {"Ready", object_of({{"ready", flag()},
                           {"reasons", list_of(text())},
                           {"warnings", list_of(text())},
                           {"position", count()},
                           {"views", any()}})},
      {"Document", any()},
  };
  for (auto& each : channel_schemas()) out.push_back(std::move(each));
  return out;
}

}  // namespace adapters::http
