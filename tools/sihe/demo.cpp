// sihe demo: fills a data folder with the demo district.
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "adapters/json/json.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/demo_directory.hpp"
#include "tools/sihe/demo_fill.hpp"
#include "tools/sihe/demo_story.hpp"
#include "tools/sihe/rules.hpp"

namespace tools {
namespace {

constexpr std::size_t issues_max = 5'000'000;

struct Options {
  std::string data;
  std::size_t issues = demo::pilot_issues;
  std::uint64_t seed = 71;
  bool json = false;
};

// A line on a terminal that is written over; nothing elsewhere.
bool show_progress(std::size_t done, std::size_t of) {
  if (isatty(STDERR_FILENO) == 1) {
    std::fprintf(stderr, "\r%zu of %zu commands", done, of);
    std::fflush(stderr);
  }
  return true;
}

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

void print_json(const demo::Made& made, const Options& options, double seconds) {
  const auto number = [](std::size_t n) { return static_cast<std::int64_t>(n); };
  const engine::schema::Object out{
      {"seed", options.seed},
      {"issues", number(made.issues)},
      {"resolved", number(made.resolved)},
      {"resolved_share", share(made.resolved, made.issues)},
      {"communities", number(demo::communities().size())},
      {"pilot_villages", number(made.pilots)},
      {"pilot_villages_with_meeting", number(made.pilots_with_meeting)},
      {"meetings", number(made.meetings)},
      {"entries", number(made.entries)},
      {"facts", made.facts},
      {"repeated", made.repeated},
      {"seconds", seconds}};
  std::printf("%s\n", adapters::json::write(out).c_str());
}

void print(const demo::Made& made, const Options& options, double seconds) {
  if (made.facts == 0) {
    std::printf("Nothing to add: the demo of seed %llu is in %s already.\n",
                static_cast<unsigned long long>(options.seed), options.data.c_str());
  } else {
    std::printf("%llu facts written to %s in %.1f s.\n",
                static_cast<unsigned long long>(made.facts), options.data.c_str(), seconds);
  }
  std::printf("Ouhai 瓯海区: 13 towns, %zu communities, %zu of them pilot villages.\n",
              demo::communities().size(), made.pilots);
  std::printf(
      "%zu issues reported, %zu resolved (%.1f %%); a meeting held in %zu of %zu pilot "
      "villages.\n\n",
      made.issues, made.resolved, 100 * share(made.resolved, made.issues), made.pilots_with_meeting,
      made.pilots);
  std::printf("Try\n  sihe issue list --data %s --open --limit 10\n", options.data.c_str());
  std::printf("  sihe replay %s --data %s\n", made.eventful.c_str(), options.data.c_str());
  std::printf("  sihe meeting list --data %s --limit 10\n", options.data.c_str());
  std::printf("  sihe stats --data %s --by area\n", options.data.c_str());
}

void run(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto rules = load_rules(default_policy, default_calendar);
  if (!rules) return fail(Exit::fault, "demo: " + rules.error().detail);
  auto engine = Engine::open(options.data, wall_clock(), *rules);
  if (!engine) return fail(Exit::fault, "demo: " + engine.error().detail);
  const auto made = demo::fill((*engine)->writer(), (*engine)->directory(),
                               {options.issues, options.seed, rules->get()}, show_progress);
  if (isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\r\033[K");
  const auto settled = (*engine)->settle();
  if (!made) {
    const bool refused = made.error().fault == engine::Fault::invalid;
    return fail(refused ? Exit::found : Exit::fault, "demo: " + made.error().detail);
  }
  if (!settled) return fail(Exit::fault, "demo: " + settled.error().detail);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (options.json) {
    print_json(*made, options, took.count());
  } else {
    print(*made, options, took.count());
  }
}

void add_demo(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "demo",
      "Fill a data folder with the demo district: Ouhai with its towns, communities and issues.\n"
      "The same seed tells the same stories; running it again adds nothing.");
  command->add_option("--data", options->data, "The data folder; a new one is made")->required();
  command
      ->add_option("--issues", options->issues,
                   "How many; the first 252 are those of the 11 pilot villages")
      ->check(CLI::Range(std::size_t{1}, issues_max))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Another seed, other stories")
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print what was made as JSON");
  command->callback([options] { run(*options); });
}

const Command demo_command{20, add_demo};

}  // namespace
}  // namespace tools
