// Commands on meetings: one submission for the meeting and every issue on its agenda.
#include <utility>

#include "adapters/http/command_parts.hpp"
#include "adapters/http/commands.hpp"
#include "adapters/http/meeting_document.hpp"
#include "adapters/http/reads.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/meeting/asks.hpp"

namespace adapters::http {

namespace meeting = workflows::meeting;
using engine::Result;
using engine::schema::Flaw;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Answer;
using engine::writer::Refusal;
using engine::writer::Step;
using engine::writer::Submission;

namespace {

// Looked at again so often where issues change between looking and deciding.
constexpr int attempts_max = 5;

struct Asked {
  std::string_view word;
  Submission submission;  // with the meeting's own step alone
  List agenda;            // of a meeting that is called
  int attempt = 1;
};

const engine::schema::Table& table_of(const Call& call) {
  const Route& route = *call.match.route;
  return route.endpoint == Endpoint::call_meeting ? *meeting::schema().by_verb("call_meeting")
                                                  : *command_table(route, call.match.verb);
}

std::optional<Problem> compose(const Call& call, Object members, Asked& asked) {
  const auto& table = table_of(call);
  Step& step = asked.submission.steps.front();
  std::vector<Flaw> flaws;
  take_occurred_at(take_out(members, "occurred_at"), step, flaws);
  take_on_behalf_of(take_out(members, "on_behalf_of"), asked.submission, flaws);
  const Value body(std::move(members));
  auto made = meeting::schema().compose(table, body);
  for (Flaw& flaw : made.flaws) flaws.push_back(std::move(flaw));
  if (!flaws.empty()) return invalid_body(asked.word, flaws);
  step.verb = table.type;
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  step.codes = std::move(made.composed->codes);
  if (const Value* agenda = body.find("agenda"); agenda != nullptr && agenda->list() != nullptr) {
    asked.agenda = *agenda->list();
  }
  return std::nullopt;
}

// Whether the token may do this with this meeting, and may call these issues. Reads the log.
std::optional<Problem> barred_here(const ApiParts& parts, const Call& call, const Asked& asked) {
  const Token& token = *call.token;
  const Step& own = asked.submission.steps.front();
  if (own.stream.number != 0) return barred_meeting(parts, token, Grant::yes, own.stream.number);
  if (token.area.empty()) return std::nullopt;
  for (std::size_t i = 0; i < asked.agenda.size(); ++i) {
    const auto number = workflows::issue::parse_number(*asked.agenda[i].string());
    if (!number) continue;  // told where it is decided
    if (auto no = barred(parts, token, Grant::yes, *number)) {
      no->errors.push_back(error_at("pointer", "/agenda/" + std::to_string(i), no->detail));
      return no;
    }
  }
  return std::nullopt;
}

std::optional<Problem> elsewhere(const ApiParts& parts, const Call& call, const Object& members) {
  const Token& token = *call.token;
  if (call.match.route->endpoint != Endpoint::call_meeting || token.area.empty()) {
    return std::nullopt;
  }
  if (lies_in(*parts.directory.tree(), text_in(members, "area"), token.area)) return std::nullopt;
  Problem out = outside_area(token, "The meeting is for another area");
  out.errors.push_back(error_at("pointer", "/area", "must lie in " + token.area));
  return out;
}

Result<meeting::fb::Marks> marks_of(const ApiParts& parts, const engine::StreamId& stream) {
  if (stream.number == 0) return meeting::fb::Marks{};
  const auto last = parts.log.last_of(stream);
  if (!last) return last.error();
  if (!*last) return meeting::fb::Marks{};
  return engine::log::summary<meeting::fb::Marks>(engine::log::RecordView(**last).after());
}

// Who holds a meeting does by it to the issues what his role may do to them.
std::optional<Problem> not_granted(const Call& call, const meeting::Plan& plan) {
  for (const std::string& verb : meeting::verbs_of(plan, issues_of_meetings())) {
    if (may_command(call.token->role, verb) == Grant::no) return not_permitted(*call.token, verb);
  }
  return std::nullopt;
}

void look_and_submit(const ApiParts& parts, Workers& workers, const CallPtr& call, Asked asked);

void answer_meeting(const Call& call, const meeting::Plan& plan,
                    const engine::writer::Recorded& recorded) {
  Outcome outcome = outcome_of(call, recorded);
  // What was left alone is known of the first answer only: a repeat looked at nothing.
  if (!plan.left_alone.empty() && !recorded.repeated) {
    Response& response = std::get<Response>(outcome);
    response.body.pop_back();
    response.body += ",\"left_alone\":[";
    for (std::size_t i = 0; i < plan.left_alone.size(); ++i) {
      response.body +=
          (i == 0 ? "\"" : ",\"") + workflows::issue::format_number(plan.left_alone[i]) + "\"";
    }
    response.body += "]}";
  }
  call.reply(std::move(std::get<Response>(outcome)));
}

void submit(const ApiParts& parts, Workers& workers, const CallPtr& call, Asked asked,
            meeting::Plan plan) {
  Submission submission = asked.submission;
  submission.steps = plan.steps;
  parts.writer.submit(std::move(submission), [&parts, &workers, call, asked = std::move(asked),
                                              plan = std::move(plan)](Answer given) mutable {
    if (auto* recorded = std::get_if<engine::writer::Recorded>(&given)) {
      return answer_meeting(*call, plan, *recorded);
    }
    if (auto* refusal = std::get_if<Refusal>(&given)) {
      return answer(*call, outcome_of(*call, meeting::in_terms_of(plan, std::move(*refusal))));
    }
    if (auto* failed = std::get_if<engine::writer::Failed>(&given)) {
      return answer(*call, outcome_of(*call, *failed));
    }
    const auto moved = std::get<engine::writer::Moved>(given);
    const auto again = [&parts, &workers, call, asked = std::move(asked), moved](Desk* desk) {
      if (desk == nullptr) return answer(*call, stopping());
      if (moved.stream.workflow == meeting::workflow_id) {
        return answer(*call, read_moved(parts, *call, moved));
      }
      Asked next = asked;
      if (++next.attempt > attempts_max) return answer(*call, overloaded());
      look_and_submit(parts, workers, call, std::move(next));
    };
    if (!workers.post(again)) answer(*call, overloaded());
  });
}

void look_and_submit(const ApiParts& parts, Workers& workers, const CallPtr& call, Asked asked) {
  const Step& own = asked.submission.steps.front();
  const bool repeat = came_before(parts, asked.submission);
  if (!repeat) {
    if (auto no = barred_here(parts, *call, asked)) return answer(*call, *std::move(no));
  }
  const auto marks = marks_of(parts, own.stream);
  if (!marks) return answer(*call, problem_of(marks.error()));
  auto planned = meeting::plan(own, *marks, issues_of_meetings(),
                               repeat ? look_at_nothing() : look_at_issues(parts.log));
  if (!planned) return answer(*call, problem_of(planned.error()));
  if (auto* refusal = std::get_if<Refusal>(&*planned)) {
    return answer(*call, outcome_of(*call, std::move(*refusal)));
  }
  auto& plan = std::get<meeting::Plan>(*planned);
  if (auto no = not_granted(*call, plan)) return answer(*call, *std::move(no));
  submit(parts, workers, call, std::move(asked), std::move(plan));
}

}  // namespace

void take_meeting_command(const ApiParts& parts, Workers& workers, CallPtr call) {
  const Route& route = *call->match.route;
  Asked asked;
  asked.word =
      route.endpoint == Endpoint::call_meeting ? "call" : command_word(route, table_of(*call));
  if (may_command_meeting(call->token->role, asked.word) == Grant::no) {
    return answer(*call, not_permitted(*call->token, asked.word));
  }
  Submission& submission = asked.submission;
  Step& step = submission.steps.emplace_back();
  step.workflow = meeting::workflow_id;
  if (route.endpoint == Endpoint::meeting_command) {
    const auto number = meeting_number(call->match.subject);
    if (const auto* problem = std::get_if<Problem>(&number)) return answer(*call, *problem);
    step.stream = {step.workflow, std::get<std::uint64_t>(number)};
  }
  auto members = members_of(call->request);
  if (auto* problem = std::get_if<Problem>(&members)) return answer(*call, std::move(*problem));
  auto& body = std::get<Object>(members);
  submission.source = call->token->name;
  submission.actor.name = call->token->name;
  auto problem = elsewhere(parts, *call, body);
  if (!problem) problem = take_key(call->request, submission);
  if (!problem) problem = take_if_match(call->request, step);
  if (!problem) problem = compose(*call, std::move(body), asked);
  if (problem) return answer(*call, *std::move(problem));
  const auto look = [&parts, &workers, call, asked = std::move(asked)](Desk* desk) {
    if (desk == nullptr) return answer(*call, stopping());
    look_and_submit(parts, workers, call, asked);
  };
  if (!workers.post(look)) answer(*call, overloaded());
}

}  // namespace adapters::http
