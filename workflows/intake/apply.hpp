// What a letter is after its facts: the fold of its own history.
#pragma once

#include <string_view>

#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"
#include "engine/log/record.hpp"
#include "workflows/intake/intake_generated.h"

namespace workflows::intake {

struct Standing {
  fb::Marks marks;
  engine::log::Dims
      dims;  // the area as far as it is known, the channel, and the reason as category
};

// Folds one fact in. Total: takes every fact that was ever logged, in any order, whatever today's
// table says; a fact that a later program wrote and this one does not know changes nothing.
// Requires: `fact` is a well-formed table of that type.
void apply(Standing& standing, engine::FactType type, std::string_view fact,
           engine::Instant occurred_at);

}  // namespace workflows::intake
