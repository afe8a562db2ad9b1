// sihe: one program, see `sihe --help`.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "tools/sihe/command.hpp"
#include "tools/sihe/usage.hpp"

namespace tools {
namespace {

std::vector<std::pair<int, void (*)(CLI::App&)>>& registry() {
  static std::vector<std::pair<int, void (*)(CLI::App&)>> commands;
  return commands;
}

int exit_code = Exit::done;

}  // namespace

Command::Command(int order, void (*add)(CLI::App& app)) { registry().emplace_back(order, add); }

void exit_with(int code) { exit_code = code; }

void fail(int code, const std::string& what) {
  std::fprintf(stderr, "sihe: %s\n", what.c_str());
  exit_with(code);
}

void add_commands(CLI::App& app) {
  auto& commands = registry();
  std::sort(commands.begin(), commands.end());
  for (const auto& [order, add] : commands) add(app);
}

}  // namespace tools

int main(int argc, char** argv) {
  CLI::App app{
      "Sihe 四和: residents' problems, from report to closure, every step on record.\n"
      "Results go to stdout, progress and logs to stderr. Exit: 0 done, 1 refused or found\n"
      "something, 2 wrong usage, 3 fault."};
  app.name("sihe");
  app.require_subcommand(1);
  app.failure_message(tools::usage_message);
  app.set_version_flag("--version", "sihe " SIHE_VERSION);
  try {
    tools::add_commands(app);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version arrive here too, with code 0.
    return app.exit(error) == 0 ? tools::Exit::done : tools::Exit::usage;
  } catch (const std::exception& error) {
    tools::fail(tools::Exit::fault, error.what());
  }
  return tools::exit_code;
}
