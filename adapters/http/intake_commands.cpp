// A person's decision on a letter: one submission for the issue that it becomes and for the letter,
// or one for the letter that is dropped.
#include <utility>

#include "adapters/http/command_parts.hpp"
#include "adapters/http/commands.hpp"
#include "adapters/http/reads.hpp"
#include "adapters/intake/admit.hpp"
#include "adapters/intake/held_letter.hpp"
#include "adapters/json/json.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::http {

namespace letters = workflows::intake;
using engine::schema::Flaw;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Answer;
using engine::writer::Step;
using engine::writer::Submission;

namespace {

struct Decided {
  bool accepts = false;
  std::uint64_t letter = 0;
  Object members;
  Step as_asked;          // what If-Match and occurred_at say; of both steps
  Submission submission;  // without its steps
};

const char* word_of(const Decided& decided) {
  return decided.accepts ? "accept_letter" : "drop_letter";
}

std::variant<intake::Asked, Problem> steps_of(const ApiParts& parts, const Decided& decided) {
  if (!decided.accepts) return intake::dismissal(decided.letter, decided.members);
  const auto offered = intake::offered_by(parts.log, parts.vault, decided.letter);
  if (!offered) return problem_of(offered.error());
  return intake::admission(decided.letter, *offered, decided.members);
}

// Whether the token may decide on this letter, and hand the issue in. Reads the log.
std::optional<Problem> barred_here(const ApiParts& parts, const Token& token,
                                   const Decided& decided) {
  if (auto no = barred_letter(parts, token, Grant::yes, decided.letter)) return no;
  if (!decided.accepts || token.area.empty()) return std::nullopt;
  if (lies_in(*parts.directory.tree(), text_in(decided.members, "area"), token.area)) {
    return std::nullopt;
  }
  Problem out = outside_area(token, "The issue would lie in another area, or in none");
  out.errors.push_back(error_at("pointer", "/area", "must lie in " + token.area));
  return out;
}

void answer_letter(const Call& call, const Decided& decided,
                   const engine::writer::Recorded& recorded) {
  Response out;
  const bool issue = decided.accepts;
  const Object body{{"number", issue ? workflows::issue::format_number(recorded.stream.number)
                                     : letters::format_number(recorded.stream.number)},
                    {"version", std::int64_t{recorded.version.value}},
                    {"stage", issue ? workflows::issue::stage_name(recorded.stage)
                                    : letters::stage_name(recorded.stage)},
                    {"stage_zh", issue ? workflows::issue::stage_name_zh(recorded.stage)
                                       : letters::stage_name_zh(recorded.stage)},
                    {"position", recorded.last.value},
                    {"letter", letters::format_number(decided.letter)}};
  out.body = json::write(Value(body));
  out.headers.emplace_back("ETag", etag_of(recorded.version));
  if (issue) {
    out.headers.emplace_back(
        "Location", "/v1/issues/" + workflows::issue::format_number(recorded.stream.number));
  }
  if (recorded.repeated) out.headers.emplace_back("Idempotent-Replayed", "true");
  call.reply(std::move(out));
}

void submit(const ApiParts& parts, Workers& workers, const CallPtr& call, const Decided& decided,
            Submission submission) {
  const auto done = [&parts, &workers, call, decided](Answer given) {
    if (const auto* recorded = std::get_if<engine::writer::Recorded>(&given)) {
      return answer_letter(*call, decided, *recorded);
    }
    if (auto* refusal = std::get_if<engine::writer::Refusal>(&given)) {
      if (decided.accepts) intake::drop_consequences(*refusal);
      return answer(*call, outcome_of(*call, std::move(*refusal)));
    }
    if (const auto* failed = std::get_if<engine::writer::Failed>(&given)) {
      return answer(*call, outcome_of(*call, *failed));
    }
    answer_moved(parts, workers, call, std::get<engine::writer::Moved>(given));
  };
  parts.writer.submit(std::move(submission), done);
}

void look_and_submit(const ApiParts& parts, Workers& workers, const CallPtr& call,
                     const Decided& decided) {
  if (!came_before(parts, decided.submission)) {
    if (auto no = barred_here(parts, *call->token, decided)) return answer(*call, *std::move(no));
  }
  auto made = steps_of(parts, decided);
  if (auto* problem = std::get_if<Problem>(&made)) return answer(*call, std::move(*problem));
  auto& asked = std::get<intake::Asked>(made);
  if (!asked.flaws.empty()) return answer(*call, invalid_body(word_of(decided), asked.flaws));
  Submission submission = decided.submission;
  submission.steps = std::move(asked.steps);
  for (Step& step : submission.steps) step.occurred_at = decided.as_asked.occurred_at;
  submission.steps.back().expected = decided.as_asked.expected;
  submit(parts, workers, call, decided, std::move(submission));
}

}  // namespace

void take_letter_command(const ApiParts& parts, Workers& workers, CallPtr call) {
  Decided decided;
  decided.accepts = call->match.route->endpoint == Endpoint::accept_letter;
  const Role role = call->token->role;
  if (may_command_letter(role, word_of(decided)) == Grant::no ||
      (decided.accepts && may_command(role, "report") == Grant::no)) {
    return answer(*call, not_permitted(*call->token, word_of(decided)));
  }
  const auto number = letter_number(call->match.subject);
  if (const auto* problem = std::get_if<Problem>(&number)) return answer(*call, *problem);
  decided.letter = std::get<std::uint64_t>(number);
  auto members = members_of(call->request);
  if (auto* problem = std::get_if<Problem>(&members)) return answer(*call, std::move(*problem));
  decided.members = std::move(std::get<Object>(members));
  Submission& submission = decided.submission;
  submission.source = call->token->name;
  submission.actor.name = call->token->name;
  auto problem = take_key(call->request, submission);
  if (!problem) problem = take_if_match(call->request, decided.as_asked);
  if (problem) return answer(*call, *std::move(problem));
  std::vector<Flaw> flaws;
  take_occurred_at(take_out(decided.members, "occurred_at"), decided.as_asked, flaws);
  take_on_behalf_of(take_out(decided.members, "on_behalf_of"), submission, flaws);
  if (!flaws.empty()) return answer(*call, invalid_body(word_of(decided), flaws));
  const auto look = [&parts, &workers, call, decided = std::move(decided)](Desk* desk) {
    if (desk == nullptr) return answer(*call, stopping());
    look_and_submit(parts, workers, call, decided);
  };
  if (!workers.post(look)) answer(*call, overloaded());
}

}  // namespace adapters::http
