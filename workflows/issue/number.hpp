// Issue numbers: digits only, so that they can be read out and typed on a telephone.
// YY + partition (2) + sequence (7) + two check digits (ISO 7064 MOD 97-10): 13 digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ids.hpp"

namespace workflows::issue {

inline constexpr engine::WorkflowId workflow_id{1};

struct NumberParts {
  unsigned year = 0;           // 0 … 99
  unsigned partition = 0;      // 0 … 99
  std::uint32_t sequence = 0;  // 1 … 9,999,999
};

// Requires: parts within their bounds.
std::uint64_t make_number(const NumberParts& parts);
NumberParts parts_of(std::uint64_t number);

// Thirteen digits with leading zeros.
std::string format_number(std::uint64_t number);

// Nothing unless it is thirteen digits (spaces and dashes between them do not matter) whose check
// digits hold.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace workflows::issue
