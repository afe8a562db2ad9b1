// What the subcommands of `sihe intake` share.
#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "engine/core/error.hpp"

namespace tools {

// invalid: no letter number; the detail says what is wrong with it.
engine::Result<std::uint64_t> parse_letter_number(const std::string& text);

// accept and drop: they write.
void add_intake_commands(CLI::App& intake);

}  // namespace tools
