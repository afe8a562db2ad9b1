#include "adapters/http/commands.hpp"

#include <utility>

#include "adapters/http/command_parts.hpp"
#include "adapters/http/reads.hpp"

namespace adapters::http {

using engine::schema::Flaw;
using engine::schema::Object;
using engine::schema::Schema;
using engine::schema::Table;
using engine::schema::Value;
using engine::writer::Answer;
using engine::writer::Step;
using engine::writer::Submission;

namespace {

struct Asked {
  const Schema* schema = nullptr;
  const Table* table = nullptr;
  std::string_view word;  // the command as the table of roles names it
  Grant grant = Grant::no;
  Submission submission;
  std::vector<std::uint64_t> issues;  // whose areas must be the token's
};

// Which command the path means, and on what.
std::optional<Problem> address(const Call& call, Asked& asked) {
  const Route& route = *call.match.route;
  Step& step = asked.submission.steps.emplace_back();
  if (route.of_entries()) {
    asked.schema = &workflows::directory::schema();
    step.workflow = workflows::directory::workflow_id;
    const bool adds = route.endpoint == Endpoint::add_entry;
    asked.table = adds ? asked.schema->by_verb("add_entry") : command_table(route, call.match.verb);
    asked.word = adds ? "add" : command_word(route, *asked.table);
    asked.grant = may_change_directory(call.token->role, asked.word);
    return std::nullopt;
  }
  asked.schema = &workflows::issue::schema();
  step.workflow = workflows::issue::workflow_id;
  const bool report = route.endpoint == Endpoint::report;
  asked.table = report ? asked.schema->by_verb("report") : command_table(route, call.match.verb);
  asked.word = asked.table->verb;
  asked.grant = may_command(call.token->role, asked.word);
  if (report || asked.grant == Grant::no) return std::nullopt;
  const auto number = issue_number(call.match.subject);
  if (const auto* problem = std::get_if<Problem>(&number)) return *problem;
  step.stream = {step.workflow, std::get<std::uint64_t>(number)};
  return std::nullopt;
}

// What the path says of a directory entry goes into the body, where it must not stand already.
void take_from_path(const Call& call, Object& members, std::vector<Flaw>& flaws) {
  const Route& route = *call.match.route;
  if (route.kind.empty()) return;
  const bool adds = route.endpoint == Endpoint::add_entry;
  const auto put = [&](const char* name, std::string_view value) {
    if (take_out(members, name)) {
      flaws.push_back({std::string("/") + name, "is no member of the body: the path says it"});
    }
    members.emplace_back(name, value);
  };
  put("kind", route.kind);
  if (!adds) put("code", call.match.subject);
}

// Checks the body and builds the step's table.
std::optional<Problem> compose(const Call& call, Object members, Asked& asked) {
  Step& step = asked.submission.steps.front();
  std::vector<Flaw> flaws;
  take_from_path(call, members, flaws);
  take_occurred_at(take_out(members, "occurred_at"), step, flaws);
  take_on_behalf_of(take_out(members, "on_behalf_of"), asked.submission, flaws);
  const Value body(std::move(members));
  auto made = asked.schema->compose(*asked.table, body);
  for (Flaw& flaw : made.flaws) flaws.push_back(std::move(flaw));
  if (!flaws.empty()) return invalid_body(asked.word, flaws);
  step.verb = asked.table->type;
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  step.codes = std::move(made.composed->codes);
  step.person = person_in(*body.object());
  if (step.stream.number != 0) asked.issues.push_back(step.stream.number);
  for (const auto& field : asked.table->fields) {
    if (field.kind != engine::schema::Kind::issue) continue;
    const auto number = workflows::issue::parse_number(text_in(*body.object(), field.name));
    if (number) asked.issues.push_back(*number);
  }
  return std::nullopt;
}

// What can be said of the token's area without looking anything up.
std::optional<Problem> elsewhere(const ApiParts& parts, const Call& call, const Object& members) {
  const Token& token = *call.token;
  if (token.area.empty()) return std::nullopt;
  if (!call.match.route->kind.empty()) {
    return outside_area(token, "The directory is kept for all areas alike");
  }
  if (call.match.route->endpoint != Endpoint::report) return std::nullopt;
  const std::string area = text_in(members, "area");
  if (lies_in(*parts.directory.tree(), area, token.area)) return std::nullopt;
  Problem out = outside_area(
      token, area.empty() ? "The report names no area" : "The report is for another area");
  out.errors.push_back(error_at("pointer", "/area", "must lie in " + token.area));
  return out;
}

void submit(const ApiParts& parts, Workers& workers, const CallPtr& call, Submission submission) {
  parts.writer.submit(std::move(submission), [&parts, &workers, call](Answer given) {
    if (auto* recorded = std::get_if<engine::writer::Recorded>(&given)) {
      answer(*call, outcome_of(*call, *recorded));
    } else if (auto* refusal = std::get_if<engine::writer::Refusal>(&given)) {
      answer(*call, outcome_of(*call, std::move(*refusal)));
    } else if (auto* failed = std::get_if<engine::writer::Failed>(&given)) {
      answer(*call, outcome_of(*call, *failed));
    } else {
      answer_moved(parts, workers, call, std::get<engine::writer::Moved>(given));
    }
  });
}

}  // namespace

void answer_moved(const ApiParts& parts, Workers& workers, const CallPtr& call,
                  const engine::writer::Moved& moved) {
  const auto look = [&parts, call, moved](Desk* desk) {
    answer(*call, desk == nullptr ? Outcome(stopping()) : read_moved(parts, *call, moved));
  };
  if (!workers.post(look)) answer(*call, overloaded());
}

void take_command(const ApiParts& parts, Workers& workers, CallPtr call) {
  Asked asked;
  if (auto problem = address(*call, asked)) return answer(*call, *std::move(problem));
  if (asked.grant == Grant::no) return answer(*call, not_permitted(*call->token, asked.word));
  auto members = members_of(call->request);
  if (auto* problem = std::get_if<Problem>(&members)) return answer(*call, std::move(*problem));
  auto& body = std::get<Object>(members);
  Submission& submission = asked.submission;
  submission.source = call->token->name;
  submission.actor.name = call->token->name;
  auto problem = elsewhere(parts, *call, body);
  if (!problem) problem = take_key(call->request, submission);
  if (!problem) problem = take_if_match(call->request, submission.steps.front());
  if (!problem) problem = compose(*call, std::move(body), asked);
  if (problem) return answer(*call, *std::move(problem));

  if (asked.issues.empty() || !needs_look(*call->token, asked.grant)) {
    return submit(parts, workers, call, std::move(submission));
  }
  const auto look = [&parts, &workers, call, asked = std::move(asked)](Desk* desk) {
    if (desk == nullptr) return answer(*call, stopping());
    if (!came_before(parts, asked.submission)) {
      for (const std::uint64_t number : asked.issues) {
        if (auto no = barred(parts, *call->token, asked.grant, number)) {
          return answer(*call, *std::move(no));
        }
      }
    }
    submit(parts, workers, call, asked.submission);
  };
  if (!workers.post(look)) answer(*call, overloaded());
}

}  // namespace adapters::http
