#include "workflows/issue/timeline.hpp"

#include <algorithm>
#include <utility>

#include "engine/schema/schema.hpp"

namespace workflows::issue {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::Version;
using engine::log::RecordView;
using engine::schema::Field;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Table;
using engine::schema::Value;

namespace {

constexpr std::size_t title_characters_max = 40;

const Value* member(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string as_text(const Value& value) {
  if (const auto* text = value.string()) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value.it)) return std::to_string(*number);
  if (const auto* number = std::get_if<std::uint64_t>(&value.it)) return std::to_string(*number);
  if (const auto* number = std::get_if<double>(&value.it)) {
    std::string text = std::to_string(*number);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  }
  if (const auto* yes = std::get_if<bool>(&value.it)) return *yes ? "true" : "false";
  if (const auto* list = value.list()) {
    std::string text;
    for (const Value& item : *list) text += (text.empty() ? "" : ", ") + as_text(item);
    return text;
  }
  if (value.object() != nullptr) return std::string(erased_text);
  return {};
}

std::string text_of(const Object& object, std::string_view name) {
  const Value* value = member(object, name);
  return value == nullptr ? std::string() : as_text(*value);
}

std::uint64_t number_of(const Object& object, std::string_view name) {
  const Value* value = member(object, name);
  if (value == nullptr) return 0;
  if (const auto* text = value->string()) return parse_number(*text).value_or(0);
  const auto* number = std::get_if<std::int64_t>(&value->it);
  return number != nullptr && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

// Whether the record commits to words of that field: they were given, erased or not.
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

}  // namespace

Result<TimelineStep> read_step(const RecordView& record, const Words& words, int offset_minutes) {
  TimelineStep step;
  step.position = record.position();
  step.version = record.version();
  step.occurred_at = record.occurred_at();
  step.recorded_at = record.recorded_at();
  step.actor = record.actor();
  step.on_behalf_of = record.on_behalf_of();
  step.stage_before = record.stage_before();
  step.stage_after = record.stage_after();
  step.due_at = engine::from_ms(record.raw()->head()->due_at());
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

namespace {

// The step and the field that a correction is about; nullptr if it names none that is there.
TimelineStep* target_of(std::vector<TimelineStep>& steps, const Object& correction,
                        std::string& field) {
  const Value* about = member(correction, "version");
  const auto* version = about == nullptr ? nullptr : std::get_if<std::int64_t>(&about->it);
  field = text_of(correction, "field");
  if (version == nullptr || *version < 1) return nullptr;
  const auto index = static_cast<std::size_t>(*version - 1);
  return index < steps.size() ? &steps[index] : nullptr;
}

// What was said is filled in, and the wrong step is told what is right. A corrected correction
// passes it on to the step it spoke of; corrections speak of earlier steps, so this ends.
void correct(std::vector<TimelineStep>& steps, TimelineStep& correction) {
  std::string field;
  TimelineStep* wrong = target_of(steps, correction.details, field);
  if (wrong != nullptr && member(correction.details, "was") == nullptr) {
    if (const Value* was = member(wrong->details, field)) {
      const auto right = std::find_if(correction.details.begin(), correction.details.end(),
                                      [](const auto& each) { return each.first == "is"; });
      correction.details.insert(right, {"was", *was});
    }
  }
  const std::string is = text_of(correction.details, "is");
  const std::string code = text_of(correction.details, "code");
  Version before = correction.version;
  while (wrong != nullptr && wrong->version < before) {
    wrong->corrections.push_back({field, is, correction.version, code});
    if (wrong->fact != "corrected" || (field != "is" && field != "code")) return;
    before = wrong->version;
    wrong = target_of(steps, wrong->details, field);
  }
}

// The step's members as they are right, as far as they are known to have been wrong.
Object effective(const TimelineStep& step) {
  Object out = step.details;
  for (const auto& correction : step.corrections) {
    const Value right(correction.code.empty() ? correction.is : correction.code);
    const auto found = std::find_if(
        out.begin(), out.end(), [&](const auto& each) { return each.first == correction.field; });
    if (found == out.end()) {
      out.emplace_back(correction.field, right);
    } else if (found->second.list() == nullptr) {
      found->second = right;
    }
  }
  return out;
}

void take_units(const Object& details, std::vector<std::string>& units) {
  units.clear();
  const Value* given = member(details, "co_units");
  if (given == nullptr || given->list() == nullptr) return;
  for (const Value& unit : *given->list()) units.push_back(as_text(unit));
}

std::optional<double> real_of(const Object& details, std::string_view name) {
  const Value* value = member(details, name);
  const auto* real = value == nullptr ? nullptr : std::get_if<double>(&value->it);
  return real == nullptr ? std::nullopt : std::optional(*real);
}

void open(const Object& details, IssueState& state) {
  state.text = text_of(details, "text");
  state.title = text_of(details, "title");
  if (state.title.empty()) state.title = beginning(state.text);
  state.liaison = text_of(details, "liaison");
  state.external_id = text_of(details, "external_id");
  state.emergency = text_of(details, "emergency") == "true";
  state.latitude = real_of(details, "latitude");
  state.longitude = real_of(details, "longitude");
  for (const char* part : {"name", "phone", "account", "place"}) {
    if (const Value* value = member(details, part)) state.reporter.emplace_back(part, *value);
  }
}

// What the marks do not hold. They and the dims stand finished in the last record.
void fold(const TimelineStep& step, IssueState& state) {
  const Object details = effective(step);
  if (step.fact == "reported") {
    open(details, state);
  } else if (step.fact == "supplemented") {
    state.text += "\n" + text_of(details, "text");
  } else if (step.fact == "accepted") {
    if (const std::string who = text_of(details, "liaison"); !who.empty()) state.liaison = who;
  } else if (step.fact == "handed_over" ||
             (step.fact.ends_with("_held") && text_of(details, "conclusion") == "hand_over")) {
    take_units(details, state.co_units);
  } else if (step.fact == "co_unit_added") {
    const std::string unit = text_of(details, "department");
    if (std::find(state.co_units.begin(), state.co_units.end(), unit) == state.co_units.end()) {
      state.co_units.push_back(unit);
    }
  } else if (step.fact == "resolved") {
    state.reply = text_of(details, "reply");
  } else if (step.fact == "merged") {
    if (const auto number = number_of(details, "absorbed")) state.absorbed.push_back(number);
  } else if (step.fact == "unmerged") {
    std::erase(state.absorbed, number_of(details, "released"));
  } else if (step.fact == "corrected") {
    Object entry;
    for (const char* part : {"version", "field", "was", "is", "code"}) {
      if (const Value* value = member(step.details, part)) entry.emplace_back(part, *value);
    }
    entry.emplace_back("by", static_cast<std::int64_t>(step.version.value));
    state.corrections.emplace_back(std::move(entry));
  }
}

}  // namespace

std::string beginning(const std::string& text) {
  std::size_t bytes = 0;
  std::size_t characters = 0;
  while (bytes < text.size() && text[bytes] != '\n') {
    const bool starts = (static_cast<unsigned char>(text[bytes]) & 0xc0) != 0x80;
    if (starts && characters == title_characters_max) return text.substr(0, bytes) + "…";
    if (starts) ++characters;
    ++bytes;
  }
  return text.substr(0, bytes);
}

Result<Timeline> read_timeline(const engine::log::LogReader& log, std::uint64_t number,
                               const Words& words,
                               const std::function<bool(const RecordView&)>& until,
                               int offset_minutes) {
  Timeline timeline;
  IssueState& state = timeline.state;
  state.number = number;
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
      broken->detail = "issue " + format_number(number) + ", version " +
                       std::to_string(record.version().value) + ": " + broken->detail;
      return false;
    }
    if (!timeline.steps.empty()) {
      step->since_last = step->occurred_at - timeline.steps.back().occurred_at;
    }
    timeline.steps.push_back(std::move(*step));
    state.version = record.version();
    state.position = record.position();
    state.changed_at = record.occurred_at();
    state.marks = engine::log::summary<fb::Marks>(record.after());
    state.dims = {std::string(record.area()), std::string(record.category()),
                  std::string(record.channel()), std::string(record.department())};
    return true;
  };
  if (auto read = log.read_stream({workflow_id, number}, Version{0}, visit); !read) {
    return read.error();
  }
  if (broken) return *broken;
  if (timeline.steps.empty()) {
    return Error{Fault::not_found, too_late
                                       ? "issue " + format_number(number) + " was not yet there"
                                       : "there is no issue " + format_number(number)};
  }
  for (TimelineStep& step : timeline.steps) {
    if (step.fact == "corrected") correct(timeline.steps, step);
  }
  for (const TimelineStep& step : timeline.steps) fold(step, state);
  return timeline;
}

}  // namespace workflows::issue
