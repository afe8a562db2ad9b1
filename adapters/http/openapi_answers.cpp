// Which schema the answer of an endpoint has.
#include "adapters/http/openapi_schemas.hpp"

namespace adapters::http {

const char* answer_schema_name(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::report:
    case Endpoint::call_sheet:
    case Endpoint::command:
      return "Recorded";
    case Endpoint::add_entry:
    case Endpoint::entry_command:
      return "EntryRecorded";
    case Endpoint::call_meeting:
    case Endpoint::meeting_command:
      return "MeetingRecorded";
    case Endpoint::meetings:
      return "MeetingPage";
    case Endpoint::meeting:
      return "Meeting";
    case Endpoint::meeting_history:
      return "MeetingHistory";
    case Endpoint::accept_letter:
    case Endpoint::drop_letter:
      return "LetterRecorded";
    case Endpoint::letters:
      return "LetterPage";
    case Endpoint::letter:
      return "Letter";
    case Endpoint::list:
      return "Page";
    case Endpoint::issue:
      return "Issue";
    case Endpoint::history:
      return "History";
    case Endpoint::candidates:
      return "Candidates";
    case Endpoint::entries:
      return "Entries";
    case Endpoint::statistics:
      return "Statistics";
    case Endpoint::statistics_issues:
      return "StatisticsIssues";
    case Endpoint::definitions:
      return "Definitions";
    case Endpoint::apply_policy:
      return "PolicyApplied";
    case Endpoint::live:
      return "Live";
    case Endpoint::ready:
      return "Ready";
    case Endpoint::document:
      return "Document";
    case Endpoint::events:
    case Endpoint::metrics:
      return nullptr;
  }
  return nullptr;
}

}  // namespace adapters::http
