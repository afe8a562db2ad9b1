// Lists of issues, from the board.
#include <charconv>
#include <utility>

#include "adapters/http/area_scope.hpp"
#include "adapters/http/parameters.hpp"
#include "adapters/http/reads.hpp"
#include "adapters/http/target_text.hpp"
#include "engine/core/rfc3339.hpp"
#include "workflows/issue/desk.hpp"

namespace adapters::http {

using engine::Instant;
using engine::board::Query;
using engine::board::Row;
using engine::board::Sort;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using workflows::directory::Tree;

namespace {

constexpr std::size_t page_default = 50;

struct Asked {
  Query query;
  bool count = false;
  // What "now" is for `due`: the cursor carries it, so that all pages ask the same question.
  Instant now{};
};

// "<ms of now>.<the board's cursor>"
bool take_cursor(std::string_view cursor, Asked& asked) {
  std::int64_t ms = 0;
  const auto [end, failed] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), ms);
  if (failed != std::errc{} || end == cursor.data() + cursor.size() || *end != '.') return false;
  asked.now = engine::from_ms(ms);
  asked.query.cursor = std::string(end + 1, cursor.data() + cursor.size());
  return !asked.query.cursor.empty();
}

void take_order(const Parameters& parameters, Query& query) {
  const std::string_view sort = parameters.text("sort").value_or("opened");
  query.sort = sort == "changed"  ? Sort::changed
               : sort == "due"    ? Sort::due
               : sort == "number" ? Sort::number
                                  : Sort::opened;
  const bool latest_first = query.sort == Sort::opened || query.sort == Sort::changed;
  query.descending = parameters.text("order").value_or(latest_first ? "desc" : "asc") == "desc";
}

void take_filters(Parameters& parameters, const Tree& tree, int offset_minutes, Asked& asked) {
  Query& query = asked.query;
  query.stages = parameters.texts("stage");
  query.areas = spread(tree, parameters, "area");
  query.categories = spread(tree, parameters, "category");
  query.channels = parameters.texts("channel");
  query.departments = spread(tree, parameters, "department");
  query.supervision = parameters.texts("supervision");
  query.open = parameters.maybe_flag("open");
  query.unplaced = parameters.flag("unplaced");
  query.opened_from = parameters.time("opened_from");
  query.opened_to = parameters.time("opened_to");
  const auto due = parameters.text("due");
  if (due) {
    if (query.open == false || parameters.text("due_from") || parameters.text("due_before") ||
        parameters.text("supervision")) {
      parameters.wrong("due", "cannot go with open=false, due_from, due_before or supervision");
    }
    workflows::issue::take_desk_list(*due, asked.now, offset_minutes, query);
  } else {
    query.due_from = parameters.time("due_from");
    query.due_before = parameters.time("due_before");
  }
  query.text = std::string(parameters.text("q").value_or(""));
  query.limit = parameters.number("limit", 1, engine::board::page_max).value_or(page_default);
  asked.count = parameters.flag("count");
}

std::optional<Problem> barred_from(const Token& token, const Tree& tree, Query& query) {
  if (may_read(token.role, Right::words) == Grant::no && !query.text.empty()) {
    return not_permitted(token, "words");
  }
  if (!token.area.empty() && query.unplaced) {
    return outside_area(token, "Issues without an area lie in none");
  }
  return narrow(token, tree, query.areas);
}

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value time_or_null(Instant t, int offset_minutes) {
  return t == Instant{} ? Value() : Value(engine::format_rfc3339(t, offset_minutes));
}

std::string stage_zh(const std::string& name) {
  for (std::uint8_t stage = 0;; ++stage) {
    const std::string each = workflows::issue::stage_name(stage);
    if (each == name) return workflows::issue::stage_name_zh(stage);
    if (each.starts_with("stage-")) return name;
  }
}

Value item(const Row& row, const Tree& tree, bool words, int offset_minutes) {
  Object out{{"number", row.number},
             {"title", words ? text_or_null(row.title) : Value(Object{{"withheld", Value(true)}})},
             {"stage", row.stage},
             {"stage_zh", stage_zh(row.stage)},
             {"supervision", row.supervision},
             {"level", row.level},
             {"open", row.open},
             {"channel", text_or_null(row.dims.channel)}};
  const std::pair<const char*, const std::string&> codes[] = {{"area", row.dims.area},
                                                              {"category", row.dims.category},
                                                              {"department", row.dims.department}};
  for (const auto& [kind, code] : codes) {
    const auto* entry = code.empty() ? nullptr : tree.find(kind, code);
    out.emplace_back(kind, text_or_null(code));
    out.emplace_back(std::string(kind) + "_name", entry == nullptr ? Value() : Value(entry->name));
  }
  out.emplace_back("opened_at", time_or_null(row.opened_at, offset_minutes));
  out.emplace_back("changed_at", time_or_null(row.changed_at, offset_minutes));
  out.emplace_back("due_at", time_or_null(row.due_at, offset_minutes));
  out.emplace_back("next_due_at", time_or_null(row.next_due, offset_minutes));
  out.emplace_back("version", std::int64_t{row.version.value});
  out.emplace_back("position", row.position.value);
  return out;
}

Outcome shown(const ApiParts& parts, const Call& call, const Tree& tree, const Asked& asked,
              const engine::board::Page& page, std::optional<std::uint64_t> count) {
  WordReader words(parts, *call.token);
  List items;
  std::vector<std::uint64_t> numbers;
  for (const Row& row : page.rows) {
    if (!row.title.empty() && words.may_read()) {
      words.saw();
      numbers.push_back(row.stream.number);
    }
    items.push_back(item(row, tree, words.may_read(), parts.offset_minutes));
  }
  if (!words.taken_down("list", std::move(numbers), call.request.peer)) return cannot_take_down();
  const std::string next =
      page.next.empty() ? "" : std::to_string(engine::to_ms(asked.now)) + "." + page.next;
  Object body{
      {"items", std::move(items)}, {"next", text_or_null(next)}, {"position", page.position.value}};
  if (count) body.emplace_back("count", *count);
  Response out = private_response(Value(std::move(body)));
  if (!next.empty()) out.headers.emplace_back("Link", link_to_next(call.request, next));
  return out;
}

}  // namespace

std::string link_to_next(const Request& request, const std::string& cursor) {
  std::string out = "<" + request.path;
  char mark = '?';
  for (const auto& [name, value] : request.query) {
    if (name == "cursor") continue;
    out += mark + percent_encoded(name) + "=" + percent_encoded(value);
    mark = '&';
  }
  return out + mark + "cursor=" + percent_encoded(cursor) + ">; rel=\"next\"";
}

Problem no_board(const engine::Error& error) {
  Problem out{"not_ready", "The lists are not there yet: " + error.detail + "."};
  out.headers = {{"Retry-After", "1"}};
  return out;
}

Outcome read_list(const ApiParts& parts, const Call& call, Desk& desk) {
  Parameters parameters(call.request.query, Endpoint::list, parts.offset_minutes);
  const auto tree = parts.directory.tree();
  Asked asked;
  asked.now = parts.clock();
  asked.query.workflow = workflows::issue::workflow_id;
  if (const auto cursor = parameters.text("cursor"); cursor && !take_cursor(*cursor, asked)) {
    parameters.wrong("cursor", "is none that was given here");
  }
  take_filters(parameters, *tree, parts.offset_minutes, asked);
  take_order(parameters, asked.query);
  if (auto problem = parameters.problem()) return *std::move(problem);
  if (auto problem = barred_from(*call.token, *tree, asked.query)) return *std::move(problem);

  const auto board = desk.board();
  if (!board) return no_board(board.error());
  const auto failed = [&](const engine::Error& error) {
    if (error.fault != engine::Fault::invalid) desk.close_board();
    return problem_of(error);
  };
  const auto page = (*board)->list(asked.query);
  if (!page) return failed(page.error());
  std::optional<std::uint64_t> count;
  if (asked.count) {
    Query all = asked.query;
    all.cursor.clear();
    const auto counted = (*board)->count(all);
    if (!counted) return failed(counted.error());
    count = *counted;
  }
  return shown(parts, call, *tree, asked, *page, count);
}

}  // namespace adapters::http
