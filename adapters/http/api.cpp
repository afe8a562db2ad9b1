#include "adapters/http/api.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <utility>

#include "adapters/http/accept.hpp"
#include "adapters/http/call.hpp"
#include "adapters/http/commands.hpp"
#include "adapters/http/feeds.hpp"
#include "adapters/http/health.hpp"
#include "adapters/http/meter.hpp"
#include "adapters/http/reads.hpp"
#include "adapters/http/workers.hpp"

namespace adapters::http {
namespace {

std::variant<std::shared_ptr<const Token>, Problem> token_of(const TokenBook& book,
                                                             const Request& request) {
  const auto given = find_field(request.headers, "Authorization");
  if (!given) {
    Problem out{"no_token", "Send the token as Authorization: Bearer sihe_…"};
    out.headers = {{"WWW-Authenticate", "Bearer realm=\"sihe\""}};
    return out;
  }
  if (const auto token = bearer_token(*given); !token.empty()) {
    if (auto found = book.find(token)) return found;
  }
  Problem out{"unknown_token", "The token is none of this service, or it was revoked."};
  out.headers = {{"WWW-Authenticate", "Bearer realm=\"sihe\", error=\"invalid_token\""}};
  return out;
}

// The right that a route needs; commands are judged by their verb.
std::optional<Right> right_of(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::list:
    case Endpoint::meetings:
      return Right::list;
    case Endpoint::issue:
    case Endpoint::candidates:
    case Endpoint::meeting:
      return Right::issue;
    case Endpoint::history:
    case Endpoint::meeting_history:
      return Right::history;
    case Endpoint::letters:
    case Endpoint::letter:
      return Right::intake;
    case Endpoint::outbox:
    case Endpoint::outbox_message:
    case Endpoint::outbox_resend:
    case Endpoint::outbox_drop:
      return Right::outbox;
    case Endpoint::entries:
      return Right::directory;
    case Endpoint::statistics:
    case Endpoint::statistics_issues:
    case Endpoint::definitions:
      return Right::statistics;
    case Endpoint::events:
      return Right::events;
    case Endpoint::metrics:
      return Right::metrics;
    case Endpoint::document:
      return Right::document;
    case Endpoint::apply_policy:
      return Right::policy;
    case Endpoint::report:
    case Endpoint::command:
    case Endpoint::call_sheet:
    case Endpoint::call_meeting:
    case Endpoint::meeting_command:
    case Endpoint::accept_letter:
    case Endpoint::drop_letter:
    case Endpoint::resubmit_letter:
    case Endpoint::add_entry:
    case Endpoint::entry_command:
    case Endpoint::live:
    case Endpoint::ready:
      return std::nullopt;
  }
  return std::nullopt;
}

Problem no_route(const Match& match) {
  if (!match.methods.empty()) {
    std::string allow;
    for (const std::string_view each : match.methods) {
      allow += (allow.empty() ? "" : ", ") + std::string(each) + (each == "GET" ? ", HEAD" : "");
    }
    Problem out{"method_not_allowed", "This path takes " + allow + "."};
    out.headers = {{"Allow", allow}};
    return out;
  }
  if (match.near_command == nullptr) {
    return {"no_such_path", "There is nothing at this path; /openapi.json lists what there is."};
  }
  Problem out{"unknown_command",
              "There is no such command; the path ends with one of those "
              "allowed, spelled like that."};
  engine::schema::List known;
  for (const auto* each : commands_of(*match.near_command)) {
    known.emplace_back(command_word(*match.near_command, *each));
  }
  out.more.emplace_back("allowed", std::move(known));
  return out;
}

}  // namespace

struct Api::Impl {
  explicit Impl(ApiParts given)
      : parts(std::move(given)),
        document(openapi_document(parts.version)),
        workers(parts.board),
        feeds(parts) {}

  void handle(const CallPtr& call);
  void dispatch(const CallPtr& call);
  Outcome quick(const Call& call);
  Outcome slow(const Call& call, Desk& desk);

  ApiParts parts;
  std::string document;
  Meter meter;
  Workers workers;
  Feeds feeds;
  std::mutex folding;
  std::atomic<bool> draining{false};
};

void Api::Impl::handle(const CallPtr& call) {
  // The server leaves the body of an answer to HEAD out.
  std::string_view method = call->request.method;
  if (method == "HEAD") method = "GET";
  call->match = match(method, call->request.path);
  const Route* route = call->match.route;
  if (route == nullptr || !route->open) {
    auto token = token_of(parts.tokens, call->request);
    if (auto* problem = std::get_if<Problem>(&token)) return answer(*call, std::move(*problem));
    call->token = std::move(std::get<std::shared_ptr<const Token>>(token));
  }
  if (route == nullptr) return answer(*call, no_route(call->match));
  const auto accept = find_field(call->request.headers, "Accept");
  const bool other = !route->other_type.empty() && accepts(accept, route->other_type);
  if (!other && !accepts(accept, route->content_type)) {
    std::string types(route->content_type);
    if (!route->other_type.empty()) types += " and " + std::string(route->other_type);
    return answer(*call, Problem{"not_acceptable", "This is given as " + types + " only."});
  }
  const auto right = right_of(route->endpoint);
  if (right && may_read(call->token->role, *right) == Grant::no) {
    const auto name = read_permissions()[static_cast<std::size_t>(*right)].what;
    return answer(*call, not_permitted(*call->token, name));
  }
  dispatch(call);
}

void Api::Impl::dispatch(const CallPtr& call) {
  switch (call->match.route->endpoint) {
    case Endpoint::report:
    case Endpoint::command:
    case Endpoint::add_entry:
    case Endpoint::entry_command:
      return take_command(parts, workers, call);
    case Endpoint::call_meeting:
    case Endpoint::meeting_command:
      return take_meeting_command(parts, workers, call);
    case Endpoint::accept_letter:
    case Endpoint::drop_letter:
      return take_letter_command(parts, workers, call);
    case Endpoint::resubmit_letter:
      return take_resubmission(parts, workers, call);
    case Endpoint::apply_policy:
      if (!parts.apply_policy) return answer(*call, no_route(Match{}));
      return apply_policy(parts, call);
    case Endpoint::call_sheet:
      if (may_command(call->token->role, "report") == Grant::no) {
        return answer(*call, not_permitted(*call->token, "report"));
      }
      if (!parts.take_call) return answer(*call, no_route(Match{}));
      // What was matched borrows the call's own request.
      return parts.take_call(
          call->request, [call](Response response) { call->reply(std::move(response)); },
          *call->token);
    default:
      break;
  }
  if (!call->match.route->waits) return answer(*call, quick(*call));
  const auto read = [this, call](Desk* desk) {
    answer(*call, desk == nullptr ? Outcome(stopping()) : slow(*call, *desk));
  };
  if (!workers.post(read)) answer(*call, overloaded());
}

Outcome Api::Impl::quick(const Call& call) {
  Response out;
  switch (call.match.route->endpoint) {
    case Endpoint::entries:
      return read_entries(parts, call);
    case Endpoint::definitions:
      return read_definitions();
    case Endpoint::events:
      return feeds.open(call);
    case Endpoint::metrics:
      out.content_type = call.match.route->content_type;
      out.body = meter.text(parts, feeds.count());
      return out;
    case Endpoint::document:
      out.body = document;
      return out;
    case Endpoint::ready:
      return ready_response(parts, draining.load());
    default:
      out.body = "{\"live\":true}";
      return out;
  }
}

Outcome Api::Impl::slow(const Call& call, Desk& desk) {
  switch (call.match.route->endpoint) {
    case Endpoint::list:
      return read_list(parts, call, desk);
    case Endpoint::history:
      return read_history(parts, call);
    case Endpoint::candidates:
      return read_candidates(parts, call, desk);
    case Endpoint::meetings:
      return read_meetings(parts, call, desk);
    case Endpoint::meeting:
      return read_meeting(parts, call);
    case Endpoint::meeting_history:
      return read_meeting_history(parts, call);
    case Endpoint::letters:
      return read_letters(parts, call, desk);
    case Endpoint::letter:
      return read_letter(parts, call);
    case Endpoint::outbox:
      return read_outbox(parts, call);
    case Endpoint::outbox_message:
      return read_outbox_message(parts, call);
    case Endpoint::outbox_resend:
    case Endpoint::outbox_drop:
      return change_outbox(parts, call);
    case Endpoint::statistics:
    case Endpoint::statistics_issues:
      return read_statistics(parts, call, folding);
    default:
      return read_issue(parts, call);
  }
}

Api::Api(ApiParts parts) : impl_(std::make_shared<Impl>(std::move(parts))) {}

Api::~Api() { stop(); }

Handler Api::handler() {
  return [impl = impl_](Request request, Reply reply) {
    const auto begun = std::chrono::steady_clock::now();
    const auto call = std::make_shared<Call>();
    call->request = std::move(request);
    call->reply = [impl, begun, raw = call.get(), reply = std::move(reply)](Response response) {
      impl->meter.count(raw->match.route, response.status,
                        std::chrono::steady_clock::now() - begun);
      reply(std::move(response));
    };
    impl->handle(call);
  };
}

void Api::appended(engine::Position) { impl_->feeds.appended(); }

void Api::drain() { impl_->draining.store(true); }

void Api::stop() {
  drain();
  impl_->feeds.stop();
  impl_->workers.stop();
}

}  // namespace adapters::http
