// Every path that is served, in one table: dispatch, rights and the OpenAPI document read it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/roles.hpp"
#include "engine/schema/schema.hpp"

namespace adapters::http {

enum class Endpoint : std::uint8_t {
  report,
  list,
  issue,
  history,
  candidates,
  call_sheet,
  command,
  call_meeting,
  meetings,
  meeting,
  meeting_history,
  meeting_command,
  letters,
  letter,
  accept_letter,
  drop_letter,
  resubmit_letter,
  outbox,
  outbox_message,
  outbox_resend,  // of one that the path names, or of those that the body does
  outbox_drop,
  entries,
  add_entry,
  entry_command,
  statistics,
  statistics_issues,
  definitions,
  apply_policy,
  events,
  metrics,
  live,
  ready,
  document,
};

struct Route {
  std::string_view method;
  std::string_view path;  // "{no}", "{code}", "{id}" take any segment, "{command}" a verb
  Endpoint endpoint;
  std::string_view
      kind;  // "area" … of directory entries, "meeting", "letter", "message", or "" for issues
  bool open = false;   // needs no token
  bool waits = false;  // reads the disk: on the API's own threads
  std::string_view content_type = "application/json";
  std::string_view summary = {};
  std::string_view other_type = {};  // it can be had as this, too

  bool of_meetings() const { return kind == "meeting"; }
  bool of_letters() const { return kind == "letter"; }
  bool of_messages() const { return kind == "message"; }
  bool of_entries() const {
    return !kind.empty() && !of_meetings() && !of_letters() && !of_messages();
  }
};

std::span<const Route> routes();

struct Match {
  const Route* route = nullptr;
  std::string_view subject;               // {no}, {code} or {id}; borrows the path
  std::string_view verb;                  // {command}
  std::vector<std::string_view> methods;  // without a route: those that the path has
  const Route* near_command = nullptr;    // without a route or methods: only the verb is unknown
};

// Requires nothing of the path.
Match match(std::string_view method, std::string_view path);

// The commands of a person at a path with {command}, in the order of the schema.
const std::vector<const engine::schema::Table*>& commands_of(const Route& route);
// The schema that a path's commands are of.
const engine::schema::Schema& schema_of(const Route& route);
// How the path spells it: as the schema does, without "_entry" and "_meeting".
std::string_view command_word(const Route& route, const engine::schema::Table& command);
// nullptr: there is no such command.
const engine::schema::Table* command_table(const Route& route, std::string_view verb);

}  // namespace adapters::http
