#include "tools/sihe/usage.hpp"

#include <string_view>
#include <vector>

#include "engine/schema/text.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {
namespace {

// The command that the line got to, and its whole name.
struct Reached {
  const CLI::App* app;
  std::string name;
};

Reached reached(const CLI::App* app) {
  Reached out{app, app->get_name()};
  while (!out.app->get_subcommands().empty()) {
    out.app = out.app->get_subcommands().front();
    out.name += " " + out.app->get_name();
  }
  return out;
}

std::string nearest_known(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  if (word.starts_with("-")) {
    for (const auto* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  } else {
    for (const auto* command : app.get_subcommands({})) names.push_back(command->get_name());
  }
  const std::string bare = word.substr(0, word.find('='));
  return std::string(engine::schema::nearest_name(bare, {names.begin(), names.end()}));
}

}  // namespace

std::string usage_message(const CLI::App* app, const CLI::Error& error) {
  const Reached at = reached(app);
  std::string out = "sihe: " + printable(error.what());
  if (error.get_name() == "ExtrasError") {
    const std::vector<std::string> extras = at.app->remaining();
    const std::string nearest = extras.empty() ? "" : nearest_known(*at.app, extras.front());
    if (!nearest.empty()) out += "; did you mean " + nearest + "?";
  }
  return out + "\nSee " + at.name + " --help\n";
}

}  // namespace tools
