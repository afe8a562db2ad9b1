// What goes wrong, as RFC 9457 problems: every kind in one table, which the OpenAPI document shows.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/http/message.hpp"
#include "engine/schema/schema.hpp"
#include "engine/schema/value.hpp"

namespace adapters::http {

struct ProblemKind {
  std::string_view code;  // stable, for programs
  unsigned status;
  std::string_view title;
  std::string_view title_zh;
};

std::span<const ProblemKind> problem_kinds();

// A problem on its way out.
struct Problem {
  std::string code;    // one of problem_kinds(); another one counts as a refusal (409)
  std::string detail;  // one sentence: what is wrong, what would be right
  engine::schema::List errors = {};  // {"pointer"|"parameter"|"header": …, "detail": …}
  engine::schema::Object more = {};  // further members: allowed, stage, issue …
  Fields headers = {};
};

// `instance`: the path that was asked for, decoded.
Response to_response(Problem problem, std::string_view instance);

engine::schema::Value error_at(const char* what, std::string_view where, std::string_view detail);
// Flaws of a body as errors.
engine::schema::List errors_of(const std::vector<engine::schema::Flaw>& flaws);

inline constexpr std::string_view problem_type_prefix = "urn:sihe:problem:";

}  // namespace adapters::http
