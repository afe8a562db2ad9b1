// What a meeting does next. Pure: same meeting, same step, same decision, at any time, anywhere.
#pragma once

#include "engine/writer/workflow.hpp"

namespace workflows::meeting {

// The facts to record, or why there are none. Changes nothing. Refusals, by code:
//   not_found          there is no such meeting (a meeting begins with being called)
//   not_at_this_stage  the table has no row for the command where the meeting stands
//   condition_not_met  it has one, and its condition said no; `pointer` names the field
//   too_early          it would have happened before the meeting was called
//   no_number          the numbers of that year are used up
//   unknown_command    the step's verb is none of a meeting's
// `issues`: the workflow whose streams stand on the agenda.
// Requires: the step's body is a well-formed table of its verb.
engine::writer::Decision decide(const engine::writer::Desk& desk, const engine::writer::Step& step,
                                engine::WorkflowId issues);

}  // namespace workflows::meeting
