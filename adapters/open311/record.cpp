#include "adapters/open311/record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "adapters/open311/report_text.hpp"
#include "engine/core/rfc3339.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::open311 {

using engine::Instant;
using workflows::directory::EntryInfo;
using workflows::directory::Tree;
using workflows::issue::Timeline;
using workflows::issue::TimelineStep;

namespace {

constexpr int levels_max = 8;  // of the directory, in an address

// What happened that the one who reported is told, and the words of it that are meant for him.
struct Told {
  std::string_view fact;
  std::string_view words;
};
constexpr std::array<Told, 19> told{{
    {"supplemented", "text"},
    {"accepted", ""},
    {"declined", "reason"},
    {"withdrawn", ""},
    {"merged", ""},
    {"unmerged", ""},
    {"claimed", ""},
    {"consultation_called", ""},
    {"consultation_held", ""},
    {"handed_over", ""},
    {"signed", ""},
    {"negotiation_called", ""},
    {"negotiation_held", ""},
    {"paused", ""},
    {"resumed", ""},
    {"resolved", "reply"},
    {"reworked", ""},
    {"closed", ""},
    {"reopened", ""},
}};

std::string digits(double number) {
  char out[32];
  const auto [end, failed] = std::to_chars(out, out + sizeof out, number);
  return failed == std::errc{} ? std::string(out, end) : std::string();
}

// The words of a fact as they are right; "" if there are none, or they were erased.
std::string words_of(const TimelineStep& step, std::string_view field) {
  std::string out;
  for (const auto& [name, value] : step.details) {
    if (name == field && value.string() != nullptr) out = *value.string();
  }
  for (const auto& correction : step.corrections) {
    if (correction.field == field) out = correction.is;
  }
  return out.starts_with(workflows::issue::erased_text) ? std::string() : out;
}

std::string name_of(const Tree& tree, std::string_view kind, const std::string& code) {
  const EntryInfo* entry = code.empty() ? nullptr : tree.find(kind, code);
  return entry == nullptr ? code : entry->name;
}

// "from most specific to most general": the area, and those that it lies in.
std::string area_names(const Tree& tree, std::string_view code) {
  std::string out;
  for (int level = 0; level < levels_max && !code.empty(); ++level) {
    const EntryInfo* entry = tree.find("area", code);
    if (entry == nullptr) break;
    out += (out.empty() ? "" : ", ") + entry->name;
    code = entry->parent;
  }
  return out;
}

Field time_field(std::int64_t ms, int offset_minutes) {
  if (ms == 0) return text_field("");
  return text_field(engine::format_rfc3339(engine::from_ms(ms), offset_minutes));
}

Field place_field(std::optional<double> degrees) {
  return number_field(degrees ? digits(*degrees) : std::string());
}

std::string in_both_tongues(std::uint8_t stage) {
  return workflows::issue::stage_name_zh(stage) + " " + workflows::issue::stage_name(stage);
}

std::string status_of(std::uint8_t stage) {
  return workflows::issue::in_hand(stage) ? "open" : "closed";
}

// "For requests with status=closed, this will be the date the request was closed."
std::int64_t updated_at(const workflows::issue::IssueState& state, std::uint8_t stage) {
  const auto& marks = state.marks;
  if (workflows::issue::in_hand(stage)) return engine::to_ms(state.changed_at);
  if (marks.resolved_at() != 0) return marks.resolved_at();
  return marks.ended_at() != 0 ? marks.ended_at() : engine::to_ms(state.changed_at);
}

void put_words(const Timeline& timeline, RequestRecord& out) {
  const TimelineStep& report = timeline.steps.front();
  ReportText text = from_text(words_of(report, "text"));
  out.description = text_field(text.description);
  if (!text.media.empty()) out.media_url = text_field(text.media.front());
  if (const auto place = words_of(report, "place"); !place.empty()) out.address = text_field(place);
  std::string answer = timeline.state.reply;
  if (answer.empty() || answer.starts_with(workflows::issue::erased_text)) return;
  out.status_notes = text_field(answer);
}

}  // namespace

engine::Result<std::optional<Timeline>> shown_timeline(const Core& core, std::uint64_t number,
                                                       WordReader& words) {
  const auto last = core.parts.log.last_of({workflows::issue::workflow_id, number});
  if (!last) return last.error();
  if (!*last || !shows(core.config, engine::log::RecordView(**last).channel())) {
    return std::optional<Timeline>();
  }
  auto timeline = workflows::issue::read_timeline(core.parts.log, number, words.words(), {},
                                                  core.parts.offset_minutes);
  if (!timeline) return timeline.error();
  return std::optional<Timeline>(std::move(*timeline));
}

RequestRecord record_of(const Core& core, const Tree& tree, const Timeline& timeline, bool words) {
  const auto& state = timeline.state;
  const auto stage = static_cast<std::uint8_t>(state.marks.stage());
  const ServiceEntry* service = find_service(core.config.services, state.dims.category);
  const bool has_notice = service != nullptr && !service->notice.empty();
  const int offset = core.parts.offset_minutes;
  RequestRecord out;
  out.service_request_id = number_field(workflows::issue::format_number(state.number));
  out.status = text_field(status_of(stage));
  out.status_notes = text_field(in_both_tongues(stage));
  out.service_name = text_field(name_of(tree, "category", state.dims.category));
  out.service_code = text_field(state.dims.category);
  out.description = text_field("");
  out.agency_responsible = text_field(name_of(tree, "department", state.dims.department));
  out.service_notice = text_field(has_notice ? service->notice : core.config.notice);
  out.requested_datetime = time_field(state.marks.opened_at(), offset);
  out.updated_datetime = time_field(updated_at(state, stage), offset);
  out.expected_datetime = time_field(state.marks.due_at(), offset);
  out.address = text_field(area_names(tree, state.dims.area));
  out.address_id = number_field(state.dims.area);
  out.zipcode = text_field("");
  out.lat = place_field(state.latitude);
  out.long_ = place_field(state.longitude);
  out.media_url = text_field("");
  if (words) put_words(timeline, out);
  return out;
}

std::vector<Update> updates_of(const Core& core, const Tree& tree, const Timeline& timeline,
                               bool words, Instant from, Instant to) {
  std::vector<Update> out;
  const std::string number = workflows::issue::format_number(timeline.state.number);
  for (const TimelineStep& step : timeline.steps) {
    const auto found = std::find_if(told.begin(), told.end(),
                                    [&](const Told& each) { return each.fact == step.fact; });
    if (found == told.end() || step.occurred_at < from || step.occurred_at > to) continue;
    ReportText text;
    if (words && !found->words.empty()) text = from_text(words_of(step, found->words));
    if (text.description.empty()) {
      text.description = workflows::issue::fact_name_zh(step.fact) + " " + step.fact;
      for (const auto& [name, value] : step.details) {
        if (name != "department" || value.string() == nullptr) continue;
        text.description += ": " + name_of(tree, "department", *value.string());
      }
    }
    Update& update = out.emplace_back();
    update.update_id = text_field(number + "-" + std::to_string(step.version.value));
    update.service_request_id = number_field(number);
    update.status = text_field(status_of(step.stage_after));
    update.updated_datetime =
        time_field(engine::to_ms(step.occurred_at), core.parts.offset_minutes);
    update.description = text_field(text.description);
    update.media_url = text_field(text.media.empty() ? "" : text.media.front());
  }
  return out;
}

}  // namespace adapters::open311
