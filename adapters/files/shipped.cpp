#include "adapters/files/shipped.hpp"

#include <utility>

#include "adapters/files/mappings/boston_311_toml.hpp"
#include "adapters/files/mappings/cn_petitions_toml.hpp"
#include "adapters/files/mappings/nyc_311_2022_toml.hpp"
#include "adapters/files/mappings/nyc_311_2024_toml.hpp"

namespace adapters::files {
namespace {

constexpr std::pair<std::string_view, std::string_view (*)()> all[] = {
    {"boston-311", mappings::boston_311_toml},
    {"cn-petitions", mappings::cn_petitions_toml},
    {"nyc-311-2022", mappings::nyc_311_2022_toml},
    {"nyc-311-2024", mappings::nyc_311_2024_toml},
};

}  // namespace

std::vector<std::string_view> shipped_mappings() {
  std::vector<std::string_view> out;
  for (const auto& [name, text] : all) out.push_back(name);
  return out;
}

std::optional<std::string_view> shipped_mapping(std::string_view name) {
  for (const auto& [each, text] : all) {
    if (each == name) return text();
  }
  return std::nullopt;
}

}  // namespace adapters::files
