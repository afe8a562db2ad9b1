#include "workflows/issue/number.hpp"

#include "engine/core/ensure.hpp"

namespace workflows::issue {
namespace {

constexpr std::uint64_t checks = 100;
constexpr std::uint64_t sequences = 10'000'000;
constexpr std::uint64_t partitions = 100;
constexpr std::size_t digits = 13;
constexpr std::uint64_t number_max = 9'999'999'999'999;

// ISO 7064, MOD 97-10: the digits, read as one number, leave 1 when divided by 97. 97 is a prime
// that divides neither a power of ten nor nine times a digit, so every single wrong digit and
// every exchange of two neighbours shows.
constexpr std::uint64_t modulus = 97;

}  // namespace

std::uint64_t make_number(const NumberParts& parts) {
  ENSURE(parts.year < 100 && parts.partition < partitions);
  ENSURE(parts.sequence >= 1 && parts.sequence < sequences);
  const std::uint64_t body =
      (parts.year * partitions + parts.partition) * sequences + parts.sequence;
  return body * checks + (modulus + 1 - body * checks % modulus);
}

NumberParts parts_of(std::uint64_t number) {
  const std::uint64_t body = number / checks;
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
  // Check digits lie between 02 and 98; 00, 01 and 99 would leave the same remainders.
  const std::uint64_t check = number % checks;
  if (seen != digits || number > number_max || number % modulus != 1) return std::nullopt;
  if (check < 2 || check > modulus + 1 || parts_of(number).sequence == 0) return std::nullopt;
  return number;
}

}  // namespace workflows::issue
