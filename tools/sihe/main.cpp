// sihe: one program, see `sihe --help`.
#include <exception>

#include "tools/sihe/command.hpp"
#include "tools/sihe/usage.hpp"

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
  return tools::exit_code();
}
