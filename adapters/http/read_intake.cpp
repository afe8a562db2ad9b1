// One letter; lists of letters, from the board.
#include <utility>

#include "adapters/http/area_scope.hpp"
#include "adapters/http/parameters.hpp"
#include "adapters/http/reads.hpp"
#include "adapters/intake/held_letter.hpp"
#include "workflows/intake/intake.hpp"

namespace adapters::http {

namespace letters = workflows::intake;
using engine::board::Query;
using engine::board::Row;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

namespace {

constexpr std::size_t page_default = 50;

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value time_or_null(engine::Instant t, int offset_minutes) {
  return t == engine::Instant{} ? Value() : Value(engine::format_rfc3339(t, offset_minutes));
}

Value item(const Row& row, Value first_words, int offset_minutes) {
  return Object{{"number", row.number},
                {"channel", text_or_null(row.dims.channel)},
                {"reason", row.dims.category},
                {"reason_zh", letters::reason_name_zh(row.dims.category)},
                {"detail", row.title},
                {"first_words", std::move(first_words)},
                {"stage", row.stage},
                {"stage_zh", letters::stage_name_zh(row.stage)},
                {"area", text_or_null(row.dims.area)},
                {"held_at", time_or_null(row.opened_at, offset_minutes)},
                {"changed_at", time_or_null(row.changed_at, offset_minutes)},
                {"version", std::int64_t{row.version.value}},
                {"position", row.position.value}};
}

// Lists name the letters whose words they show, so that the read can be taken down.
struct Items {
  List items;
  std::string seen = "letters";
};

Items items_of(const ApiParts& parts, const std::vector<Row>& rows, WordReader& words) {
  Items out;
  const auto reader = words.words();
  for (const Row& row : rows) {
    Value first(Object{{"withheld", Value(true)}});
    if (words.may_read()) {
      first = text_or_null(intake::first_words(parts.log, row.stream.number, reader));
      if (!(first == Value())) out.seen += " " + row.number;
    }
    out.items.push_back(item(row, std::move(first), parts.offset_minutes));
  }
  return out;
}

Query query_of(Parameters& parameters) {
  Query query;
  query.workflow = letters::workflow_id;
  query.channels = parameters.texts("channel");
  query.categories = parameters.texts("reason");
  query.stages = parameters.texts("stage");
  query.descending = parameters.text("order").value_or("desc") == "desc";
  query.limit = parameters.number("limit", 1, engine::board::page_max).value_or(page_default);
  query.cursor = std::string(parameters.text("cursor").value_or(""));
  return query;
}

}  // namespace

Outcome read_letter(const ApiParts& parts, const Call& call) {
  const auto number = letter_number(call.match.subject);
  if (const auto* problem = std::get_if<Problem>(&number)) return *problem;
  const auto no = std::get<std::uint64_t>(number);
  if (auto problem = barred_letter(parts, *call.token, Grant::yes, no)) return *std::move(problem);
  WordReader words(parts, *call.token);
  auto document = intake::letter_document(parts.log, no, words.words(), parts.offset_minutes);
  if (!document) return problem_of(document.error());
  const std::string what = "letter " + letters::format_number(no);
  if (!words.taken_down(what.c_str(), {}, call.request.peer)) return cannot_take_down();
  Value body(*std::move(document));
  if (!words.may_read()) say_withheld(body);
  const auto version = static_cast<std::uint32_t>(std::get<std::int64_t>(body.find("version")->it));
  Response out = private_response(body);
  out.headers.emplace_back("ETag", etag_of(engine::Version{version}));
  return out;
}

Outcome read_letters(const ApiParts& parts, const Call& call, Desk& desk) {
  Parameters parameters(call.request.query, Endpoint::letters, parts.offset_minutes);
  Query query = query_of(parameters);
  const bool count = parameters.flag("count");
  if (auto problem = parameters.problem()) return *std::move(problem);
  if (auto problem = narrow(*call.token, *parts.directory.tree(), query.areas)) {
    return *std::move(problem);
  }
  const auto board = desk.board();
  if (!board) return no_board(board.error());
  const auto failed = [&](const engine::Error& error) {
    if (error.fault != engine::Fault::invalid) desk.close_board();
    return problem_of(error);
  };
  const auto page = (*board)->list(query);
  if (!page) return failed(page.error());
  WordReader words(parts, *call.token);
  Items made = items_of(parts, page->rows, words);
  if (!words.taken_down(made.seen.c_str(), {}, call.request.peer)) return cannot_take_down();
  Object body{{"items", std::move(made.items)},
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
