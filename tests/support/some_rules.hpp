// A policy and a calendar for tests of what goes by them: the limits of the domain, office hours
// from 8:30 to 12:00 and 14:00 to 17:30, and the year 2025 with its spring festival and May Day.
#pragma once

#include <memory>

#include "workflows/issue/deadlines.hpp"

namespace support {

inline workflows::issue::Policy some_policy() {
  namespace issue = workflows::issue;
  using issue::fb::DeadlineKind;
  const auto limit = [](std::string_view text) { return issue::parse_limit(text).value(); };
  issue::Policy out;
  out.version = "for tests";
  using std::chrono::minutes;
  out.office.spans = {{minutes{510}, minutes{720}}, {minutes{840}, minutes{1050}}};
  out.warning = limit("half a working day");
  out.limits[DeadlineKind::accept] = limit("1 working day");
  out.limits[DeadlineKind::sign] = limit("1 working day");
  out.limits[DeadlineKind::solve] = limit("5 working days");
  out.limits[DeadlineKind::rework] = limit("3 working days");
  out.limits[DeadlineKind::follow_up] = limit("1 working day");
  out.emergency[DeadlineKind::accept] = limit("the same day");
  out.emergency[DeadlineKind::solve] = limit("the same day");
  out.categories["question"][DeadlineKind::solve] = limit("2 working days");
  return out;
}

inline workflows::issue::Holidays some_holidays() {
  using std::chrono::sys_days;
  using std::chrono::year;
  workflows::issue::Holidays out{"for tests", {2025}, {}};
  const auto off = [&](sys_days from, sys_days to) {
    for (; from <= to; from += std::chrono::days{1}) out.days[from] = false;
  };
  off(year{2025} / 1 / 1, year{2025} / 1 / 1);
  off(year{2025} / 1 / 28, year{2025} / 2 / 4);
  off(year{2025} / 5 / 1, year{2025} / 5 / 5);
  for (const sys_days day : {sys_days{year{2025} / 1 / 26}, sys_days{year{2025} / 2 / 8},
                             sys_days{year{2025} / 4 / 27}}) {
    out.days[day] = true;
  }
  return out;
}

inline std::shared_ptr<const workflows::issue::DeadlineRules> rules_of(
    workflows::issue::Policy policy) {
  return std::make_shared<const workflows::issue::DeadlineRules>(std::move(policy),
                                                                 some_holidays());
}

inline std::shared_ptr<const workflows::issue::DeadlineRules> some_rules() {
  return rules_of(some_policy());
}

}  // namespace support
