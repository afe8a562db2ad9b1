#include "adapters/http/event_text.hpp"

#include "adapters/http/call.hpp"
#include "adapters/json/json.hpp"
#include "engine/core/rfc3339.hpp"
#include "workflows/intake/history.hpp"
#include "workflows/intake/number.hpp"
#include "workflows/meeting/history.hpp"

namespace adapters::http {

using engine::log::RecordView;
using engine::schema::Object;
using engine::schema::Value;

namespace {

constexpr std::string_view only_in_a_history[] = {"since_last_s", "corrections"};

engine::Result<Object> issue_event(const RecordView& record, const workflows::issue::Words& words,
                                   int offset_minutes) {
  const auto step = workflows::issue::read_step(record, words, offset_minutes);
  if (!step) return step.error();
  Object out{{"workflow", "issue"},
             {"issue", workflows::issue::format_number(record.stream().number)},
             {"area", record.area()},
             {"category", record.category()},
             {"channel", record.channel()},
             {"department", record.department()}};
  for (auto& member : show_step(*step, offset_minutes)) {
    if (member.first == only_in_a_history[0] || member.first == only_in_a_history[1]) continue;
    out.push_back(std::move(member));
  }
  return out;
}

engine::Result<Object> meeting_event(const RecordView& record, const workflows::issue::Words& words,
                                     int offset_minutes) {
  const auto step = workflows::meeting::read_step(record, words, offset_minutes);
  if (!step) return step.error();
  Object out{{"workflow", "meeting"},
             {"meeting", workflows::meeting::format_number(record.stream().number)},
             {"area", record.area()},
             {"kind", record.category()}};
  for (auto& member : show_step(*step, offset_minutes)) out.push_back(std::move(member));
  return out;
}

// Its words are read one letter at a time (/v1/intake), never here.
engine::Result<Object> letter_event(const RecordView& record, int offset_minutes) {
  auto step = workflows::intake::show_step(record, {}, offset_minutes);
  if (!step) return step.error();
  Object out{{"workflow", "letter"},
             {"letter", workflows::intake::format_number(record.stream().number)},
             {"area", record.area()},
             {"channel", record.channel()},
             {"reason", record.category()}};
  for (auto& member : *step) out.push_back(std::move(member));
  Value shown(std::move(out));
  say_withheld(shown);
  return *shown.object();
}

engine::Result<Object> entry_event(const RecordView& record, int offset_minutes) {
  const auto& schema = workflows::directory::schema();
  const auto* table = schema.by_type(record.type());
  Object out{
      {"workflow", "directory"},
      {"position", record.position().value},
      {"version", std::int64_t{record.version().value}},
      {"fact", table == nullptr ? "fact-" + std::to_string(record.type().value) : table->fact},
      {"occurred_at", engine::format_rfc3339(record.occurred_at(), offset_minutes)},
      {"recorded_at", engine::format_rfc3339(record.recorded_at(), offset_minutes)},
      {"actor", record.actor()}};
  if (table == nullptr) return out;
  if (auto sound = schema.verify(*table, record.fact()); !sound) return sound.error();
  out.emplace_back("details", schema.show(*table, record.fact(), offset_minutes));
  return out;
}

}  // namespace

engine::Result<std::string> event_text(const RecordView& record,
                                       const workflows::issue::Words& words, int offset_minutes) {
  const auto workflow = record.stream().workflow;
  auto made = workflow == workflows::issue::workflow_id ? issue_event(record, words, offset_minutes)
              : workflow == workflows::meeting::workflow_id
                  ? meeting_event(record, words, offset_minutes)
              : workflow == workflows::intake::workflow_id ? letter_event(record, offset_minutes)
                                                           : entry_event(record, offset_minutes);
  if (!made) return made.error();
  Value data(std::move(*made));
  if (!words) say_withheld(data);
  const auto* fact = data.find("fact")->string();
  return "id: " + std::to_string(record.position().value) + "\nevent: " + *fact +
         "\ndata: " + json::write(data) + "\n\n";
}

}  // namespace adapters::http
