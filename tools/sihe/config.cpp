// sihe config: what is in force, and where it comes from.
#include <cstdio>
#include <memory>

#include "adapters/json/json.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/settings.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {
namespace {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

struct Options {
  Flags flags;
  bool json = false;
};

void print(const Settings& settings) {
  TextTable table({"setting", "value", "from", "where"});
  for (const InForce& each : settings.in_force) {
    table.add({each.name, each.value.empty() ? "(not set)" : each.value, each.from, each.where});
  }
  constexpr std::size_t value_column = 1;
  const Paint paint(shows_colour(stdout));
  std::fputs(table.text(columns_of(stdout, 160), value_column, paint).c_str(), stdout);
}

void print_json(const Settings& settings) {
  List rows;
  for (const InForce& each : settings.in_force) {
    rows.emplace_back(Object{{"name", each.name},
                             {"value", each.value.empty() ? Value() : Value(each.value)},
                             {"from", each.from},
                             {"where", each.where.empty() ? Value() : Value(each.where)}});
  }
  const Object out{{"settings", std::move(rows)}};
  std::printf("%s\n", adapters::json::write_pretty(out).c_str());
}

void run(const Options& options) {
  const auto settings = read_settings(options.flags);
  if (!settings) return fail(Exit::usage, "config: " + settings.error().detail);
  if (options.json) {
    print_json(*settings);
  } else {
    print(*settings);
  }
}

void add_config(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "config",
      "Print the settings that `sihe serve` would go by, and where each comes from: built in, a\n"
      "TOML file, the environment, the command line; the later one wins. Of a secret it only says\n"
      "whether there is one.");
  add_settings(*command, options->flags);
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options] { run(*options); });
}

const Command config_command{80, add_config};

}  // namespace
}  // namespace tools
