#include "adapters/http/command_parts.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/http/commands.hpp"
#include "adapters/json/json.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/schema/text.hpp"

namespace adapters::http {

using engine::schema::Flaw;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Step;
using engine::writer::Submission;

namespace {

bool is_json(std::string_view type) {
  constexpr std::string_view json = "application/json";
  if (type.size() < json.size()) return false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = type[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != json[i]) return false;
  }
  return type.size() == json.size() || type[json.size()] == ';' || type[json.size()] == ' ';
}

}  // namespace

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

std::string person_in(const Object& members) {
  std::string phone = text_in(members, "phone");
  return phone.empty() ? text_in(members, "account") : phone;
}

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

Problem invalid_body(std::string_view command, const std::vector<Flaw>& flaws) {
  return {"invalid_body",
          "The body does not fit the command " + std::string(command) + ": " +
              (flaws.front().pointer.empty() ? "it" : flaws.front().pointer) + " " +
              flaws.front().detail + ".",
          errors_of(flaws)};
}

bool came_before(const ApiParts& parts, const Submission& submission) {
  if (submission.id.empty()) return false;
  const auto key = engine::log::dedup_key(submission.source, submission.id);
  if (!key) return false;
  const auto kept = parts.log.find(*key);
  return kept && kept->has_value();
}

}  // namespace adapters::http
