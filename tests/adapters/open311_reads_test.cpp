// Requests as Open311 shows them: which, in which order, and what of them leaves to whom.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "adapters/open311/documents.hpp"
#include "engine/core/rfc3339.hpp"
#include "tests/support/open311_service.hpp"

namespace adapters::open311 {
namespace {

using namespace std::chrono_literals;
using support::Open311Service;
using Texts = std::vector<std::string>;

class Open311Reads : public ::testing::Test {
 protected:
  explicit Open311Reads(Config config = Open311Service::plain_config())
      : service_(std::move(config)) {
    service_.furnish();
  }

  std::string reported(const std::string& service, const std::string& more = "&address_string=x") {
    return service_.reported(service, more);
  }
  void later(std::chrono::milliseconds by) { service_.later(by); }
  std::uint64_t issue(const std::string& number) {
    return workflows::issue::parse_number(number).value();
  }

  Texts numbers(const std::string& query) {
    service_.settle();
    const auto said = service_.get("/v2/requests.json" + query);
    EXPECT_EQ(said.status, 200U) << said.body;
    Texts out;
    const auto requests = read_requests(said.body, Format::json);
    if (!requests) return {said.body};
    for (const auto& each : *requests) out.emplace_back(text_in(each.service_request_id));
    return out;
  }
  std::string error(const std::string& query) {
    const auto said = service_.get("/v2/requests.json" + query);
    const auto flaws = read_flaws(said.body, Format::json);
    if (!flaws || flaws->empty()) return said.body;
    return std::to_string(said.status) + " " + std::string(text_in(flaws->front().description));
  }
  RequestRecord record(const std::string& number, const std::string& query = "") {
    const auto said = service_.get("/v2/requests/" + number + ".json" + query);
    EXPECT_EQ(said.status, 200U) << said.body;
    const auto requests = read_requests(said.body, Format::json);
    if (!requests || requests->size() != 1) return {};
    return requests->front();
  }

  Open311Service service_;
};

TEST_F(Open311Reads, AnIssueIsShownFieldByField) {
  const auto number = reported("lamp",
                               "&address_string=east&address_id=330304005&lat=27.99&long=120.6"
                               "&description=dark&media_url=http://a.example/1.jpg"
                               "&first_name=John&phone=13800000000&email=a@example.org");
  later(1h);
  service_.step(issue(number), "accept", {});
  later(1h);
  service_.step(issue(number), "hand_over", {{"department", "D1"}});
  const RequestRecord open = record(number, "?api_key=xyz");
  EXPECT_EQ(open.service_request_id, number_field(number));
  EXPECT_EQ(text_in(open.status), "open");
  EXPECT_EQ(text_in(open.status_notes), "待签收 handed_over");
  EXPECT_EQ(text_in(open.service_name), "路灯");
  EXPECT_EQ(text_in(open.service_code), "lamp");
  EXPECT_EQ(text_in(open.description), "dark");
  EXPECT_EQ(text_in(open.agency_responsible), "住建局");
  EXPECT_EQ(open.service_notice, text_field(""));
  EXPECT_EQ(text_in(open.requested_datetime), "2026-03-03T09:06:40+08:00");
  EXPECT_EQ(text_in(open.updated_datetime), "2026-03-03T11:06:40+08:00");
  EXPECT_EQ(open.expected_datetime, text_field(""));
  EXPECT_EQ(text_in(open.address), "east");
  EXPECT_EQ(open.address_id, number_field("330304005"));
  EXPECT_EQ(open.zipcode, text_field(""));
  EXPECT_EQ(open.lat, number_field("27.99"));
  EXPECT_EQ(open.long_, number_field("120.6"));
  EXPECT_EQ(text_in(open.media_url), "http://a.example/1.jpg");
  const auto xml = service_.get("/v2/requests/" + number + ".xml?api_key=xyz");
  EXPECT_EQ(xml.content_type, "text/xml; charset=utf-8");
  const auto same = read_requests(xml.body, Format::xml).value().front();
  EXPECT_EQ(write_requests({same}, Format::xml), write_requests({open}, Format::xml));
}

TEST_F(Open311Reads, ResolvedIsClosedAtThatTimeWithItsReply) {
  const auto number = reported("lamp");
  service_.step(issue(number), "accept", {});
  later(2h);
  service_.step(issue(number), "resolve", {{"outcome", "solved"}, {"reply", "换了灯泡"}});
  later(2h);
  service_.step(issue(number), "close", {});
  const RequestRecord closed = record(number, "?api_key=xyz");
  EXPECT_EQ(text_in(closed.status), "closed");
  EXPECT_EQ(text_in(closed.status_notes), "换了灯泡");
  EXPECT_EQ(text_in(closed.updated_datetime), "2026-03-03T11:06:40+08:00");
  EXPECT_EQ(text_in(record(number).status_notes), "已归档 closed");
}

TEST_F(Open311Reads, WithoutAKeyNoPersonalWordLeaves) {
  const auto number = reported("lamp",
                               "&address_string=SECRET-place&address_id=330304005"
                               "&description=SECRET-words&first_name=SECRET-name"
                               "&phone=SECRET-phone&email=SECRET@example.org"
                               "&media_url=http://SECRET.example/1.jpg");
  service_.step(issue(number), "accept", {});
  service_.step(issue(number), "resolve", {{"outcome", "solved"}, {"reply", "SECRET-reply"}});
  service_.settle();
  for (const std::string format : {".json", ".xml"}) {
    for (const std::string& path : {"/v2/requests/" + number, std::string("/v2/requests"),
                                    std::string("/v2/servicerequestupdates")}) {
      const auto said = service_.get(path + format);
      EXPECT_EQ(said.status, 200U);
      EXPECT_NE(said.body.find(number), std::string::npos);
      EXPECT_EQ(said.body.find("SECRET"), std::string::npos) << said.body;
    }
  }
  const RequestRecord shown = record(number);
  EXPECT_EQ(shown.description, text_field(""));
  EXPECT_EQ(text_in(shown.address), "潘桥街道, 瓯海区");
  EXPECT_TRUE(service_.reads().empty());
}

TEST_F(Open311Reads, WithAKeyWhoSomebodyIsStillDoesNotLeave) {
  const auto number = reported("lamp",
                               "&address_string=place&description=words&first_name=SECRET-name"
                               "&phone=SECRET-phone&email=SECRET@example.org&device_id=SECRET-d"
                               "&account_id=SECRET-a");
  for (const std::string format : {".json", ".xml"}) {
    const auto said = service_.get("/v2/requests/" + number + format + "?api_key=xyz");
    EXPECT_NE(said.body.find("words"), std::string::npos);
    EXPECT_EQ(said.body.find("SECRET"), std::string::npos) << said.body;
  }
}

TEST_F(Open311Reads, EveryReadOfWordsIsTakenDown) {
  const auto a = reported("lamp");
  const auto b = reported("hole");
  service_.settle();
  EXPECT_EQ(service_.get("/v2/requests/" + a + ".json?api_key=xyz").status, 200U);
  EXPECT_EQ(service_.get("/v2/requests.json?api_key=abc").status, 200U);
  const auto reads = service_.reads();
  ASSERT_EQ(reads.size(), 2U);
  EXPECT_EQ(reads[0].issues, std::vector<std::uint64_t>{issue(a)});
  EXPECT_EQ(reads[0].key, "app");
  EXPECT_EQ(reads[0].peer, "192.0.2.1");
  EXPECT_EQ(reads[1].issues, (std::vector<std::uint64_t>{issue(b), issue(a)}));
  EXPECT_EQ(reads[1].key, "other");
}

TEST_F(Open311Reads, WordsThatCannotBeTakenDownDoNotLeave) {
  const auto number = reported("lamp", "&address_string=x&description=SECRET");
  service_.settle();
  service_.take_down(false);
  for (const std::string& path : {"/v2/requests/" + number, std::string("/v2/requests"),
                                  std::string("/v2/servicerequestupdates")}) {
    if (path.ends_with("updates"))
      service_.post("/v2/servicerequestupdates.json",
                    "service_request_id=" + number +
                        "&update_id=1&status=OPEN&description=SECRET"
                        "&updated_datetime=2026-03-03T00:00:00Z");
    service_.settle();
    const auto said = service_.get(path + ".json?api_key=xyz");
    EXPECT_EQ(said.status, 503U);
    EXPECT_EQ(said.body.find("SECRET"), std::string::npos);
    EXPECT_EQ(service_.get(path + ".json").status, 200U);
  }
}

Config open_words() {
  Config out = Open311Service::plain_config();
  out.public_descriptions = true;
  return out;
}
class Open311Public : public Open311Reads {
 protected:
  Open311Public() : Open311Reads(open_words()) {}
};
TEST_F(Open311Public, DescriptionsLeaveWithoutAKeyAndAreTakenDown) {
  const auto number = reported("lamp", "&address_string=x&description=dark");
  EXPECT_EQ(text_in(record(number).description), "dark");
  ASSERT_EQ(service_.reads().size(), 1U);
}

TEST_F(Open311Reads, IssuesOfOtherChannelsAreNotThere) {
  const auto own = reported("lamp");
  const auto number = workflows::issue::format_number(service_.step(
      0, "report", {{"text", "by telephone"}, {"channel", "hotline"}, {"category", "lamp"}}));
  EXPECT_EQ(numbers(""), Texts{own});
  EXPECT_EQ(numbers("?service_request_id=" + number + "," + own), Texts{own});
  EXPECT_EQ(service_.get("/v2/requests/" + number + ".json?api_key=xyz").status, 404U);
  const auto update =
      service_.post("/v2/servicerequestupdates.json", "service_request_id=" + number +
                                                          "&update_id=1&status=OPEN&description=x"
                                                          "&updated_datetime=2026-03-03T00:00:00Z");
  EXPECT_EQ(update.status, 404U);
}

TEST_F(Open311Reads, RequestThatIsNotThereIsNotFound) {
  for (const std::string number : {"2601000000102", "1", "none"}) {
    const auto said = service_.get("/v2/requests/" + number + ".xml");
    EXPECT_EQ(said.status, 404U);
    const auto flaws = read_flaws(said.body, Format::xml).value();
    EXPECT_EQ(text_in(flaws.front().description),
              "service_request_id " + number + " was not found.");
  }
  EXPECT_EQ(service_.get("/v2/requests/.xml").status, 400U);
}

TEST_F(Open311Reads, NewestComesFirst) {
  const auto a = reported("lamp");
  later(1min);
  const auto b = reported("hole");
  later(1min);
  const auto c = reported("lamp");
  EXPECT_EQ(numbers(""), (Texts{c, b, a}));
  EXPECT_EQ(numbers("?service_code=lamp"), (Texts{c, a}));
  EXPECT_EQ(numbers("?service_code=lamp,hole"), (Texts{c, b, a}));
  EXPECT_EQ(numbers("?service_code=lamp&service_code=hole"), (Texts{c, b, a}));
  EXPECT_EQ(numbers("?service_code=none"), Texts{});
  EXPECT_EQ(numbers("?page_size=2"), (Texts{c, b}));
  EXPECT_EQ(numbers("?page_size=2&page=2"), Texts{a});
  EXPECT_EQ(numbers("?page_size=2&page=3"), Texts{});
}

TEST_F(Open311Reads, StatusIsAFilter) {
  const auto a = reported("lamp");
  later(1min);
  const auto b = reported("lamp");
  service_.step(issue(a), "withdraw", {});
  EXPECT_EQ(numbers("?status=closed"), Texts{a});
  EXPECT_EQ(numbers("?status=open"), Texts{b});
  EXPECT_EQ(numbers("?status=OPEN"), Texts{b});
  EXPECT_EQ(numbers("?status=open,closed"), (Texts{b, a}));
  EXPECT_EQ(numbers("?status="), (Texts{b, a}));
  EXPECT_EQ(error("?status=broken"), "400 status must be open or closed.");
}

TEST_F(Open311Reads, NumbersOverrideAllElse) {
  const auto a = reported("lamp");
  const auto b = reported("hole");
  EXPECT_EQ(numbers("?service_request_id=" + a + "," + b + "," + a + "&status=closed&page_size=0"),
            (Texts{a, b}));
  EXPECT_EQ(numbers("?service_request_id=123," + b), Texts{b});
  EXPECT_EQ(numbers("?service_request_id=none"), Texts{});
}

TEST_F(Open311Reads, DatesAreOfTheReport) {
  const auto old = reported("lamp");  // 2026-03-03T01:06:40Z
  later(24h * 100);
  const auto now = reported("lamp");  // 2026-06-11T01:06:40Z
  EXPECT_EQ(numbers(""), Texts{now}) << "the most recent 90 days";
  EXPECT_EQ(numbers("?start_date=2026-03-03T01:06:40Z"), Texts{old}) << "the 90 days after it";
  EXPECT_EQ(numbers("?end_date=2026-03-03T01:06:40Z"), Texts{old}) << "the 90 days before it";
  EXPECT_EQ(numbers("?start_date=2026-03-03T01:06:41Z"), Texts{});
  EXPECT_EQ(numbers("?end_date=2026-03-03T01:06:39Z"), Texts{});
  EXPECT_EQ(numbers("?start_date=2026-03-03T09:06:40+08:00&end_date=2026-03-04T00:00:00Z"),
            Texts{old});
  EXPECT_EQ(numbers("?start_date=2026-03-03T09:06:40 08:00"), Texts{old});
  EXPECT_EQ(numbers("?start_date=2026-03-03&end_date=2026-03-03"), Texts{old});
  EXPECT_EQ(numbers("?start_date=2026-03-03T01:06Z"), Texts{old});
  EXPECT_EQ(error("?start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z"),
            "400 start_date and end_date may span at most 90 days.");
  EXPECT_EQ(error("?start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z"),
            "400 end_date lies before start_date.");
  EXPECT_EQ(error("?start_date=yesterday"),
            "400 start_date must be a time in W3C format, like 2010-01-01T00:00:00Z.");
}

TEST_F(Open311Reads, ChangesAreAFilterToo) {
  const auto a = reported("lamp");
  later(1h);
  const auto b = reported("lamp");
  later(1h);
  service_.step(issue(a), "accept", {});
  EXPECT_EQ(numbers("?updated_after=2026-03-03T02:00:00Z"), (Texts{a, b}));
  EXPECT_EQ(numbers("?updated_after=2026-03-03T03:00:00Z"), Texts{a});
  EXPECT_EQ(numbers("?updated_before=2026-03-03T03:00:00Z"), Texts{b});
  later(24h * 365);
  EXPECT_EQ(numbers("?updated_after=2026-03-03T03:00:00Z"), Texts{a});
}

TEST_F(Open311Reads, PagesAreNumbersWithinReach) {
  EXPECT_EQ(error("?page=0"), "400 page must be a number from 1 to 10000.");
  EXPECT_EQ(error("?page_size=1001"), "400 page_size must be a number from 1 to 1000.");
  EXPECT_EQ(error("?page_size=x"), "400 page_size must be a number from 1 to 1000.");
  EXPECT_EQ(error("?page=100&page_size=1000"),
            "400 page and page_size reach at most 10000 requests; narrow start_date and end_date.");
}

TEST_F(Open311Reads, EmptyListIsADocument) {
  service_.settle();
  EXPECT_EQ(service_.get("/v2/requests.json").body, "[]");
  EXPECT_EQ(read_requests(service_.get("/v2/requests.xml").body, Format::xml)->size(), 0U);
}

}  // namespace
}  // namespace adapters::open311
