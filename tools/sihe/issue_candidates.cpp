#include "tools/sihe/issue_candidates.hpp"

#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/json.hpp"
#include "engine/board/board.hpp"
#include "engine/core/rfc3339.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/terminal.hpp"
#include "workflows/issue/candidates.hpp"

namespace tools {
namespace {

using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using workflows::issue::Candidate;

struct Options {
  std::string data;
  std::string number;
  bool json = false;
};

std::string hundredths(double share) {
  return std::to_string(static_cast<int>(std::lround(share * 100))) + "%";
}

std::string metres_text(const Candidate& candidate) {
  if (!candidate.metres) return "";
  return std::to_string(std::lround(*candidate.metres)) + " m";
}

void print(const std::vector<Candidate>& candidates) {
  TextTable table({"number", "alike", "apart", "stage", "reported", "title"});
  for (const Candidate& each : candidates) {
    table.add({workflows::issue::format_number(each.number), hundredths(each.likeness),
               metres_text(each), each.stage,
               engine::format_rfc3339(each.opened_at, shown_offset_minutes), each.title});
  }
  constexpr std::size_t title_column = 5;
  const Paint paint(shows_colour(stdout));
  std::fputs(table.text(columns_of(stdout), title_column, paint).c_str(), stdout);
}

void print_json(const std::vector<Candidate>& candidates) {
  List items;
  for (const Candidate& each : candidates) {
    items.emplace_back(
        Object{{"number", workflows::issue::format_number(each.number)},
               {"title", each.title.empty() ? Value() : Value(each.title)},
               {"stage", each.stage},
               {"opened_at", engine::format_rfc3339(each.opened_at, shown_offset_minutes)},
               {"likeness", std::round(each.likeness * 100) / 100},
               {"metres", each.metres ? Value(std::round(*each.metres)) : Value()}});
  }
  const Object out{{"items", std::move(items)}};
  std::printf("%s\n", adapters::json::write_pretty(out).c_str());
}

Result<void> run(const Options& options) {
  const auto number = parse_issue_number(options.number);
  if (!number) return number.error();
  auto reading = open_folder(options.data);
  if (!reading) return reading.error();
  auto board = engine::board::open_board((*reading)->paths.board());
  if (!board) return board.error();
  const auto found =
      workflows::issue::find_candidates(*(*reading)->log, **board, *number, (*reading)->words());
  if (!found) return found.error();
  if (options.json) {
    print_json(*found);
  } else if (found->empty()) {
    std::fputs("No other report of the same area and week is like it.\n", stdout);
  } else {
    print(*found);
  }
  return {};
}

}  // namespace

void add_issue_candidates(CLI::App& issue) {
  auto options = std::make_shared<Options>();
  CLI::App* command = issue.add_subcommand(
      "candidates",
      "List other reports of the same area and week that are told in similar words or lie at the\n"
      "same place: they may be about the same thing. Whether they are is for a person to say.");
  command->add_option("NUMBER", options->number, "The issue's number")->required();
  command->add_option("--data", options->data, "The data folder")->required();
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options] {
    const auto done = run(*options);
    if (!done) fail(exit_code_of(done.error()), "issue: " + done.error().detail);
  });
}

}  // namespace tools
