// How long everything may take: what a policy file says, as values. Pure. See
// adapters/files/policies/default.toml for the words, adapters/files/policy.hpp for reading one.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "workflows/issue/calendar.hpp"
#include "workflows/issue/issue_generated.h"

namespace workflows::issue {

// So much time for something.
struct Limit {
  enum class Unit : std::uint8_t {
    none,          // no limit: no deadline is set
    same_day,      // until the end of the calendar day, worked or not
    half_days,     // half working days, counted by the start rule
    working_time,  // minutes of office time, from the moment on
  };
  Unit unit = Unit::none;
  std::int32_t count = 0;

  friend bool operator==(const Limit&, const Limit&) = default;
};

// "none", "the same day", "2 working days", "half a working day", "1.5 working days",
// "4 working hours", "90 working minutes"; nothing if it is none of these.
std::optional<Limit> parse_limit(std::string_view text);
std::string limit_text(const Limit& limit);
// What parse_limit takes, as the end of "must be …".
std::string_view limit_forms();

inline constexpr std::size_t deadline_kinds = static_cast<std::size_t>(fb::DeadlineKind::MAX) + 1;

// One limit for each kind of deadline, as far as they are given.
struct Limits {
  std::array<std::optional<Limit>, deadline_kinds> of;

  const std::optional<Limit>& operator[](fb::DeadlineKind kind) const {
    return of[static_cast<std::size_t>(kind)];
  }
  std::optional<Limit>& operator[](fb::DeadlineKind kind) {
    return of[static_cast<std::size_t>(kind)];
  }
};

// From which fact the time to solve counts.
enum class SolveFrom : std::uint8_t { accept, report };

// When something is escalated by itself, and by when an answer is wanted. Numbers only: who records
// what of them is the business of the clerk.
struct PressRules {
  std::uint32_t urges_without_step = 0;  // as many urges and no step since; 0: never
  std::array<Limit, 3> overdue_by;       // by Level: to town, to district; [village] is none
  Limit urge_answer;
  Limit supervise_answer;
  std::array<Limit, 3> escalate_answer;  // by Level
};

struct Policy {
  std::string version;
  OfficeHours office;
  SolveFrom solve_from = SolveFrom::accept;
  Limit warning;     // how long before the deadline it is warned of; none: never
  Limits limits;     // where nothing else is said
  Limits emergency;  // go before those of a category; all of them count from the report
  std::map<std::string, Limits, std::less<>> categories;  // by code; for what lies below it, too
  PressRules press;
};

// All of it in a fixed form, a line each: what the digest is of.
std::string policy_text(const Policy& policy);

// "solve" … "follow_up"
std::string_view kind_name(fb::DeadlineKind kind);
std::optional<fb::DeadlineKind> kind_named(std::string_view name);

}  // namespace workflows::issue
