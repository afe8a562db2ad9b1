// /v1/outbox: what was, is and is not sent to residents and webhooks. The same as `sihe outbox`, in
// the same words, beside the courier, which is told of every change.
#include <charconv>
#include <utility>

#include "adapters/http/command_parts.hpp"
#include "adapters/http/parameters.hpp"
#include "adapters/http/reads.hpp"
#include "adapters/json/outbox.hpp"
#include "engine/outbox/by_hand.hpp"
#include "engine/schema/text.hpp"
#include "workflows/issue/number.hpp"

namespace adapters::http {

namespace box = engine::outbox;
using engine::Error;
using engine::Fault;
using engine::schema::Flaw;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

namespace {

constexpr std::size_t page_default = 50;

std::optional<std::int64_t> id_in(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size() || out < 1) return std::nullopt;
  return out;
}

Problem no_such_message(std::string_view id) {
  constexpr std::size_t shown_max = 32;
  return {"not_found", "There is no message " + std::string(id.substr(0, shown_max)) + "."};
}

Problem no_outbox() { return {"not_found", "There is no outbox: nothing was ever to be sent."}; }

// That a message has moved on is a refusal; that somebody has the file locked passes.
Problem problem_with(const Error& error) {
  if (error.fault == Fault::conflict) return {"not_at_this_stage", error.detail + "."};
  if (error.fault == Fault::busy) {
    Problem out{"overloaded", error.detail + "."};
    out.headers = {{"Retry-After", "1"}};
    return out;
  }
  if (error.fault == Fault::invalid) return {"invalid_body", error.detail + "."};
  return problem_of(error);
}

box::Query query_of(Parameters& parameters) {
  box::Query out;
  if (const auto state = parameters.text("state")) out.state = box::parse_state(*state);
  out.route = parameters.text("route").value_or("");
  out.limit = parameters.number("limit", 1, box::page_max).value_or(page_default);
  if (const auto issue = parameters.text("issue")) {
    out.subject = workflows::issue::parse_number(*issue);
    if (!out.subject) parameters.wrong("issue", "must be an issue's number: 13 digits");
  }
  if (const auto cursor = parameters.text("cursor")) {
    const auto before = id_in(*cursor);
    if (!before) parameters.wrong("cursor", "is no `next` of a page of the outbox");
    out.before = before.value_or(0);
  }
  return out;
}

// Which messages are meant.
std::variant<box::Selection, Problem> named_by(const Call& call) {
  box::Selection out;
  auto members = members_of(call.request);
  if (auto* problem = std::get_if<Problem>(&members)) return std::move(*problem);
  auto& body = std::get<Object>(members);
  std::vector<Flaw> flaws;
  const std::string_view one = call.match.subject;
  if (!one.empty()) {
    const auto id = id_in(one);
    if (!id) return no_such_message(one);
    out.ids.push_back(*id);
  } else {
    if (const auto ids = take_out(body, "ids")) {
      const List none;
      for (const Value& each : ids->list() == nullptr ? none : *ids->list()) {
        const auto* id = std::get_if<std::int64_t>(&each.it);
        if (id != nullptr && *id > 0) out.ids.push_back(*id);
      }
      if (out.ids.empty() || out.ids.size() != ids->list()->size()) {
        flaws.push_back({"/ids", "must be a list of ids of messages: whole numbers from 1"});
      }
    }
    if (const auto state = take_out(body, "state")) {
      if (state->string() != nullptr) out.state = box::parse_state(*state->string());
      if (!out.state) {
        flaws.push_back({"/state", "must be waiting, sending, sent, failed, doubtful or dropped"});
      }
    }
    if (const auto route = take_out(body, "route")) {
      if (route->string() != nullptr) out.route = *route->string();
      if (out.route.empty()) flaws.push_back({"/route", "must be text, as \"qq\""});
    }
    if (flaws.empty() && out.ids.empty() != out.state.has_value()) {
      flaws.push_back({"", "must name messages either by their ids or by a state"});
    } else if (flaws.empty() && !out.ids.empty() && !out.route.empty()) {
      flaws.push_back({"/route", "goes with a state, not with ids"});
    }
  }
  for (const auto& [name, value] : body) {
    flaws.push_back({engine::schema::pointer_to(name), "is no member of this body"});
  }
  const bool resends = call.match.route->endpoint == Endpoint::outbox_resend;
  if (!flaws.empty()) return invalid_body(resends ? "resend" : "drop", flaws);
  return out;
}

}  // namespace

Outcome read_outbox(const ApiParts& parts, const Call& call) {
  Parameters parameters(call.request.query, Endpoint::outbox, parts.offset_minutes);
  const box::Query query = query_of(parameters);
  const bool counts = parameters.flag("counts");
  if (auto problem = parameters.problem()) return *std::move(problem);
  box::Page page;
  box::Standing standing;
  std::error_code ignored;
  // Until there was something to be sent there is no file: then there are no messages.
  if (!parts.outbox.empty() && std::filesystem::exists(parts.outbox, ignored)) {
    auto listed = box::list(parts.outbox, query);
    if (!listed) return problem_with(listed.error());
    page = *std::move(listed);
    if (counts) {
      auto counted = box::standing(parts.outbox);
      if (!counted) return problem_with(counted.error());
      standing = *std::move(counted);
    }
  }
  List items;
  for (const box::Row& row : page.rows) {
    items.emplace_back(json::message_value(row, parts.offset_minutes));
  }
  const std::string next = page.next ? std::to_string(*page.next) : std::string();
  Object body{{"items", std::move(items)}, {"next", next.empty() ? Value() : Value(next)}};
  if (counts) body.emplace_back("counts", json::standing_value(standing, parts.offset_minutes));
  Response out = private_response(Value(std::move(body)));
  if (!next.empty()) out.headers.emplace_back("Link", link_to_next(call.request, next));
  return out;
}

Outcome read_outbox_message(const ApiParts& parts, const Call& call) {
  const auto id = id_in(call.match.subject);
  if (!id) return no_such_message(call.match.subject);
  if (parts.outbox.empty()) return no_outbox();
  const auto row = box::find(parts.outbox, *id);
  if (!row) return problem_with(row.error());
  return private_response(json::message_value(*row, parts.offset_minutes));
}

Outcome change_outbox(const ApiParts& parts, const Call& call) {
  auto named = named_by(call);
  if (auto* problem = std::get_if<Problem>(&named)) return std::move(*problem);
  if (parts.outbox.empty()) return no_outbox();
  const auto& which = std::get<box::Selection>(named);
  const bool resends = call.match.route->endpoint == Endpoint::outbox_resend;
  const auto changed = resends ? box::resend(parts.outbox, which, parts.clock())
                               : box::drop(parts.outbox, which, parts.clock());
  if (!changed) return problem_with(changed.error());
  if (parts.outbox_changed) parts.outbox_changed();
  if (!call.match.subject.empty()) return read_outbox_message(parts, call);
  return json_response(Object{{"messages", static_cast<std::uint64_t>(*changed)},
                              {"more", *changed == box::by_hand_max}});
}

}  // namespace adapters::http
