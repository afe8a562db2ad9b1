// What a command on a meeting asks of the issues on its agenda: one submission, the meeting's own
// step first, then a step or two for each issue, in the issues' own verbs. The engine takes all of
// it or none. Pure: who asks looks at the issues before, and no other workflow is known here; it is
// given by its schema.
//
//   called     consultation: call_consultation · negotiation: call_negotiation · handover: nothing
//   held       consultation: hold_consultation · negotiation: hold_negotiation · handover:
//   hand_over,
//              each with the meeting's number; set_deadline where a due date was named;
//              not_discussed: call_off_meeting, or nothing where it does not wait for this meeting
//   cancelled  call_off_meeting of each issue that waits for this meeting; the others, those of a
//              handover among them, have gone their own way and are left alone
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/schema/schema.hpp"
#include "engine/writer/command.hpp"
#include "workflows/meeting/meeting.hpp"

namespace workflows::meeting {

// The workflow of the issues.
struct Issues {
  engine::WorkflowId workflow;
  const engine::schema::Schema& schema;
};

// How an issue on the agenda stands.
struct OnAgenda {
  engine::Version version;
  std::string stage;          // its name
  std::uint64_t meeting = 0;  // that it was last called to and that has not been held; 0: none
};
using Look = std::function<engine::Result<OnAgenda>(std::uint64_t issue)>;

struct Plan {
  std::vector<engine::writer::Step> steps;
  std::vector<std::string> pointers;      // of each step: where in the body it comes from
  std::vector<std::uint64_t> left_alone;  // on the agenda, not discussed or cancelled, not touched
};

// `own`: the step on the meeting, composed by its schema. `meeting`: as it stands; not looked at
// where it is called. `look` is asked of those issues alone whose step depends on it; their steps
// expect the version that was seen, so what changed meanwhile is told as Moved: plan again.
// Refusals: `elsewhere` (an issue waits for another meeting), `invalid` (a conclusion does not make
// a command). Errors: those of looking.
engine::Result<std::variant<Plan, engine::writer::Refusal>> plan(engine::writer::Step own,
                                                                 const fb::Marks& meeting,
                                                                 const Issues& issues,
                                                                 const Look& look);

// The refusal as the asker of the meeting must read it: pointers into his own body.
engine::writer::Refusal in_terms_of(const Plan& plan, engine::writer::Refusal refusal);

// The verbs of the issues that a plan asks for, each once.
std::vector<std::string> verbs_of(const Plan& plan, const Issues& issues);

}  // namespace workflows::meeting
