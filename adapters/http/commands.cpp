#include "adapters/http/commands.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/http/reads.hpp"
#include "adapters/json/json.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/schema/text.hpp"

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

bool is_json(std::string_view type) {
  constexpr std::string_view json = "application/json";
  if (type.size() < json.size()) return false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = type[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != json[i]) return false;
  }
  return type.size() == json.size() || type[json.size()] == ';' || type[json.size()] == ' ';
}

// The members of the body; an empty body has none.
std::variant<Object, Problem> members_of(const Request& request) {
  if (request.body.empty()) return Object{};
  if (!is_json(find_field(request.headers, "Content-Type").value_or(""))) {
    return Problem{"not_json", "Send the command as JSON, with Content-Type: application/json."};
  }
  auto value = json::parse(request.body);
  if (!value) {
    const bool large = value.error().fault == engine::Fault::too_large;
    return Problem{large ? "too_large" : "malformed_json", value.error().detail};
  }
  auto* members = std::get_if<Object>(&value->it);
  if (members == nullptr) {
    Problem out{"invalid_body", "The body must be an object."};
    out.errors.push_back(error_at("pointer", "", "must be an object"));
    return out;
  }
  return std::move(*members);
}

// Takes a member that is not the command's own out of the body.
std::optional<Value> take_out(Object& members, std::string_view name) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const auto& each) { return each.first == name; });
  if (found == members.end()) return std::nullopt;
  Value out = std::move(found->second);
  members.erase(found);
  return out;
}

void take_occurred_at(const std::optional<Value>& given, Step& step, std::vector<Flaw>& flaws) {
  if (!given) return;
  const auto* text = given->string();
  step.occurred_at = text == nullptr ? std::nullopt : engine::parse_rfc3339(*text);
  if (step.occurred_at && *step.occurred_at != engine::Instant{}) return;
  flaws.push_back(
      {"/occurred_at", "must be a time with its offset, like 2026-03-02T09:15:00+08:00"});
}

void take_on_behalf_of(std::optional<Value> given, Submission& submission,
                       std::vector<Flaw>& flaws) {
  if (!given) return;
  auto* text = std::get_if<std::string>(&given->it);
  if (text != nullptr && !text->empty() && text->size() <= on_behalf_of_bytes_max &&
      engine::schema::text_flaw(*text).empty()) {
    submission.actor.on_behalf_of = std::move(*text);
    return;
  }
  flaws.push_back({"/on_behalf_of", "must be the name of who is acted for, at most " +
                                        std::to_string(on_behalf_of_bytes_max) + " bytes"});
}

std::string text_in(const Object& members, std::string_view name) {
  for (const auto& [key, value] : members) {
    if (key == name && value.string() != nullptr) return *value.string();
  }
  return {};
}

// What tells a resident from others: the telephone, else the account at the channel it came by.
std::string person_in(const Object& members) {
  std::string phone = text_in(members, "phone");
  return phone.empty() ? text_in(members, "account") : phone;
}

// "\"3\"": the version that the asker has seen.
std::optional<Problem> take_if_match(const Request& request, Step& step) {
  const auto given = find_field(request.headers, "If-Match");
  if (!given || *given == "*") return std::nullopt;
  std::string_view tag = *given;
  if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') {
    tag = tag.substr(1, tag.size() - 2);
    std::uint32_t version = 0;
    const auto [end, failed] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
    if (failed == std::errc{} && end == tag.data() + tag.size()) {
      step.expected = engine::Version{version};
      return std::nullopt;
    }
  }
  Problem out{"bad_header", "If-Match takes one ETag as it was given, like \"3\"."};
  out.errors.push_back(error_at("header", "If-Match", "is no ETag of an issue"));
  return out;
}

std::optional<Problem> take_key(const Request& request, Submission& submission) {
  const auto given = find_field(request.headers, "Idempotency-Key");
  if (!given) return std::nullopt;
  std::string_view key = *given;
  if (key.size() > 2 && key.front() == '"' && key.back() == '"') {
    key = key.substr(1, key.size() - 2);  // a structured field's string (RFC 8941)
  }
  if (!key.empty() && key.size() <= idempotency_key_bytes_max &&
      engine::schema::text_flaw(key).empty()) {
    submission.id = key;
    return std::nullopt;
  }
  Problem out{"bad_header", "An Idempotency-Key has 1 to " +
                                std::to_string(idempotency_key_bytes_max) + " bytes of text."};
  out.errors.push_back(error_at("header", "Idempotency-Key", "is empty or too long"));
  return out;
}

// Which command the path means, and on what.
std::optional<Problem> address(const Call& call, Asked& asked) {
  const Route& route = *call.match.route;
  Step& step = asked.submission.steps.emplace_back();
  if (!route.kind.empty()) {
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
  if (!flaws.empty()) {
    return Problem{"invalid_body",
                   "The body does not fit the command " + std::string(asked.word) + ": " +
                       (flaws.front().pointer.empty() ? "it" : flaws.front().pointer) + " " +
                       flaws.front().detail + ".",
                   errors_of(flaws)};
  }
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
      const auto moved = std::get<engine::writer::Moved>(given);
      const auto look = [&parts, call, moved](Desk* desk) {
        answer(*call, desk == nullptr ? Outcome(stopping()) : read_moved(parts, *call, moved));
      };
      if (!workers.post(look)) answer(*call, overloaded());
    }
  });
}

// A repeat gets its first answer, also where the first time took the issue out of the token's area;
// the writer tells whether it is the same command.
bool came_before(const ApiParts& parts, const Submission& submission) {
  if (submission.id.empty()) return false;
  const auto key = engine::log::dedup_key(submission.source, submission.id);
  if (!key) return false;
  const auto kept = parts.log.find(*key);
  return kept && kept->has_value();
}

}  // namespace

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
