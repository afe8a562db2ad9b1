// How a table's fields lie in its FlatBuffer: what the .bfbs says, made quick to read. Internal to
// engine/schema.
#pragma once

#include <cstdint>
#include <vector>

#include <flatbuffers/reflection_generated.h>

#include "engine/schema/schema.hpp"

namespace engine::schema {

constexpr std::size_t code_bytes_max = 128;  // of a directory code
constexpr std::size_t list_items_max = 64;   // of a list in a body

struct Slot {
  std::uint16_t offset = 0;  // in the vtable
  reflection::BaseType base = reflection::None;
  std::int64_t default_integer = 0;
  double default_real = 0;
  const Enumeration* choices = nullptr;
};

// Slots in the order of the table's fields.
using Layout = std::vector<Slot>;

struct Schema::Impl {
  std::vector<Table> tables;
  std::vector<Enumeration> enumerations;
  std::vector<Layout> layouts;       // as tables
  std::vector<std::size_t> by_type;  // type → index in tables, tables.size() for a gap

  const Layout& layout(const Table& table) const { return layouts[by_type[table.type.value]]; }
};

}  // namespace engine::schema
