// sihe issue machine: the table that issues follow, for people.
#pragma once

#include <CLI/CLI.hpp>

namespace tools {

// Adds "machine" to the command "issue".
void add_issue_machine(CLI::App& issue);

}  // namespace tools
