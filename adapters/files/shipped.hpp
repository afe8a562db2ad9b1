// The mappings, policies and calendars that come with the program.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace adapters::files {

std::vector<std::string_view> shipped_mappings();
std::vector<std::string_view> shipped_policies();
std::vector<std::string_view> shipped_calendars();

// The file's TOML; nothing if none of that name is shipped.
std::optional<std::string_view> shipped_mapping(std::string_view name);
std::optional<std::string_view> shipped_policy(std::string_view name);
std::optional<std::string_view> shipped_calendar(std::string_view name);

}  // namespace adapters::files
