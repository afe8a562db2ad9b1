// A letter handed to its channel again, as it came: no word of it is the token's.
#include <utility>

#include "adapters/http/command_parts.hpp"
#include "adapters/http/commands.hpp"
#include "adapters/intake/resubmit.hpp"
#include "adapters/json/json.hpp"
#include "engine/log/record.hpp"
#include "engine/schema/text.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::http {

namespace letters = workflows::intake;
using engine::log::RecordView;
using engine::schema::Flaw;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Recorded;

namespace {

constexpr const char* command = "resubmit_letter";

// What the token says: only who it is, for whom, and what it has seen.
struct Said {
  std::uint64_t letter = 0;
  engine::writer::Submission closing;
  engine::writer::Step as_asked;
};

std::variant<Said, Problem> read(const Call& call) {
  Said out;
  const auto number = letter_number(call.match.subject);
  if (const auto* problem = std::get_if<Problem>(&number)) return *problem;
  out.letter = std::get<std::uint64_t>(number);
  auto members = members_of(call.request);
  if (auto* problem = std::get_if<Problem>(&members)) return std::move(*problem);
  auto& body = std::get<Object>(members);
  out.closing.source = call.token->name;
  out.closing.actor.name = call.token->name;
  auto problem = take_key(call.request, out.closing);
  if (!problem) problem = take_if_match(call.request, out.as_asked);
  if (problem) return *std::move(problem);
  std::vector<Flaw> flaws;
  take_on_behalf_of(take_out(body, "on_behalf_of"), out.closing, flaws);
  for (const auto& [name, value] : body) {
    flaws.push_back({engine::schema::pointer_to(name),
                     "is no member of the body: a letter is handed in as it came; to say more of "
                     "it, accept it"});
  }
  if (!flaws.empty()) return invalid_body(command, flaws);
  return out;
}

// The issue as it stands, as the acceptance of a letter is answered.
Outcome closed_as(const ApiParts& parts, std::uint64_t letter, std::uint64_t issue,
                  const Recorded& closing) {
  const auto last = parts.log.last_of({workflows::issue::workflow_id, issue});
  if (!last) return problem_of(last.error());
  if (!*last) return Problem{"not_found", "The letter's issue is not in the log."};
  const RecordView record(**last);
  const std::string number = workflows::issue::format_number(issue);
  Response out =
      json_response(Object{{"number", number},
                           {"version", std::int64_t{record.version().value}},
                           {"stage", workflows::issue::stage_name(record.stage_after())},
                           {"stage_zh", workflows::issue::stage_name_zh(record.stage_after())},
                           {"position", closing.last.value},
                           {"letter", letters::format_number(letter)}});
  out.headers.emplace_back("ETag", etag_of(record.version()));
  out.headers.emplace_back("Location", "/v1/issues/" + number);
  if (closing.repeated) out.headers.emplace_back("Idempotent-Replayed", "true");
  return out;
}

Problem still_held(const intake::Again& again, std::uint64_t letter) {
  const bool later = again.ending == intake::Again::Ending::later;
  // Chinese sentences have their own end.
  const bool ends = again.why.ends_with('.') || (again.why.back() & 0x80) != 0;
  Problem out{later ? "overloaded" : "still_held",
              "The letter is held as before: " + again.why + (ends ? "" : ".")};
  out.more.emplace_back("letter", letters::format_number(letter));
  if (later) out.headers = {{"Retry-After", "5"}};
  return out;
}

void answer_to(const ApiParts& parts, Workers& workers, const CallPtr& call, std::uint64_t letter,
               intake::Resubmitted came) {
  if (const auto* error = std::get_if<engine::Error>(&came)) {
    return answer(*call, problem_of(*error));
  }
  if (const auto* again = std::get_if<intake::Again>(&came)) {
    return answer(*call, still_held(*again, letter));
  }
  auto& closed = std::get<intake::Closed>(came);
  if (auto* refusal = std::get_if<engine::writer::Refusal>(&closed.answer)) {
    Outcome no = outcome_of(*call, std::move(*refusal));
    // What it had become, or what the channel made of it while somebody else decided.
    if (auto* problem = std::get_if<Problem>(&no); problem != nullptr && closed.issue != 0) {
      problem->more.emplace_back("issue", workflows::issue::format_number(closed.issue));
    }
    return answer(*call, std::move(no));
  }
  if (const auto* failed = std::get_if<engine::writer::Failed>(&closed.answer)) {
    return answer(*call, outcome_of(*call, *failed));
  }
  if (const auto* moved = std::get_if<engine::writer::Moved>(&closed.answer)) {
    return answer_moved(parts, workers, call, *moved);
  }
  const auto look = [&parts, call, letter, issue = closed.issue,
                     closing = std::get<Recorded>(closed.answer)](Desk* desk) {
    answer(*call, desk == nullptr ? Outcome(stopping()) : closed_as(parts, letter, issue, closing));
  };
  if (!workers.post(look)) answer(*call, overloaded());
}

}  // namespace

void take_resubmission(const ApiParts& parts, Workers& workers, CallPtr call) {
  if (may_command_letter(call->token->role, command) == Grant::no) {
    return answer(*call, not_permitted(*call->token, command));
  }
  auto given = read(*call);
  if (auto* problem = std::get_if<Problem>(&given)) return answer(*call, std::move(*problem));
  if (!parts.hand_in) {
    return answer(*call, Problem{"not_ready", "No channels are served here."});
  }
  const auto look = [&parts, &workers, call, said = std::get<Said>(std::move(given))](Desk* desk) {
    if (desk == nullptr) return answer(*call, stopping());
    if (auto no = barred_letter(parts, *call->token, Grant::yes, said.letter)) {
      return answer(*call, *std::move(no));
    }
    intake::resubmit({parts.log, parts.vault, parts.writer, parts.hand_in}, said.letter,
                     said.closing, said.as_asked.expected,
                     [&parts, &workers, call, letter = said.letter](intake::Resubmitted came) {
                       answer_to(parts, workers, call, letter, std::move(came));
                     });
  };
  if (!workers.post(look)) answer(*call, overloaded());
}

}  // namespace adapters::http
