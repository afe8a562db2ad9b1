// sihe issue list | show | candidates | machine.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/json.hpp"
#include "engine/board/board.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/issue_candidates.hpp"
#include "tools/sihe/issue_machine.hpp"
#include "tools/sihe/terminal.hpp"
#include "workflows/issue/desk.hpp"

namespace tools {
namespace {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::board::Query;
using engine::board::Row;
using engine::board::Sort;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

struct ListOptions {
  std::string data;
  Query query;
  std::vector<std::string> areas;
  std::string sort = "opened";
  std::string due;
  std::size_t limit = 50;
  bool ascending = false;
  bool descending = false;
  bool open = false;
  bool all = false;
  bool overdue = false;
  bool count = false;
  bool json = false;
};

struct ShowOptions {
  std::string data;
  std::string number;
  std::string at;
  bool json = false;
};

// Codes stand for themselves and what lies below them; one that nobody knows is told with the
// nearest that are known.
Result<std::vector<std::string>> spread(const workflows::directory::Tree& tree,
                                        const std::string& kind,
                                        const std::vector<std::string>& codes) {
  std::vector<std::string> out;
  for (const std::string& code : codes) {
    if (tree.find(kind, code) == nullptr) {
      constexpr std::size_t shown_max = 3;
      std::string nearest;
      for (const std::string& each : tree.nearest(kind, code, shown_max)) {
        nearest += (nearest.empty() ? "; nearest: " : ", ") + each;
      }
      return Error{Fault::invalid, "no " + kind + " " + printable(code) + nearest};
    }
    for (std::string& each : tree.subtree(kind, code)) out.push_back(std::move(each));
  }
  return out;
}

// Stages, channels and the like are choices of the schema.
Result<void> check_choices(const char* what, const char* enumeration,
                           const std::vector<std::string>& given) {
  for (const auto& each : workflows::issue::schema().enumerations()) {
    if (each.name != enumeration) continue;
    std::string known;
    for (const auto& choice : each.choices) known += " " + choice.name;
    for (const std::string& name : given) {
      const bool is_one = std::any_of(each.choices.begin(), each.choices.end(),
                                      [&](const auto& choice) { return choice.name == name; });
      if (!is_one) {
        return Error{Fault::invalid,
                     std::string("no ") + what + " " + printable(name) + "; there are:" + known};
      }
    }
  }
  return {};
}

Result<void> check_choices(const Query& query) {
  if (auto good = check_choices("stage", "Stage", query.stages); !good) return good;
  if (auto good = check_choices("channel", "Channel", query.channels); !good) return good;
  return check_choices("supervision", "Supervision", query.supervision);
}

Result<Query> query_of(const ListOptions& options, const workflows::directory::Tree& tree) {
  Query query = options.query;
  query.workflow = workflows::issue::workflow_id;
  if (auto good = check_choices(query); !good) return good.error();
  auto areas = spread(tree, "area", options.areas);
  if (!areas) return areas.error();
  query.areas = std::move(*areas);
  auto categories = spread(tree, "category", query.categories);
  if (!categories) return categories.error();
  query.categories = std::move(*categories);
  auto departments = spread(tree, "department", query.departments);
  if (!departments) return departments.error();
  query.departments = std::move(*departments);
  if (options.open || options.overdue) query.open = true;
  // By the clock for solving, where it runs: what is paused has none.
  if (options.overdue) {
    query.due_before = wall_clock()();
    query.next_due_before = query.due_before;
  }
  if (!options.due.empty()) {
    workflows::issue::take_desk_list(options.due, wall_clock()(), shown_offset_minutes, query);
  }
  query.sort = options.sort == "changed"  ? Sort::changed
               : options.sort == "due"    ? Sort::due
               : options.sort == "number" ? Sort::number
                                          : Sort::opened;
  const bool latest_first = query.sort == Sort::opened || query.sort == Sort::changed;
  query.descending = options.descending || (latest_first && !options.ascending);
  query.limit = std::min(options.limit, engine::board::page_max);
  return query;
}

Value time_or_null(engine::Instant t) {
  if (t == engine::Instant{}) return {};
  return engine::format_rfc3339(t, shown_offset_minutes);
}

Object row_value(const Row& row, const workflows::directory::Tree& tree) {
  Object out{{"number", row.number},           {"title", row.title}, {"stage", row.stage},
             {"supervision", row.supervision}, {"level", row.level}, {"open", row.open},
             {"channel", row.dims.channel}};
  const std::pair<const char*, const std::string&> codes[] = {{"area", row.dims.area},
                                                              {"category", row.dims.category},
                                                              {"department", row.dims.department}};
  for (const auto& [kind, code] : codes) {
    const auto* entry = tree.find(kind, code);
    out.emplace_back(kind, code);
    out.emplace_back(std::string(kind) + "_name", entry == nullptr ? Value() : Value(entry->name));
  }
  out.emplace_back("opened_at", time_or_null(row.opened_at));
  out.emplace_back("changed_at", time_or_null(row.changed_at));
  out.emplace_back("due_at", time_or_null(row.due_at));
  out.emplace_back("next_due_at", time_or_null(row.next_due));
  out.emplace_back("version", std::int64_t{row.version.value});
  out.emplace_back("position", row.position.value);
  return out;
}

std::string name_of(const workflows::directory::Tree& tree, const char* kind,
                    const std::string& code) {
  const auto* entry = tree.find(kind, code);
  return entry == nullptr ? code : entry->name;
}

// `next`: of all deadlines that run the first, instead of the one for solving.
void print_table(const std::vector<Row>& rows, const workflows::directory::Tree& tree, bool next) {
  constexpr std::size_t title_column = 7;
  TextTable table({"number", "stage", "opened", "due", "area", "category", "department", "title"});
  for (const Row& row : rows) {
    const auto minute = [](engine::Instant t) {
      return t == engine::Instant{} ? std::string() : local_minute(t, shown_offset_minutes);
    };
    std::string due = minute(next ? row.next_due : row.due_at);
    if ((row.open || next) && row.supervision != "on_time") due += " " + row.supervision;
    table.add({row.number, row.stage, minute(row.opened_at), due,
               name_of(tree, "area", row.dims.area), name_of(tree, "category", row.dims.category),
               name_of(tree, "department", row.dims.department), row.title});
  }
  const Paint paint(shows_colour(stdout));
  std::fputs(table.text(columns_of(stdout, 160), title_column, paint).c_str(), stdout);
}

struct Listed {
  std::vector<Row> rows;
  std::string next;
  engine::Position position;
};

// As many pages as the limit asks for.
Result<Listed> read_rows(engine::board::Board& board, Query query, std::size_t limit) {
  Listed out;
  do {
    query.limit = std::min(limit - out.rows.size(), engine::board::page_max);
    auto page = board.list(query);
    if (!page) return page.error();
    for (Row& row : page->rows) out.rows.push_back(std::move(row));
    out.next = query.cursor = page->next;
    out.position = page->position;
  } while (!out.next.empty() && out.rows.size() < limit);
  return out;
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
    const std::string number = std::to_string(*count);
    std::printf("%s\n", options.json ? ("{\"count\":" + number + "}").c_str() : number.c_str());
    return {};
  }
  auto listed = read_rows(**board, *query, options.limit);
  if (!listed) return listed.error();
  if (options.json) {
    List rows;
    for (const Row& row : listed->rows) rows.emplace_back(row_value(row, tree));
    const Object out{{"position", listed->position.value},
                     {"rows", std::move(rows)},
                     {"next", listed->next.empty() ? Value() : Value(listed->next)}};
    std::printf("%s\n", adapters::json::write(out).c_str());
    return {};
  }
  print_table(listed->rows, tree, !options.due.empty());
  if (!listed->next.empty()) {
    std::fprintf(stderr, "more: --cursor %s\n", listed->next.c_str());
  }
  return {};
}

Result<void> show(const ShowOptions& options) {
  const auto number = parse_issue_number(options.number);
  if (!number) return number.error();
  std::optional<Moment> at;
  if (!options.at.empty()) {
    const auto moment = parse_moment(options.at);
    if (!moment) return moment.error();
    at = *moment;
  }
  auto reading = open_folder(options.data);
  if (!reading) return reading.error();
  const auto timeline = history(**reading, *number, at);
  if (!timeline) return timeline.error();
  if (options.json) {
    const Value document = workflows::issue::show_state(timeline->state, shown_offset_minutes);
    std::printf("%s\n", adapters::json::write_pretty(document).c_str());
  } else {
    std::fputs(
        page(timeline->state, (*reading)->tree, columns_of(stdout), shows_colour(stdout)).c_str(),
        stdout);
  }
  return {};
}

void end_with(const Result<void>& result) {
  if (!result) fail(exit_code_of(result.error()), "issue: " + result.error().detail);
}

void add_list(CLI::App& issue) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = issue.add_subcommand("list", "List, filter, search and count issues.");
  command->add_option("--data", options->data, "The data folder")->required();
  Query& query = options->query;
  command->add_option("--stage", query.stages, "Only these stages (reported … merged)");
  command->add_option("--area", options->areas, "Only these areas and what lies in them");
  command->add_option("--category", query.categories, "Only these and what lies below them");
  command->add_option("--channel", query.channels, "Only these channels");
  command->add_option("--department", query.departments, "Only these departments");
  command->add_option("--supervision", query.supervision, "Only on_time, warned or overdue");
  command->add_option("--q", query.text, "Words that must all occur; two characters are enough");
  auto* open = command->add_flag("--open", options->open, "Only what is in somebody's hand");
  command->add_flag("--all", options->all, "Everything (as without --open)")->excludes(open);
  auto* overdue =
      command->add_flag("--overdue", options->overdue, "Only what is open past its deadline now");
  command
      ->add_option("--due", options->due,
                   "A supervisor's list: a deadline ends today, ends within a week, has passed; or "
                   "warned of, returned and with nobody, escalated and in hand")
      ->check(CLI::IsMember({"today", "week", "overdue", "warned", "returned", "escalated"}))
      ->excludes(overdue);
  command->add_flag("--unplaced", query.unplaced, "Only what has no area");
  command
      ->add_option("--sort", options->sort,
                   "By what; opened and changed: the latest first, due and number: the lowest")
      ->check(CLI::IsMember({"opened", "changed", "due", "number"}))
      ->capture_default_str();
  auto* ascending = command->add_flag("--ascending", options->ascending, "Oldest or lowest first");
  command->add_flag("--descending", options->descending, "Latest or highest first")
      ->excludes(ascending);
  command->add_option("--limit", options->limit, "How many at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--cursor", query.cursor, "Go on where the page before ended");
  command->add_flag("--count", options->count, "Only how many there are");
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options] { end_with(list(*options)); });
}

void add_show(CLI::App& issue) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = issue.add_subcommand("show", "Show one issue, now or as it stood once.");
  command->add_option("NUMBER", options->number, "The issue's number")->required();
  command->add_option("--data", options->data, "The data folder")->required();
  command->add_option("--at", options->at, "A version (3) or a time (2025-03-04)");
  command->add_flag("--json", options->json, "Print the issue's document as JSON");
  command->callback([options] { end_with(show(*options)); });
}

void add_issue(CLI::App& app) {
  CLI::App* issue = app.add_subcommand("issue", "Look at issues, and at the table they follow.");
  issue->require_subcommand(1);
  add_list(*issue);
  add_show(*issue);
  add_issue_candidates(*issue);
  add_issue_machine(*issue);
}

const Command issue_command{40, add_issue};

}  // namespace
}  // namespace tools
