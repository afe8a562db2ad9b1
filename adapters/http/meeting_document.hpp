// A meeting with its issues, as one document: for programs as a value, for people as a sheet of
// paper. The API and `sihe meeting` give the same. What the log does not hold of the issues comes
// from their own histories.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/schema/value.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/issue/timeline.hpp"
#include "workflows/meeting/asks.hpp"

namespace adapters::http {

// The issues' workflow, as meetings ask it.
const workflows::meeting::Issues& issues_of_meetings();
// How issues stand, from the log, which outlives what is given.
workflows::meeting::Look look_at_issues(const engine::log::LogReader& log);
// For a repeat: what it was the first time counts, however things stand now.
workflows::meeting::Look look_at_nothing();

struct MeetingSources {
  const engine::log::LogReader& log;
  const workflows::directory::Tree& tree;
  workflows::issue::Words words;
  // Whether the reader may see an issue of that area; the others are named by number alone.
  std::function<bool(std::string_view area)> may_see;
  int offset_minutes;
};

// What workflows/meeting/history.hpp shows, with the names of area and units, and for each issue of
// the agenda its title, how it stands now, and what is to be done next.
// not_found: there is no such meeting. corrupt: as it says.
engine::Result<engine::schema::Object> meeting_document(const MeetingSources& sources,
                                                        std::uint64_t number);

// The document as an HTML page that prints well on A4: Chinese first, lines to sign on, nothing
// from elsewhere. All text is escaped. Requires: what meeting_document gives.
std::string meeting_sheet(const engine::schema::Object& document);

}  // namespace adapters::http
