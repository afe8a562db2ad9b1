// The table by which a meeting is decided: the specification. What has no row is refused.
// Internal to workflows/meeting; decide.cpp makes the machine of it, table_text.cpp prints it.
#pragma once

#include "workflows/meeting/asked.hpp"
#include "workflows/meeting/conditions.hpp"

// clang-format off
namespace workflows::meeting::table {

using namespace when;

template <fb::Stage stage> struct At {};
using None      = At<fb::Stage::none>;
using Called    = At<fb::Stage::called>;
using Held      = At<fb::Stage::held>;
using Cancelled = At<fb::Stage::cancelled>;

template <class Fact> struct record {};

using callable  = all<agenda_once, agenda_there>;
using concluded = all<on_agenda, concluded_once, all_concluded, reachable, department_named,
                      taker_named, outcome_given, due_ahead>;
using with_why  = all<reason_given>;

template <class From, class Asked, class To, class Record, class OnlyIf> struct Row {};
template <class... R> struct Rows {};

using Life = Rows<
//   from      asked to   to          and record                     only if
Row< None,     Call,      Called,     record<fb::MeetingCalled>,     callable  >,
Row< Called,   Hold,      Held,       record<fb::MeetingHeld>,       concluded >,
Row< Called,   Cancel,    Cancelled,  record<fb::MeetingCancelled>,  with_why  >
>;

}  // namespace workflows::meeting::table
// clang-format on
