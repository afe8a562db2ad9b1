// What the subcommands of `sihe intake` share.
#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/writer/command.hpp"

namespace tools {

// invalid: no letter number; the detail says what is wrong with it.
engine::Result<std::uint64_t> parse_letter_number(const std::string& text);

// accept and drop: they write.
void add_intake_commands(CLI::App& intake);
// resubmit: likewise, by the channels.
void add_intake_resubmit(CLI::App& intake);

// The way that is open while a server has the folder: POST /v1/intake/{no}/`word`.
engine::Error held_by_server(const char* word, std::uint64_t number, const engine::Error& error);

// "refused, nothing was written", with what the refusal says; as JSON also on stdout.
void tell_refusal(const engine::writer::Refusal& refusal, bool json);

// The issue that a letter became.
void tell_issue(std::uint64_t letter, std::uint64_t issue, engine::Version version,
                std::uint8_t stage, engine::Position position, bool repeated, bool json);

}  // namespace tools
