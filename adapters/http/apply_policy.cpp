// Another policy for a service that goes on: see tools/sihe/policy_keeper.hpp for how.
#include <utility>

#include "adapters/http/commands.hpp"

namespace adapters::http {

using engine::Error;
using engine::Fault;
using engine::schema::Object;

namespace {

std::int64_t whole(std::uint64_t number) { return static_cast<std::int64_t>(number); }

Object body_of(const PolicyApplied& applied) {
  return {{"policy", Object{{"version", applied.policy}, {"digest", applied.policy_digest}}},
          {"calendar", Object{{"version", applied.calendar}, {"digest", applied.calendar_digest}}},
          {"issues", whole(applied.issues)},
          {"set", whole(applied.set)},
          {"kept", whole(applied.kept)},
          {"by_hand", whole(applied.by_hand)}};
}

Problem problem_for(const Error& error) {
  switch (error.fault) {
    case Fault::invalid:
    case Fault::not_found:
    case Fault::too_large:
      return {"wrong_policy", error.detail + "."};
    case Fault::busy: {
      Problem out{"being_applied", error.detail + "."};
      out.headers = {{"Retry-After", "30"}};
      return out;
    }
    case Fault::cancelled:
      return stopping();
    case Fault::corrupt:
      return problem_of(error);
    case Fault::conflict:
    case Fault::storage:
    case Fault::read_only:
      break;
  }
  return {"not_written", error.detail + "."};
}

// Nothing to be said: the files are those that the settings name.
bool says_nothing(std::string_view body) {
  std::string rest;
  for (const char c : body) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') rest += c;
    if (rest.size() > 2) return false;
  }
  return rest.empty() || rest == "{}";
}

}  // namespace

void apply_policy(const ApiParts& parts, const CallPtr& call) {
  if (!says_nothing(call->request.body)) {
    return answer(*call, Problem{"invalid_body",
                                 "This takes no body: the policy and the calendar are the files "
                                 "that the settings of the service name."});
  }
  parts.apply_policy(call->token->name, [call](engine::Result<PolicyApplied> applied) {
    if (!applied) return answer(*call, problem_for(applied.error()));
    answer(*call, json_response(body_of(*applied)));
  });
}

}  // namespace adapters::http
