// One issue: its state, its history, what happened to it since.
#include <charconv>
#include <limits>
#include <utility>

#include "adapters/http/parameters.hpp"
#include "adapters/http/reads.hpp"
#include "engine/log/record.hpp"
#include "workflows/meeting/history.hpp"

namespace adapters::http {

using engine::Instant;
using engine::Version;
using engine::log::RecordView;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using workflows::issue::Timeline;

namespace {

using Until = std::function<bool(const RecordView&)>;

// "3" is a version, everything else a time; a day counts to its end.
Until until(Parameters& parameters) {
  const auto at = parameters.text("at");
  if (!at) return {};
  std::uint32_t version = 0;
  const auto [end, failed] = std::from_chars(at->data(), at->data() + at->size(), version);
  if (failed == std::errc{} && end == at->data() + at->size()) {
    if (version == 0) parameters.wrong("at", "must be a version from 1, or a time");
    return [version](const RecordView& record) { return record.version().value <= version; };
  }
  const auto time = parameters.time("at", true);
  if (!time) return {};
  return [time = *time](const RecordView& record) { return record.occurred_at() <= time; };
}

struct Reading {
  Timeline timeline;
  WordReader words;
};

// The timeline that the call asks for, if its token may see it.
std::variant<Reading, Problem> reading(const ApiParts& parts, const Call& call, Right right) {
  Parameters parameters(call.request.query, call.match.route->endpoint, parts.offset_minutes);
  const Until prefix = until(parameters);
  if (auto problem = parameters.problem()) return *std::move(problem);
  const auto number = issue_number(call.match.subject);
  if (const auto* problem = std::get_if<Problem>(&number)) return *problem;
  const auto no = std::get<std::uint64_t>(number);
  if (auto problem = barred(parts, *call.token, may_read(call.token->role, right), no)) {
    return *std::move(problem);
  }
  WordReader words(parts, *call.token);
  auto timeline =
      workflows::issue::read_timeline(parts.log, no, words.words(), prefix, parts.offset_minutes);
  if (!timeline) return problem_of(timeline.error());
  return Reading{std::move(*timeline), std::move(words)};
}

Response finish(Value body, const WordReader& words, Version version) {
  if (!words.may_read()) say_withheld(body);
  Response out = private_response(body);
  out.headers.emplace_back("ETag", etag_of(version));
  return out;
}

List steps_of(const Timeline& timeline, Version after, int offset_minutes) {
  List out;
  for (const auto& step : timeline.steps) {
    if (step.version > after) out.emplace_back(show_step(step, offset_minutes));
  }
  return out;
}

}  // namespace

Outcome read_issue(const ApiParts& parts, const Call& call) {
  auto read = reading(parts, call, Right::issue);
  if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
  auto& [timeline, words] = std::get<Reading>(read);
  if (!words.taken_down("issue", {timeline.state.number}, call.request.peer)) {
    return cannot_take_down();
  }
  return finish(show_state(timeline.state, parts.offset_minutes), words, timeline.state.version);
}

Outcome read_history(const ApiParts& parts, const Call& call) {
  auto read = reading(parts, call, Right::history);
  if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
  auto& [timeline, words] = std::get<Reading>(read);
  if (!words.taken_down("history", {timeline.state.number}, call.request.peer)) {
    return cannot_take_down();
  }
  const auto stage = static_cast<std::uint8_t>(timeline.state.marks.stage());
  Object body{{"number", workflows::issue::format_number(timeline.state.number)},
              {"version", std::int64_t{timeline.state.version.value}},
              {"stage", workflows::issue::stage_name(stage)},
              {"stage_zh", workflows::issue::stage_name_zh(stage)},
              {"position", timeline.state.position.value},
              {"steps", steps_of(timeline, Version{0}, parts.offset_minutes)}};
  return finish(std::move(body), words, timeline.state.version);
}

namespace {

Outcome meeting_moved(const ApiParts& parts, const Call& call, const engine::writer::Moved& moved,
                      Problem out) {
  WordReader words(parts, *call.token);
  const bool sees = may_read(call.token->role, Right::history) != Grant::no;
  const auto history = workflows::meeting::read_history(
      parts.log, moved.stream.number, sees ? words.words() : workflows::issue::Words{}, {},
      parts.offset_minutes);
  if (!history) return problem_of(history.error());
  if (!words.taken_down("moved", {}, call.request.peer, {moved.stream.number})) {
    return cannot_take_down();
  }
  List since;
  for (const auto& step : history->steps) {
    if (step.version > moved.expected) since.emplace_back(show_step(step, parts.offset_minutes));
  }
  const auto stage = static_cast<std::uint8_t>(history->marks.stage());
  out.more.emplace_back("meeting", workflows::meeting::format_number(moved.stream.number));
  out.more.emplace_back("stage", workflows::meeting::stage_name(stage));
  out.more.emplace_back("stage_zh", workflows::meeting::stage_name_zh(stage));
  Value shown(std::move(since));
  if (!words.may_read()) say_withheld(shown);
  out.more.emplace_back("since", std::move(shown));
  return out;
}

}  // namespace

Outcome read_moved(const ApiParts& parts, const Call& call, const engine::writer::Moved& moved) {
  Problem out{"moved", "You have seen version " + std::to_string(moved.expected.value) +
                           "; it stands at " + std::to_string(moved.actual.value) +
                           ". Look at what happened since, and ask again if it still applies."};
  out.headers = {{"ETag", etag_of(moved.actual)}, {"Cache-Control", "no-store"}};
  out.more = {{"expected", std::int64_t{moved.expected.value}},
              {"actual", std::int64_t{moved.actual.value}}};
  if (moved.stream.workflow == workflows::meeting::workflow_id) {
    return meeting_moved(parts, call, moved, std::move(out));
  }
  if (moved.stream.workflow != workflows::issue::workflow_id) return out;
  WordReader words(parts, *call.token);
  const bool sees = may_read(call.token->role, Right::history) != Grant::no;
  const auto timeline = workflows::issue::read_timeline(
      parts.log, moved.stream.number, sees ? words.words() : workflows::issue::Words{}, {},
      parts.offset_minutes);
  if (!timeline) return problem_of(timeline.error());
  if (!words.taken_down("moved", {moved.stream.number}, call.request.peer)) {
    return cannot_take_down();
  }
  const auto stage = static_cast<std::uint8_t>(timeline->state.marks.stage());
  out.more.emplace_back("issue", workflows::issue::format_number(moved.stream.number));
  out.more.emplace_back("stage", workflows::issue::stage_name(stage));
  out.more.emplace_back("stage_zh", workflows::issue::stage_name_zh(stage));
  Value since(steps_of(*timeline, moved.expected, parts.offset_minutes));
  if (!words.may_read()) say_withheld(since);
  out.more.emplace_back("since", std::move(since));
  return out;
}

}  // namespace adapters::http
