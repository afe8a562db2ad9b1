// What a row of the table looks at: the command as it was asked, the meeting it is asked of.
// Internal to workflows/meeting; see workflows/issue/asked.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/time.hpp"
#include "engine/writer/command.hpp"
#include "engine/writer/workflow.hpp"
#include "workflows/meeting/apply.hpp"
#include "workflows/meeting/meeting_generated.h"

namespace workflows::meeting {

// What a condition says when it does not hold.
struct Condition {
  const char* name;
  const char* list;   // the member it is about: "/agenda"; "" if none
  const char* field;  // of the item in that list
  const char* en;     // what must be, as a sentence
  const char* zh;
};

struct Asked {
  const engine::writer::Desk& desk;
  const engine::writer::Step& step;
  const engine::writer::StreamState& state;
  fb::Marks marks;  // before the fact
  engine::Instant occurred_at;
  engine::WorkflowId issues;

  // The condition that said no notes itself here, the item of its list and the issue it is about.
  const Condition* unmet = nullptr;
  std::optional<std::size_t> item = {};
  std::uint64_t issue = 0;
  bool recorded = false;

  bool no(std::optional<std::size_t> at, std::uint64_t about = 0) {
    item = at;
    issue = about;
    return false;
  }
  bool says(std::string_view field) const {
    for (const engine::writer::PersonalField& words : step.personal) {
      if (words.field == field) {
        return words.words.find_first_not_of(" \t\r\n") != std::string::npos;
      }
    }
    return false;
  }
};

template <class Fact_>
struct Ask {
  using Fact = Fact_;
  const Fact& fact;
  Asked& asked;
};

using Call = Ask<fb::MeetingCalled>;
using Hold = Ask<fb::MeetingHeld>;
using Cancel = Ask<fb::MeetingCancelled>;

}  // namespace workflows::meeting
