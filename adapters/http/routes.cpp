#include "adapters/http/routes.hpp"

#include <algorithm>
#include <array>

#include "workflows/directory/directory.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/meeting/meeting.hpp"

namespace adapters::http {

using engine::schema::Table;

namespace {

constexpr std::string_view json = "application/json";
constexpr std::string_view feed = "text/event-stream";
constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view plain = "text/plain; version=0.0.4; charset=utf-8";

constexpr std::array table{
    Route{"POST", "/v1/issues", Endpoint::report, "", false, false, json, "Report 上报"},
    Route{"POST", "/v1/hotline/calls", Endpoint::call_sheet, "", false, false, json,
          "A call sheet of the hotline 热线来电: an issue, or a call back to make"},
    Route{"GET", "/v1/issues", Endpoint::list, "", false, true, json,
          "List, filter and search issues"},
    Route{"GET", "/v1/issues/{no}", Endpoint::issue, "", false, true, json,
          "One issue, now or as it stood at a past moment"},
    Route{"GET", "/v1/issues/{no}/history", Endpoint::history, "", false, true, json,
          "Everything that happened to one issue"},
    Route{"GET", "/v1/issues/{no}/candidates", Endpoint::candidates, "", false, true, json,
          "Other reports that may be about the same thing 疑似重复"},
    Route{"POST", "/v1/issues/{no}/{command}", Endpoint::command, "", false, false, json,
          "A command on one issue"},
    Route{"POST", "/v1/meetings", Endpoint::call_meeting, "meeting", false, false, json,
          "Call a meeting 召集会议 for issues"},
    Route{"GET", "/v1/meetings", Endpoint::meetings, "meeting", false, true, json,
          "List and filter meetings"},
    Route{"GET", "/v1/meetings/{no}", Endpoint::meeting, "meeting", false, true, json,
          "One meeting with its issues; as text/html its sheet to print", html},
    Route{"GET", "/v1/meetings/{no}/history", Endpoint::meeting_history, "meeting", false, true,
          json, "Everything that happened to one meeting"},
    Route{"POST", "/v1/meetings/{no}/{command}", Endpoint::meeting_command, "meeting", false, false,
          json, "A command on one meeting, and on every issue of its agenda"},
    Route{"GET", "/v1/intake", Endpoint::letters, "letter", false, true, json,
          "List and filter letters: what channels could not deal with"},
    Route{"GET", "/v1/intake/{no}", Endpoint::letter, "letter", false, true, json,
          "One letter as it came, and what became of it"},
    Route{"POST", "/v1/intake/{no}/accept", Endpoint::accept_letter, "letter", false, false, json,
          "Make an issue of a letter 转为诉求"},
    Route{"POST", "/v1/intake/{no}/drop", Endpoint::drop_letter, "letter", false, false, json,
          "Drop a letter 作废"},
    Route{"POST", "/v1/intake/{no}/resubmit", Endpoint::resubmit_letter, "letter", false, false,
          json, "Hand a letter to its channel again, as it came 重新提交"},
    Route{"GET", "/v1/outbox", Endpoint::outbox, "message", false, true, json,
          "List messages to residents and webhooks, the newest first 待发消息"},
    Route{"GET", "/v1/outbox/{id}", Endpoint::outbox_message, "message", false, true, json,
          "One message: what became of it, and why"},
    Route{"POST", "/v1/outbox/resend", Endpoint::outbox_resend, "message", false, true, json,
          "Send messages again that were sent, failed, are doubtful or dropped 重发"},
    Route{"POST", "/v1/outbox/drop", Endpoint::outbox_drop, "message", false, true, json,
          "Drop messages that wait, failed or are doubtful: they are not sent 取消发送"},
    Route{"POST", "/v1/outbox/{id}/resend", Endpoint::outbox_resend, "message", false, true, json,
          "Send one message again 重发"},
    Route{"POST", "/v1/outbox/{id}/drop", Endpoint::outbox_drop, "message", false, true, json,
          "Drop one message: it is not sent 取消发送"},
    Route{"GET", "/v1/areas", Endpoint::entries, "area", false, false, json, "All areas"},
    Route{"POST", "/v1/areas", Endpoint::add_entry, "area", false, false, json, "Add an area"},
    Route{"POST", "/v1/areas/{code}/{command}", Endpoint::entry_command, "area", false, false, json,
          "A command on one area"},
    Route{"GET", "/v1/departments", Endpoint::entries, "department", false, false, json,
          "All departments"},
    Route{"POST", "/v1/departments", Endpoint::add_entry, "department", false, false, json,
          "Add a department"},
    Route{"POST", "/v1/departments/{code}/{command}", Endpoint::entry_command, "department", false,
          false, json, "A command on one department"},
    Route{"GET", "/v1/categories", Endpoint::entries, "category", false, false, json,
          "All categories"},
    Route{"POST", "/v1/categories", Endpoint::add_entry, "category", false, false, json,
          "Add a category"},
    Route{"POST", "/v1/categories/{code}/{command}", Endpoint::entry_command, "category", false,
          false, json, "A command on one category"},
    Route{"GET", "/v1/statistics", Endpoint::statistics, "", false, true, json,
          "The figures, by area, category, channel, department or month"},
    Route{"GET", "/v1/statistics/issues", Endpoint::statistics_issues, "", false, true, json,
          "The issues behind a figure"},
    Route{"GET", "/v1/statistics/definitions", Endpoint::definitions, "", false, false, json,
          "What each figure counts"},
    Route{"POST", "/v1/policy/apply", Endpoint::apply_policy, "", false, false, json,
          "Put the policy and the calendar in force as their files are now 套用新政策"},
    Route{"GET", "/v1/events", Endpoint::events, "", false, false, feed,
          "Everything that happens, as it is recorded"},
    Route{"GET", "/metrics", Endpoint::metrics, "", false, false, plain,
          "Figures of the service, for Prometheus"},
    Route{"GET", "/livez", Endpoint::live, "", true, false, json, "Whether the process answers"},
    Route{"GET", "/readyz", Endpoint::ready, "", true, false, json,
          "Whether it can take commands and its views are up to date"},
    Route{"GET", "/openapi.json", Endpoint::document, "", false, false, json, "This document"},
};

enum class Fit : std::uint8_t { no, but_for_the_verb, yes };

bool has_verb(const Route& route, std::string_view verb) {
  const auto known = commands_of(route);
  return std::any_of(known.begin(), known.end(),
                     [&](const Table* each) { return command_word(route, *each) == verb; });
}

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view out = path.substr(0, end);
  path.remove_prefix(end);
  return out;
}

Fit fits(const Route& route, std::string_view path, Match& out) {
  std::string_view pattern = route.path;
  Fit fit = Fit::yes;
  while (!pattern.empty() && !path.empty()) {
    if (path.front() != '/') return Fit::no;
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (wanted == "{command}") {
      out.verb = given;
      if (!has_verb(route, given)) fit = Fit::but_for_the_verb;
    } else if (wanted.starts_with('{')) {
      if (given.empty()) return Fit::no;
      out.subject = given;
    } else if (wanted != given) {
      return Fit::no;
    }
  }
  return pattern.empty() && path.empty() ? fit : Fit::no;
}

}  // namespace

std::span<const Route> routes() { return table; }

std::string_view command_word(const Route& route, const Table& command) {
  const std::string_view tail = route.of_meetings() ? "_meeting" : "_entry";
  std::string_view verb = command.verb;
  if (!route.kind.empty() && verb.ends_with(tail)) verb.remove_suffix(tail.size());
  return verb;
}

const engine::schema::Schema& schema_of(const Route& route) {
  if (route.of_meetings()) return workflows::meeting::schema();
  // What a letter becomes is a report with members of its own.
  if (route.endpoint == Endpoint::drop_letter) return workflows::intake::schema();
  return route.of_entries() ? workflows::directory::schema() : workflows::issue::schema();
}

const std::vector<const Table*>& commands_of(const Route& route) {
  // What begins a stream has a path of its own.
  const auto others = [](const engine::schema::Schema& schema, std::string_view first) {
    std::vector<const Table*> out;
    for (const Table& each : schema.tables()) {
      if (!each.by_system && each.verb != first) out.push_back(&each);
    }
    return out;
  };
  static const auto issues = others(workflows::issue::schema(), "report");
  static const auto entries = others(workflows::directory::schema(), "add_entry");
  static const auto meetings = others(workflows::meeting::schema(), "call_meeting");
  if (route.of_meetings()) return meetings;
  return route.of_entries() ? entries : issues;
}

const Table* command_table(const Route& route, std::string_view verb) {
  for (const Table* each : commands_of(route)) {
    if (command_word(route, *each) == verb) return each;
  }
  return nullptr;
}

Match match(std::string_view method, std::string_view path) {
  Match out;
  for (const Route& route : table) {
    Match here;
    switch (fits(route, path, here)) {
      case Fit::no:
        break;
      case Fit::but_for_the_verb:
        out.near_command = &route;
        break;
      case Fit::yes:
        if (route.method == method) {
          here.route = &route;
          return here;
        }
        out.methods.push_back(route.method);
    }
  }
  return out;
}

}  // namespace adapters::http
