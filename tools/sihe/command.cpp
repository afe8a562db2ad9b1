#include "tools/sihe/command.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

namespace tools {
namespace {

std::vector<std::pair<int, void (*)(CLI::App&)>>& registry() {
  static std::vector<std::pair<int, void (*)(CLI::App&)>> commands;
  return commands;
}

int code_of_exit = Exit::done;

}  // namespace

Command::Command(int order, void (*add)(CLI::App& app)) { registry().emplace_back(order, add); }

void exit_with(int code) { code_of_exit = code; }

int exit_code() { return code_of_exit; }

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
