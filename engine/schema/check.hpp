// Holds a body's members against the table: each is either ready to be laid down, or flawed.
// Internal to engine/schema.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/schema/layout.hpp"

namespace engine::schema {

// A member that was checked, ready to be laid down. Texts borrow from the body.
struct Cell {
  bool given = false;
  std::int64_t integer = 0;  // also booleans, choices, times; unsigned ones by their bits
  double real = 0;
  std::string_view text;
  std::vector<std::string_view> texts;
  std::vector<std::uint64_t> numbers;
  std::vector<std::vector<Cell>> objects;
};

// Cells in the order of the table's fields; whatever is wrong is added to `flaws`. Lenient: numbers
// and booleans may also come as text.
std::vector<Cell> check(const Table& table, const Layout& layout, const Object& members,
                        bool lenient, std::vector<Flaw>& flaws);

}  // namespace engine::schema
