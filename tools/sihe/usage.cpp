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

// The word that the command has no use for: a mistyped option rather than what follows it.
std::string unknown_word(const CLI::App& app) {
  std::string out;
  for (const std::string& word : app.remaining()) {
    const bool option_at_last = word.starts_with("-") && !out.starts_with("-");
    if (out.empty() || option_at_last) out = word;
  }
  return out;
}

std::string about_unknown(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  const bool is_option = word.starts_with("-");
  if (is_option) {
    for (const auto* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  } else {
    for (const auto* command : app.get_subcommands({})) names.push_back(command->get_name());
  }
  const std::string bare = word.substr(0, word.find('='));
  const std::string nearest(engine::schema::nearest_name(bare, {names.begin(), names.end()}));
  std::string out = is_option ? "no option " : names.empty() ? "no use for " : "no command ";
  out += printable(bare);
  return nearest.empty() ? out : out + "; did you mean " + nearest + "?";
}

}  // namespace

std::string usage_message(const CLI::App* app, const CLI::Error& error) {
  const Reached at = reached(app);
  const std::string word = unknown_word(*at.app);
  // A mistyped word is why another one is missed.
  const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());
  const bool mistyped =
      code == CLI::ExitCodes::ExtrasError || code == CLI::ExitCodes::RequiredError;
  const std::string what =
      mistyped && !word.empty() ? about_unknown(*at.app, word) : printable(error.what());
  return "sihe: " + what + "\nSee " + at.name + " --help\n";
}

}  // namespace tools
