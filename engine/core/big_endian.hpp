// Numbers as bytes, the most significant first: the form in which byte order is number order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace engine {

// Requires: room for sizeof(Number) bytes at `out`.
template <class Number>
void store_big_endian(char* out, Number number) {
  static_assert(std::is_unsigned_v<Number> && sizeof(Number) > 1);
  for (std::size_t i = sizeof number; i-- > 0; number = static_cast<Number>(number >> 8)) {
    out[i] = static_cast<char>(number & 0xff);
  }
}

template <class Number>
void put_big_endian(std::string& out, Number number) {
  out.resize(out.size() + sizeof number);
  store_big_endian(out.data() + out.size() - sizeof number, number);
}

// Requires: bytes.size() >= sizeof(Number).
template <class Number>
Number get_big_endian(std::string_view bytes) {
  static_assert(std::is_unsigned_v<Number> && sizeof(Number) > 1);
  Number number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    number = static_cast<Number>(number << 8 | static_cast<std::uint8_t>(bytes[i]));
  }
  return number;
}

}  // namespace engine
