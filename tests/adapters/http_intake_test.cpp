// /v1/intake: what channels could not deal with, as those who may see it see it.
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "adapters/http/roles.hpp"
#include "tests/support/api_service.hpp"
#include "tests/support/held_letters.hpp"
#include "workflows/intake/intake.hpp"

namespace {

using adapters::http::Role;
using adapters::intake::Held;
using adapters::intake::Letter;
using adapters::intake::Reason;
using support::header;
using support::items;
using support::member;
using support::text;

struct IntakeApi : testing::Test {
  support::ApiService service;
  adapters::intake::Office office{service.writer(), [this] { return service.now(); }};
  std::map<std::string, std::string> tokens;

  void SetUp() override {
    as("op", Role::operator_);
    add(R"({"code":"D","name":"瓯海区","level":"district"})");
    add(R"({"code":"T1","name":"潘桥街道","level":"town","parent":"D"})");
    add(R"({"code":"T2","name":"丽岙街道","level":"town","parent":"D"})");
    as("clerk", Role::clerk);
  }
  void add(const std::string& body) {
    ASSERT_EQ(service.ask("POST", "/v1/areas", body).status, 201U) << body;
  }
  void as(const std::string& name, Role role, const std::string& area = "") {
    if (!tokens.contains(name)) tokens[name] = service.token(name, role, area);
    service.use(tokens[name]);
  }

  std::string held(const std::string& said, Reason reason = Reason::unplaced,
                   const std::string& channel = "onebot", const std::string& area = "") {
    Letter letter;
    letter.channel = channel;
    letter.reason = reason;
    letter.detail = "the group 123 is bound to no area";
    letter.path = "/onebot";
    letter.body = R"({"message":")" + said + "\"}";
    letter.headers = {{"X-Self-ID", "42"}};
    letter.said = said;
    letter.account = "10001";
    letter.area = area;
    EXPECT_EQ(support::hold(office, letter), Held::kept);
    std::string number;
    service.log()
        .read(engine::Position{0}, service.log().last(),
              [&](engine::Position, std::string_view bytes) {
                const auto stream = engine::log::RecordView(bytes).stream();
                if (stream.workflow == workflows::intake::workflow_id) {
                  number = workflows::intake::format_number(stream.number);
                }
                return true;
              })
        .value();
    return number;
  }
  support::ApiService::Response get(const std::string& path) { return service.ask("GET", path); }
  support::ApiService::Response post(const std::string& path, const std::string& body,
                                     support::ApiService::Fields headers = {}) {
    return service.ask("POST", path, body, std::move(headers));
  }
};

TEST_F(IntakeApi, shows_a_letter_as_it_came) {
  const auto number = held("路灯不亮");
  const auto shown = get("/v1/intake/" + number);
  ASSERT_EQ(shown.status, 200U) << shown.body;
  EXPECT_EQ(text(shown, "/stage"), "held");
  EXPECT_EQ(text(shown, "/reason"), "unplaced");
  EXPECT_EQ(text(shown, "/reason_zh"), "无法归属");
  EXPECT_EQ(text(shown, "/said"), "路灯不亮");
  EXPECT_EQ(text(shown, "/body"), R"({"message":"路灯不亮"})");
  EXPECT_EQ(text(shown, "/headers/0/0"), "X-Self-ID");
  EXPECT_EQ(text(shown, "/steps/0/fact"), "letter_held");
  EXPECT_EQ(header(shown, "ETag"), "\"1\"");
}

TEST_F(IntakeApi, takes_down_who_read_a_letter) {
  const auto number = held("路灯不亮");
  service.settle();
  service.reads();
  get("/v1/intake/" + number);
  auto reads = service.reads();
  ASSERT_EQ(reads.size(), 1U);
  EXPECT_EQ(reads[0].token, "clerk");
  EXPECT_EQ(reads[0].what, "letter " + number);
  get("/v1/intake");
  reads = service.reads();
  ASSERT_EQ(reads.size(), 1U);
  EXPECT_EQ(reads[0].what, "letters " + number);
  service.take_down(false);
  EXPECT_EQ(get("/v1/intake/" + number).status, 503U);
  EXPECT_EQ(get("/v1/intake").status, 503U);
}

TEST_F(IntakeApi, withholds_words_from_those_who_may_only_look) {
  const auto number = held("路灯不亮");
  service.settle();
  for (const auto& [name, role] :
       {std::pair{"auditor", Role::auditor}, std::pair{"op", Role::operator_}}) {
    as(name, role);
    const auto shown = get("/v1/intake/" + number);
    ASSERT_EQ(shown.status, 200U);
    EXPECT_EQ(text(shown, "/said/withheld"), "true");
    EXPECT_EQ(shown.body.find("路灯"), std::string::npos);
    const auto list = get("/v1/intake");
    EXPECT_EQ(text(list, "/items/0/first_words/withheld"), "true");
    EXPECT_EQ(list.body.find("路灯"), std::string::npos);
    EXPECT_EQ(post("/v1/intake/" + number + "/drop", R"({"reason":"广告"})").status, 403U);
    EXPECT_EQ(post("/v1/intake/" + number + "/accept", "{}").status, 403U);
  }
  EXPECT_EQ(service.reads().size(), 0U);
  for (const auto& [name, role] :
       {std::pair{"liaison", Role::liaison}, std::pair{"adapter", Role::adapter}}) {
    as(name, role);
    EXPECT_EQ(get("/v1/intake/" + number).status, 403U);
    EXPECT_EQ(get("/v1/intake").status, 403U);
    EXPECT_EQ(post("/v1/intake/" + number + "/accept", "{}").status, 403U);
  }
}

TEST_F(IntakeApi, lists_and_filters) {
  const auto first = held("一", Reason::unplaced);
  const auto second = held("二", Reason::unreadable);
  const auto third = held("三", Reason::call_back, "hotline");
  ASSERT_EQ(post("/v1/intake/" + second + "/drop", R"({"reason":"广告"})").status, 200U);
  service.settle();
  const auto numbers = [&](const std::string& query) {
    std::string out;
    const auto page = get("/v1/intake" + query);
    EXPECT_EQ(page.status, 200U) << page.body;
    for (std::size_t i = 0; i < items(page, "/items").size(); ++i) {
      out += text(page, "/items/" + std::to_string(i) + "/number") + " ";
    }
    return out;
  };
  EXPECT_EQ(numbers("?order=asc"), first + " " + second + " " + third + " ");
  EXPECT_EQ(numbers("?reason=call_back"), third + " ");
  EXPECT_EQ(numbers("?channel=onebot&stage=held"), first + " ");
  EXPECT_EQ(numbers("?stage=dropped"), second + " ");
  const auto page = get("/v1/intake?order=asc&limit=2&count=true");
  EXPECT_EQ(text(page, "/count"), "3");
  EXPECT_EQ(numbers("?order=asc&limit=2&cursor=" + text(page, "/next")), third + " ");
  EXPECT_EQ(text(page, "/items/0/first_words"), "一");
  EXPECT_EQ(text(page, "/items/0/detail"), "the group 123 is bound to no area");
  EXPECT_EQ(get("/v1/intake?reason=nonsense").status, 400U);
}

TEST_F(IntakeApi, makes_an_issue_of_a_letter) {
  const auto number = held("路灯不亮");
  const auto answer =
      post("/v1/intake/" + number + "/accept", R"({"area":"T1","title":"灯","note":"电话问过"})");
  ASSERT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(text(answer, "/letter"), number);
  EXPECT_EQ(text(answer, "/stage"), "reported");
  const auto issue = get("/v1/issues/" + text(answer, "/number"));
  EXPECT_EQ(header(answer, "Location"), "/v1/issues/" + text(answer, "/number"));
  EXPECT_EQ(text(issue, "/text"), "路灯不亮");
  EXPECT_EQ(text(issue, "/channel"), "qq");
  EXPECT_EQ(text(issue, "/area"), "T1");
  const auto history = get("/v1/issues/" + text(answer, "/number") + "/history");
  EXPECT_EQ(text(history, "/steps/0/details/account"), "10001");
  const auto letter = get("/v1/intake/" + number);
  EXPECT_EQ(text(letter, "/stage"), "admitted");
  EXPECT_EQ(text(letter, "/issue"), text(answer, "/number"));
  EXPECT_EQ(text(letter, "/note"), "电话问过");
  const auto again = post("/v1/intake/" + number + "/accept", "{}");
  EXPECT_EQ(again.status, 409U);
  EXPECT_EQ(text(again, "/code"), "not_at_this_stage");
  EXPECT_EQ(text(again, "/letter"), number);
  const auto both = post("/v1/intake/" + number + "/accept", R"({"area":"T9"})");
  ASSERT_EQ(items(both, "/refused").size(), 2U) << "both are wrong: " << both.body;
  EXPECT_EQ(text(both, "/refused/1/code"), "not_at_this_stage");
}

TEST_F(IntakeApi, makes_one_issue_under_one_key) {
  const auto number = held("路灯不亮");
  const support::ApiService::Fields key{{"Idempotency-Key", "k1"}};
  const auto path = "/v1/intake/" + number + "/accept";
  const auto first = post(path, R"({"area":"T1"})", key);
  const auto again = post(path, R"({"area":"T1"})", key);
  EXPECT_EQ(text(first, "/number"), text(again, "/number"));
  EXPECT_EQ(header(again, "Idempotent-Replayed"), "true");
}

TEST_F(IntakeApi, writes_nothing_where_the_report_is_refused) {
  const auto number = held("路灯不亮");
  const auto last = service.log().last();
  const auto unknown = post("/v1/intake/" + number + "/accept", R"({"area":"T9"})");
  EXPECT_EQ(unknown.status, 422U) << unknown.body;
  EXPECT_EQ(text(unknown, "/code"), "unknown_code");
  ASSERT_EQ(items(unknown, "/errors").size(), 1U) << unknown.body;
  EXPECT_EQ(text(unknown, "/errors/0/pointer"), "/area") << "that there is no issue goes unsaid";
  EXPECT_EQ(text(unknown, "/refused"), "null") << unknown.body;
  EXPECT_EQ(post("/v1/intake/" + number + "/accept", R"({"no such":1})").status, 422U);
  EXPECT_EQ(post("/v1/intake/" + number + "/drop", "{}").status, 422U);
  EXPECT_EQ(post("/v1/intake/" + number + "/drop", R"({"reason":" "})").status, 409U);
  EXPECT_EQ(
      post("/v1/intake/" + number + "/drop", R"({"reason":"x"})", {{"If-Match", "\"7\""}}).status,
      412U);
  EXPECT_EQ(service.log().last(), last);
  EXPECT_EQ(text(get("/v1/intake/" + number), "/stage"), "held");
}

TEST_F(IntakeApi, asks_for_a_text_where_the_letter_has_none) {
  const auto number = held("", Reason::call_back, "hotline");
  const auto no = post("/v1/intake/" + number + "/accept", R"({"area":"T1"})");
  EXPECT_EQ(no.status, 422U);
  EXPECT_EQ(text(no, "/errors/0/pointer"), "/text") << no.body;
  const auto yes = post("/v1/intake/" + number + "/accept", R"({"area":"T1","text":"水管漏水"})");
  ASSERT_EQ(yes.status, 200U) << yes.body;
  const auto history = get("/v1/issues/" + text(yes, "/number") + "/history");
  EXPECT_EQ(text(history, "/steps/0/details/phone"), "10001");
}

TEST_F(IntakeApi, keeps_those_with_an_area_to_it) {
  const auto here = held("一", Reason::call_back, "hotline", "T1");
  const auto there = held("二", Reason::call_back, "hotline", "T2");
  const auto nowhere = held("三");
  service.settle();
  as("t1", Role::clerk, "T1");
  EXPECT_EQ(get("/v1/intake/" + here).status, 200U);
  EXPECT_EQ(get("/v1/intake/" + there).status, 403U);
  EXPECT_EQ(get("/v1/intake/" + nowhere).status, 403U);
  EXPECT_EQ(items(get("/v1/intake"), "/items").size(), 1U);
  EXPECT_EQ(post("/v1/intake/" + there + "/drop", R"({"reason":"x"})").status, 403U);
  EXPECT_EQ(post("/v1/intake/" + here + "/accept", R"({"area":"T2"})").status, 403U);
  EXPECT_EQ(post("/v1/intake/" + here + "/accept", R"({"area":"T1"})").status, 200U);
}

TEST_F(IntakeApi, knows_no_letter_of_another_number) {
  EXPECT_EQ(get("/v1/intake/1").status, 404U);
  EXPECT_EQ(get("/v1/intake/26010000000107").status, 404U);
  EXPECT_EQ(post("/v1/intake/26010000000107/drop", R"({"reason":"x"})").status, 404U);
  EXPECT_EQ(service.ask("POST", "/v1/intake", "{}").status, 405U);
}

TEST_F(IntakeApi, tells_of_letters_in_the_feed_without_their_words) {
  const auto number = held("路灯不亮");
  const auto feed = get("/v1/events?after=0&workflow=letter&words=true");
  ASSERT_EQ(feed.status, 200U);
  const auto told = feed.stream->next();
  ASSERT_TRUE(told.has_value());
  EXPECT_NE(told->find("event: letter_held"), std::string::npos) << *told;
  EXPECT_NE(told->find(number), std::string::npos);
  EXPECT_EQ(told->find("路灯"), std::string::npos);
  as("liaison", Role::liaison);
  const auto other = get("/v1/events?after=0");
  const auto silent = other.stream->next();
  ASSERT_TRUE(silent.has_value());
  EXPECT_EQ(silent->find("letter_held"), std::string::npos) << *silent;
}

}  // namespace
