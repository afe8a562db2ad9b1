#include "workflows/intake/number.hpp"

#include "engine/core/check_digits.hpp"
#include "engine/core/ensure.hpp"

namespace workflows::intake {
namespace {

constexpr std::uint64_t sequences = sequence_max + 1;
constexpr std::uint64_t partitions = 100;
constexpr std::size_t digits = 14;

}  // namespace

std::uint64_t make_number(const NumberParts& parts) {
  ENSURE(parts.year < 100 && parts.partition < partitions);
  ENSURE(parts.sequence >= 1 && parts.sequence <= sequence_max);
  return engine::with_check_digits((parts.year * partitions + parts.partition) * sequences +
                                   parts.sequence);
}

NumberParts parts_of(std::uint64_t number) {
  const std::uint64_t body = number / engine::check_numbers;
  return {static_cast<unsigned>(body / sequences / partitions),
          static_cast<unsigned>(body / sequences % partitions),
          static_cast<std::uint32_t>(body % sequences)};
}

std::string format_number(std::uint64_t number) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  std::size_t seen = 0;
  for (const char c : text) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9' || ++seen > digits) return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (seen != digits || !engine::check_digits_hold(number)) return std::nullopt;
  if (parts_of(number).sequence == 0) return std::nullopt;
  return number;
}

}  // namespace workflows::intake
