// What an issue is after its facts: the fold of its own history.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/issue_generated.h"

namespace workflows::issue {

struct Standing {
  fb::Marks marks;
  engine::log::Dims dims;
};

// Folds one fact in. Total: takes every fact that was ever logged, in any order, whatever today's
// table says; a fact that a later program wrote and this one does not know changes nothing.
// Requires: `fact` is a well-formed table of that type.
void apply(Standing& standing, engine::FactType type, std::string_view fact,
           engine::Instant occurred_at);

// How a channel stands in the dims: its name in the schema, "channel-<n>" if it has none here.
std::string channel_name(fb::Channel channel);

// Whether a correction of this field may carry a `code`: what statistics group or count by.
bool takes_code(std::string_view field);
// The directory's kind that the code must be known in; "" if it is no directory code.
std::string_view code_kind(std::string_view field);
// Whether the code is one of the choices of that field. Requires: takes_code, no code_kind.
bool is_choice(std::string_view field, std::string_view code);

}  // namespace workflows::issue
