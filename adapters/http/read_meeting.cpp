// One meeting and its history; lists of meetings, from the board.
#include <utility>

#include "adapters/http/accept.hpp"
#include "adapters/http/area_scope.hpp"
#include "adapters/http/meeting_document.hpp"
#include "adapters/http/parameters.hpp"
#include "adapters/http/reads.hpp"
#include "workflows/meeting/history.hpp"

namespace adapters::http {

namespace meeting = workflows::meeting;
using engine::board::Query;
using engine::board::Row;
using engine::board::Sort;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using workflows::directory::Tree;

namespace {

constexpr std::size_t page_default = 50;

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value time_or_null(engine::Instant t, int offset_minutes) {
  return t == engine::Instant{} ? Value() : Value(engine::format_rfc3339(t, offset_minutes));
}

// The number in the path, if the token may see that meeting.
std::variant<std::uint64_t, Problem> seen_meeting(const ApiParts& parts, const Call& call,
                                                  Right right) {
  auto number = meeting_number(call.match.subject);
  if (const auto* no = std::get_if<std::uint64_t>(&number)) {
    const Grant grant = may_read(call.token->role, right);
    if (auto problem = barred_meeting(parts, *call.token, grant, *no)) return *std::move(problem);
  }
  return number;
}

Response as_html(const Object& document) {
  Response out;
  out.content_type = "text/html; charset=utf-8";
  out.headers = {{"Cache-Control", "no-store"},
                 {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
                 {"X-Content-Type-Options", "nosniff"}};
  out.body = meeting_sheet(document);
  return out;
}

std::vector<std::uint64_t> issues_in(const Object& document) {
  std::vector<std::uint64_t> out;
  for (const auto& [name, value] : document) {
    if (name != "agenda") continue;
    for (const Value& each : *value.list()) {
      const auto number = workflows::issue::parse_number(*each.find("issue")->string());
      if (number) out.push_back(*number);
    }
  }
  return out;
}

void take_order(const Parameters& parameters, Query& query) {
  const std::string_view sort = parameters.text("sort").value_or("at");
  query.sort = sort == "called"    ? Sort::opened
               : sort == "changed" ? Sort::changed
               : sort == "number"  ? Sort::number
                                   : Sort::due;
  query.descending = parameters.text("order").value_or("desc") == "desc";
}

void take_filters(Parameters& parameters, const Tree& tree, Query& query) {
  query.workflow = meeting::workflow_id;
  query.categories = parameters.texts("kind");
  query.stages = parameters.texts("stage");
  query.areas = spread(tree, parameters, "area");
  query.due_from = parameters.time("from");
  query.due_before = parameters.time("to");
  query.text = std::string(parameters.text("q").value_or(""));
  if (const auto issue = parameters.text("issue")) {
    const auto number = workflows::issue::parse_number(*issue);
    if (!number) parameters.wrong("issue", "is no issue number");
    query.text += " " + workflows::issue::format_number(number.value_or(0));
  }
  query.limit = parameters.number("limit", 1, engine::board::page_max).value_or(page_default);
  query.cursor = std::string(parameters.text("cursor").value_or(""));
}

Value item(const Row& row, const Tree& tree, int offset_minutes) {
  const auto* area = tree.find("area", row.dims.area);
  std::string kind_zh = row.dims.category;
  for (const auto kind : meeting::fb::EnumValuesKind()) {
    if (row.dims.category == meeting::kind_name(kind)) kind_zh = meeting::kind_name_zh(kind);
  }
  std::string stage_zh = row.stage;
  for (std::uint8_t stage = 0; stage <= static_cast<std::uint8_t>(meeting::fb::Stage::MAX);
       ++stage) {
    if (row.stage == meeting::stage_name(stage)) stage_zh = meeting::stage_name_zh(stage);
  }
  return Object{{"number", row.number},
                {"title", row.title},
                {"kind", row.dims.category},
                {"kind_zh", kind_zh},
                {"stage", row.stage},
                {"stage_zh", stage_zh},
                {"area", text_or_null(row.dims.area)},
                {"area_name", area == nullptr ? Value() : Value(area->name)},
                {"at", time_or_null(row.due_at, offset_minutes)},
                {"called_at", time_or_null(row.opened_at, offset_minutes)},
                {"changed_at", time_or_null(row.changed_at, offset_minutes)},
                {"version", std::int64_t{row.version.value}},
                {"position", row.position.value}};
}

}  // namespace

Outcome read_meeting(const ApiParts& parts, const Call& call) {
  auto seen = seen_meeting(parts, call, Right::issue);
  if (auto* problem = std::get_if<Problem>(&seen)) return std::move(*problem);
  const auto number = std::get<std::uint64_t>(seen);
  WordReader words(parts, *call.token);
  const auto tree = parts.directory.tree();
  const MeetingSources sources{
      parts.log, *tree, words.words(),
      [&](std::string_view area) { return lies_in(*tree, area, call.token->area); },
      parts.offset_minutes};
  auto document = meeting_document(sources, number);
  if (!document) return problem_of(document.error());
  if (!words.taken_down("meeting", issues_in(*document), call.request.peer, {number})) {
    return cannot_take_down();
  }
  Value body(std::move(*document));
  if (!words.may_read()) say_withheld(body);
  const auto version = static_cast<std::uint32_t>(std::get<std::int64_t>(body.find("version")->it));
  const bool html = prefers(find_field(call.request.headers, "Accept"),
                            call.match.route->other_type, call.match.route->content_type);
  Response out = html ? as_html(*body.object()) : private_response(body);
  out.headers.emplace_back("ETag", etag_of(engine::Version{version}));
  out.headers.emplace_back("Vary", "Accept");
  return out;
}

Outcome read_meeting_history(const ApiParts& parts, const Call& call) {
  auto seen = seen_meeting(parts, call, Right::history);
  if (auto* problem = std::get_if<Problem>(&seen)) return std::move(*problem);
  const auto number = std::get<std::uint64_t>(seen);
  WordReader words(parts, *call.token);
  const auto history =
      meeting::read_history(parts.log, number, words.words(), {}, parts.offset_minutes);
  if (!history) return problem_of(history.error());
  if (!words.taken_down("meeting", {}, call.request.peer, {number})) return cannot_take_down();
  List steps;
  for (const auto& step : history->steps) {
    steps.emplace_back(show_step(step, parts.offset_minutes));
  }
  const auto stage = static_cast<std::uint8_t>(history->marks.stage());
  Value body = Object{{"number", meeting::format_number(number)},
                      {"version", std::int64_t{history->version().value}},
                      {"stage", meeting::stage_name(stage)},
                      {"stage_zh", meeting::stage_name_zh(stage)},
                      {"position", history->position().value},
                      {"steps", std::move(steps)}};
  if (!words.may_read()) say_withheld(body);
  Response out = private_response(body);
  out.headers.emplace_back("ETag", etag_of(history->version()));
  return out;
}

Outcome read_meetings(const ApiParts& parts, const Call& call, Desk& desk) {
  Parameters parameters(call.request.query, Endpoint::meetings, parts.offset_minutes);
  const auto tree = parts.directory.tree();
  Query query;
  take_filters(parameters, *tree, query);
  take_order(parameters, query);
  const bool count = parameters.flag("count");
  if (auto problem = parameters.problem()) return *std::move(problem);
  if (auto problem = narrow(*call.token, *tree, query.areas)) return *std::move(problem);
  const auto board = desk.board();
  if (!board) return no_board(board.error());
  const auto failed = [&](const engine::Error& error) {
    if (error.fault != engine::Fault::invalid) desk.close_board();
    return problem_of(error);
  };
  const auto page = (*board)->list(query);
  if (!page) return failed(page.error());
  List items;
  for (const Row& row : page->rows) items.push_back(item(row, *tree, parts.offset_minutes));
  Object body{{"items", std::move(items)},
              {"next", text_or_null(page->next)},
              {"position", page->position.value}};
  if (count) {
    query.cursor.clear();
    const auto counted = (*board)->count(query);
    if (!counted) return failed(counted.error());
    body.emplace_back("count", *counted);
  }
  Response out = private_response(Value(std::move(body)));
  if (!page->next.empty()) {
    out.headers.emplace_back("Link", link_to_next(call.request, page->next));
  }
  return out;
}

}  // namespace adapters::http
