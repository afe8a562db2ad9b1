#include "tools/sihe/replay_print.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "adapters/json/json.hpp"
#include "tools/sihe/history.hpp"

namespace tools {

using engine::Instant;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using std::chrono::milliseconds;
using workflows::issue::IssueState;
using workflows::issue::TimelineStep;

namespace {

constexpr std::size_t indent = 6;
constexpr std::size_t label_columns = 14;

// Members whose values are codes of the directory.
const char* kind_of(std::string_view member) {
  if (member == "area") return "area";
  if (member == "category") return "category";
  if (member == "department" || member == "co_units" || member == "units") return "department";
  return nullptr;
}

std::string words_of(const Value& value) {
  if (const auto* text = value.string()) return *text;
  if (const auto* object = value.object(); object != nullptr && value.find("erased") != nullptr) {
    return std::string(workflows::issue::erased_text);
  }
  if (std::holds_alternative<std::monostate>(value.it)) return "—";
  return adapters::json::write(value);
}

std::string words_of(const workflows::directory::Tree& tree, std::string_view member,
                     const Value& value) {
  const char* kind = kind_of(member);
  if (const auto* list = value.list()) {
    std::string out;
    for (const Value& item : *list) {
      out += (out.empty() ? "" : ", ") + words_of(tree, member, item);
    }
    return out.empty() ? "—" : out;
  }
  if (kind != nullptr && value.string() != nullptr) return with_name(tree, kind, *value.string());
  // A time is read on the minute, like all times here.
  if (const auto* text = value.string(); text != nullptr && text->size() >= 25) {
    if (const auto time = engine::parse_rfc3339(*text)) {
      return local_minute(*time, shown_offset_minutes);
    }
  }
  return words_of(value);
}

}  // namespace

std::string ReplayPrinter::heading(const IssueState& state) const {
  const auto& dims = state.dims;
  std::string place;
  const std::pair<const char*, const std::string&> codes[] = {
      {"area", dims.area}, {"category", dims.category}, {"department", dims.department}};
  for (const auto& [kind, code] : codes) {
    if (code.empty()) continue;
    const auto* entry = tree_.find(kind, code);
    place += (place.empty() ? "" : " · ") + (entry == nullptr ? code : entry->name);
  }
  std::string out =
      paint_.bold(workflows::issue::format_number(state.number) + "  " + printable(state.title)) +
      "\n";
  if (!place.empty()) out += printable(place) + "\n";
  out += paint_.cyan(stage_words(static_cast<std::uint8_t>(state.marks.stage())));
  if (state.marks.supervision() != workflows::issue::fb::Supervision::on_time) {
    out += " · " + paint_.red(workflows::issue::fb::EnumNameSupervision(state.marks.supervision()));
  }
  return out + paint_.dim("  version " + std::to_string(state.version.value)) + "\n";
}

std::string ReplayPrinter::who(const TimelineStep& step) const {
  std::string out = printable(step.actor);
  if (!step.on_behalf_of.empty()) out += " for " + printable(step.on_behalf_of);
  return out;
}

std::string ReplayPrinter::step(const TimelineStep& step) const {
  std::string number = std::to_string(step.version.value);
  number.insert(0, number.size() < 3 ? 3 - number.size() : 0, ' ');
  std::string out = paint_.bold(number) + "   " +
                    local_minute(step.occurred_at, shown_offset_minutes) + "  " +
                    paint_.bold(workflows::issue::fact_name_zh(step.fact) + " " + step.fact);
  if (step.stage_before != step.stage_after) {
    out += "   " + stage_words(step.stage_before) + paint_.dim(" → ") +
           paint_.cyan(stage_words(step.stage_after));
  }
  out += "\n" + std::string(indent, ' ');
  if (step.version.value > 1) out += paint_.dim("+" + span(step.since_last) + "  ");
  out += who(step) + "\n";
  const milliseconds late = step.recorded_at - step.occurred_at;
  if (std::chrono::abs(late) >= std::chrono::minutes{1}) {
    out += paragraph("recorded", local_minute(step.recorded_at, shown_offset_minutes) + ", " +
                                     span(late) + (late.count() > 0 ? " later" : " before"));
  }
  return out + details(step) + deadline(step) + "\n";
}

std::string ReplayPrinter::paragraph(const std::string& label, const std::string& text) const {
  std::string out;
  std::string head = std::string(indent, ' ') + paint_.dim(padded(label, label_columns));
  const std::size_t room = std::max<std::size_t>(columns_, 60) - indent - label_columns;
  for (const std::string& line : wrapped(printable(text), room)) {
    out += head + line + "\n";
    head = std::string(indent + label_columns, ' ');
  }
  return out;
}

// A member that was corrected later is shown with both values.
std::string ReplayPrinter::details(const TimelineStep& step) const {
  std::string out;
  const auto corrected = [&](const std::string& member) {
    std::string right;
    for (const auto& each : step.corrections) {
      if (each.field != member) continue;
      right += "  " + paint_.yellow("⟶ " + printable(each.is) + " (corrected by version " +
                                    std::to_string(each.by.value) + ")");
    }
    return right;
  };
  for (const auto& [member, value] : step.details) {
    out += paragraph(member, words_of(tree_, member, value));
    if (const std::string right = corrected(member); !right.empty()) {
      out += std::string(indent + label_columns, ' ') + right + "\n";
    }
  }
  for (const auto& each : step.corrections) {
    const bool shown = std::any_of(step.details.begin(), step.details.end(),
                                   [&](const auto& member) { return member.first == each.field; });
    if (!shown)
      out += paragraph(each.field, "—") + std::string(indent + label_columns, ' ') +
             corrected(each.field) + "\n";
  }
  return out;
}

std::string ReplayPrinter::deadline(const TimelineStep& step) const {
  if (step.due_at == Instant{}) return {};
  const milliseconds left = step.due_at - step.occurred_at;
  const std::string due = local_minute(step.due_at, shown_offset_minutes);
  const std::string rest = left.count() >= 0 ? span(left) + " left" : span(left) + " over";
  return std::string(indent, ' ') + paint_.dim(padded("due", label_columns)) + due + "  " +
         (left.count() >= 0 ? paint_.dim(rest) : paint_.red(rest)) + "\n";
}

List differences(const IssueState& from, const IssueState& to) {
  const Object before = workflows::issue::show_state(from, shown_offset_minutes);
  const Object after = workflows::issue::show_state(to, shown_offset_minutes);
  List out;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto& [member, was] = before[i];
    if (was == after[i].second) continue;
    out.emplace_back(Object{{"member", member}, {"from", was}, {"to", after[i].second}});
  }
  return out;
}

std::string ReplayPrinter::changes(const IssueState& from, const IssueState& to) const {
  constexpr std::size_t member_columns = 20;
  std::string out;
  for (const Value& each : differences(from, to)) {
    const std::string& member = *each.find("member")->string();
    if (member == "version" || member == "position") continue;
    out += padded(member, member_columns) +
           paint_.red(printable(words_of(tree_, member, *each.find("from")))) + paint_.dim(" → ") +
           paint_.green(printable(words_of(tree_, member, *each.find("to")))) + "\n";
  }
  return out;
}

}  // namespace tools
