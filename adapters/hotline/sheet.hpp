// A call sheet: what a call centre's system writes down of one call, by the practice of China's
// 12345 lines. Its members:
//
//   call_id      needed; the number that the call has there, up to 128 bytes
//   called       needed; the number that was called, which ends in 7171
//   caller       who called; absent or "" where it is withheld
//   started_at   needed; times are RFC 3339 with their offset, in this order
//   answered_at, ended_at
//   operator     who answered: stands in the record as the one who is acted for
//   text         what the caller says; without it somebody is to call back
//   title, name, place, area, category, department, liaison, latitude, longitude, emergency
//                as in the issue's `report` (workflows/issue/issue.fbs)
//
// All here is pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/intake/letter.hpp"
#include "engine/core/time.hpp"
#include "engine/schema/schema.hpp"
#include "engine/schema/value.hpp"
#include "engine/writer/command.hpp"

namespace adapters::hotline {

constexpr std::string_view line_ending = "7171";

// Who hands a sheet in: a token's name, and the area that it is for ("": everything).
struct Caller {
  std::string token_name;
  std::string area;
};

struct Sheet {
  std::string call_id;
  std::string called;  // its digits
  std::string caller;  // its digits, with + before them where it stood there; "": withheld
  std::string operator_name;
  engine::Instant said_at{};      // when it was answered, else when it began
  engine::schema::Object report;  // the members of the issue's `report`
  bool says_something = false;    // there is a text

  // Under which a call is one for ever: a line's calls are numbered by its own system.
  std::string id() const { return called + "/" + call_id; }
};

// Exactly one of the two is filled.
struct Reading {
  std::optional<Sheet> sheet;
  std::vector<engine::schema::Flaw> flaws;  // all at once
};

// `area`: where a call belongs whose sheet does not say it; "": nowhere yet.
Reading read_sheet(const engine::schema::Value& body, const std::string& area);

// What the engine is asked. Requires: the sheet says something. The flaws, in the sheet's own
// terms, are those of the report's schema.
struct Asked {
  std::optional<engine::writer::Submission> submission;
  std::vector<engine::schema::Flaw> flaws;
};
Asked report_of(const Sheet& sheet, const Caller& caller);

// A pointer into the report as one into the sheet.
std::string in_sheet(std::string_view pointer);

// The call back to make. Requires: the sheet says nothing, and the caller is known. `body`: the
// sheet as it came.
intake::Letter call_back_of(const Sheet& sheet, std::string path, std::string body);

}  // namespace adapters::hotline
