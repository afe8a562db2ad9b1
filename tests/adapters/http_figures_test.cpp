// Figures that count no issues: meetings, and areas without any.
#include <gtest/gtest.h>

#include "tests/support/api_service.hpp"

namespace {

using adapters::http::Role;
using support::text;

TEST(FiguresOfMeetings, CountEachMeetingOnceNowAndInThePast) {
  support::ApiService service;
  service.use(service.token("op", Role::operator_));
  service.ask("POST", "/v1/areas", R"({"code":"D","name":"瓯海区","level":"district"})");
  service.ask("POST", "/v1/areas",
              R"({"code":"T1","name":"潘桥街道","level":"town","parent":"D"})");
  service.use(service.token("chief", Role::supervisor));
  std::string agenda, conclusions;
  for (int i = 0; i < 2; ++i) {
    const auto report = service.ask("POST", "/v1/issues", R"({"text":"路灯","area":"T1"})");
    const std::string number = text(report, "/number");
    ASSERT_EQ(service.ask("POST", "/v1/issues/" + number + "/accept", "{}").status, 200U);
    agenda += (i == 0 ? "\"" : ",\"") + number + "\"";
    conclusions += (i == 0 ? "" : ",");
    conclusions += R"({"issue":")" + number + R"(","conclusion":"accept"})";
  }
  const auto called = service.ask(
      "POST", "/v1/meetings",
      R"({"kind":"consultation","area":"T1","at":"2026-03-04T14:00:00+08:00","place":"文化礼堂","agenda":[)" +
          agenda + "]}");
  ASSERT_EQ(called.status, 201U) << called.body;
  const std::string hold = "/v1/meetings/" + text(called, "/number") + "/hold";
  const auto held = service.ask("POST", hold, R"({"conclusions":[)" + conclusions + "]}");
  ASSERT_EQ(held.status, 200U) << held.body;
  service.settle();
  for (const char* query : {"", "?as_of=2027-01-01", "?by=month"}) {
    const auto figures = service.ask("GET", std::string("/v1/statistics") + query);
    EXPECT_EQ(text(figures, "/total/consultation_meetings_called"), "1") << figures.body;
    EXPECT_EQ(text(figures, "/total/consultation_meetings_held"), "1") << query;
    EXPECT_EQ(text(figures, "/total/consultations_held"), "2") << query;
  }
  EXPECT_EQ(text(service.ask("GET", "/v1/statistics"), "/total/areas_without_meeting"), "0");
  const auto listed = service.ask("GET", "/v1/statistics/issues?figure=consultation_meetings_held");
  EXPECT_EQ(listed.status, 400U) << "it counts no issues";
  EXPECT_NE(listed.body.find("/v1/meetings"), std::string::npos) << listed.body;
}

}  // namespace
