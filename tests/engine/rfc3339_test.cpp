#include "engine/core/rfc3339.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine {
namespace {

using namespace std::chrono_literals;

Instant at(std::chrono::sys_days day, std::chrono::milliseconds of_day) { return day + of_day; }

TEST(Rfc3339, ReadsATimeWithItsOffset) {
  const std::chrono::sys_days second_of_march{std::chrono::year{2026} / 3 / 2};
  EXPECT_EQ(parse_rfc3339("2026-03-02T09:15:00+08:00"), at(second_of_march, 1h + 15min));
  EXPECT_EQ(parse_rfc3339("2026-03-02T01:15:00Z"), at(second_of_march, 1h + 15min));
  EXPECT_EQ(parse_rfc3339("2026-03-01t20:15:00.25-05:00"), at(second_of_march, 1h + 15min + 250ms));
}

TEST(Rfc3339, CutsWhatIsFinerThanAMillisecond) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.123456789Z"), from_ms(123));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.9Z"), from_ms(900));
}

TEST(Rfc3339, ReadsALeapSecondAsTheNextSecondAtTheEndOfAUtcDayOnly) {
  EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), parse_rfc3339("2017-01-01T00:00:00Z"));
  EXPECT_EQ(parse_rfc3339("2017-01-01T07:59:60+08:00"), parse_rfc3339("2017-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("2017-01-01T12:30:60Z"));
  EXPECT_FALSE(parse_rfc3339("2017-01-01T23:59:60+08:00"));
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "2026-03-02",
                           "2026-03-02T09:15:00",
                           "2026-03-02 09:15:00Z",
                           "2026-03-02T09:15Z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-03-02T24:00:00Z",
                           "2026-03-02T09:60:00Z",
                           "2026-03-02T09:15:61Z",
                           "2026-03-02T09:15:00+0800",
                           "2026-03-02T09:15:00+24:00",
                           "2026-03-02T09:15:00+08:60",
                           "2026-03-02T09:15:00.Z",
                           "2026-03-02T09:15:00.1234567890Z",
                           "2026-03-02T09:15:00ZZ",
                           " 2026-03-02T09:15:00Z",
                           "+026-03-02T09:15:00Z",
                           "2026-03-02T09:15:0½Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Rfc3339, WritesMillisecondsOnlyWhereThereAreSome) {
  const Instant moment = *parse_rfc3339("2026-03-02T01:15:00Z");
  EXPECT_EQ(format_rfc3339(moment, 480), "2026-03-02T09:15:00+08:00");
  EXPECT_EQ(format_rfc3339(moment + 7ms, 480), "2026-03-02T09:15:00.007+08:00");
  EXPECT_EQ(format_rfc3339(moment, 0), "2026-03-02T01:15:00Z");
  EXPECT_EQ(format_rfc3339(moment, -210), "2026-03-01T21:45:00-03:30");
  EXPECT_EQ(format_rfc3339(from_ms(-1), 0), "1969-12-31T23:59:59.999Z");
}

RC_GTEST_PROP(Rfc3339, ReadsBackWhatItWrote, ()) {
  // Years 1 to 9998, so that no offset leaves the four digits.
  const auto ms = *rc::gen::inRange<std::int64_t>(-62'135'596'800'000, 253'370'764'800'000);
  const auto offset = *rc::gen::inRange(-23 * 60 - 59, 24 * 60);
  const std::string text = format_rfc3339(from_ms(ms), offset);
  RC_ASSERT(parse_rfc3339(text) == from_ms(ms));
}

}  // namespace
}  // namespace engine
