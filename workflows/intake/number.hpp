// Letter numbers: digits only, like the issues', and one digit longer, so that nobody takes the one
// for the other. YY + partition (2) + sequence (8) + two check digits: 14 digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.hpp"

namespace workflows::intake {

inline constexpr engine::WorkflowId workflow_id{4};

inline constexpr std::uint32_t sequence_max = 99'999'999;

struct NumberParts {
  unsigned year = 0;           // 0 … 99
  unsigned partition = 0;      // 0 … 99
  std::uint32_t sequence = 0;  // 1 … sequence_max
};

// Requires: parts within their bounds.
std::uint64_t make_number(const NumberParts& parts);
NumberParts parts_of(std::uint64_t number);

// Fourteen digits with leading zeros.
std::string format_number(std::uint64_t number);

// Nothing unless it is fourteen digits (spaces and dashes between them do not matter) whose check
// digits hold.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace workflows::intake
