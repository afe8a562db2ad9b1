// Holds a schema against the same schema as it was released: whatever was written by the released
// one must be read by the current one, and mean the same, for ever. (flatc's own --conform lets
// through: required added or dropped, changed structs, a deleted last field, removed members of
// enums and unions, another root.)
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace support {

// What was broken, a line each; nothing if the current schema only adds to the released one.
// Requires: both are .bfbs files, made with --bfbs-builtins; throws std::runtime_error otherwise.
std::vector<std::string> schema_breaches(std::string_view released_bfbs,
                                         std::string_view current_bfbs);

}  // namespace support
