#include "workflows/issue/choices.hpp"

#include <cstddef>

namespace workflows::issue {
namespace {

template <class Enum, std::size_t n>
bool choose_from(const Enum (&choices)[n], const char* (*name_of)(Enum), std::string_view code,
                 Enum& chosen) {
  for (const Enum choice : choices) {
    if (code != name_of(choice)) continue;
    chosen = choice;
    return true;
  }
  return false;
}

}  // namespace

bool choose(std::string_view code, fb::Answer& chosen) {
  return choose_from(fb::EnumValuesAnswer(), fb::EnumNameAnswer, code, chosen);
}

bool choose(std::string_view code, fb::Outcome& chosen) {
  return choose_from(fb::EnumValuesOutcome(), fb::EnumNameOutcome, code, chosen);
}

bool choose(std::string_view code, fb::Channel& chosen) {
  return choose_from(fb::EnumValuesChannel(), fb::EnumNameChannel, code, chosen);
}

bool choose(std::string_view code, std::uint8_t& satisfaction) {
  if (code.size() != 1 || code[0] < '0' || code[0] > '5') return false;
  satisfaction = static_cast<std::uint8_t>(code[0] - '0');
  return true;
}

std::string channel_name(fb::Channel channel) {
  const std::string_view name = fb::EnumNameChannel(channel);
  return name.empty() ? "channel-" + std::to_string(static_cast<int>(channel)) : std::string(name);
}

std::string_view code_kind(std::string_view field) {
  for (const std::string_view kind : {"area", "category", "department"}) {
    if (field == kind) return kind;
  }
  return "";
}

bool takes_code(std::string_view field) {
  for (const std::string_view each : {"channel", "outcome", "reached", "solved", "satisfaction"}) {
    if (field == each) return true;
  }
  return !code_kind(field).empty();
}

bool is_choice(std::string_view field, std::string_view code) {
  fb::Channel channel{};
  fb::Outcome outcome{};
  fb::Answer answer{};
  std::uint8_t satisfaction = 0;
  if (field == "channel") return choose(code, channel);
  if (field == "outcome") return choose(code, outcome) && outcome != fb::Outcome::none;
  if (field == "reached" || field == "solved") return choose(code, answer);
  return field == "satisfaction" && choose(code, satisfaction);
}

}  // namespace workflows::issue
