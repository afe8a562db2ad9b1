// Two check digits behind a number that people read out and type (ISO 7064, MOD 97-10): the digits,
// read as one number, leave 1 when divided by 97. 97 is a prime that divides neither a power of ten
// nor nine times a digit, so every single wrong digit and every exchange of two neighbours shows.
#pragma once

#include <cstdint>

namespace engine {

constexpr std::uint64_t check_modulus = 97;
constexpr std::uint64_t check_numbers = 100;  // two digits

// Requires: body < 2^64 / 100.
constexpr std::uint64_t with_check_digits(std::uint64_t body) {
  const std::uint64_t shifted = body * check_numbers;
  return shifted + (check_modulus + 1 - shifted % check_modulus);
}

// Check digits lie between 02 and 98; 00, 01 and 99 would leave the same remainders.
constexpr bool check_digits_hold(std::uint64_t number) {
  const std::uint64_t check = number % check_numbers;
  return number % check_modulus == 1 && check >= 2 && check <= check_modulus + 1;
}

}  // namespace engine
