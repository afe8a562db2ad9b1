// What a row of the table looks at: the command as it was asked, the issue it is asked of. The
// events of the machine are views; nothing is unpacked. Internal to workflows/issue.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/time.hpp"
#include "engine/writer/command.hpp"
#include "engine/writer/workflow.hpp"
#include "workflows/issue/apply.hpp"
#include "workflows/issue/issue_generated.h"

namespace workflows::issue {

// What a condition says when it does not hold.
struct Condition {
  const char* name;
  const char* pointer;  // the field it is about, "" if none
  const char* en;       // what must be, as a sentence
  const char* zh;
};

struct Asked {
  const engine::writer::Desk& desk;
  const engine::writer::Step& step;
  const engine::writer::StreamState& state;
  fb::Marks marks;  // of the issue that is asked, before the fact
  engine::Instant occurred_at;

  // Conditions note here why they said no: of a row that was meant, or else of any row.
  const Condition* unmet = nullptr;
  const Condition* not_chosen = nullptr;
  // Rows note here what they record.
  bool recorded = false;
  const char* escalated_by = nullptr;  // the rule

  std::int64_t at() const { return engine::to_ms(occurred_at); }
  bool says(std::string_view field) const {
    for (const engine::writer::PersonalField& words : step.personal) {
      if (words.field == field) {
        return words.words.find_first_not_of(" \t\r\n") != std::string::npos;
      }
    }
    return false;
  }
};

// One event type for each fact that can be asked for.
template <class Fact_>
struct Ask {
  using Fact = Fact_;
  const Fact& fact;
  Asked& asked;
};

using Report = Ask<fb::Reported>;
using Supplement = Ask<fb::Supplemented>;
using Accept = Ask<fb::Accepted>;
using Decline = Ask<fb::Declined>;
using Withdraw = Ask<fb::Withdrawn>;
using Merge = Ask<fb::Merged>;
using Unmerge = Ask<fb::Unmerged>;
using Claim = Ask<fb::Claimed>;
using Release = Ask<fb::Released>;
using CallConsultation = Ask<fb::ConsultationCalled>;
using HoldConsultation = Ask<fb::ConsultationHeld>;
using HandOver = Ask<fb::HandedOver>;
using Sign = Ask<fb::Signed>;
using Return = Ask<fb::Returned>;
using Reassign = Ask<fb::Reassigned>;
using AddCoUnit = Ask<fb::CoUnitAdded>;
using CallNegotiation = Ask<fb::NegotiationCalled>;
using HoldNegotiation = Ask<fb::NegotiationHeld>;
using NoteProgress = Ask<fb::ProgressNoted>;
using RequestExtension = Ask<fb::ExtensionRequested>;
using GrantExtension = Ask<fb::ExtensionGranted>;
using RefuseExtension = Ask<fb::ExtensionRefused>;
using Pause = Ask<fb::Paused>;
using Resume = Ask<fb::Resumed>;
using Resolve = Ask<fb::Resolved>;
using FollowUp = Ask<fb::FollowedUp>;
using Rework = Ask<fb::Reworked>;
using Close = Ask<fb::Closed>;
using Reopen = Ask<fb::Reopened>;
using Urge = Ask<fb::Urged>;
using Supervise = Ask<fb::Supervised>;
using Escalate = Ask<fb::Escalated>;
using SetDeadline = Ask<fb::DeadlineSet>;
using MissDeadline = Ask<fb::DeadlineMissed>;
using Correct = Ask<fb::Corrected>;
using Warn = Ask<fb::Warned>;
using CallOff = Ask<fb::MeetingCalledOff>;

// The other half of merge and unmerge: asked by the issue that ends or is let go, of the one that
// goes on. Nobody else can ask it. Not derived from Ask: MSM takes rows of an event's bases, too.
template <class Fact_>
struct AskOther {
  using Fact = Fact_;
  const Fact& fact;
  Asked& asked;
};
using Absorb = AskOther<fb::Merged>;
using LetGo = AskOther<fb::Unmerged>;

}  // namespace workflows::issue
