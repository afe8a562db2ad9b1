// The table by which a letter is decided: the specification. What has no row is refused.
// Internal to workflows/intake; decide.cpp goes by it, table_text.cpp prints it.
#pragma once

#include <array>

#include "engine/writer/command.hpp"
#include "engine/writer/workflow.hpp"
#include "workflows/intake/intake_generated.h"

namespace workflows::intake {

// What a condition looks at: the command as it was asked, and what may be looked up.
struct Asked {
  const engine::writer::Desk& desk;
  const engine::writer::Step& step;
  engine::WorkflowId issues;
};

struct Condition {
  const char* name;
  const char* pointer;  // the member it is about
  const char* en;       // what must be, as a sentence
  const char* zh;
  bool (*holds)(const Asked& asked);
};

bool is_there(const Asked& asked);  // the issue that it became
bool says_why(const Asked& asked);  // "reason", more than blanks

inline constexpr Condition issue_there{"issue_there", "/issue",
                                       "there must be an issue of that number",
                                       "须为已有的诉求编号", is_there};
inline constexpr Condition reason_given{"reason_given", "/reason", "a reason must be given",
                                        "须写明理由", says_why};

struct Row {
  fb::Stage from;
  fb::Fact asked;
  fb::Stage to;
  const Condition* only_if;  // nullptr: always
};

// clang-format off
inline constexpr std::array table{
//  from                 asked                     to                   only if
Row{fb::Stage::none,     fb::Fact::LetterHeld,     fb::Stage::held,     nullptr       },
Row{fb::Stage::held,     fb::Fact::LetterAdmitted, fb::Stage::admitted, &issue_there  },
Row{fb::Stage::held,     fb::Fact::LetterDropped,  fb::Stage::dropped,  &reason_given },
};
// clang-format on

}  // namespace workflows::intake
