#include "adapters/onebot/event.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "adapters/json/json.hpp"
#include "adapters/signing/signing.hpp"

namespace adapters::onebot {
namespace {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::schema::Value;

constexpr std::size_t number_digits_max = 20;

// A text, or a whole number as its digits; "" for anything else.
std::string text(const Value& record, std::string_view name) {
  const Value* found = record.find(name);
  if (found == nullptr) return {};
  if (const auto* it = found->string()) return *it;
  if (std::holds_alternative<std::int64_t>(found->it) ||
      std::holds_alternative<std::uint64_t>(found->it)) {
    return json::write(*found);
  }
  return {};
}

// An id as its digits, with a sign where it is negative; "" if it is none.
std::string id(const Value& record, std::string_view name) {
  std::string out = text(record, name);
  const std::string_view digits = std::string_view(out).substr(out.starts_with('-') ? 1 : 0);
  const bool whole =
      !digits.empty() && digits.size() <= number_digits_max &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return whole ? out : std::string();
}

std::int64_t seconds(const Value& record, std::string_view name) {
  const std::string digits = id(record, name);
  std::int64_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

Post post_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Post>, 5> posts{{
      {"message", Post::message},
      {"message_sent", Post::message_sent},
      {"notice", Post::notice},
      {"request", Post::request},
      {"meta_event", Post::meta},
  }};
  for (const auto& [known, post] : posts) {
    if (known == name) return post;
  }
  return Post::other;
}

std::string kind_of(const Value& document, Post post) {
  switch (post) {
    case Post::message:
    case Post::message_sent:
      return text(document, "message_type");
    case Post::notice:
      return text(document, "notice_type");
    case Post::request:
      return text(document, "request_type");
    case Post::meta:
      return text(document, "meta_event_type");
    case Post::other:
      return {};
  }
  return {};
}

Error lacks(std::string what) {
  return {Fault::invalid, "the message does not say " + std::move(what)};
}

Result<void> take_message(const Value& document, Event& out) {
  const Value* message = document.find("message");
  if (message != nullptr) out.message = read_message(*message);
  const std::string raw = text(document, "raw_message");
  if (out.message.empty() && !raw.empty()) out.message = read_cq(raw);
  if (const Value* sender = document.find("sender")) {
    out.name = text(*sender, "card");
    if (out.name.empty()) out.name = text(*sender, "nickname");
    out.role = text(*sender, "role");
    if (out.user_id.empty()) out.user_id = id(*sender, "user_id");
  }
  const Value* anonymous = document.find("anonymous");
  out.anonymous = anonymous != nullptr && anonymous->object() != nullptr;
  if (out.user_id.empty()) return lacks("who sent it: user_id must be a whole number");
  if (out.message_id.empty()) return lacks("its id: message_id must be a whole number");
  // A group is told things that have no segments, too; nobody is meant by them.
  const bool told =
      message != nullptr && (message->string() != nullptr || message->list() != nullptr);
  if (out.message.empty() && !(told && out.kind == "group")) {
    return lacks("anything: message must be a text or an array of segments");
  }
  if (out.kind == "group" && out.group_id.empty()) {
    return lacks("to which group it was sent: group_id must be a whole number");
  }
  if (out.kind != "group" && out.kind != "private") {
    return lacks("to whom it was sent: message_type must be group or private");
  }
  return {};
}

}  // namespace

Result<Value> read_json(std::string_view document) {
  return json::parse(document, {.last_member_counts = true});
}

Result<Event> read_event(std::string_view document) {
  const auto value = read_json(document);
  if (!value) return value.error();
  return event_of(*value);
}

Result<Event> event_of(const Value& document) {
  if (document.object() == nullptr) return Error{Fault::invalid, "an event must be an object"};
  const std::string post = text(document, "post_type");
  if (post.empty()) return Error{Fault::invalid, "an event must have a post_type"};
  Event out;
  out.post = post_of(post);
  out.kind = kind_of(document, out.post);
  out.subkind = text(document, "sub_type");
  out.self_id = id(document, "self_id");
  out.user_id = id(document, "user_id");
  out.group_id = id(document, "group_id");
  out.message_id = id(document, "message_id");
  out.time = seconds(document, "time");
  if (out.post != Post::message) return out;
  if (auto taken = take_message(document, out); !taken) return taken.error();
  return out;
}

std::string identity_of(const Event& event) {
  const std::string where = event.group_id.empty() ? "private/" + event.user_id  //
                                                   : "group/" + event.group_id;
  // With its words: an id that is hashed, or counted anew after a restart, comes for others, too.
  const std::string what = signing::sha1_hex(event.user_id + "\n" + write_cq(event.message));
  return event.self_id + "/" + where + "/" + event.message_id + "/" + what.substr(0, 16);
}

bool calls_us(const Event& event) {
  return std::any_of(event.message.begin(), event.message.end(), [&](const Segment& segment) {
    return segment.type == "at" && !event.self_id.empty() && segment.value("qq") == event.self_id;
  });
}

}  // namespace adapters::onebot
