// sihe issue candidates: other reports that may be about the same thing.
#pragma once

#include <CLI/CLI.hpp>

namespace tools {

// Adds "candidates" to the command "issue".
void add_issue_candidates(CLI::App& issue);

}  // namespace tools
