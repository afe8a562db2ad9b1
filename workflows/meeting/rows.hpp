// The rows of the table as values: what prints them and what asks whether there is one reads these.
// Internal to workflows/meeting.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/ids.hpp"
#include "workflows/meeting/meeting_generated.h"

namespace workflows::meeting {

struct RowInfo {
  fb::Stage from;
  fb::Stage to;
  engine::FactType type;
  std::string asked;
  std::string only_if;
};

const std::vector<RowInfo>& rows();

// Whether a row takes the command at this stage, whatever its conditions say.
bool has_row(fb::Stage stage, engine::FactType type);

}  // namespace workflows::meeting
