// The demo's year: March 2025 to February 2026, with office hours. Plain weekdays: public holidays
// are a matter of the policy's calendar.
#pragma once

#include <chrono>

#include "engine/core/time.hpp"
#include "tools/sihe/demo_chance.hpp"

namespace tools::demo {

using Minutes = std::chrono::minutes;

// A moment in Asia/Shanghai.
engine::Instant local(int year, unsigned month, unsigned day, int hour, int minute);

// The first office hour at or after `t`: Monday to Friday, 8:30–11:50 and 13:30–17:20.
engine::Instant office(engine::Instant t);

// When people write: the same day between 7:00 and 21:59, by chance.
engine::Instant daytime(engine::Instant day, Chance& chance);

// The end of the office day (17:30) so many weekdays after the day of `t`.
engine::Instant weekdays_after(engine::Instant t, int days);

}  // namespace tools::demo
