// sihe intake list | show | machine, and what writes (intake_write.cpp).
#include "tools/sihe/intake.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "adapters/intake/held_letter.hpp"
#include "adapters/json/json.hpp"
#include "engine/board/board.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/terminal.hpp"
#include "workflows/intake/intake.hpp"

namespace tools {

namespace intake = workflows::intake;
using engine::Error;
using engine::Fault;
using engine::Result;
using engine::board::Query;
using engine::board::Row;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

Result<std::uint64_t> parse_letter_number(const std::string& text) {
  if (const auto number = intake::parse_number(text)) return *number;
  constexpr auto digits_of_number = 14;
  const auto digits =
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits == digits_of_number) {
    return Error{Fault::invalid, "the check digits of " + printable(text) +
                                     " do not hold: a digit is wrong, or two are swapped"};
  }
  return Error{Fault::invalid, "a letter number has 14 digits; \"" + printable(text) + "\" has " +
                                   std::to_string(digits)};
}

namespace {

struct ListOptions {
  std::string data;
  Query query;
  std::size_t limit = 50;
  bool ascending = false;
  bool count = false;
  bool json = false;
};

struct ShowOptions {
  std::string data;
  std::string number;
  bool json = false;
};

struct Line {
  Row row;
  std::string first_words;
};

Value time_or_null(engine::Instant t) {
  if (t == engine::Instant{}) return {};
  return engine::format_rfc3339(t, shown_offset_minutes);
}

Value row_value(const Line& line) {
  const Row& row = line.row;
  return Object{{"number", row.number},
                {"channel", row.dims.channel},
                {"reason", row.dims.category},
                {"reason_zh", intake::reason_name_zh(row.dims.category)},
                {"detail", row.title},
                {"first_words", line.first_words},
                {"stage", row.stage},
                {"stage_zh", intake::stage_name_zh(row.stage)},
                {"area", row.dims.area},
                {"held_at", time_or_null(row.opened_at)},
                {"changed_at", time_or_null(row.changed_at)},
                {"version", std::int64_t{row.version.value}},
                {"position", row.position.value}};
}

void print_table(const std::vector<Line>& lines) {
  constexpr std::size_t words_column = 6;
  TextTable table({"number", "held", "stage", "channel", "reason", "detail", "first words"});
  for (const Line& line : lines) {
    const Row& row = line.row;
    table.add({row.number, local_minute(row.opened_at, shown_offset_minutes),
               intake::stage_name_zh(row.stage), row.dims.channel,
               intake::reason_name_zh(row.dims.category) + " " + row.dims.category,
               printable(row.title), printable(line.first_words)});
  }
  const Paint paint(shows_colour(stdout));
  std::fputs(table.text(columns_of(stdout, 160), words_column, paint).c_str(), stdout);
}

Result<std::vector<Line>> read_lines(const Reading& reading, engine::board::Board& board,
                                     Query& query, std::size_t limit, engine::Position& position) {
  std::vector<Line> lines;
  const auto words = reading.words();
  do {
    query.limit = std::min(limit - lines.size(), engine::board::page_max);
    auto page = board.list(query);
    if (!page) return page.error();
    for (Row& row : page->rows) {
      std::string first = adapters::intake::first_words(*reading.log, row.stream.number, words);
      lines.push_back({std::move(row), std::move(first)});
    }
    query.cursor = page->next;
    position = page->position;
  } while (!query.cursor.empty() && lines.size() < limit);
  return lines;
}

Result<void> list(const ListOptions& options) {
  auto reading = open_folder(options.data);
  if (!reading) return reading.error();
  auto board = engine::board::open_board((*reading)->paths.board());
  if (!board) return board.error();
  Query query = options.query;
  query.workflow = intake::workflow_id;
  query.descending = !options.ascending;
  query.limit = std::min(options.limit, engine::board::page_max);
  if (options.count) {
    const auto count = (*board)->count(query);
    if (!count) return count.error();
    std::printf(options.json ? "{\"count\":%llu}\n" : "%llu\n",
                static_cast<unsigned long long>(*count));
    return {};
  }
  engine::Position position;
  const auto lines = read_lines(**reading, **board, query, options.limit, position);
  if (!lines) return lines.error();
  if (options.json) {
    List items;
    for (const Line& line : *lines) items.push_back(row_value(line));
    const Object out{{"position", position.value},
                     {"rows", std::move(items)},
                     {"next", query.cursor.empty() ? Value() : Value(query.cursor)}};
    std::printf("%s\n", adapters::json::write(Value(out)).c_str());
    return {};
  }
  print_table(*lines);
  if (!query.cursor.empty()) std::fprintf(stderr, "more: --cursor %s\n", query.cursor.c_str());
  return {};
}

std::string text(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key != name || value == Value()) continue;
    if (const auto* words = value.string()) return printable(*words);
    if (value.object() != nullptr) return "(erased)";
    return printable(adapters::json::write(value));
  }
  return {};
}

void print_letter(const Object& letter) {
  constexpr std::size_t label_columns = 20;
  const Paint paint(shows_colour(stdout));
  std::printf("%s\n\n", paint
                            .bold(text(letter, "number") + "  " + text(letter, "reason_zh") + " " +
                                  text(letter, "reason"))
                            .c_str());
  const std::pair<const char*, const char*> lines[] = {{"状态 stage", "stage_zh"},
                                                       {"渠道 channel", "channel"},
                                                       {"说明 detail", "detail"},
                                                       {"时间 held", "held_at"},
                                                       {"区域 area", "area"},
                                                       {"账号 account", "account"},
                                                       {"群 group", "group"},
                                                       {"原话 said", "said"},
                                                       {"路径 path", "path"},
                                                       {"参数 query", "query"},
                                                       {"头部 headers", "headers"},
                                                       {"类型 content type", "content_type"},
                                                       {"字节 size", "size"},
                                                       {"编码 base64", "base64"},
                                                       {"不全 cut", "cut"},
                                                       {"原文 body", "body"},
                                                       {"诉求 issue", "issue"},
                                                       {"备注 note", "note"},
                                                       {"作废 dropped", "dropped_because"}};
  for (const auto& [label, name] : lines) {
    const std::string value = text(letter, name);
    if (value.empty()) continue;
    std::printf("%s%s\n", paint.dim(padded(label, label_columns)).c_str(), value.c_str());
  }
}

Result<void> show(const ShowOptions& options) {
  const auto number = parse_letter_number(options.number);
  if (!number) return number.error();
  auto reading = open_folder(options.data);
  if (!reading) return reading.error();
  auto letter = adapters::intake::letter_document(*(*reading)->log, *number, (*reading)->words(),
                                                  shown_offset_minutes);
  if (!letter) return letter.error();
  if (options.json) {
    std::printf("%s\n", adapters::json::write_pretty(Value(*std::move(letter))).c_str());
  } else {
    print_letter(*letter);
  }
  return {};
}

void end_with(const Result<void>& result) {
  if (!result) fail(exit_code_of(result.error()), "intake: " + result.error().detail);
}

void add_list(CLI::App& app) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command =
      app.add_subcommand("list", "List, filter and count letters; also beside a running server.");
  command->add_option("--data", options->data, "The data folder")->required();
  Query& query = options->query;
  command->add_option("--channel", query.channels, "Only these channels: wecom, onebot, hotline …");
  command->add_option("--reason", query.categories, "Only these reasons")
      ->check(CLI::IsMember({"unverified", "unreadable", "unplaced", "refused", "call_back"}));
  command->add_option("--stage", query.stages, "Only held, admitted or dropped")
      ->check(CLI::IsMember({"held", "admitted", "dropped"}));
  command->add_flag("--ascending", options->ascending, "The oldest first");
  command->add_option("--limit", options->limit, "How many at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--cursor", query.cursor, "Go on where the page before ended");
  command->add_flag("--count", options->count, "Only how many there are");
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options] { end_with(list(*options)); });
}

void add_show(CLI::App& app) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command =
      app.add_subcommand("show", "Show one letter as it came, and what became of it.");
  command->add_option("NUMBER", options->number, "The letter's number")->required();
  command->add_option("--data", options->data, "The data folder")->required();
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options] { end_with(show(*options)); });
}

void add_machine(CLI::App& app) {
  struct Forms {
    bool mermaid = false, matrix = false, text = false;
  };
  auto forms = std::make_shared<Forms>();
  CLI::App* command =
      app.add_subcommand("machine", "Print the table that decides what may be done with a letter.");
  auto* form = command->add_option_group("form", "How to print it");
  form->add_flag("--mermaid", forms->mermaid, "As a Mermaid state diagram");
  form->add_flag("--matrix", forms->matrix, "As a matrix in Markdown: command × stage");
  form->add_flag("--text", forms->text,
                 "One row a line, whose SHA-256 is the digest that every record carries");
  form->require_option(1);
  command->callback([forms] {
    const std::string shown = forms->mermaid  ? intake::machine_mermaid()
                              : forms->matrix ? intake::machine_matrix()
                                              : intake::machine_text();
    std::fputs(shown.c_str(), stdout);
  });
}

void add_intake(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "intake", "What channels could not deal with: look at it, make an issue of it, or drop it.");
  command->require_subcommand(1);
  add_list(*command);
  add_show(*command);
  add_intake_commands(*command);
  add_intake_resubmit(*command);
  add_machine(*command);
}

const Command intake_command{46, add_intake};

}  // namespace
}  // namespace tools
