#include "adapters/files/shipped.hpp"

#include <span>
#include <utility>

#include "adapters/files/calendars/cn_2018_2026_toml.hpp"
#include "adapters/files/mappings/boston_311_toml.hpp"
#include "adapters/files/mappings/cn_12345_taian_toml.hpp"
#include "adapters/files/mappings/cn_petitions_toml.hpp"
#include "adapters/files/mappings/hotline_12345_toml.hpp"
#include "adapters/files/mappings/nyc_311_2022_toml.hpp"
#include "adapters/files/mappings/nyc_311_2024_toml.hpp"
#include "adapters/files/policies/default_toml.hpp"
#include "adapters/files/policies/five_days_toml.hpp"

namespace adapters::files {
namespace {

using Shipped = std::pair<std::string_view, std::string_view (*)()>;

constexpr Shipped all_mappings[] = {
    {"boston-311", mappings::boston_311_toml},
    {"cn-12345-taian", mappings::cn_12345_taian_toml},
    {"cn-petitions", mappings::cn_petitions_toml},
    {"hotline-12345", mappings::hotline_12345_toml},
    {"nyc-311-2022", mappings::nyc_311_2022_toml},
    {"nyc-311-2024", mappings::nyc_311_2024_toml},
};
constexpr Shipped all_policies[] = {
    {"default", policies::default_toml},
    {"five-days", policies::five_days_toml},
};
constexpr Shipped all_calendars[] = {
    {"cn-2018-2026", calendars::cn_2018_2026_toml},
};

std::vector<std::string_view> names_of(std::span<const Shipped> all) {
  std::vector<std::string_view> out;
  for (const auto& [name, text] : all) out.push_back(name);
  return out;
}

std::optional<std::string_view> find(std::span<const Shipped> all, std::string_view name) {
  for (const auto& [each, text] : all) {
    if (each == name) return text();
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string_view> shipped_mappings() { return names_of(all_mappings); }
std::vector<std::string_view> shipped_policies() { return names_of(all_policies); }
std::vector<std::string_view> shipped_calendars() { return names_of(all_calendars); }

std::optional<std::string_view> shipped_mapping(std::string_view name) {
  return find(all_mappings, name);
}
std::optional<std::string_view> shipped_policy(std::string_view name) {
  return find(all_policies, name);
}
std::optional<std::string_view> shipped_calendar(std::string_view name) {
  return find(all_calendars, name);
}

}  // namespace adapters::files
