// What a letter does next. Pure: same letter, same step, same decision, at any time, anywhere.
#pragma once

#include "engine/writer/workflow.hpp"

namespace workflows::intake {

// The facts to record, or why there are none. Changes nothing. Refusals, by code:
//   not_found          there is no such letter (a letter begins with being held)
//   not_at_this_stage  the table has no row for the command where the letter stands
//   condition_not_met  it has one, and its condition said no; `pointer` names the field
//   too_early          it would have happened before the letter was held
//   no_number          the numbers of that year are used up
//   unknown_command    the step's verb is none of a letter's
// `issues`: the workflow whose streams letters become.
// Requires: the step's body is a well-formed table of its verb.
engine::writer::Decision decide(const engine::writer::Desk& desk, const engine::writer::Step& step,
                                engine::WorkflowId issues);

}  // namespace workflows::intake
