// What an issue does next. Pure: same issues, same step, same decision, at any time, anywhere.
#pragma once

#include "engine/writer/workflow.hpp"
#include "workflows/issue/deadlines.hpp"

namespace workflows::issue {

// The facts to record, or why there are none. Changes nothing. Refusals, by code:
//   not_found          there is no such issue (an issue begins with report)
//   not_at_this_stage  the table has no row for the command where the issue stands
//   condition_not_met  it has one, and its condition said no; `pointer` names the field
//   too_early          it would have happened before the issue's last fact
//   unknown_code       a correction's code is not in the directory
//   no_number          the numbers of that year are used up
//   unknown_command    the step's verb is none of an issue's
// Of merge and unmerge either issue may refuse; `stream` says which.
// With `rules`, what starts or moves a clock also sets its deadline: deadline_set facts behind
// those of the step, for the same issue. See deadlines.hpp. Requires: the step's body is a
// well-formed table of its verb.
engine::writer::Decision decide(const engine::writer::Desk& desk, const engine::writer::Step& step,
                                const DeadlineRules* rules = nullptr,
                                const ParentOf& parent_of = {});

}  // namespace workflows::issue
