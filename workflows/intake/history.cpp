#include "workflows/intake/history.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/rfc3339.hpp"
#include "workflows/intake/intake.hpp"

namespace workflows::intake {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::log::RecordView;
using engine::schema::Field;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Table;
using engine::schema::Value;

namespace {

Value member(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name) return value;
  }
  return {};
}

Value text_or_null(std::string_view text) { return text.empty() ? Value() : Value(text); }

Value time_or_null(std::int64_t ms, int offset_minutes) {
  return ms == 0 ? Value() : Value(engine::format_rfc3339(engine::from_ms(ms), offset_minutes));
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
  const Object plain = schema().show(table, record.fact(), offset_minutes);
  Object out;
  for (const Field& field : table.fields) {
    if (!field.personal) {
      if (Value value = member(plain, field.name); !(value == Value())) {
        out.emplace_back(field.name, std::move(value));
      }
    } else if (committed(record, field.name)) {
      auto said = words ? words(record, field.name) : std::nullopt;
      out.emplace_back(field.name,
                       said ? Value(std::move(*said)) : Value(Object{{"erased", Value(true)}}));
    }
  }
  return out;
}

// As it came, without what people did with it.
constexpr const char* held_members[] = {"detail", "path",    "content_type", "size",
                                        "base64", "cut",     "group",        "body",
                                        "query",  "headers", "said",         "account"};

Object letter_of(std::uint64_t number, const RecordView& last, const Object& held,
                 const Object& end, int offset_minutes) {
  const auto marks = engine::log::summary<fb::Marks>(last.after());
  const auto stage = last.stage_after();
  Object out{
      {"number", format_number(number)},       {"version", std::int64_t{last.version().value}},
      {"position", last.position().value},     {"stage", stage_name(stage)},
      {"stage_zh", stage_name_zh(stage)},      {"channel", text_or_null(last.channel())},
      {"reason", reason_name(marks.reason())}, {"reason_zh", reason_name_zh(marks.reason())},
      {"area", text_or_null(last.area())}};
  for (const char* name : held_members) out.emplace_back(name, member(held, name));
  out.emplace_back("held_at", time_or_null(marks.held_at(), offset_minutes));
  out.emplace_back("ended_at", time_or_null(marks.ended_at(), offset_minutes));
  out.emplace_back("issue", member(end, "issue"));
  out.emplace_back("note", member(end, "note"));
  out.emplace_back("dropped_because", member(end, "reason"));
  return out;
}

}  // namespace

Result<Object> show_step(const RecordView& record, const Words& words, int offset_minutes) {
  const Table* table = schema().by_type(record.type());
  const std::string fact =
      table == nullptr ? "fact-" + std::to_string(record.type().value) : table->fact;
  Object details;
  // A later program's fact: its members cannot be read, its place in the history can.
  if (table != nullptr) {
    if (auto sound = schema().verify(*table, record.fact()); !sound) return sound.error();
    details = details_of(record, *table, words, offset_minutes);
  }
  return Object{{"position", record.position().value},
                {"version", std::int64_t{record.version().value}},
                {"fact", fact},
                {"fact_zh", fact_name_zh(fact)},
                {"occurred_at", engine::format_rfc3339(record.occurred_at(), offset_minutes)},
                {"recorded_at", engine::format_rfc3339(record.recorded_at(), offset_minutes)},
                {"actor", record.actor()},
                {"on_behalf_of", text_or_null(record.on_behalf_of())},
                {"stage_before", stage_name(record.stage_before())},
                {"stage_after", stage_name(record.stage_after())},
                {"details", std::move(details)}};
}

Result<Object> show_letter(const engine::log::LogReader& log, std::uint64_t number,
                           const Words& words, int offset_minutes) {
  std::optional<Error> broken;
  Object held, end, out;
  List steps;
  const auto visit = [&](engine::Position, std::string_view bytes) {
    const RecordView record(bytes);
    auto step = show_step(record, words, offset_minutes);
    if (!step) {
      broken = step.error();
      broken->detail = "letter " + format_number(number) + ", version " +
                       std::to_string(record.version().value) + ": " + broken->detail;
      return false;
    }
    const bool begins = record.type().value == static_cast<std::uint16_t>(fb::Fact::LetterHeld);
    (begins ? held : end) = *member(*step, "details").object();
    out = letter_of(number, record, held, end, offset_minutes);
    // What was held stands above, once.
    for (auto& [name, value] : *step) {
      if (begins && name == "details") value = Object{};
    }
    steps.emplace_back(*std::move(step));
    return true;
  };
  if (auto read = log.read_stream({workflow_id, number}, engine::Version{0}, visit); !read) {
    return read.error();
  }
  if (broken) return *broken;
  if (steps.empty()) {
    return Error{Fault::not_found, "there is no letter " + format_number(number)};
  }
  out.emplace_back("steps", std::move(steps));
  return out;
}

}  // namespace workflows::intake
