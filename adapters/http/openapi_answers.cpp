// Which schemas the body and the answer of a route have.
#include "adapters/http/openapi_schemas.hpp"

namespace adapters::http {

const char* answer_schema_name(const Route& route) {
  switch (route.endpoint) {
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
    case Endpoint::resubmit_letter:
      return "LetterRecorded";
    case Endpoint::letters:
      return "LetterPage";
    case Endpoint::letter:
      return "Letter";
    case Endpoint::outbox:
      return "OutboxPage";
    case Endpoint::outbox_message:
      return "OutboxMessage";
    case Endpoint::outbox_resend:
    case Endpoint::outbox_drop:
      return route.path.find("{id}") == std::string_view::npos ? "OutboxChanged" : "OutboxMessage";
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

std::optional<Act> act_of(const Route& route) {
  const bool many = route.path.find("{id}") == std::string_view::npos;
  switch (route.endpoint) {
    case Endpoint::call_sheet:
      return Act{"hotline_call", "CallSheet"};
    case Endpoint::resubmit_letter:
      return Act{"resubmit_letter", "Resubmission"};
    case Endpoint::outbox_resend:
      return many ? Act{"resend_messages", "OutboxSelection"} : Act{"resend_message", nullptr};
    case Endpoint::outbox_drop:
      return many ? Act{"drop_messages", "OutboxSelection"} : Act{"drop_message", nullptr};
    default:
      return std::nullopt;
  }
}

}  // namespace adapters::http
