#include "adapters/http/call.hpp"

#include <cstring>
#include <utility>

#include "adapters/json/json.hpp"
#include "engine/log/record.hpp"
#include "workflows/intake/number.hpp"
#include "workflows/meeting/number.hpp"

namespace adapters::http {

using engine::Error;
using engine::Fault;
using engine::StreamId;
using engine::log::RecordView;
using engine::schema::Object;
using engine::schema::Value;

namespace {

constexpr int levels_max = 16;  // of the directory; a bent tree ends there

bool handed_in_by(const ApiParts& parts, const Token& token, const StreamId& stream) {
  bool own = false;
  const auto read = parts.log.read_stream(stream, engine::Version{0},
                                          [&](engine::Position, std::string_view bytes) {
                                            own = RecordView(bytes).actor() == token.name;
                                            return false;
                                          });
  return read && own;
}

}  // namespace

void answer(Call& call, Outcome outcome) {
  if (auto* problem = std::get_if<Problem>(&outcome)) {
    call.reply(to_response(std::move(*problem), call.request.path));
  } else {
    call.reply(std::move(std::get<Response>(outcome)));
  }
}

Problem problem_of(const Error& error) {
  switch (error.fault) {
    case Fault::not_found:
      return {"not_found", error.detail};
    case Fault::invalid:
    case Fault::too_large:
    case Fault::conflict:
      return {"bad_parameter", error.detail};
    case Fault::busy:
    case Fault::cancelled: {
      Problem out{"not_ready", error.detail};
      out.headers = {{"Retry-After", "1"}};
      return out;
    }
    case Fault::corrupt:
    case Fault::storage:
    case Fault::read_only:
      return {"corrupt", error.detail};
  }
  return {"corrupt", error.detail};
}

Response json_response(const Value& body, unsigned status) {
  Response out;
  out.status = status;
  out.body = json::write(body);
  return out;
}

Response private_response(const Value& body) {
  Response out = json_response(body);
  out.headers.emplace_back("Cache-Control", "no-store");
  return out;
}

std::string etag_of(engine::Version version) { return '"' + std::to_string(version.value) + '"'; }

std::variant<std::uint64_t, Problem> issue_number(std::string_view text) {
  if (const auto number = workflows::issue::parse_number(text)) return *number;
  return Problem{"not_found",
                 "An issue number has 13 digits, the last two of which check the rest; "
                 "this is none 编号有误."};
}

std::variant<std::uint64_t, Problem> meeting_number(std::string_view text) {
  if (const auto number = workflows::meeting::parse_number(text)) return *number;
  return Problem{"not_found",
                 "A meeting number has 12 digits, the last two of which check the rest; "
                 "this is none 会议编号有误."};
}

std::variant<std::uint64_t, Problem> letter_number(std::string_view text) {
  if (const auto number = workflows::intake::parse_number(text)) return *number;
  return Problem{"not_found",
                 "A letter number has 14 digits, the last two of which check the rest; "
                 "this is none 来信编号有误."};
}

bool lies_in(const workflows::directory::Tree& tree, std::string_view area, std::string_view root) {
  if (root.empty()) return true;
  for (int level = 0; level < levels_max && !area.empty(); ++level) {
    if (area == root) return true;
    const auto* entry = tree.find("area", area);
    area = entry == nullptr ? std::string_view{} : std::string_view(entry->parent);
  }
  return false;
}

Problem outside_area(const Token& token, std::string_view what) {
  Problem out{"outside_area", std::string(what) + "; the token " + token.name +
                                  " is for the area " + token.area + " and what lies in it."};
  out.more.emplace_back("area", token.area);
  return out;
}

bool needs_look(const Token& token, Grant grant) {
  return grant == Grant::own || !token.area.empty();
}

namespace {

// `what`: "issue", "meeting" or "letter". `no_such`: said where there is none.
std::optional<Problem> barred_from(const ApiParts& parts, const Token& token, Grant grant,
                                   const StreamId& stream, const std::string& what,
                                   const std::string& no_such) {
  const auto last = parts.log.last_of(stream);
  if (!last) return problem_of(last.error());
  if (!*last) return Problem{"not_found", no_such};
  if (grant == Grant::own && !handed_in_by(parts, token, stream)) {
    return Problem{"not_permitted", "The role " + std::string(role_name(token.role)) +
                                        " may do this only with " + what +
                                        "s that its token handed in."};
  }
  const std::string_view area = RecordView(**last).area();
  if (!lies_in(*parts.directory.tree(), area, token.area)) {
    return outside_area(token, area.empty()
                                   ? "The " + what + " has no area yet"
                                   : "The " + what + " lies in the area " + std::string(area));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Problem> barred(const ApiParts& parts, const Token& token, Grant grant,
                              std::uint64_t number) {
  return barred_from(parts, token, grant, {workflows::issue::workflow_id, number}, "issue",
                     "There is no issue " + workflows::issue::format_number(number) + " 无此诉求.");
}

std::optional<Problem> barred_meeting(const ApiParts& parts, const Token& token, Grant grant,
                                      std::uint64_t number) {
  return barred_from(
      parts, token, grant, {workflows::meeting::workflow_id, number}, "meeting",
      "There is no meeting " + workflows::meeting::format_number(number) + " 无此会议.");
}

std::optional<Problem> barred_letter(const ApiParts& parts, const Token& token, Grant grant,
                                     std::uint64_t number) {
  return barred_from(
      parts, token, grant, {workflows::intake::workflow_id, number}, "letter",
      "There is no letter " + workflows::intake::format_number(number) + " 无此来信.");
}

WordReader::WordReader(const ApiParts& parts, const Token& token)
    : parts_(parts),
      token_(token),
      may_read_(http::may_read(token.role, Right::words) != Grant::no) {}

workflows::issue::Words WordReader::words() {
  if (!may_read_) return {};
  return [this](const RecordView& record, std::string_view field) { return unseal(record, field); };
}

std::optional<std::string> WordReader::unseal(const RecordView& record, std::string_view field) {
  const auto* commitments = record.raw()->personal();
  if (commitments == nullptr) return std::nullopt;
  for (const auto* each : *commitments) {
    if (each->field()->string_view() != field) continue;
    engine::log::Sealed sealed{{}, record.position(), std::string(field), {}};
    std::memcpy(sealed.person.data(), each->person(), sealed.person.size());
    auto bytes = parts_.log.sealed(sealed.person, sealed.position, field);
    if (!bytes || !*bytes) return std::nullopt;
    sealed.bytes = std::move(**bytes);
    auto words = parts_.vault.unseal(sealed);
    if (!words) return std::nullopt;
    saw();
    return std::move(*words);
  }
  return std::nullopt;
}

bool WordReader::taken_down(const char* what, std::vector<std::uint64_t> issues,
                            const std::string& peer, std::vector<std::uint64_t> meetings) {
  if (!read_ || !parts_.on_personal_read) return true;
  return parts_.on_personal_read(
      {token_.name, what, std::move(issues), parts_.clock(), peer, std::move(meetings)});
}

Problem cannot_take_down() {
  Problem out{"not_ready",
              "This holds personal words, and that they are read cannot be taken down; so they are "
              "not shown."};
  out.headers = {{"Retry-After", "5"}};
  return out;
}

Problem not_permitted(const Token& token, std::string_view what) {
  Problem out{"not_permitted", "The role " + std::string(role_name(token.role)) +
                                   " has no right to \"" + std::string(what) + "\"."};
  engine::schema::List needed;
  const auto add = [&](std::span<const Permission> table) {
    for (const Permission& row : table) {
      if (row.what != what) continue;
      for (const Role role : roles) {
        if (row.grants[static_cast<std::size_t>(role)] != Grant::no) {
          needed.emplace_back(role_name(role));
        }
      }
    }
  };
  add(issue_permissions());
  add(meeting_permissions());
  add(letter_permissions());
  add(directory_permissions());
  add(read_permissions());
  out.more.emplace_back("role", role_name(token.role));
  out.more.emplace_back("needed", std::move(needed));
  return out;
}

Problem overloaded() {
  return {"overloaded",
          "Too much waits already; ask again in a moment.",
          {},
          {},
          {{"Retry-After", "1"}}};
}

Problem stopping() {
  return {"stopping",
          "The service is shutting down; nothing of this was done.",
          {},
          {},
          {{"Retry-After", "5"}}};
}

void say_withheld(Value& value) {
  static const Value withheld(Object{{"withheld", Value(true)}});
  static const Value erased(Object{{"erased", Value(true)}});
  if (auto* text = std::get_if<std::string>(&value.it)) {
    if (text->starts_with(workflows::issue::erased_text)) value = withheld;
  } else if (auto* items = std::get_if<engine::schema::List>(&value.it)) {
    for (Value& item : *items) say_withheld(item);
  } else if (value == erased) {
    value = withheld;
  } else if (auto* members = std::get_if<Object>(&value.it)) {
    for (auto& member : *members) say_withheld(member.second);
  }
}

}  // namespace adapters::http
