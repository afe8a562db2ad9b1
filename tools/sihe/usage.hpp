// What is said about a command line that cannot be meant.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace tools {

// What is wrong, the nearest known name if one was mistyped, and whose --help says more.
std::string usage_message(const CLI::App* app, const CLI::Error& error);

}  // namespace tools
