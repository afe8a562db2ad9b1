// What the subcommands of `sihe meeting` share.
#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "engine/core/error.hpp"
#include "engine/schema/value.hpp"
#include "tools/sihe/data_folder.hpp"

namespace tools {

// invalid: no meeting number; the detail says what is wrong with it.
engine::Result<std::uint64_t> parse_meeting_number(const std::string& text);

// The meeting's document, as the API gives it.
engine::Result<engine::schema::Object> meeting_document(const Reading& reading,
                                                        std::uint64_t number);

// call, hold and cancel: they write.
void add_meeting_commands(CLI::App& meeting);

}  // namespace tools
