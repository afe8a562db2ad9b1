// Updates of requests, in both directions.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "adapters/open311/documents.hpp"
#include "tests/support/open311_service.hpp"

namespace adapters::open311 {
namespace {

using namespace std::chrono_literals;
using support::Open311Service;

class Open311Updates : public ::testing::Test {
 protected:
  Open311Updates() { service_.furnish(); }

  std::uint64_t issue(const std::string& number) {
    return workflows::issue::parse_number(number).value();
  }
  std::vector<Update> updates(const std::string& query, const std::string& format = ".json") {
    service_.settle();
    const auto said = service_.get("/v2/servicerequestupdates" + format + query);
    EXPECT_EQ(said.status, 200U) << said.body;
    const auto out = read_updates(said.body, format == ".json" ? Format::json : Format::xml);
    if (!out) ADD_FAILURE() << said.body;
    return out ? *out : std::vector<Update>{};
  }
  http::Response update(const std::string& number, const std::string& more,
                        const std::string& rest = "&updated_datetime=2026-03-03T00:00:00Z") {
    return service_.post("/v2/servicerequestupdates.json",
                         "service_request_id=" + number + more + rest);
  }

  Open311Service service_;
};

TEST_F(Open311Updates, AreWhatHappenedSinceInOrder) {
  const auto number = service_.reported("lamp");
  service_.later(1h);
  service_.step(issue(number), "accept", {});
  service_.later(1h);
  service_.step(issue(number), "hand_over", {{"department", "D1"}});
  service_.step(issue(number), "sign", {});
  service_.later(1h);
  service_.step(issue(number), "resolve", {{"outcome", "solved"}, {"reply", "换了灯泡"}});
  const auto all = updates("?api_key=xyz");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(text_in(all[0].update_id), number + "-2");
  EXPECT_EQ(text_in(all[0].service_request_id), number);
  EXPECT_EQ(text_in(all[0].status), "open");
  EXPECT_EQ(text_in(all[0].updated_datetime), "2026-03-03T10:06:40+08:00");
  EXPECT_EQ(text_in(all[0].description), "受理 accepted");
  EXPECT_EQ(text_in(all[1].description), "交办 handed_over: 住建局");
  EXPECT_EQ(text_in(all[3].status), "closed");
  EXPECT_EQ(text_in(all[3].description), "换了灯泡");
  EXPECT_EQ(text_in(updates("")[3].description), "办结 resolved");
  const auto xml = updates("?api_key=xyz", ".xml");
  EXPECT_EQ(write_updates(xml, Format::xml), write_updates(all, Format::xml));
  EXPECT_EQ(updates("?start_date=2026-03-03T03:30:00Z").size(), 1U);
  EXPECT_EQ(updates("?end_date=2026-03-03T02:30:00Z").size(), 1U);
  EXPECT_EQ(updates("?start_date=2026-03-03T02:30:00Z&end_date=2026-03-03T03:30:00Z").size(), 2U);
  EXPECT_EQ(service_.get("/v2/requests/updates.json").body,
            service_.get("/v2/servicerequestupdates.json").body);
}

TEST_F(Open311Updates, FromAClientSupplementTheIssueOnce) {
  const auto number = service_.reported("lamp");
  const std::string more = "&update_id=77&status=OPEN&description=still+dark&account_id=5";
  const auto said = update(number, more);
  ASSERT_EQ(said.status, 200U) << said.body;
  const auto receipt = read_updates(said.body, Format::json).value().front();
  EXPECT_EQ(text_in(receipt.update_id), number + "-2");
  EXPECT_EQ(text_in(receipt.account_id), "5");
  EXPECT_FALSE(receipt.description);
  const auto facts = service_.log().last();
  EXPECT_EQ(update(number, more).body, said.body);
  EXPECT_EQ(service_.log().last(), facts);
  EXPECT_EQ(update(number, "&update_id=77&status=OPEN&description=other").status, 400U);
  EXPECT_EQ(service_.log().last(), facts);
  const auto all = updates("?api_key=xyz");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(text_in(all[0].description), "still dark");
  EXPECT_EQ(all[0].update_id, receipt.update_id) << "so that its client knows it again";
}

TEST_F(Open311Updates, ThatSayClosedAreWordsAndNoStep) {
  const auto number = service_.reported("lamp");
  EXPECT_EQ(update(number, "&update_id=1&status=fixed&description=works").status, 200U);
  const auto shown = service_.get("/v2/requests/" + number + ".json");
  EXPECT_EQ(text_in(read_requests(shown.body, Format::json)->front().status), "open");
}

TEST_F(Open311Updates, ThatAreForTheOfficeAreRefused) {
  const auto number = service_.reported("lamp");
  const auto facts = service_.log().last();
  for (const std::string status : {"IN_PROGRESS", "REOPEN", "DUPLICATE", "%3Cx%3E"}) {
    const auto said = update(number, "&update_id=1&description=x&status=" + status);
    EXPECT_EQ(said.status, 400U);
    EXPECT_NE(said.body.find("is for the office to set"), std::string::npos) << said.body;
  }
  service_.step(issue(number), "withdraw", {});
  const auto ended = update(number, "&update_id=2&description=x&status=OPEN");
  EXPECT_EQ(ended.status, 400U);
  EXPECT_NE(ended.body.find("withdrawn"), std::string::npos) << ended.body;
  EXPECT_EQ(service_.log().last(), engine::Position{facts.value + 1});
}

TEST_F(Open311Updates, EveryFlawIsToldAtOnce) {
  const auto said = service_.post("/v2/servicerequestupdates.json", "updated_datetime=today");
  EXPECT_EQ(said.status, 400U);
  EXPECT_EQ(read_flaws(said.body, Format::json)->size(), 5U) << said.body;
  EXPECT_EQ(update("123", "&update_id=1&status=OPEN&description=x").status, 404U);
  EXPECT_EQ(update("2601000000102", "&update_id=1&status=OPEN&description=x").status, 404U);
}

}  // namespace
}  // namespace adapters::open311
