// The mappings that come with the program.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace adapters::files {

std::vector<std::string_view> shipped_mappings();

// The mapping's TOML; nothing if none of that name is shipped.
std::optional<std::string_view> shipped_mapping(std::string_view name);

}  // namespace adapters::files
