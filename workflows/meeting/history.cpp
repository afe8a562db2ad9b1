#include "workflows/meeting/history.hpp"

#include <algorithm>
#include <utility>

#include "engine/schema/schema.hpp"

namespace workflows::meeting {

using engine::Error;
using engine::Fault;
using engine::Instant;
using engine::Result;
using engine::Version;
using engine::log::RecordView;
using engine::schema::Field;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Table;
using engine::schema::Value;

namespace {

const Value* member(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

Value member_or_null(const Object& object, std::string_view name) {
  const Value* value = member(object, name);
  return value == nullptr ? Value() : *value;
}

bool committed(const RecordView& record, const std::string& field) {
  const auto* commitments = record.raw()->personal();
  if (commitments == nullptr) return false;
  return std::any_of(commitments->begin(), commitments->end(),
                     [&](const auto* each) { return each->field()->string_view() == field; });
}

// The schema shows what stands in the fact; the words go between, where the table names them.
Object details_of(const RecordView& record, const Table& table, const Words& words,
                  int offset_minutes) {
  Object plain = schema().show(table, record.fact(), offset_minutes);
  Object out;
  for (const Field& field : table.fields) {
    if (!field.personal) {
      if (const Value* value = member(plain, field.name)) out.emplace_back(field.name, *value);
    } else if (committed(record, field.name)) {
      auto said = words ? words(record, field.name) : std::nullopt;
      out.emplace_back(field.name,
                       said ? Value(std::move(*said)) : Value(Object{{"erased", Value(true)}}));
    }
  }
  return out;
}

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value time_or_null(std::int64_t ms, int offset_minutes) {
  return ms == 0 ? Value() : Value(engine::format_rfc3339(engine::from_ms(ms), offset_minutes));
}

std::int64_t whole(std::uint64_t number) { return static_cast<std::int64_t>(number); }

// The issues of the agenda in its order, each with what was concluded.
List agenda_of(const Object& called, const Object& held) {
  List out;
  const Value* agenda = member(called, "agenda");
  if (agenda == nullptr || agenda->list() == nullptr) return out;
  const Value* conclusions = member(held, "conclusions");
  for (const Value& issue : *agenda->list()) {
    Object item{{"issue", issue}};
    if (conclusions != nullptr && conclusions->list() != nullptr) {
      for (const Value& each : *conclusions->list()) {
        const Value* about = each.find("issue");
        if (about == nullptr || !(*about == issue)) continue;
        for (const auto& [name, value] : *each.object()) {
          if (name != "issue") item.emplace_back(name, value);
        }
      }
    }
    out.emplace_back(std::move(item));
  }
  return out;
}

}  // namespace

Result<HistoryStep> read_step(const RecordView& record, const Words& words, int offset_minutes) {
  HistoryStep step;
  step.position = record.position();
  step.version = record.version();
  step.occurred_at = record.occurred_at();
  step.recorded_at = record.recorded_at();
  step.actor = record.actor();
  step.on_behalf_of = record.on_behalf_of();
  step.stage_before = record.stage_before();
  step.stage_after = record.stage_after();
  step.source = record.source();
  step.command_id = record.command_id();
  const Table* table = schema().by_type(record.type());
  if (table == nullptr) {
    // A later program's fact: its members cannot be read, its place in the history can.
    step.fact = "fact-" + std::to_string(record.type().value);
    return step;
  }
  step.fact = table->fact;
  if (auto sound = schema().verify(*table, record.fact()); !sound) return sound.error();
  step.details = details_of(record, *table, words, offset_minutes);
  return step;
}

Result<History> read_history(const engine::log::LogReader& log, std::uint64_t number,
                             const Words& words,
                             const std::function<bool(const RecordView&)>& until,
                             int offset_minutes) {
  History out;
  out.number = number;
  std::optional<Error> broken;
  bool too_late = false;
  const auto visit = [&](engine::Position, std::string_view bytes) {
    const RecordView record(bytes);
    if (until && !until(record)) {
      too_late = true;
      return false;
    }
    auto step = read_step(record, words, offset_minutes);
    if (!step) {
      broken = step.error();
      broken->detail = "meeting " + format_number(number) + ", version " +
                       std::to_string(record.version().value) + ": " + broken->detail;
      return false;
    }
    out.steps.push_back(std::move(*step));
    out.marks = engine::log::summary<fb::Marks>(record.after());
    out.dims = {std::string(record.area()), std::string(record.category()),
                std::string(record.channel()), std::string(record.department())};
    return true;
  };
  if (auto read = log.read_stream({workflow_id, number}, Version{0}, visit); !read) {
    return read.error();
  }
  if (broken) return *broken;
  if (out.steps.empty()) {
    return Error{Fault::not_found, too_late
                                       ? "meeting " + format_number(number) + " was not yet there"
                                       : "there is no meeting " + format_number(number)};
  }
  return out;
}

Object show_step(const HistoryStep& step, int offset_minutes) {
  return {{"position", step.position.value},
          {"version", whole(step.version.value)},
          {"fact", step.fact},
          {"fact_zh", fact_name_zh(step.fact)},
          {"occurred_at", engine::format_rfc3339(step.occurred_at, offset_minutes)},
          {"recorded_at", engine::format_rfc3339(step.recorded_at, offset_minutes)},
          {"actor", step.actor},
          {"on_behalf_of", text_or_null(step.on_behalf_of)},
          {"stage_before", stage_name(step.stage_before)},
          {"stage_after", stage_name(step.stage_after)},
          {"source", text_or_null(step.source)},
          {"command_id", text_or_null(step.command_id)},
          {"details", step.details}};
}

Object show_state(const History& history, int offset_minutes) {
  const fb::Marks& marks = history.marks;
  const auto stage = static_cast<std::uint8_t>(marks.stage());
  Object called, held, cancelled;
  for (const HistoryStep& step : history.steps) {
    if (step.fact == "meeting_called") called = step.details;
    if (step.fact == "meeting_held") held = step.details;
    if (step.fact == "meeting_cancelled") cancelled = step.details;
  }
  // Who led it and where: as it was held, else as it was called.
  const auto latest = [&](const char* name) {
    Value value = member_or_null(held, name);
    return value == Value() ? member_or_null(called, name) : value;
  };
  return {{"number", format_number(history.number)},
          {"version", whole(history.version().value)},
          {"position", history.position().value},
          {"kind", kind_name(marks.kind())},
          {"kind_zh", kind_name_zh(marks.kind())},
          {"stage", stage_name(stage)},
          {"stage_zh", stage_name_zh(stage)},
          {"area", text_or_null(history.dims.area)},
          {"at", time_or_null(marks.at(), offset_minutes)},
          {"place", latest("place")},
          {"chair", latest("chair")},
          {"units", member_or_null(called, "units")},
          {"invited", member_or_null(called, "attendees")},
          {"residents_invited", member_or_null(called, "residents")},
          {"note", member_or_null(called, "note")},
          {"called_at", time_or_null(marks.called_at(), offset_minutes)},
          {"held_at", time_or_null(marks.held_at(), offset_minutes)},
          {"ended_at", time_or_null(marks.ended_at(), offset_minutes)},
          {"attendees", member_or_null(held, "attendees")},
          {"residents", member_or_null(held, "residents")},
          {"minutes", member_or_null(held, "minutes")},
          {"cancelled_because", member_or_null(cancelled, "reason")},
          {"agenda", agenda_of(called, held)}};
}

}  // namespace workflows::meeting
