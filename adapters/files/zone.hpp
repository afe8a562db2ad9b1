// Local times of a file to moments. A zone is a fixed offset, a POSIX rule or a name that stands
// for such a rule; no time-zone database is read, so every machine reads the same file alike.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/time.hpp"

namespace adapters::files {

using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;

class Zone {
 public:
  // "+08:00", "-0430", "Z" · a POSIX TZ rule ("EST5EDT,M3.2.0,M11.1.0", IEEE 1003.1 section 8.3;
  // a zone with summer time must say when it begins and ends) · one of known_zones().
  static std::optional<Zone> parse(std::string_view text);

  // A local time that comes twice (clocks go back) is the first of the two; one that never comes
  // (clocks go forward) is read by the offset before the change.
  engine::Instant to_instant(LocalTime local) const;

 private:
  // A day of the year at which the clocks change, and the local time then (by the clock that ends).
  struct Change {
    enum class Kind { julian, day_of_year, weekday_of_month } kind = Kind::weekday_of_month;
    int month = 0, week = 0, day = 0;
    std::chrono::seconds time{2 * 3600};

    static std::optional<Change> parse(std::string_view& text);
    LocalTime in(std::chrono::year year) const;
  };

  bool parse_rule(std::string_view text);

  std::chrono::seconds standard_{0};  // east of Greenwich
  std::chrono::seconds summer_{0};
  std::optional<Change> begin_;  // of summer time; none: there is none
  std::optional<Change> end_;
};

// "America/New_York" …; by name.
std::vector<std::string_view> known_zones();

}  // namespace adapters::files
