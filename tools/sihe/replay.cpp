// sihe replay: what happened to an issue, step by step; how it stood; what changed.
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/json.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/replay_print.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {
namespace {

using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using workflows::issue::Timeline;

struct Options {
  std::string data;
  std::string number;
  std::string at;
  std::vector<std::string> diff;
  bool step = false;
  bool json = false;
};

void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

List shown_steps(const Timeline& timeline, engine::Version after) {
  List out;
  for (const auto& step : timeline.steps) {
    if (step.version > after) {
      out.emplace_back(workflows::issue::show_step(step, shown_offset_minutes));
    }
  }
  return out;
}

// False: no more is wanted.
bool wait_for_enter() {
  std::fflush(stdout);
  std::fprintf(stderr, "— Enter for the next step, q to end — ");
  std::string line;
  const bool on = static_cast<bool>(std::getline(std::cin, line)) && line != "q";
  if (on) std::fprintf(stderr, "\033[1A\033[K");
  return on;
}

void print_history(const Timeline& timeline, const ReplayPrinter& printer, bool stepwise) {
  put(printer.heading(timeline.state) + "\n");
  for (std::size_t i = 0; i < timeline.steps.size(); ++i) {
    put(printer.step(timeline.steps[i]));
    if (stepwise && i + 1 < timeline.steps.size() && !wait_for_enter()) return;
  }
}

Result<void> show_history(const Options& options, const Reading& reading, std::uint64_t number) {
  std::optional<Moment> at;
  if (!options.at.empty()) {
    const auto moment = parse_moment(options.at);
    if (!moment) return moment.error();
    at = *moment;
  }
  const auto timeline = history(reading, number, at);
  if (!timeline) return timeline.error();
  if (options.json) {
    const Object out{{"issue", workflows::issue::show_state(timeline->state, shown_offset_minutes)},
                     {"steps", shown_steps(*timeline, engine::Version{0})}};
    put(adapters::json::write_pretty(out) + "\n");
    return {};
  }
  const bool colour = shows_colour(stdout);
  const std::size_t columns = columns_of(stdout);
  const bool terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  print_history(*timeline, ReplayPrinter(reading.tree, columns, colour), options.step && terminal);
  if (at) {
    put(Paint(colour).dim("As it stood " + options.at) + "\n\n");
    put(page(timeline->state, reading.tree, columns, colour));
  }
  return {};
}

Result<void> show_difference(const Options& options, const Reading& reading, std::uint64_t number) {
  const auto first = parse_moment(options.diff[0]);
  if (!first) return first.error();
  const auto second = parse_moment(options.diff[1]);
  if (!second) return second.error();
  auto from = history(reading, number, *first);
  if (!from) return from.error();
  auto to = history(reading, number, *second);
  if (!to) return to.error();
  if (to->state.version < from->state.version) std::swap(*from, *to);
  if (options.json) {
    const Object out{{"from", workflows::issue::show_state(from->state, shown_offset_minutes)},
                     {"to", workflows::issue::show_state(to->state, shown_offset_minutes)},
                     {"changes", differences(from->state, to->state)},
                     {"steps", shown_steps(*to, from->state.version)}};
    put(adapters::json::write_pretty(out) + "\n");
    return {};
  }
  const Paint paint(shows_colour(stdout));
  const ReplayPrinter printer(reading.tree, columns_of(stdout), shows_colour(stdout));
  put(paint.bold(workflows::issue::format_number(number)) + "  version " +
      std::to_string(from->state.version.value) + " → " + std::to_string(to->state.version.value) +
      "\n\n");
  const std::string changes = printer.changes(from->state, to->state);
  put(changes.empty() ? "Nothing changed.\n" : changes);
  if (to->state.version > from->state.version)
    put("\n" + paint.dim("What happened between") + "\n\n");
  for (const auto& step : to->steps) {
    if (step.version > from->state.version) put(printer.step(step));
  }
  return {};
}

Result<void> run(const Options& options) {
  const auto number = parse_issue_number(options.number);
  if (!number) return number.error();
  auto reading = open_folder(options.data);
  if (!reading) return reading.error();
  return options.diff.empty() ? show_history(options, **reading, *number)
                              : show_difference(options, **reading, *number);
}

void add_replay(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "replay",
      "Show what happened to an issue: when, who, what, and how long it took; how it stood at\n"
      "any past moment; what changed between two. A moment is a version (3) or a time\n"
      "(2025-03-04, \"2025-03-04 09:12\", RFC 3339).");
  command->add_option("ISSUE", options->number, "The issue's number, 13 digits")->required();
  command->add_option("--data", options->data, "The data folder")->required();
  auto* at = command->add_option("--at", options->at, "Only what had happened by this moment");
  command->add_option("--diff", options->diff, "What changed between two moments")
      ->expected(2)
      ->type_name("A B")
      ->excludes(at);
  command->add_flag("--step", options->step, "Wait for Enter after each step");
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options] {
    if (const auto done = run(*options); !done) {
      fail(exit_code_of(done.error()), "replay: " + done.error().detail);
    }
  });
}

const Command replay_command{50, add_replay};

}  // namespace
}  // namespace tools
