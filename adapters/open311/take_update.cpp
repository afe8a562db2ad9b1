// An update of a request, as FixMyStreet posts it, becomes a supplement of the issue. What only
// those who have the issue in hand may say of it is refused.
#include <algorithm>
#include <utility>

#include "adapters/open311/core.hpp"
#include "adapters/open311/report_text.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::open311 {

using engine::StreamId;
using engine::log::RecordView;
using engine::schema::Value;
using engine::writer::Recorded;
using engine::writer::Step;
using engine::writer::Submission;

namespace {

constexpr std::size_t update_id_bytes_max = 256;
constexpr std::size_t shown_bytes_max = 40;  // of what was sent, in a message

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

// What a resident may say of how his request stands; the rest is for the office to say.
constexpr std::string_view said_by_residents[] = {"OPEN", "CLOSED", "FIXED"};

struct Taken {
  std::uint64_t number = 0;
  Submission submission;
  std::vector<Flaw> flaws;
};

void take_status(const Call& call, Taken& out, ReportText& text) {
  const std::string status = upper(call.arguments.one("status"));
  if (status.empty()) return add(out.flaws, 400, "status was not provided.");
  if (std::find(std::begin(said_by_residents), std::end(said_by_residents), status) ==
      std::end(said_by_residents)) {
    return add(out.flaws, 400,
               "status " + status.substr(0, shown_bytes_max) +
                   " is for the office to set; an update says OPEN, CLOSED or FIXED.");
  }
  // His words, not a step: it closes when the office has resolved it.
  if (status != "OPEN") text.lines.emplace_back("status", status);
}

void compose(const ReportText& text, const Call& call, Taken& out) {
  Step& step = out.submission.steps.emplace_back();
  const auto& schema = workflows::issue::schema();
  const auto& table = *schema.by_verb("supplement");
  auto made = schema.compose(table, Value(engine::schema::Object{{"text", to_text(text)}}));
  for (const auto& flaw : made.flaws) {
    // That there is no description has been said.
    if (!text.description.empty()) add(out.flaws, 400, "description " + flaw.detail + ".");
  }
  step.workflow = workflows::issue::workflow_id;
  step.verb = table.type;
  step.stream = {step.workflow, out.number};
  step.person = reporter_in(call.arguments).person;
  if (!made.composed) return;
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  step.codes = std::move(made.composed->codes);
}

Taken taken_from(const Core& core, const Call& call) {
  Taken out;
  const auto required = [&](const char* name) {
    const std::string_view value = call.arguments.one(name);
    if (value.empty()) add(out.flaws, 400, std::string(name) + " was not provided.");
    return value;
  };
  const std::string_view number = required("service_request_id");
  if (const auto parsed = workflows::issue::parse_number(number)) {
    out.number = *parsed;
  } else if (!number.empty()) {
    add(out.flaws, 404, "service_request_id was not found.");
  }
  const std::string_view id = required("update_id");
  const std::string_view time = required("updated_datetime");
  if (!time.empty() && !time_in(time, core.parts.offset_minutes)) {
    add(out.flaws, 400,
        "updated_datetime must be a time with its offset, like "
        "2010-01-01T00:00:00Z.");
  }
  if (id.size() > update_id_bytes_max) {
    add(out.flaws, 400,
        "update_id has more than " + std::to_string(update_id_bytes_max) + " bytes.");
  }
  ReportText text;
  text.description = required("description");
  take_status(call, out, text);
  text.media = call.arguments.all("media_url");
  out.submission.source = update_source;
  out.submission.actor.name = actor_of(*call.key);
  out.submission.id = id_from(*call.key, id);
  compose(text, call, out);
  return out;
}

// Whether Open311 knows of the issue at all.
std::optional<Refused> unknown(const Core& core, std::uint64_t number) {
  const auto last = core.parts.log.last_of({workflows::issue::workflow_id, number});
  if (!last) return refused_by(last.error());
  if (*last && shows(core.config, RecordView(**last).channel())) return std::nullopt;
  return refused(
      404, "service_request_id " + workflows::issue::format_number(number) + " was not found.");
}

std::string receipt_of(const Call& call, const Recorded& recorded) {
  Update out;
  out.update_id = text_field(workflows::issue::format_number(recorded.stream.number) + "-" +
                             std::to_string(recorded.version.value));
  out.account_id = number_field(call.arguments.one("account_id"));
  return write_updates({out}, call.format);
}

}  // namespace

void take_update(const CorePtr& core, const CallPtr& call) {
  auto taken = std::make_shared<Taken>(taken_from(*core, *call));
  if (!taken->flaws.empty()) return answer(*core, *call, refused_for(std::move(taken->flaws)));
  const auto submit = [core, call, taken](Desk* desk) {
    if (desk == nullptr) return answer(*core, *call, unavailable("The service is shutting down."));
    if (auto no = unknown(*core, taken->number)) return answer(*core, *call, *std::move(no));
    core->parts.writer.submit(std::move(taken->submission),
                              [core, call](const engine::writer::Answer& given) {
                                const auto* recorded = std::get_if<Recorded>(&given);
                                if (recorded == nullptr)
                                  return answer(*core, *call, refused_by(given));
                                if (recorded->repeated) ++core->traffic.repeats;
                                answer(*core, *call, receipt_of(*call, *recorded));
                              });
  };
  if (!core->readers.post(submit)) {
    answer(*core, *call, unavailable("Too much waits already; send it again in a moment."));
  }
}

}  // namespace adapters::open311
