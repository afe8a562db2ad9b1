// sihe meeting list | show | sheet | machine, and what writes (meeting_write.cpp).
#include "tools/sihe/meeting.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "adapters/http/meeting_document.hpp"
#include "adapters/json/json.hpp"
#include "engine/board/board.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/terminal.hpp"
#include "workflows/meeting/meeting.hpp"

namespace tools {

namespace meeting = workflows::meeting;
using engine::Error;
using engine::Fault;
using engine::Result;
using engine::board::Query;
using engine::board::Row;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

Result<std::uint64_t> parse_meeting_number(const std::string& text) {
  if (const auto number = meeting::parse_number(text)) return *number;
  constexpr auto digits_of_number = 12;
  const auto digits =
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits == digits_of_number) {
    return Error{Fault::invalid, "the check digits of " + printable(text) +
                                     " do not hold: a digit is wrong, or two are swapped"};
  }
  return Error{Fault::invalid, "a meeting number has 12 digits; \"" + printable(text) + "\" has " +
                                   std::to_string(digits)};
}

Result<Object> meeting_document(const Reading& reading, std::uint64_t number) {
  return adapters::http::meeting_document(
      {*reading.log, reading.tree, reading.words(), [](std::string_view) { return true; },
       shown_offset_minutes},
      number);
}

namespace {

struct ListOptions {
  std::string data;
  Query query;
  std::vector<std::string> areas;
  std::string issue, from, to;
  std::string sort = "at";
  std::size_t limit = 50;
  bool ascending = false;
  bool count = false;
  bool json = false;
};

struct ShowOptions {
  std::string data;
  std::string number;
  std::string html, json_file;
  bool json = false;
};

Result<std::optional<engine::Instant>> time_of(const std::string& text) {
  if (text.empty()) return std::optional<engine::Instant>();
  constexpr std::size_t day = 10;
  std::string whole = text;
  if (whole.size() == day) whole += "T00:00:00+08:00";
  if (const auto time = engine::parse_rfc3339(whole)) return std::optional(*time);
  return Error{Fault::invalid, "\"" + printable(text) +
                                   "\" is no time; write 2026-03-04 or "
                                   "2026-03-04T14:00:00+08:00"};
}

Result<Query> query_of(const ListOptions& options, const workflows::directory::Tree& tree) {
  using engine::board::Sort;
  Query query = options.query;
  query.workflow = meeting::workflow_id;
  for (const std::string& code : options.areas) {
    if (tree.find("area", code) == nullptr) {
      return Error{Fault::invalid, "no area " + printable(code)};
    }
    for (std::string& each : tree.subtree("area", code)) query.areas.push_back(std::move(each));
  }
  if (!options.issue.empty()) {
    const auto number = parse_issue_number(options.issue);
    if (!number) return number.error();
    query.text += " " + workflows::issue::format_number(*number);
  }
  const auto from = time_of(options.from);
  if (!from) return from.error();
  const auto to = time_of(options.to);
  if (!to) return to.error();
  query.due_from = *from;
  query.due_before = *to;
  query.sort = options.sort == "called"    ? Sort::opened
               : options.sort == "changed" ? Sort::changed
               : options.sort == "number"  ? Sort::number
                                           : Sort::due;
  query.descending = !options.ascending;
  query.limit = std::min(options.limit, engine::board::page_max);
  return query;
}

Value time_or_null(engine::Instant t) {
  if (t == engine::Instant{}) return {};
  return engine::format_rfc3339(t, shown_offset_minutes);
}

std::string kind_zh(const std::string& name) {
  for (const auto kind : meeting::fb::EnumValuesKind()) {
    if (meeting::kind_name(kind) == name) return meeting::kind_name_zh(kind);
  }
  return name;
}

Value row_value(const Row& row, const workflows::directory::Tree& tree) {
  const auto* area = tree.find("area", row.dims.area);
  return Object{{"number", row.number},
                {"title", row.title},
                {"kind", row.dims.category},
                {"stage", row.stage},
                {"area", row.dims.area},
                {"area_name", area == nullptr ? Value() : Value(area->name)},
                {"at", time_or_null(row.due_at)},
                {"called_at", time_or_null(row.opened_at)},
                {"changed_at", time_or_null(row.changed_at)},
                {"version", std::int64_t{row.version.value}},
                {"position", row.position.value}};
}

void print_table(const std::vector<Row>& rows, const workflows::directory::Tree& tree) {
  constexpr std::size_t title_column = 5;
  TextTable table({"number", "kind", "stage", "at", "area", "title"});
  for (const Row& row : rows) {
    const auto* area = tree.find("area", row.dims.area);
    table.add({row.number, kind_zh(row.dims.category) + " " + row.dims.category, row.stage,
               local_minute(row.due_at, shown_offset_minutes),
               area == nullptr ? row.dims.area : area->name, row.title});
  }
  const Paint paint(shows_colour(stdout));
  std::fputs(table.text(columns_of(stdout, 160), title_column, paint).c_str(), stdout);
}

Result<void> list(const ListOptions& options) {
  auto reading = open_folder(options.data);
  if (!reading) return reading.error();
  const auto& tree = (*reading)->tree;
  auto query = query_of(options, tree);
  if (!query) return query.error();
  auto board = engine::board::open_board((*reading)->paths.board());
  if (!board) return board.error();
  if (options.count) {
    const auto count = (*board)->count(*query);
    if (!count) return count.error();
    std::printf(options.json ? "{\"count\":%llu}\n" : "%llu\n",
                static_cast<unsigned long long>(*count));
    return {};
  }
  std::vector<Row> rows;
  engine::Position position;
  do {
    query->limit = std::min(options.limit - rows.size(), engine::board::page_max);
    auto page = (*board)->list(*query);
    if (!page) return page.error();
    for (Row& row : page->rows) rows.push_back(std::move(row));
    query->cursor = page->next;
    position = page->position;
  } while (!query->cursor.empty() && rows.size() < options.limit);
  if (options.json) {
    List items;
    for (const Row& row : rows) items.push_back(row_value(row, tree));
    const Object out{{"position", position.value},
                     {"rows", std::move(items)},
                     {"next", query->cursor.empty() ? Value() : Value(query->cursor)}};
    std::printf("%s\n", adapters::json::write(out).c_str());
    return {};
  }
  print_table(rows, tree);
  if (!query->cursor.empty()) std::fprintf(stderr, "more: --cursor %s\n", query->cursor.c_str());
  return {};
}

std::string text(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key != name) continue;
    if (const auto* words = value.string()) return printable(*words);
    if (const auto* items = value.list()) {
      std::string out;
      for (const Value& each : *items) {
        if (each.string() != nullptr) out += (out.empty() ? "" : "、") + printable(*each.string());
      }
      return out;
    }
    if (value.object() != nullptr) return "(erased)";
  }
  return {};
}

// "2026-03-04 14:00" of RFC 3339.
std::string minute(const Object& object, std::string_view name) {
  std::string out = text(object, name).substr(0, 16);
  if (out.size() == 16) out[10] = ' ';
  return out;
}

// Who goes on with each issue, and how: too long for a table.
void print_steps(const List& agenda) {
  std::string out;
  for (const Value& each : agenda) {
    const Object& item = *each.object();
    const std::string by = text(item, "by");
    const std::string step = text(item, "next_step");
    if (by.empty() && step.empty()) continue;
    out += text(item, "issue") + "  " + by + (by.empty() || step.empty() ? "" : "：") + step + "\n";
  }
  if (!out.empty()) std::printf("\n下一步 next steps\n%s", out.c_str());
}

void print_meeting(const Object& document) {
  constexpr std::size_t label_columns = 20;
  const Paint paint(shows_colour(stdout));
  std::printf("%s\n\n", paint
                            .bold(text(document, "number") + "  " + text(document, "kind_zh") +
                                  " " + text(document, "kind"))
                            .c_str());
  const std::pair<const char*, const char*> lines[] = {{"状态 stage", "stage_zh"},
                                                       {"区域 area", "area_name"},
                                                       {"时间 at", "at"},
                                                       {"召开 held", "held_at"},
                                                       {"地点 place", "place"},
                                                       {"主持 chair", "chair"},
                                                       {"单位 units", "units_names"},
                                                       {"通知 invited", "invited"},
                                                       {"到会 attended", "attendees"},
                                                       {"群众 residents", "residents"},
                                                       {"备注 note", "note"},
                                                       {"取消 cancelled", "cancelled_because"}};
  for (const auto& [label, name] : lines) {
    const bool is_time = std::string_view(name).ends_with("at");
    const std::string value = is_time ? minute(document, name) : text(document, name);
    if (value.empty()) continue;
    std::printf("%s%s\n", paint.dim(padded(label, label_columns)).c_str(), value.c_str());
  }
  std::printf("\n");
  TextTable table({"issue", "stage", "conclusion", "department", "due", "title"});
  List agenda;
  for (const auto& [name, value] : document) {
    if (name == "agenda") agenda = *value.list();
  }
  for (const Value& each : agenda) {
    const Object& item = *each.object();
    table.add({text(item, "issue"), text(item, "stage_zh"), text(item, "conclusion_zh"),
               text(item, "department_name"), minute(item, "due"), text(item, "title")});
  }
  constexpr std::size_t title_column = 5;
  std::fputs(table.text(columns_of(stdout, 160), title_column, paint).c_str(), stdout);
  print_steps(agenda);
  if (const std::string minutes = text(document, "minutes"); !minutes.empty()) {
    std::printf("\n会议纪要 minutes\n%s\n", minutes.c_str());
  }
}

Result<Object> read_document(const ShowOptions& options) {
  const auto number = parse_meeting_number(options.number);
  if (!number) return number.error();
  auto reading = open_folder(options.data);
  if (!reading) return reading.error();
  return meeting_document(**reading, *number);
}

Result<void> show(const ShowOptions& options) {
  auto document = read_document(options);
  if (!document) return document.error();
  if (options.json) {
    std::printf("%s\n", adapters::json::write_pretty(Value(*std::move(document))).c_str());
  } else {
    print_meeting(*document);
  }
  return {};
}

// "-" is stdout.
Result<void> put(const std::string& file, const std::string& bytes) {
  if (file.empty()) return {};
  if (file == "-") {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    return {};
  }
  std::ofstream out(file, std::ios::binary);
  out << bytes;
  out.close();
  if (!out) return Error{Fault::storage, "cannot write " + file};
  return {};
}

Result<void> sheet(const ShowOptions& options) {
  auto document = read_document(options);
  if (!document) return document.error();
  if (auto done = put(options.html, adapters::http::meeting_sheet(*document)); !done) return done;
  return put(options.json_file, adapters::json::write_pretty(Value(*std::move(document))) + "\n");
}

void end_with(const Result<void>& result) {
  if (!result) fail(exit_code_of(result.error()), "meeting: " + result.error().detail);
}

void add_list(CLI::App& meeting) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = meeting.add_subcommand("list", "List, filter and count meetings.");
  command->add_option("--data", options->data, "The data folder")->required();
  Query& query = options->query;
  command->add_option("--kind", query.categories, "Only consultation, handover or negotiation")
      ->check(CLI::IsMember({"consultation", "handover", "negotiation"}));
  command->add_option("--stage", query.stages, "Only called, held or cancelled")
      ->check(CLI::IsMember({"called", "held", "cancelled"}));
  command->add_option("--area", options->areas, "Only these areas and what lies in them");
  command->add_option("--issue", options->issue, "Only those with this issue on the agenda");
  command->add_option("--from", options->from, "For which they are called: then or later");
  command->add_option("--to", options->to, "For which they are called: earlier than that");
  command->add_option("--q", query.text, "Words of place or chair that must all occur");
  command->add_option("--sort", options->sort, "By what; the latest first")
      ->check(CLI::IsMember({"at", "called", "changed", "number"}))
      ->capture_default_str();
  command->add_flag("--ascending", options->ascending, "Oldest or lowest first");
  command->add_option("--limit", options->limit, "How many at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--cursor", query.cursor, "Go on where the page before ended");
  command->add_flag("--count", options->count, "Only how many there are");
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options] { end_with(list(*options)); });
}

void add_show(CLI::App& meeting) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = meeting.add_subcommand("show", "Show one meeting with its issues.");
  command->add_option("NUMBER", options->number, "The meeting's number")->required();
  command->add_option("--data", options->data, "The data folder")->required();
  command->add_flag("--json", options->json, "Print the meeting's document as JSON");
  command->callback([options] { end_with(show(*options)); });
}

void add_sheet(CLI::App& meeting) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = meeting.add_subcommand(
      "sheet", "Write a meeting's sheet: HTML to print on A4, or JSON for programs.");
  command->add_option("NUMBER", options->number, "The meeting's number")->required();
  command->add_option("--data", options->data, "The data folder")->required();
  auto* form = command->add_option_group("form", "Where to; - is stdout");
  form->add_option("--html", options->html, "A file for the sheet to print");
  form->add_option("--json", options->json_file, "A file for the document");
  form->require_option(1, 2);
  command->callback([options] { end_with(sheet(*options)); });
}

void add_machine(CLI::App& meeting) {
  struct Forms {
    bool mermaid = false, matrix = false, text = false;
  };
  auto forms = std::make_shared<Forms>();
  CLI::App* command = meeting.add_subcommand(
      "machine", "Print the table that decides what may be done with a meeting.");
  auto* form = command->add_option_group("form", "How to print it");
  form->add_flag("--mermaid", forms->mermaid, "As a Mermaid state diagram");
  form->add_flag("--matrix", forms->matrix, "As a matrix in Markdown: command × stage");
  form->add_flag("--text", forms->text,
                 "One row a line, whose SHA-256 is the digest that every record carries");
  form->require_option(1);
  command->callback([forms] {
    const std::string shown = forms->mermaid  ? meeting::machine_mermaid()
                              : forms->matrix ? meeting::machine_matrix()
                                              : meeting::machine_text();
    std::fputs(shown.c_str(), stdout);
  });
}

void add_meeting(CLI::App& app) {
  CLI::App* meeting = app.add_subcommand(
      "meeting", "Call, hold and cancel meetings, look at them, and at the table they follow.");
  meeting->require_subcommand(1);
  add_meeting_commands(*meeting);
  add_list(*meeting);
  add_show(*meeting);
  add_sheet(*meeting);
  add_machine(*meeting);
}

const Command meeting_command{45, add_meeting};

}  // namespace
}  // namespace tools
