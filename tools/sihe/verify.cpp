// sihe verify: reads the whole log and every view, and says whether they hold together.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/json.hpp"
#include "engine/core/scratch_folder.hpp"
#include "replay/verify.hpp"
#include "replay/views.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/rules.hpp"
#include "tools/sihe/terminal.hpp"
#include "workflows/issue/timers.hpp"
#include "workflows/meeting/book.hpp"

namespace tools {
namespace {

using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using replay::Check;
using replay::Finding;
using replay::Report;

struct Options {
  std::string data;
  std::string policy = default_policy;
  std::string calendar = default_calendar;
  bool json = false;
};

// One line on a terminal that is written over; nothing elsewhere.
class ProgressLine {
 public:
  ProgressLine() : shown_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() {
    if (drawn_) std::fprintf(stderr, "\r\033[K");
  }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::string_view what, std::uint64_t done, std::uint64_t of) {
    if (!shown_) return;
    const double part = of == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(of);
    std::fprintf(stderr, "\r\033[K%3.0f %%  %.*s", part * 100, static_cast<int>(what.size()),
                 what.data());
    std::fflush(stderr);
    drawn_ = true;
  }

 private:
  bool shown_;
  bool drawn_ = false;
};

Result<Report> verify(const Options& options) {
  auto rules = load_rules(options.policy, options.calendar);
  if (!rules) return rules.error();
  auto reading = open_folder(options.data);
  if (!reading) return reading.error();
  ProgressLine line;
  const replay::Progress progress = [&](std::string_view what, std::uint64_t done,
                                        std::uint64_t of) {
    line.show(what, done, of);
    return true;
  };
  auto& log = *(*reading)->log;
  auto report =
      replay::verify_log({log, (*reading)->vault.get(), replay::all_rules(), *rules}, progress);
  if (!report) return report.error();
  const auto statistics = workflows::issue::make_statistics();
  const auto timers = workflows::issue::make_timers();
  const auto meetings = workflows::meeting::make_book();
  for (const engine::view::Projection* view :
       {static_cast<engine::view::Projection*>(statistics.get()),
        static_cast<engine::view::Projection*>(timers.get()),
        static_cast<engine::view::Projection*>(meetings.get())}) {
    auto rows = replay::verify_projection(log, (*reading)->paths.view(), *view, progress);
    if (!rows) return rows.error();
    report->checks.push_back(std::move(*rows));
  }
  auto scratch = engine::ScratchFolder::make();
  if (!scratch) return scratch.error();
  auto board = replay::verify_board(
      log, {(*reading)->paths.board(), scratch->path(), describe_card, (*reading)->words()},
      progress);
  if (!board) return board.error();
  report->checks.push_back(std::move(*board));
  return std::move(*report);
}

std::int64_t whole(std::uint64_t number) { return static_cast<std::int64_t>(number); }

Value json_of(const Check& check) {
  List findings;
  for (const Finding& each : check.first) {
    findings.emplace_back(
        Object{{"position", each.position.value == 0 ? Value() : Value(whole(each.position.value))},
               {"about", each.about},
               {"what", each.what}});
  }
  List notes(check.notes.begin(), check.notes.end());
  return Object{{"name", check.name},
                {"title", check.title},
                {"ok", check.found == 0},
                {"skipped", check.skipped},
                {"count", whole(check.count)},
                {"found", whole(check.found)},
                {"findings", std::move(findings)},
                {"notes", std::move(notes)}};
}

void print_json(const Report& report, double seconds) {
  List checks;
  for (const Check& check : report.checks) checks.push_back(json_of(check));
  const Object out{{"position", whole(report.position.value)},
                   {"ok", report.sound()},
                   {"found", whole(report.found())},
                   {"checks", std::move(checks)},
                   {"seconds", seconds}};
  std::printf("%s\n", adapters::json::write_pretty(out).c_str());
}

void print(const Report& report, double seconds) {
  const Paint paint(shows_colour(stdout));
  constexpr std::size_t name_columns = 13;
  constexpr std::size_t title_columns = 60;
  for (const Check& check : report.checks) {
    const std::string mark = check.found > 0 ? paint.red("✗")
                             : check.skipped ? paint.yellow("–")
                                             : paint.green("✓");
    std::string counted = std::to_string(check.count);
    if (check.found > 0) counted += "  " + paint.red(std::to_string(check.found) + " wrong");
    std::printf("%s %s%s%s\n", mark.c_str(), padded(check.name, name_columns).c_str(),
                padded(check.title, title_columns).c_str(), counted.c_str());
    for (const std::string& note : check.notes) {
      std::printf("    %s\n", paint.dim(printable(note)).c_str());
    }
    for (const Finding& each : check.first) {
      std::string about = each.about;
      if (each.position.value > 0) {
        about += (about.empty() ? "record " : ", record ") + std::to_string(each.position.value);
      }
      std::printf("    %s%s\n", printable(about.empty() ? "" : about + ": ").c_str(),
                  printable(each.what).c_str());
    }
  }
  const bool whole = std::none_of(report.checks.begin(), report.checks.end(),
                                  [](const Check& check) { return check.skipped; });
  const std::string good = whole
                               ? paint.green("Everything holds")
                               : paint.yellow("Nothing is wrong in what was looked at (– was not)");
  std::printf("\n%s: %llu records in %.1f s\n",
              report.sound()
                  ? good.c_str()
                  : paint.red(std::to_string(report.found()) + " things are wrong").c_str(),
              static_cast<unsigned long long>(report.position.value), seconds);
}

void run(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto report = verify(options);
  if (!report) return fail(exit_code_of(report.error()), "verify: " + report.error().detail);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (options.json) {
    print_json(*report, took.count());
  } else {
    print(*report, took.count());
  }
  exit_with(report->sound() ? Exit::done : Exit::found);
}

void add_verify(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "verify",
      "Read the whole log and hold it against everything that must be true of it, then build\n"
      "every view again and compare it with the saved one, byte for byte. Works beside a serving\n"
      "process. Ends with 1 if anything is wrong, and says what first, per view and issue.");
  command->add_option("--data", options->data, "The data folder")->required();
  command
      ->add_option("--policy", options->policy,
                   "The policy to reckon deadlines again by, where they name it; none: do not")
      ->capture_default_str();
  command->add_option("--calendar", options->calendar, "The calendar that goes with it")
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print each check, its count and findings as JSON");
  command->callback([options] { run(*options); });
}

const Command verify_command{70, add_verify};

}  // namespace
}  // namespace tools
