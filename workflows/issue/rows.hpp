// The table's rows as values: for refusals, for people, and for an audit. In the order of the
// table, the issue's life first. Internal to workflows/issue.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/ids.hpp"
#include "workflows/issue/issue_generated.h"

namespace workflows::issue {

struct RowInfo {
  bool life;  // from and to are stages; otherwise states of the deadline
  std::uint8_t from;
  std::uint8_t to;
  engine::FactType type;
  bool half;              // asked by the other issue of a merge, by nobody else
  bool records;           // false: the row in the other region records the fact
  bool (*at)(fb::Stage);  // supervision: at which stages it can hold; nullptr: at all
  bool escalates;         // records an escalation, too
  std::string asked;
  std::string records_what;
  std::string only_if;
};

const std::vector<RowInfo>& rows();

// Whether a row that records takes the command at this stage, whatever its condition says. Where
// the deadlines stand makes no difference: every command of supervision has a row in all its
// states.
bool has_row(fb::Stage stage, engine::FactType type, bool half);

}  // namespace workflows::issue
