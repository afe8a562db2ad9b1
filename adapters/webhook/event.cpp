#include "adapters/webhook/event.hpp"

#include <utility>

#include "engine/core/rfc3339.hpp"
#include "engine/tree/tree.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::webhook {

namespace fb = workflows::issue::fb;
using engine::log::RecordView;
using engine::schema::Object;
using engine::schema::Value;

namespace {

constexpr std::string_view type_prefix = "sihe.issue.";

Value code_or_null(std::string_view code) { return code.empty() ? Value() : Value(code); }

Value stage_or_null(std::uint8_t stage) {
  return stage == 0 ? Value() : Value(workflows::issue::stage_name(stage));
}

// What a fact about one deadline says of it.
Value deadline_of(const RecordView& record, int offset_minutes) {
  const auto said = [&](const auto& fact) {
    return Value(
        Object{{"kind", fb::EnumNameDeadlineKind(fact.kind())},
               {"due_at", engine::format_rfc3339(engine::from_ms(fact.due()), offset_minutes)}});
  };
  const char* body = record.fact().data();
  switch (static_cast<fb::Fact>(record.type().value)) {
    case fb::Fact::DeadlineSet:
      return said(*flatbuffers::GetRoot<fb::DeadlineSet>(body));
    case fb::Fact::Warned:
      return said(*flatbuffers::GetRoot<fb::Warned>(body));
    case fb::Fact::DeadlineMissed:
      return said(*flatbuffers::GetRoot<fb::DeadlineMissed>(body));
    default:
      return {};
  }
}

Object data_of(const RecordView& record, int offset_minutes) {
  const auto time = [&](std::int64_t ms) {
    return ms == 0 ? Value() : Value(engine::format_rfc3339(engine::from_ms(ms), offset_minutes));
  };
  const auto marks = engine::log::summary<fb::Marks>(record.after());
  const bool is_resolved = marks.outcome() != fb::Outcome::none;
  Object out{
      {"number", workflows::issue::format_number(record.stream().number)},
      {"version", std::int64_t{record.version().value}},
      {"position", record.position().value},
      {"stage_before", stage_or_null(record.stage_before())},
      {"stage_after", stage_or_null(record.stage_after())},
      {"occurred_at", time(engine::to_ms(record.occurred_at()))},
      {"recorded_at", time(engine::to_ms(record.recorded_at()))},
      {"opened_at", time(marks.opened_at())},
      {"due_at", time(record.raw()->head()->due_at())},
      {"area", code_or_null(record.area())},
      {"category", code_or_null(record.category())},
      {"channel", code_or_null(record.channel())},
      {"department", code_or_null(record.department())},
      {"supervision", fb::EnumNameSupervision(marks.supervision())},
      {"level", fb::EnumNameLevel(marks.level())},
      {"outcome", is_resolved ? Value(fb::EnumNameOutcome(marks.outcome())) : Value()},
  };
  if (Value deadline = deadline_of(record, offset_minutes); deadline.object() != nullptr) {
    out.emplace_back("deadline", std::move(deadline));
  }
  return out;
}

}  // namespace

std::string event_type(const RecordView& record) {
  if (record.stream().workflow != workflows::issue::workflow_id) return {};
  const auto* table = workflows::issue::schema().by_type(record.type());
  return table == nullptr ? std::string() : std::string(type_prefix) + table->fact;
}

std::vector<std::string> event_types() {
  std::vector<std::string> out;
  for (const auto& table : workflows::issue::schema().tables()) {
    out.push_back(std::string(type_prefix) + table.fact);
  }
  return out;
}

std::string event_id(std::string_view record) {
  constexpr char digits[] = "0123456789abcdef";
  constexpr std::size_t hash_bytes = 8;  // of the leaf hash: enough beside the position
  const auto hash = engine::tree::leaf_hash(record);
  std::string out = std::to_string(RecordView(record).position().value) + "-";
  for (std::size_t i = 0; i < hash_bytes; ++i) {
    out.push_back(digits[hash[i] >> 4]);
    out.push_back(digits[hash[i] & 0xf]);
  }
  return out;
}

Object event_of(std::string_view bytes, std::string_view source, int offset_minutes) {
  const RecordView record(bytes);
  return {
      {"specversion", "1.0"},
      {"id", event_id(bytes)},
      {"source", source},
      {"type", event_type(record)},
      {"subject", workflows::issue::format_number(record.stream().number)},
      {"time", engine::format_rfc3339(record.occurred_at(), offset_minutes)},
      {"datacontenttype", "application/json"},
      {"data", data_of(record, offset_minutes)},
  };
}

}  // namespace adapters::webhook
