#include "tools/sihe/demo_calendar.hpp"

namespace tools::demo {

using engine::Instant;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::sys_days;
using std::chrono::weekday;

namespace {

constexpr hours shanghai{8};  // ahead of UTC

sys_days day_of(Instant t) { return floor<days>(t + shanghai); }
Instant at(sys_days day, Minutes time) { return Instant{day} - shanghai + time; }
bool weekend(sys_days day) { return weekday{day}.iso_encoding() > 5; }

}  // namespace

Instant local(int year, unsigned month, unsigned day, int hour, int minute) {
  const sys_days date{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
  return at(date, hours{hour} + Minutes{minute});
}

Instant office(Instant t) {
  constexpr Minutes opens{8 * 60 + 30};
  constexpr Minutes noon{11 * 60 + 50};
  constexpr Minutes again{13 * 60 + 30};
  constexpr Minutes closes{17 * 60 + 20};
  sys_days day = day_of(t);
  const auto time = floor<Minutes>(t + shanghai - Instant{day});
  // Who comes too late for one office hour is served some minutes into the next.
  const Minutes wait{time.count() % 37};
  if (!weekend(day)) {
    if (time < opens) return at(day, opens + wait);
    if (time <= noon) return t;
    if (time < again) return at(day, again + wait);
    if (time <= closes) return t;
  }
  do {
    day += days{1};
  } while (weekend(day));
  return at(day, opens + wait);
}

Instant daytime(Instant t, Chance& chance) {
  return at(day_of(t), hours{7} + Minutes{chance.between(0, 15 * 60 - 1)});
}

Instant weekdays_after(Instant t, int count) {
  sys_days day = day_of(t);
  while (count > 0) {
    day += days{1};
    if (!weekend(day)) --count;
  }
  return at(day, hours{17} + Minutes{30});
}

}  // namespace tools::demo
