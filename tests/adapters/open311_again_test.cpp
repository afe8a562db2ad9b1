// Letters of Open311's: a request that can be read by now.
#include <future>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/open311_service.hpp"

namespace {

using adapters::intake::Again;
using adapters::intake::Letter;

struct Open311Again : testing::Test {
  support::Open311Service service;

  void SetUp() override { service.furnish(); }
  static Letter letter(const std::string& body) {
    Letter out;
    out.channel = "open311";
    out.reason = adapters::intake::Reason::unreadable;
    out.detail = "the form is torn";
    out.path = "/open311/v2/requests.xml";
    out.query = {{"jurisdiction_id", "ouhai"}};
    out.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    out.body = body;
    out.id = "letter/26010000000107";
    return out;
  }
  Again again(const Letter& letter) {
    std::promise<Again> came;
    service.gateway().take_again(letter, [&](Again what) { came.set_value(std::move(what)); });
    return came.get_future().get();
  }
};

constexpr const char* good =
    "api_key=xyz&service_code=lamp&address_string=a&description=the+lamp+is+out";

TEST_F(Open311Again, becomes_one_issue_where_it_can_be_read) {
  const Again first = again(letter(good));
  ASSERT_EQ(first.ending, Again::Ending::recorded) << first.why;
  EXPECT_EQ(again(letter(good)).issue, first.issue);
  auto other = letter(good);
  other.id = "letter/26010000000204";
  EXPECT_NE(again(other).issue, first.issue);
}

TEST_F(Open311Again, stays_where_its_key_is_not_good_or_it_cannot_be_read) {
  const auto why = [&](const Letter& it) {
    const Again came = again(it);
    EXPECT_EQ(came.ending, Again::Ending::stays);
    return came.why;
  };
  EXPECT_NE(why(letter("service_code=lamp&address_string=a")).find("not kept"), std::string::npos);
  EXPECT_NE(why(letter("api_key=no&service_code=lamp&address_string=a")).find("not good"),
            std::string::npos);
  EXPECT_NE(why(letter("api_key=xyz&service_code=009&address_string=a")).find("009"),
            std::string::npos);
  EXPECT_FALSE(why(letter("api_key=xyz&description=%ff%fe")).empty());
  auto elsewhere = letter(good);
  elsewhere.query.clear();
  EXPECT_NE(why(elsewhere).find("jurisdiction"), std::string::npos);
  auto update = letter(good);
  update.path = "/open311/v2/servicerequestupdates.xml";
  EXPECT_NE(why(update).find("only a request"), std::string::npos);
}

}  // namespace
