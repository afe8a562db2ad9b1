// What the writer answered, as responses.
#include <array>
#include <utility>

#include "adapters/http/commands.hpp"
#include "adapters/http/target_text.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/meeting/meeting.hpp"

namespace adapters::http {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Failed;
using engine::writer::Failure;
using engine::writer::Recorded;
using engine::writer::Refusal;

namespace {

// The longest name of a stage needs no escaping, so this is written without a tree of values.
std::string body_of(const Recorded& recorded) {
  std::string out;
  out.reserve(128);
  out += "{\"number\":\"";
  out += workflows::issue::format_number(recorded.stream.number);
  out += "\",\"version\":";
  out += std::to_string(recorded.version.value);
  out += ",\"stage\":\"";
  out += workflows::issue::stage_name(recorded.stage);
  out += "\",\"stage_zh\":\"";
  out += workflows::issue::stage_name_zh(recorded.stage);
  out += "\",\"position\":";
  out += std::to_string(recorded.last.value);
  out += '}';
  return out;
}

// A directory entry is known by its kind and code, which the body or the path named.
std::string entry_body(const Call& call, const Recorded& recorded) {
  std::string out = "{\"kind\":\"";
  out += call.match.route->kind;
  out += "\",\"version\":";
  out += std::to_string(recorded.version.value);
  out += ",\"position\":";
  out += std::to_string(recorded.last.value);
  out += '}';
  return out;
}

// Which issue, meeting or letter said no, and where it stands.
void add_stage(const Refusal& refusal, Object& out) {
  if (refusal.stream.workflow == workflows::intake::workflow_id) {
    out.emplace_back("letter", workflows::intake::format_number(refusal.stream.number));
    if (refusal.stage == 0) return;
    out.emplace_back("stage", workflows::intake::stage_name(refusal.stage));
    out.emplace_back("stage_zh", workflows::intake::stage_name_zh(refusal.stage));
    return;
  }
  const bool issue = refusal.stream.workflow == workflows::issue::workflow_id;
  if (!issue && refusal.stream.workflow != workflows::meeting::workflow_id) return;
  if (refusal.stage == 0) return;  // the number that it would have had is nobody's
  if (refusal.stream.number != 0 && issue) {
    out.emplace_back("issue", workflows::issue::format_number(refusal.stream.number));
  } else if (refusal.stream.number != 0) {
    out.emplace_back("meeting", workflows::meeting::format_number(refusal.stream.number));
  }
  out.emplace_back("stage", issue ? workflows::issue::stage_name(refusal.stage)
                                  : workflows::meeting::stage_name(refusal.stage));
  out.emplace_back("stage_zh", issue ? workflows::issue::stage_name_zh(refusal.stage)
                                     : workflows::meeting::stage_name_zh(refusal.stage));
}

// One of several that said no together.
Object refused(const Refusal& refusal) {
  Object out{{"code", refusal.code}, {"detail", refusal.detail}, {"pointer", refusal.pointer}};
  add_stage(refusal, out);
  out.emplace_back("allowed", List(refusal.allowed.begin(), refusal.allowed.end()));
  return out;
}

std::string meeting_body(const Recorded& recorded) {
  return "{\"number\":\"" + workflows::meeting::format_number(recorded.stream.number) +
         "\",\"version\":" + std::to_string(recorded.version.value) + ",\"stage\":\"" +
         workflows::meeting::stage_name(recorded.stage) + "\",\"stage_zh\":\"" +
         workflows::meeting::stage_name_zh(recorded.stage) +
         "\",\"position\":" + std::to_string(recorded.last.value) + "}";
}

}  // namespace

Outcome outcome_of(const Call& call, const Recorded& recorded) {
  const Endpoint endpoint = call.match.route->endpoint;
  const bool made = endpoint == Endpoint::report || endpoint == Endpoint::add_entry ||
                    endpoint == Endpoint::call_meeting;
  const Route& route = *call.match.route;
  Response out;
  out.status = made ? 201 : 200;
  out.body = route.of_meetings()  ? meeting_body(recorded)
             : route.of_entries() ? entry_body(call, recorded)
                                  : body_of(recorded);
  out.headers.reserve(3);
  out.headers.emplace_back("ETag", etag_of(recorded.version));
  if (endpoint == Endpoint::report) {
    out.headers.emplace_back(
        "Location", "/v1/issues/" + workflows::issue::format_number(recorded.stream.number));
  } else if (endpoint == Endpoint::call_meeting) {
    out.headers.emplace_back(
        "Location", "/v1/meetings/" + workflows::meeting::format_number(recorded.stream.number));
  }
  if (recorded.repeated) out.headers.emplace_back("Idempotent-Replayed", "true");
  return out;
}

Outcome outcome_of(const Call&, Refusal refusal) {
  // The codes of the writer's own limits, by what they are here.
  const bool of_the_key = refusal.code == "bad_command_id";
  Problem out{of_the_key ? "bad_header" : refusal.code, refusal.detail};
  if (of_the_key) {
    out.errors.push_back(error_at("header", "Idempotency-Key", refusal.detail));
  } else if (!refusal.pointer.empty()) {
    out.errors.push_back(error_at("pointer", refusal.pointer, refusal.detail));
  }
  List allowed(refusal.allowed.begin(), refusal.allowed.end());
  out.more.emplace_back("allowed", std::move(allowed));
  add_stage(refusal, out.more);
  if (refusal.also.empty()) return out;
  List all{refused(refusal)};
  for (const Refusal& each : refusal.also) {
    if (!each.pointer.empty()) out.errors.push_back(error_at("pointer", each.pointer, each.detail));
    all.emplace_back(refused(each));
  }
  out.more.emplace_back("refused", std::move(all));
  return out;
}

Outcome outcome_of(const Call&, const Failed& failed) {
  Problem out;
  switch (failed.why) {
    case Failure::overloaded:
      return overloaded();
    case Failure::stopping:
      return stopping();
    case Failure::not_written:
      out = {"not_written", "It was not written: " + failed.detail + "."};
      break;
    case Failure::read_only:
      out = {"read_only", failed.detail + "."};
      break;
    case Failure::unknown:
      out = {
          "fate_unknown",
          "The storage failed while it was being written, so whether it is there is not known: " +
              failed.detail +
              ". Repeat it with the same Idempotency-Key after the restart; it is then recorded "
              "once."};
      break;
    case Failure::reused_id:
      return Problem{"reused_id", failed.detail + "."};
  }
  out.headers = {{"Retry-After", "30"}};
  return out;
}

}  // namespace adapters::http
