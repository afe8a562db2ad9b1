// JSON (RFC 8259) to values and back, for every adapter and tool. No Boost.JSON type shows here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/schema/schema.hpp"
#include "engine/schema/value.hpp"

namespace adapters::json {

struct Limits {
  std::size_t bytes_max = 256 * 1024;
  std::size_t depth_max = 32;
  std::size_t members_max = 1024;  // of one object
  // A member named twice: false, it is refused, since two readers might take one each; true, the
  // last one counts, for counterparts that are known to send such.
  bool last_member_counts = false;
};

// One document and nothing after it. Whole numbers keep every digit (int64, else uint64), others
// are the nearest double.
// too_large: over limits.bytes_max. invalid: no JSON (also: text that is no UTF-8, a member named
// twice unless the limits take it, a whole number beyond 64 bits, deeper than depth_max); the
// detail names line and column, both from 1, the column in bytes.
engine::Result<engine::schema::Value> parse(std::string_view text, const Limits& limits = {});

// Compact: no spaces, Chinese as it is, numbers in their shortest form that reads back the same.
// What JSON cannot say: a number that is not finite becomes null, a byte that is no UTF-8 becomes
// U+FFFD.
std::string write(const engine::schema::Value& value);

// The same, two spaces a level, one member a line. Ends without a line break.
std::string write_pretty(const engine::schema::Value& value);

// JSON Schema (2020-12) of a command's body, of the fact it becomes, and of an enumeration.
// Comments of the .fbs become descriptions; `x-personal` marks what is sealed, `x-code` what must
// be in the directory.
engine::schema::Value body_schema(const engine::schema::Schema& schema,
                                  const engine::schema::Table& table);
engine::schema::Value enumeration_schema(const engine::schema::Enumeration& enumeration);

}  // namespace adapters::json
