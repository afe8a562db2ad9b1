// The schemas of what has to do with channels: letters, call sheets, the outbox.
#include <utility>

#include "adapters/http/commands.hpp"
#include "adapters/http/openapi_schemas.hpp"
#include "adapters/http/openapi_shapes.hpp"
#include "engine/outbox/by_hand.hpp"

namespace adapters::http {

namespace {

using namespace shapes;

Object letter_item() {
  return object_of({{"number", text()},
                    {"channel", or_null(text())},
                    {"reason", text()},
                    {"reason_zh", text()},
                    {"detail", text()},
                    {"first_words", words()},
                    {"stage", text()},
                    {"stage_zh", text()},
                    {"area", or_null(text())},
                    {"held_at", or_null(time())},
                    {"changed_at", or_null(time())},
                    {"version", count()},
                    {"position", count()}});
}

Object letter() {
  return object_of({{"number", text()},
                    {"version", count()},
                    {"position", count()},
                    {"stage", text()},
                    {"stage_zh", text()},
                    {"channel", or_null(text())},
                    {"reason", text()},
                    {"reason_zh", text()},
                    {"area", or_null(text())},
                    {"detail", or_null(text())},
                    {"path", or_null(text())},
                    {"content_type", or_null(text())},
                    {"size", count()},
                    {"base64", or_null(flag())},
                    {"cut", or_null(flag())},
                    {"group", or_null(text())},
                    {"body", words()},
                    {"query", Object{}},
                    {"headers", Object{}},
                    {"said", words()},
                    {"account", words()},
                    {"held_at", or_null(time())},
                    {"ended_at", or_null(time())},
                    {"issue", or_null(text())},
                    {"note", words()},
                    {"dropped_because", words()},
                    {"steps", list_of(any())}});
}

Object letter_recorded() {
  Object out = object_of({{"number", text()},
                          {"version", count()},
                          {"stage", text()},
                          {"stage_zh", text()},
                          {"position", count()}});
  // The letter that the issue was made of.
  std::get<Object>(out[1].second.it).emplace_back("letter", text());
  return out;
}

// As adapters/hotline/sheet.hpp says.
Object call_sheet() {
  Object out = object_of({{"call_id", text()}, {"called", text()}, {"started_at", time()}});
  auto& members = std::get<Object>(out[1].second.it);
  for (const char* name : {"answered_at", "ended_at"}) members.emplace_back(name, time());
  for (const char* name : {"caller", "operator", "text", "title", "name", "place", "area",
                           "category", "department", "liaison"}) {
    members.emplace_back(name, text());
  }
  for (const char* name : {"latitude", "longitude"}) {
    members.emplace_back(name, Object{{"type", "number"}});
  }
  members.emplace_back("emergency", flag());
  return out;
}

Object outbox_message() {
  return object_of({{"id", count()},
                    {"state", text()},
                    {"route", text()},
                    {"address", text()},
                    {"issue", text()},
                    {"kind", text()},
                    {"position", count()},
                    {"line", count()},
                    {"attempts", count()},
                    {"resent", count()},
                    {"made_at", or_null(time())},
                    {"next_at", or_null(time())},
                    {"sent_at", or_null(time())},
                    {"ended_at", or_null(time())},
                    {"last_error", or_null(text())}});
}

Object states() {
  List names;
  for (int each = 1; each <= static_cast<int>(engine::outbox::State::dropped); ++each) {
    names.emplace_back(engine::outbox::to_string(static_cast<engine::outbox::State>(each)));
  }
  return {{"type", "string"}, {"enum", std::move(names)}};
}

// By their ids, or all of a state, and of a route where it names one.
Object outbox_selection() {
  Object ids = list_of({{"type", "integer"}, {"minimum", 1}});
  ids.emplace_back("minItems", 1);
  ids.emplace_back("maxItems", static_cast<std::int64_t>(engine::outbox::by_hand_max));
  return {{"type", "object"},
          {"properties", Object{{"ids", std::move(ids)}, {"state", states()}, {"route", text()}}},
          {"oneOf", List{Object{{"required", List{"ids"}}}, Object{{"required", List{"state"}}}}}};
}

Object outbox_page() {
  Object out = object_of({{"items", list_of(to("OutboxMessage"))}, {"next", or_null(text())}});
  // Only where it is asked for.
  std::get<Object>(out[1].second.it).emplace_back("counts", any());
  return out;
}

Object resubmission() {
  Object whom = text();
  whom.emplace_back("minLength", 1);
  whom.emplace_back("maxLength", static_cast<std::int64_t>(on_behalf_of_bytes_max));
  return {{"type", "object"},
          {"properties", Object{{"on_behalf_of", std::move(whom)}}},
          {"additionalProperties", false}};
}

}  // namespace

Object channel_schemas() {
  return {
      {"LetterRecorded", letter_recorded()},
      {"LetterPage",
       object_of(
           {{"items", list_of(letter_item())}, {"next", or_null(text())}, {"position", count()}})},
      {"Letter", letter()},
      {"Resubmission", resubmission()},
      {"CallSheet", call_sheet()},
      {"OutboxMessage", outbox_message()},
      {"OutboxPage", outbox_page()},
      {"OutboxSelection", outbox_selection()},
      {"OutboxChanged", object_of({{"messages", count()}, {"more", flag()}})},
  };
}

}  // namespace adapters::http
