#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "adapters/files/time_format.hpp"
#include "adapters/files/zone.hpp"
#include "engine/core/rfc3339.hpp"

namespace adapters::files {
namespace {

// The moment in UTC, or "none".
std::string read(const char* pattern, const char* text, const char* zone = "Z") {
  const auto format = TimeFormat::parse(pattern);
  if (!format) return "no pattern";
  const auto moment = format->read(text, *Zone::parse(zone));
  return moment ? engine::format_rfc3339(*moment, 0) : "none";
}

TEST(TimeFormat, ReadsWhatCitiesWrite) {
  EXPECT_EQ(read("%Y-%m-%d %H:%M:%S", "2011-07-01 01:32:33", "-04:00"), "2011-07-01T05:32:33Z");
  EXPECT_EQ(read("%m/%d/%Y %I:%M:%S %p", "05/01/2022 12:00:03 AM"), "2022-05-01T00:00:03Z");
  EXPECT_EQ(read("%m/%d/%Y %I:%M:%S %p", "05/01/2022 12:07:46 pm"), "2022-05-01T12:07:46Z");
  EXPECT_EQ(read("%Y-%m-%dT%H:%M:%S.%f", "2024-04-16T03:03:15.007"), "2024-04-16T03:03:15.007Z");
  EXPECT_EQ(read("%Y/%m/%d %H:%M:%S", "2019/4/25 9:32:09", "+08:00"), "2019-04-25T01:32:09Z");
  EXPECT_EQ(read("%Y/%m/%d", "2018/4/24", "Asia/Shanghai"), "2018-04-23T16:00:00Z");
  EXPECT_EQ(read("%Y年%m月%d日 %H时%M分", "2019年5月9日 8时05分", "+08:00"),
            "2019-05-09T00:05:00Z");
  EXPECT_EQ(read("%d %b %Y", "3 Mar 2020"), "2020-03-03T00:00:00Z");
  EXPECT_EQ(read("%B %d, %Y", "september 3, 2020"), "2020-09-03T00:00:00Z");
  EXPECT_EQ(read("%d.%m.%y %H:%M", "03.02.99 23:59"), "1999-02-03T23:59:00Z");
  EXPECT_EQ(read("%Y-%m-%d %H:%M:%S %z", "2020-01-01 00:00:00 +0530"), "2019-12-31T18:30:00Z");
  EXPECT_EQ(read("rfc3339", "2026-03-02T09:15:00+08:00"), "2026-03-02T01:15:00Z");
  EXPECT_EQ(read("unix", "1700000000"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(read("unix_ms", "1700000000123"), "2023-11-14T22:13:20.123Z");
}

TEST(TimeFormat, RefusesWhatIsWrittenOtherwiseOrIsNoRealTime) {
  EXPECT_EQ(read("%Y-%m-%d", "2011-07-01 "), "none");
  EXPECT_EQ(read("%Y-%m-%d", "11-07-01"), "none");
  EXPECT_EQ(read("%Y-%m-%d", "2011-02-29"), "none");
  EXPECT_EQ(read("%Y-%m-%d", "2011-13-01"), "none");
  EXPECT_EQ(read("%Y-%m-%d %H:%M", "2011-12-01 24:00"), "none");
  EXPECT_EQ(read("%Y-%m-%d %I:%M %p", "2011-12-01 13:00 PM"), "none");
  EXPECT_EQ(read("%Y-%m-%d", ""), "none");
  EXPECT_EQ(read("unix", "99999999999999999"), "none");
  EXPECT_EQ(read("unix", "12x"), "none");
}

TEST(TimeFormat, RefusesPatternsThatCannotGiveADay) {
  EXPECT_FALSE(TimeFormat::parse("%Y-%m"));
  EXPECT_FALSE(TimeFormat::parse("%H:%M"));
  EXPECT_FALSE(TimeFormat::parse("%Y-%m-%d %q"));
  EXPECT_FALSE(TimeFormat::parse("%Y-%m-%d %"));
  EXPECT_FALSE(TimeFormat::parse(""));
}

std::string local(const char* zone, const char* text) { return read("%Y-%m-%d %H:%M", text, zone); }

TEST(Zone, KnowsSummerTimeInNewYork) {
  EXPECT_EQ(local("America/New_York", "2024-01-15 12:00"), "2024-01-15T17:00:00Z");
  EXPECT_EQ(local("America/New_York", "2024-07-15 12:00"), "2024-07-15T16:00:00Z");
  EXPECT_EQ(local("America/New_York", "2024-03-10 01:59"), "2024-03-10T06:59:00Z");
  EXPECT_EQ(local("America/New_York", "2024-03-10 03:00"), "2024-03-10T07:00:00Z");
  EXPECT_EQ(local("EST5EDT,M3.2.0,M11.1.0", "2024-11-03 02:00"), "2024-11-03T07:00:00Z");
}

TEST(Zone, TakesTheFirstOfTwoAndTheOffsetBeforeAGap) {
  EXPECT_EQ(local("America/New_York", "2024-11-03 01:30"), "2024-11-03T05:30:00Z");
  EXPECT_EQ(local("America/New_York", "2024-03-10 02:30"), "2024-03-10T07:30:00Z");
  EXPECT_EQ(local("Europe/Berlin", "2024-10-27 02:30"), "2024-10-27T00:30:00Z");
}

TEST(Zone, KnowsSouthernSummersAndOtherWaysToNameADay) {
  EXPECT_EQ(local("Australia/Sydney", "2024-01-15 12:00"), "2024-01-15T01:00:00Z");
  EXPECT_EQ(local("Australia/Sydney", "2024-07-15 12:00"), "2024-07-15T02:00:00Z");
  EXPECT_EQ(local("AAA-1BBB-3,J60/0,300/0", "2024-03-01 05:00"), "2024-03-01T02:00:00Z");
  EXPECT_EQ(local("AAA-1BBB-3,J60/0,300/0", "2024-02-29 23:00"), "2024-02-29T22:00:00Z");
  EXPECT_EQ(local("Asia/Kolkata", "2024-07-15 12:00"), "2024-07-15T06:30:00Z");
}

TEST(Zone, ReadsEveryNameItKnowsAndRefusesTheRest) {
  for (const std::string_view name : known_zones()) EXPECT_TRUE(Zone::parse(name)) << name;
  for (const char* text :
       {"", "Mars/Olympus", "+8", "+08:60", "+24:00", "EST", "EST5EDT", "EST5EDT,M3.2.0",
        "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x", "E5", "<+08-8", "08:00"}) {
    EXPECT_FALSE(Zone::parse(text)) << text;
  }
}

}  // namespace
}  // namespace adapters::files
