#include "workflows/issue/policy.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace workflows::issue {
namespace {

using Unit = Limit::Unit;

constexpr std::int32_t count_max = 100'000;
constexpr std::int32_t minutes_an_hour = 60;

constexpr std::array<std::string_view, deadline_kinds> kind_names{"solve", "accept", "sign",
                                                                  "rework", "follow_up"};
constexpr std::array<std::string_view, 3> level_names{"village", "town", "district"};

std::string plural(const std::string& number, const std::string& unit) {
  return number + " working " + unit + (number == "1" ? "" : "s");
}

// "2" is 4 halves, "1.5" is 3.
std::optional<std::int32_t> halves(std::string_view text) {
  bool half = false;
  if (text.ends_with(".5")) {
    half = true;
    text.remove_suffix(2);
  }
  std::int32_t whole = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (whole < 0 || whole > count_max) return std::nullopt;
  return whole * 2 + (half ? 1 : 0);
}

std::string clock_text(std::chrono::minutes since_midnight) {
  std::array<char, 32> text{};
  const auto count = static_cast<int>(since_midnight.count());
  std::snprintf(text.data(), text.size(), "%02d:%02d", count / minutes_an_hour,
                count % minutes_an_hour);
  return text.data();
}

void add_limits(std::string& out, const std::string& of, const Limits& limits) {
  for (std::size_t kind = 0; kind < deadline_kinds; ++kind) {
    if (!limits.of[kind]) continue;
    out += of + " " + std::string(kind_names[kind]) + ": " + limit_text(*limits.of[kind]) + "\n";
  }
}

std::string_view start_name(StartRule rule) {
  switch (rule) {
    case StartRule::day_after:
      return "the day after";
    case StartRule::same_day:
      return "the same day";
    case StartRule::at_once:
      return "at once";
  }
  return "";
}

}  // namespace

std::optional<Limit> parse_limit(std::string_view text) {
  if (text == "none") return Limit{};
  if (text == "the same day" || text == "same day") return Limit{Unit::same_day, 0};
  if (text == "half a working day") return Limit{Unit::half_days, 1};
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto number = halves(text.substr(0, space));
  if (!number || *number == 0) return std::nullopt;
  const std::string_view unit = text.substr(space + 1);
  if (unit == "working day" || unit == "working days") return Limit{Unit::half_days, *number};
  if (unit == "working hour" || unit == "working hours") {
    return Limit{Unit::working_time, *number * minutes_an_hour / 2};
  }
  if (*number % 2 == 0 && (unit == "working minute" || unit == "working minutes")) {
    return Limit{Unit::working_time, *number / 2};
  }
  return std::nullopt;
}

std::string_view limit_forms() {
  return "none, the same day, or a number of working days, hours or minutes, such as \"2 working "
         "days\", \"half a working day\" or \"4 working hours\"";
}

std::string limit_text(const Limit& limit) {
  switch (limit.unit) {
    case Unit::none:
      return "none";
    case Unit::same_day:
      return "the same day";
    case Unit::half_days:
      if (limit.count == 1) return "half a working day";
      return plural(std::to_string(limit.count / 2) + (limit.count % 2 == 1 ? ".5" : ""), "day");
    case Unit::working_time:
      if (limit.count % minutes_an_hour == 0) {
        return plural(std::to_string(limit.count / minutes_an_hour), "hour");
      }
      return plural(std::to_string(limit.count), "minute");
  }
  return "";
}

std::string policy_text(const Policy& policy) {
  std::string out = "sihe policy 1\nversion: " + policy.version + "\noffice:";
  for (const OfficeHours::Span& span : policy.office.spans) {
    out += " " + clock_text(span.from) + "-" + clock_text(span.to);
  }
  out += "\nhalf days:";
  for (const Date day : policy.office.half_days) out += " " + date_text(day);
  out += "\nminutes ahead of UTC: " + std::to_string(policy.office.utc_offset.count());
  out += "\ncounts from: " + std::string(start_name(policy.office.start));
  out += "\nsolve counts from: ";
  out += policy.solve_from == SolveFrom::accept ? "accept" : "report";
  out += "\nwarning: " + limit_text(policy.warning) + "\n";
  add_limits(out, "limit", policy.limits);
  add_limits(out, "emergency", policy.emergency);
  for (const auto& [code, limits] : policy.categories) add_limits(out, "category " + code, limits);
  const PressRules& press = policy.press;
  out += "urges without step: " + std::to_string(press.urges_without_step) + "\n";
  out += "answer to urge: " + limit_text(press.urge_answer) + "\n";
  out += "answer to supervise: " + limit_text(press.supervise_answer) + "\n";
  for (std::size_t level = 1; level < level_names.size(); ++level) {
    const std::string name(level_names[level]);
    out += "overdue to " + name + ": " + limit_text(press.overdue_by[level]) + "\n";
    out += "answer to " + name + ": " + limit_text(press.escalate_answer[level]) + "\n";
  }
  return out;
}

std::string_view kind_name(fb::DeadlineKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return index < kind_names.size() ? kind_names[index] : "unknown";
}

std::optional<fb::DeadlineKind> kind_named(std::string_view name) {
  const auto found = std::find(kind_names.begin(), kind_names.end(), name);
  if (found == kind_names.end()) return std::nullopt;
  return static_cast<fb::DeadlineKind>(found - kind_names.begin());
}

}  // namespace workflows::issue
