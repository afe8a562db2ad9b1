// Meetings over the API: one command for the meeting and every issue of its agenda, or none.
#include <gtest/gtest.h>

#include <map>
#include <ostream>

#include "adapters/http/meeting_document.hpp"
#include "adapters/http/roles.hpp"
#include "tests/support/api_service.hpp"

namespace {

using adapters::http::Role;
using support::header;
using support::items;
using support::member;
using support::text;
using Response = adapters::http::Response;

struct MeetingsApi : testing::Test {
  support::ApiService service;
  std::map<std::string, std::string> tokens;

  void SetUp() override {
    as("op", Role::operator_);
    add("areas", R"({"code":"D","name":"瓯海区","level":"district"})");
    add("areas", R"({"code":"T1","name":"潘桥街道","level":"town","parent":"D"})");
    add("areas", R"({"code":"T2","name":"丽岙街道","level":"town","parent":"D"})");
    add("departments", R"({"code":"water","name":"水务局"})");
    add("departments", R"({"code":"power","name":"供电局"})");
    as("chief", Role::supervisor);
  }

  void add(const std::string& what, const std::string& body) {
    ASSERT_EQ(service.ask("POST", "/v1/" + what, body).status, 201U) << body;
  }
  void as(const std::string& name, Role role, const std::string& area = "") {
    if (!tokens.contains(name)) tokens[name] = service.token(name, role, area);
    service.use(tokens[name]);
  }

  std::string accepted(const std::string& area = "T1", const std::string& title = "灯") {
    const auto response =
        service.ask("POST", "/v1/issues",
                    R"({"text":"路灯","title":")" + title + R"(","area":")" + area + "\"}");
    const std::string number = text(response, "/number");
    EXPECT_EQ(service.ask("POST", "/v1/issues/" + number + "/accept", "{}").status, 200U);
    return number;
  }
  std::string stage(const std::string& issue) {
    return text(service.ask("GET", "/v1/issues/" + issue), "/stage");
  }

  static std::string calling(const std::string& kind, const std::vector<std::string>& issues,
                             const std::string& area = "T1") {
    std::string agenda;
    for (const auto& each : issues) agenda += (agenda.empty() ? "\"" : ",\"") + each + "\"";
    return R"({"kind":")" + kind + R"(","area":")" + area +
           R"(","at":"2026-03-04T14:00:00+08:00","place":"文化礼堂","chair":"林建国","agenda":[)" +
           agenda + "]}";
  }
  Response call(const std::string& kind, const std::vector<std::string>& issues) {
    return service.ask("POST", "/v1/meetings", calling(kind, issues));
  }
  std::string called(const std::string& kind, const std::vector<std::string>& issues) {
    const auto response = call(kind, issues);
    EXPECT_EQ(response.status, 201U) << response.body;
    return text(response, "/number");
  }
  Response hold(const std::string& meeting, const std::string& conclusions,
                adapters::http::Fields headers = {}) {
    return service.ask("POST", "/v1/meetings/" + meeting + "/hold",
                       R"({"conclusions":[)" + conclusions +
                           R"(],"attendees":["林建国","项秀英"],"minutes":"逐一发言。"})",
                       std::move(headers));
  }
  static std::string concluded(const std::string& issue, const std::string& more) {
    return R"({"issue":")" + issue + "\"," + more + "}";
  }
};

TEST_F(MeetingsApi, AreCalledAndHeldWithEveryIssueOfTheirAgenda) {
  const auto lamp = accepted(), road = accepted();
  const auto response = call("consultation", {lamp, road});
  ASSERT_EQ(response.status, 201U) << response.body;
  const std::string meeting = text(response, "/number");
  EXPECT_EQ(header(response, "Location"), "/v1/meetings/" + meeting);
  EXPECT_EQ(header(response, "ETag"), "\"1\"");
  EXPECT_EQ(text(response, "/stage_zh"), "已召集");
  EXPECT_EQ(stage(lamp), "consulting");

  const auto held =
      hold(meeting,
           concluded(lamp, R"("conclusion":"hand_over","department":"water","co_units":["power"],
                         "due":"2026-03-12T17:30:00+08:00","next_step":"先抢修")") +
               "," + concluded(road, R"("conclusion":"accept")"),
           {{"If-Match", "\"1\""}});
  ASSERT_EQ(held.status, 200U) << held.body;
  EXPECT_EQ(text(held, "/stage"), "held");
  EXPECT_EQ(stage(lamp), "handed_over");
  EXPECT_EQ(stage(road), "accepted");

  const auto one = service.ask("GET", "/v1/meetings/" + meeting);
  ASSERT_EQ(one.status, 200U);
  EXPECT_EQ(header(one, "ETag"), "\"2\"");
  EXPECT_EQ(text(one, "/kind_zh"), "会诊会");
  EXPECT_EQ(text(one, "/area_name"), "潘桥街道");
  EXPECT_EQ(text(one, "/attendees/1"), "项秀英");
  EXPECT_EQ(text(one, "/minutes"), "逐一发言。");
  EXPECT_EQ(text(one, "/agenda/0/issue"), lamp);
  EXPECT_EQ(text(one, "/agenda/0/title"), "灯");
  EXPECT_EQ(text(one, "/agenda/0/conclusion"), "hand_over");
  EXPECT_EQ(text(one, "/agenda/0/department_name"), "水务局");
  EXPECT_EQ(text(one, "/agenda/0/co_units_names/0"), "供电局");
  EXPECT_EQ(text(one, "/agenda/0/due"), "2026-03-12T17:30:00+08:00");
  EXPECT_EQ(text(one, "/agenda/0/next_step"), "先抢修");
  EXPECT_EQ(text(one, "/agenda/1/stage"), "accepted");
  const auto history = service.ask("GET", "/v1/meetings/" + meeting + "/history");
  EXPECT_EQ(items(history, "/steps").size(), 2U);
  EXPECT_EQ(text(history, "/steps/1/fact"), "meeting_held");
  EXPECT_EQ(text(history, "/steps/1/fact_zh"), "召开会议");
}

TEST_F(MeetingsApi, SayAllThatRefusesAndWhereItStoodInTheBody) {
  const auto lamp = accepted(), road = accepted(), well = accepted();
  const auto meeting = called("consultation", {lamp, road, well});
  for (const auto& each : {lamp, well}) {
    ASSERT_EQ(service.ask("POST", "/v1/issues/" + each + "/withdraw", "{}").status, 200U);
  }
  const auto last = service.log().last();
  const auto response = hold(meeting, concluded(lamp, R"("conclusion":"accept")") + "," +
                                          concluded(road, R"("conclusion":"accept")") + "," +
                                          concluded(well, R"("conclusion":"accept")"));
  EXPECT_EQ(response.status, 409U);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(text(response, "/code"), "not_at_this_stage");
  EXPECT_EQ(items(response, "/refused").size(), 2U) << response.body;
  EXPECT_EQ(text(response, "/refused/0/issue"), lamp);
  EXPECT_EQ(text(response, "/refused/0/stage_zh"), "已撤回");
  EXPECT_EQ(text(response, "/refused/1/issue"), well);
  EXPECT_EQ(text(response, "/errors/0/pointer"), "/conclusions/0");
  EXPECT_EQ(text(response, "/errors/1/pointer"), "/conclusions/2");
  EXPECT_EQ(service.log().last(), last);
  EXPECT_EQ(stage(road), "consulting");
  const auto held = hold(meeting, concluded(lamp, R"("conclusion":"not_discussed")") + "," +
                                      concluded(road, R"("conclusion":"accept")") + "," +
                                      concluded(well, R"("conclusion":"not_discussed")"));
  EXPECT_EQ(held.status, 200U) << held.body;
  EXPECT_EQ(items(held, "/left_alone").size(), 2U);
}

TEST_F(MeetingsApi, ThatAreCancelledLetTheirIssuesGo) {
  const auto lamp = accepted();
  const auto meeting = called("negotiation", {lamp});
  EXPECT_EQ(stage(lamp), "negotiating");
  EXPECT_EQ(service.ask("POST", "/v1/meetings/" + meeting + "/cancel", "{}").status, 422U);
  const auto response =
      service.ask("POST", "/v1/meetings/" + meeting + "/cancel", R"({"reason":"当事人外出"})");
  ASSERT_EQ(response.status, 200U) << response.body;
  EXPECT_EQ(text(response, "/stage_zh"), "已取消");
  EXPECT_EQ(stage(lamp), "accepted");
  EXPECT_EQ(text(service.ask("GET", "/v1/meetings/" + meeting), "/cancelled_because"),
            "当事人外出");
}

TEST_F(MeetingsApi, AreRecordedOnceUnderOneKey) {
  const auto lamp = accepted(), road = accepted();
  const adapters::http::Fields key{{"Idempotency-Key", "m-1"}};
  const auto first =
      service.ask("POST", "/v1/meetings", calling("consultation", {lamp, road}), key);
  const auto again =
      service.ask("POST", "/v1/meetings", calling("consultation", {lamp, road}), key);
  ASSERT_EQ(first.status, 201U);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(header(again, "Idempotent-Replayed"), "true");
  EXPECT_EQ(service.ask("POST", "/v1/meetings", calling("consultation", {lamp}), key).status, 422U);

  const std::string meeting = text(first, "/number");
  const std::string conclusions = concluded(lamp, R"("conclusion":"accept")") + "," +
                                  concluded(road, R"("conclusion":"not_discussed")");
  const adapters::http::Fields other{{"Idempotency-Key", "m-2"}};
  const auto held = hold(meeting, conclusions, other);
  ASSERT_EQ(held.status, 200U) << held.body;
  // The issue goes its way and waits for another meeting; the repeat is told what it was then.
  called("consultation", {lamp});
  const auto last = service.log().last();
  const auto repeated = hold(meeting, conclusions, other);
  EXPECT_EQ(repeated.status, 200U) << repeated.body;
  EXPECT_EQ(header(repeated, "Idempotent-Replayed"), "true");
  EXPECT_EQ(service.log().last(), last);
}

TEST_F(MeetingsApi, AreTakenOnlyInTheVersionThatWasSeen) {
  const auto lamp = accepted();
  const auto meeting = called("handover", {lamp});
  ASSERT_EQ(
      service.ask("POST", "/v1/meetings/" + meeting + "/cancel", R"({"reason":"改期"})").status,
      200U);
  const auto response =
      hold(meeting, concluded(lamp, R"("conclusion":"hand_over","department":"water")"),
           {{"If-Match", "\"1\""}});
  EXPECT_EQ(response.status, 412U);
  EXPECT_EQ(text(response, "/meeting"), meeting);
  EXPECT_EQ(text(response, "/since/0/fact"), "meeting_cancelled");
}

TEST_F(MeetingsApi, AreListedAndFiltered) {
  const auto lamp = accepted(), road = accepted("T2");
  const auto first = called("consultation", {lamp});
  const auto second = called("handover", {road});
  ASSERT_EQ(
      service.ask("POST", "/v1/meetings/" + second + "/cancel", R"({"reason":"改期"})").status,
      200U);
  service.settle();
  const auto numbers = [&](const std::string& query) {
    std::string out;
    const auto list = service.ask("GET", "/v1/meetings?sort=number&order=asc&" + query);
    EXPECT_EQ(list.status, 200U) << list.body;
    for (const auto& each : items(list, "/items")) out += *each.find("number")->string() + " ";
    return out;
  };
  const std::string both = first + " " + second + " ";
  EXPECT_EQ(numbers(""), both);
  EXPECT_EQ(numbers("kind=handover"), second + " ");
  EXPECT_EQ(numbers("stage=called"), first + " ");
  EXPECT_EQ(numbers("area=T1"), both);
  EXPECT_EQ(numbers("area=T2"), "");
  EXPECT_EQ(numbers("issue=" + lamp), first + " ");
  EXPECT_EQ(numbers("from=2026-03-04&to=2026-03-05"), both);
  EXPECT_EQ(numbers("to=2026-03-04"), "");
  const auto page = service.ask("GET", "/v1/meetings?sort=number&order=asc&limit=1&count=true");
  EXPECT_EQ(text(page, "/count"), "2");
  EXPECT_EQ(text(page, "/items/0/kind_zh"), "会诊会");
  EXPECT_EQ(text(page, "/items/0/at"), "2026-03-04T14:00:00+08:00");
  EXPECT_EQ(numbers("limit=1&cursor=" + text(page, "/next")), second + " ");
  EXPECT_EQ(service.ask("GET", "/v1/meetings?issue=12").status, 400U);
  EXPECT_EQ(service.ask("GET", "/v1/meetings?kind=party").status, 400U);
  EXPECT_EQ(text(service.ask("GET", "/v1/issues?count=true"), "/count"), "2")
      << "meetings are no issues";
}

TEST_F(MeetingsApi, AreForRolesAndAreasLikeTheirIssues) {
  const auto lamp = accepted("T1"), road = accepted("T2");
  as("hall", Role::liaison, "T1");
  EXPECT_EQ(call("consultation", {lamp, road}).status, 403U);
  EXPECT_EQ(service.ask("POST", "/v1/meetings", calling("consultation", {lamp}, "T2")).status,
            403U);
  const auto meeting = called("consultation", {lamp});
  // A liaison may not set a deadline, so neither by a meeting.
  const auto due =
      hold(meeting, concluded(lamp, R"("conclusion":"accept","due":"2026-03-12T17:30:00+08:00")"));
  EXPECT_EQ(due.status, 403U);
  EXPECT_EQ(text(due, "/needed/0"), "supervisor");
  as("other", Role::liaison, "T2");
  EXPECT_EQ(service.ask("GET", "/v1/meetings/" + meeting).status, 403U);
  EXPECT_EQ(hold(meeting, concluded(lamp, R"("conclusion":"accept")")).status, 403U);
  service.settle();
  EXPECT_EQ(items(service.ask("GET", "/v1/meetings"), "/items").size(), 0U);
  as("auditor", Role::auditor);
  EXPECT_EQ(text(service.ask("GET", "/v1/meetings/" + meeting), "/agenda/0/title/withheld"),
            "true");
  EXPECT_EQ(call("handover", {lamp}).status, 403U);
  as("hotline", Role::adapter);
  EXPECT_EQ(service.ask("GET", "/v1/meetings").status, 403U);
  EXPECT_EQ(service.ask("GET", "/v1/meetings/" + meeting).status, 403U);
}

TEST_F(MeetingsApi, TakeDownWhoseWordsWereRead) {
  const auto lamp = accepted();
  const auto meeting = called("consultation", {lamp});
  service.reads();
  service.ask("GET", "/v1/meetings/" + meeting);
  const auto reads = service.reads();
  ASSERT_EQ(reads.size(), 1U);
  EXPECT_EQ(reads[0].what, "meeting");
  EXPECT_EQ(reads[0].issues.size(), 1U);
  EXPECT_EQ(reads[0].meetings.size(), 1U);
  service.take_down(false);
  EXPECT_EQ(service.ask("GET", "/v1/meetings/" + meeting).status, 503U);
}

TEST_F(MeetingsApi, CanBeHadAsASheetToPrint) {
  const auto lamp = accepted("T1", "灯<script>alert(1)</script>&坏");
  const auto meeting = called("consultation", {lamp});
  const std::string path = "/v1/meetings/" + meeting;
  const auto sheet = service.ask("GET", path, "", {{"Accept", "text/html"}});
  ASSERT_EQ(sheet.status, 200U);
  EXPECT_EQ(sheet.content_type, "text/html; charset=utf-8");
  EXPECT_NE(sheet.body.find("会诊会记录"), std::string::npos);
  EXPECT_NE(sheet.body.find(lamp), std::string::npos);
  EXPECT_EQ(sheet.body.find("<script"), std::string::npos);
  EXPECT_NE(sheet.body.find("灯&lt;script&gt;alert(1)&lt;/script&gt;&amp;坏"), std::string::npos);
  const char* browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  EXPECT_EQ(service.ask("GET", path, "", {{"Accept", browser}}).content_type,
            "text/html; charset=utf-8");
  for (const char* accept : {"application/json", "*/*", "text/html;q=0.1, application/json"}) {
    EXPECT_EQ(service.ask("GET", path, "", {{"Accept", accept}}).content_type, "application/json");
  }
  EXPECT_EQ(service.ask("GET", path, "", {{"Accept", "image/png"}}).status, 406U);
}

TEST_F(MeetingsApi, AreInTheFeed) {
  const auto lamp = accepted();
  const auto meeting = called("consultation", {lamp});
  const auto response = service.ask("GET", "/v1/events?after=0&workflow=meeting");
  ASSERT_NE(response.stream, nullptr);
  response.stream->on_more([] {});
  const std::string events = response.stream->next().value_or("");
  EXPECT_NE(events.find("event: meeting_called"), std::string::npos) << events;
  EXPECT_NE(events.find("\"meeting\":\"" + meeting + "\""), std::string::npos) << events;
}

// --- what cannot be meant -----------------------------------------------------------------------

struct Bad {
  const char* name;
  const char* path;  // NO: a meeting of the issue LAMP
  const char* body;
  unsigned status;
  const char* pointer;  // "": none
};
void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class BadMeeting : public MeetingsApi, public testing::WithParamInterface<Bad> {};

TEST_P(BadMeeting, IsToldWhereAndChangesNothing) {
  const auto lamp = accepted();
  const auto meeting = called("consultation", {lamp});
  const auto filled = [&](std::string words) {
    for (const auto& [name, value] : {std::pair{"LAMP", lamp}, std::pair{"NO", meeting}}) {
      for (auto at = words.find(name); at != std::string::npos; at = words.find(name)) {
        words.replace(at, std::string_view(name).size(), value);
      }
    }
    return words;
  };
  const auto last = service.log().last();
  const auto response = service.ask("POST", filled(GetParam().path), filled(GetParam().body));
  EXPECT_EQ(response.status, GetParam().status) << response.body;
  if (*GetParam().pointer != '\0') {
    EXPECT_EQ(text(response, "/errors/0/pointer"), GetParam().pointer) << response.body;
  }
  EXPECT_FALSE(text(response, "/detail").empty());
  EXPECT_EQ(service.log().last(), last);
}

constexpr const char* call_path = "/v1/meetings";
constexpr const char* hold_path = "/v1/meetings/NO/hold";
#define CALL(rest) R"({"kind":"handover","at":"2026-03-04T14:00:00+08:00","place":"x",)" rest "}"
#define HOLD(rest) R"({"conclusions":[{"issue":"LAMP",)" rest "}]}"

INSTANTIATE_TEST_SUITE_P(
    MeetingsApi, BadMeeting,
    testing::Values(
        Bad{"NoBody", call_path, "{}", 422, "/kind"},
        Bad{"NoAgenda", call_path, CALL(R"("area":"T1")"), 422, "/agenda"},
        Bad{"EmptyAgenda", call_path, CALL(R"("area":"T1","agenda":[])"), 422, "/agenda"},
        Bad{"AgendaOfText", call_path, CALL(R"("area":"T1","agenda":"LAMP")"), 422, "/agenda"},
        Bad{"AgendaOfNumbers", call_path, CALL(R"("area":"T1","agenda":[1])"), 422, "/agenda/0"},
        Bad{"AgendaOfNobody", call_path, CALL(R"("area":"T1","agenda":["LAMP","2601000000999"])"),
            409, "/agenda/1"},
        Bad{"AgendaTwice", call_path, CALL(R"("area":"T1","agenda":["LAMP","LAMP"])"), 409,
            "/agenda/1"},
        Bad{"UnknownArea", call_path, CALL(R"("area":"T9","agenda":["LAMP"])"), 422, "/area"},
        Bad{"UnknownUnit", call_path,
            CALL(R"("area":"T1","agenda":["LAMP"],"units":["water","wtr"])"), 422, "/units/1"},
        Bad{"UnknownMember", call_path, CALL(R"("area":"T1","agenda":["LAMP"],"plce":"y")"), 422,
            "/plce"},
        Bad{"NoSuchMeeting", "/v1/meetings/260100000295/hold", HOLD(R"("conclusion":"accept")"),
            404, ""},
        Bad{"NoMeetingNumber", "/v1/meetings/LAMP/hold", HOLD(R"("conclusion":"accept")"), 404, ""},
        Bad{"NoSuchCommand", "/v1/meetings/NO/adjourn", "{}", 404, ""},
        Bad{"NoConclusions", hold_path, "{}", 422, "/conclusions"},
        Bad{"NoConclusion", hold_path, HOLD(R"("by":"x")"), 422, "/conclusions/0/conclusion"},
        Bad{"ConclusionOfNone", hold_path, HOLD(R"("conclusion":"none")"), 422,
            "/conclusions/0/conclusion"},
        Bad{"UnknownDepartment", hold_path, HOLD(R"("conclusion":"hand_over","department":"wtr")"),
            422, "/conclusions/0/department"},
        Bad{"NoDepartment", hold_path, HOLD(R"("conclusion":"hand_over")"), 409,
            "/conclusions/0/department"},
        Bad{"NoTaker", hold_path, HOLD(R"("conclusion":"local")"), 409, "/conclusions/0/by"},
        Bad{"DueIsNoTime", hold_path, HOLD(R"("conclusion":"accept","due":"tomorrow")"), 422,
            "/conclusions/0/due"},
        Bad{"DueInThePast", hold_path,
            HOLD(R"("conclusion":"accept","due":"2020-01-01T00:00:00+08:00")"), 409,
            "/conclusions/0/due"},
        Bad{"ConclusionOfAnotherKind", hold_path, HOLD(R"("conclusion":"go_on")"), 409,
            "/conclusions/0/conclusion"},
        Bad{"BlankReason", "/v1/meetings/NO/cancel", R"({"reason":" "})", 409, "/reason"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
