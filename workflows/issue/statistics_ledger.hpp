// One figure's entries: when it happened, how long it had taken, and where it is counted. An entry
// may be struck out by another one that says the same; the two may meet long after, in a merge.
// Internal to the statistics.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "workflows/issue/statistics_places.hpp"

namespace workflows::issue {

struct Entry {
  std::int64_t time = 0;         // ms since 1970 UTC
  std::int32_t span = 0;         // s
  std::uint32_t struck : 1 = 0;  // takes one such entry away
  std::uint32_t place : 31 = 0;

  friend bool operator==(const Entry&, const Entry&) = default;
};
static_assert(sizeof(Entry) == 16);

// A day of UTC, since 1970. Only how entries are kept and saved; no figure knows it.
using Day = std::int32_t;
constexpr std::int64_t day_ms = 86'400'000;
Day day_of(std::int64_t time);

class Ledger {
 public:
  void add(const Entry& entry) {
    tail_.push_back(entry);
    if (tail_.size() == tail_max) settle();
  }

  // Takes over all entries of `other`, whose places have other numbers here.
  void take_in(Ledger& other, std::span<const PlaceId> places);

  // Puts the entries in order and lets those that strike one another out go.
  void settle();

  // Days that changed since the last call. Settles.
  std::vector<Day> changed();
  // All days that have entries. Requires: settled.
  std::vector<Day> days() const;
  // One day's entries as bytes, "" if there are none. The same for the same entries.
  std::string day_bytes(Day day) const;
  // corrupt: these are not one day's bytes, or name a place at or beyond `places`.
  engine::Result<void> load_day(Day day, std::string_view bytes, std::size_t places);

  // Visits the entries with from <= time < to, those that strike out, too.
  template <class Visit>
  void visit(std::int64_t from, std::int64_t to, const Visit& visit) const {
    for (auto day = days_.lower_bound(day_of(from)); day != days_.end(); ++day) {
      if (day->second.front().time >= to) break;
      for (const Entry& entry : day->second) {
        if (entry.time >= from && entry.time < to) visit(entry);
      }
    }
    for (const Entry& entry : tail_) {
      if (entry.time >= from && entry.time < to) visit(entry);
    }
  }

 private:
  static constexpr std::size_t tail_max = std::size_t{1} << 17;  // 2 MiB

  void put(Day day, std::span<const Entry> more);

  std::map<Day, std::vector<Entry>> days_;  // in order, none empty
  std::vector<Entry> tail_;                 // what came since
  std::vector<Day> settled_;                // days that settling changed since changed()
};

}  // namespace workflows::issue
