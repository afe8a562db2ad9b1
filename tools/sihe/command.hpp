// The commands of the program. Each lives in a file of its own here and registers itself by one
// line at its end:   const Command serve{10, add_serve};
#pragma once

#include <CLI/CLI.hpp>

namespace tools {

// Exit codes, the same for every command.
enum Exit : int {
  done = 0,   // what was asked was done
  found = 1,  // refused, or something was found (verify, import with rejected rows is still done)
  usage = 2,  // the command line is wrong
  fault = 3,  // disk, network, corrupt data: the message says what and where
};

struct Command {
  // `add` adds its subcommand to the app and sets its callback; the callback ends by exit_with().
  Command(int order, void (*add)(CLI::App& app));
};

// What main() is to return; the last call counts.
void exit_with(int code);
int exit_code();

// "sihe: <what>" on stderr, and exit_with(code).
void fail(int code, const std::string& what);

// Adds every registered command, by order.
void add_commands(CLI::App& app);

}  // namespace tools
