// What all commands have in common: the body's members, and the parts of a submission that stand in
// headers or beside the command's own members. Internal to adapters/http.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/http/call.hpp"
#include "engine/schema/schema.hpp"
#include "engine/writer/command.hpp"

namespace adapters::http {

// The members of the body; an empty body has none.
std::variant<engine::schema::Object, Problem> members_of(const Request& request);

// Takes a member that is not the command's own out of the body.
std::optional<engine::schema::Value> take_out(engine::schema::Object& members,
                                              std::string_view name);
void take_occurred_at(const std::optional<engine::schema::Value>& given, engine::writer::Step& step,
                      std::vector<engine::schema::Flaw>& flaws);
void take_on_behalf_of(std::optional<engine::schema::Value> given,
                       engine::writer::Submission& submission,
                       std::vector<engine::schema::Flaw>& flaws);

// "" if there is no such member, or it is no text.
std::string text_in(const engine::schema::Object& members, std::string_view name);
// What tells a resident from others: the telephone, else the account at the channel it came by.
std::string person_in(const engine::schema::Object& members);

// If-Match, "\"3\"": the version that the asker has seen.
std::optional<Problem> take_if_match(const Request& request, engine::writer::Step& step);
std::optional<Problem> take_key(const Request& request, engine::writer::Submission& submission);

// Requires: at least one flaw.
Problem invalid_body(std::string_view command, const std::vector<engine::schema::Flaw>& flaws);

// A repeat gets its first answer, also where the first time took the issue out of the token's area;
// the writer tells whether it is the same command.
bool came_before(const ApiParts& parts, const engine::writer::Submission& submission);

}  // namespace adapters::http
