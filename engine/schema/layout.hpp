// How a table's fields lie in its FlatBuffer: what the .bfbs says, made quick to read. Internal to
// engine/schema.
#pragma once

#include <cstdint>
#include <vector>

#include <flatbuffers/reflection_generated.h>

#include "engine/schema/schema.hpp"

namespace engine::schema {

constexpr std::size_t code_bytes_max = 128;  // of a directory code
constexpr std::size_t list_items_max = 64;   // of a list in a body that names no bound

struct Slot {
  std::uint16_t offset = 0;  // in the vtable
  reflection::BaseType base = reflection::None;
  std::int64_t default_integer = 0;
  double default_real = 0;
  const Enumeration* choices = nullptr;
  std::vector<Slot> members = {};  // of each item, with kind list_of_objects
};

// Slots in the order of the table's fields.
using Layout = std::vector<Slot>;

// Whether the buffer holds an offset to it instead of a number.
constexpr bool is_pointed_to(Kind kind) {
  return kind == Kind::text || kind == Kind::list_of_text || kind == Kind::list_of_issues ||
         kind == Kind::list_of_objects;
}

struct Schema::Impl {
  std::vector<Table> tables;
  std::vector<Enumeration> enumerations;
  std::vector<Layout> layouts;       // as tables
  std::vector<std::size_t> by_type;  // type → index in tables, tables.size() for a gap

  const Layout& layout(const Table& table) const { return layouts[by_type[table.type.value]]; }
};

}  // namespace engine::schema
