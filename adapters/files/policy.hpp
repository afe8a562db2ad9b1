// Reads a policy: a TOML file with the limits of all deadlines. See adapters/files/README.md, and
// policies/default.toml for one.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/core/error.hpp"
#include "workflows/issue/policy.hpp"

namespace adapters::files {

constexpr std::size_t policy_bytes_max = 256 * 1024;

// invalid: everything that is wrong with it at once, with its lines. `name`: for the message.
engine::Result<workflows::issue::Policy> read_policy(std::string_view toml, std::string_view name);

}  // namespace adapters::files
