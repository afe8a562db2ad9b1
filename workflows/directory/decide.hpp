// The decision about one entry of the directory. Internal to workflows/directory.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/writer/workflow.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/directory/directory_generated.h"

namespace workflows::directory {

// Limits of the schema, for steps that no schema composed.
constexpr std::size_t code_bytes_max = 128;
constexpr std::size_t name_bytes_max = 256;

// Kind, code and parent of any of the verbs. Requires: the body is a well-formed table of the verb.
struct Named {
  fb::Kind kind = fb::Kind::none;
  std::string_view code;
  std::string_view parent;  // "" if it has none, or the verb names none
};
Named named_by(const engine::writer::Step& step);

// "area" …; "" if it is no kind that this program knows.
std::string_view kind_name(fb::Kind kind);

// What tells two codes apart that fall on one stream number.
std::uint64_t check_of(std::string_view kind, std::string_view code);

// Pure. Parents are judged by their own streams' states, children and cycles by the tree.
engine::writer::Decision decide(const engine::writer::Desk& desk, const engine::writer::Step& step,
                                const Tree& tree);

}  // namespace workflows::directory
