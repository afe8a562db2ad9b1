// HTTP POST: the event in the body, the answer as its quick reply.
#include <utility>

#include "adapters/onebot/core.hpp"
#include "adapters/onebot/letters.hpp"
#include "adapters/onebot/message.hpp"
#include "adapters/onebot/problem.hpp"

namespace adapters::onebot {
namespace {

constexpr const char* retry_after_seconds = "5";

const char* why_unsigned(Access access, const Config& config) {
  if (access == Access::wrong) return "X-Signature is not that of the body";
  return config.secret.empty() ? "no secret is configured to hold X-Signature against"
                               : "X-Signature is missing";
}

http::Response nothing_to_say() {
  http::Response out;
  out.status = 204;
  return out;
}

http::Response come_again(std::string_view why) {
  http::Response out = problem(503, "overloaded", "Nothing was kept; send it again",
                               why.empty() ? "it could not be taken at present" : why);
  out.headers.emplace_back("Retry-After", retry_after_seconds);
  return out;
}

http::Response unsigned_problem(Access access, bool secret) {
  if (access == Access::wrong) {
    return problem(403, "wrong_signature", "The signature is not right",
                   "X-Signature must be sha1= and the HMAC-SHA1 of the body with the secret");
  }
  http::Response out = problem(
      401, "no_signature", "The body must be signed",
      secret ? "X-Signature is missing: set the same secret in the implementation"
             : "no secret is configured here: set [onebot] secret, or require_signature = false");
  out.headers.emplace_back("WWW-Authenticate", "X-Signature");
  return out;
}

http::Response response_of(const chat::Answer& answer) {
  switch (answer.heard) {
    case chat::Heard::answered:
    case chat::Heard::held: {
      if (answer.text.empty()) return nothing_to_say();
      http::Response out;
      out.body = quick_reply(answer.text);
      return out;
    }
    case chat::Heard::not_for_us:
    case chat::Heard::repeat:  // it has had its answer
      return nothing_to_say();
    case chat::Heard::later:
      return come_again(answer.text);
  }
  return nothing_to_say();
}

}  // namespace

void Gateway::Core::post(const http::Request& request, const http::Reply& reply) {
  ++traffic_.requests;
  if (request.body.size() > intake::letter_bytes_max) {
    return reply(problem(
        413, "too_large", "The body is too large",
        "an event may have " + std::to_string(intake::letter_bytes_max) + " bytes at most"));
  }
  const auto signature = http::find_field(request.headers, "X-Signature").value_or("");
  const Access access =
      judge_signature(config_.secret, config_.require_signature, signature, request.body);
  if (access != Access::granted) return refuse_unsigned(access, request, reply);
  auto event = read_event(request.body);
  if (!event) return refuse_unreadable(event.error().detail, request, reply);
  if (event->self_id.empty()) {
    event->self_id = http::find_field(request.headers, "X-Self-ID").value_or("");
  }
  if (event->post != Post::message || is_silent(*event)) {
    count(chat::Heard::not_for_us);
    return reply(nothing_to_say());
  }
  note_home(*event);
  desk_.take(message_of(*event), [self = shared_from_this(), reply](const chat::Answer& answer) {
    self->count(answer.heard);
    reply(response_of(answer));
  });
}

engine::Result<chat::Message> Gateway::Core::read_again(const intake::Letter& letter) const {
  using engine::Error;
  using engine::Fault;
  const bool unverified = letter.reason == intake::Reason::unverified;
  if (letter.path != socket_path || unverified) {
    const auto signature = http::find_field(letter.headers, "X-Signature").value_or("");
    const bool required = config_.require_signature || unverified;
    const Access access = judge_signature(config_.secret, required, signature, letter.body);
    if (access != Access::granted) return Error{Fault::invalid, why_unsigned(access, config_)};
  }
  auto event = read_event(letter.body);
  if (!event) return Error{Fault::invalid, event.error().detail};
  if (event->self_id.empty()) {
    event->self_id = http::find_field(letter.headers, "X-Self-ID").value_or("");
  }
  if (event->post != Post::message || is_silent(*event)) {
    return Error{Fault::invalid,
                 "it is no message of somebody's: there is nothing to record of it"};
  }
  return message_of(*event);
}

void Gateway::Core::refuse_unsigned(Access access, const http::Request& request,
                                    const http::Reply& reply) {
  ++traffic_.unverified;
  const bool secret = !config_.secret.empty();
  keep(letter_of(request, intake::Reason::unverified, why_unsigned(access, config_)),
       [reply, access, secret](intake::Held) { reply(unsigned_problem(access, secret)); });
}

void Gateway::Core::refuse_unreadable(const std::string& why, const http::Request& request,
                                      const http::Reply& reply) {
  keep(letter_of(request, intake::Reason::unreadable, why), [reply, why](intake::Held held) {
    if (held == intake::Held::later) return reply(come_again("it could not be kept at present"));
    reply(problem(400, "unreadable_event", "The body is no event of OneBot v11", why));
  });
}

}  // namespace adapters::onebot
