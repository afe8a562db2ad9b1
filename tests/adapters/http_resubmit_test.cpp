// POST /v1/intake/{no}/resubmit: a letter to its channel again, and closed with what it became.
#include <string>

#include <gtest/gtest.h>

#include "adapters/http/roles.hpp"
#include "tests/support/api_service.hpp"
#include "tests/support/held_letters.hpp"
#include "workflows/intake/intake.hpp"

namespace {

using adapters::http::Role;
using adapters::intake::Again;
using adapters::intake::Letter;
using support::header;
using support::items;
using support::text;
using Response = support::ApiService::Response;

struct Resubmit : testing::Test {
  support::ApiService service;
  adapters::intake::Office office{service.writer(), [this] { return service.now(); }};
  std::vector<Letter> handed_in;
  engine::Instant came_at{};
  std::string by;

  void SetUp() override {
    service.use(service.token("op", Role::operator_));
    for (const char* body : {R"({"code":"D","name":"瓯海区","level":"district"})",
                             R"({"code":"T1","name":"潘桥街道","level":"town","parent":"D"})"}) {
      ASSERT_EQ(service.ask("POST", "/v1/areas", body).status, 201U);
    }
    service.use(service.token("clerk", Role::clerk));
  }

  std::string held(const std::string& area = "", bool cut = false) {
    Letter letter;
    letter.channel = "onebot";
    letter.reason = adapters::intake::Reason::unverified;
    letter.detail = "X-Signature is not that of the body";
    letter.path = "/onebot";
    letter.body = cut ? std::string(adapters::intake::letter_bytes_max + 1, 'x') : "{}";
    letter.said = "路灯不亮" + std::to_string(++letters);
    letter.area = area;
    letter.id = "m" + std::to_string(letters);
    EXPECT_EQ(support::hold(office, letter), adapters::intake::Held::kept);
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
  // A channel that makes a report of every letter, under the letter's id.
  void channel_takes() {
    service.hand_in = [this](Letter letter, engine::Instant at, std::string who, auto done) {
      handed_in.push_back(letter);
      came_at = at;
      by = std::move(who);
      auto made = workflows::issue::schema().compose(
          *workflows::issue::schema().by_verb("report"),
          engine::schema::Value(engine::schema::Object{{"text", letter.said}, {"channel", "qq"}}));
      engine::writer::Submission submission{"chat:qq", letter.id, {"chat:qq", ""}, {}};
      auto& step = submission.steps.emplace_back();
      step.workflow = workflows::issue::workflow_id;
      step.stream = {step.workflow, 0};
      step.verb = workflows::issue::schema().by_verb("report")->type;
      step.body = std::move(made.composed.value().body);
      step.personal = std::move(made.composed->personal);
      service.writer().submit(std::move(submission), [done](engine::writer::Answer answer) {
        done(adapters::intake::became(std::get<engine::writer::Recorded>(answer).stream.number));
      });
    };
  }
  void channel_says(Again again) {
    service.hand_in = [again](const Letter&, engine::Instant, const std::string&,
                              const auto& done) { done(again); };
  }
  Response resubmit(const std::string& number, const std::string& body = "",
                    support::ApiService::Fields headers = {}) {
    return service.ask("POST", "/v1/intake/" + number + "/resubmit", body, std::move(headers));
  }
  Response letter(const std::string& number) { return service.ask("GET", "/v1/intake/" + number); }
  std::size_t issues() {
    service.settle();
    return items(service.ask("GET", "/v1/issues"), "/items").size();
  }

  int letters = 0;
};

TEST_F(Resubmit, hands_the_letter_in_as_it_came_and_closes_it) {
  const auto number = held();
  const auto came = service.now();
  service.at(came + std::chrono::hours(30));
  channel_takes();
  const auto answer = resubmit(number, R"({"on_behalf_of":"潘洁"})");
  ASSERT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(text(answer, "/letter"), number);
  EXPECT_EQ(text(answer, "/stage"), "reported");
  EXPECT_EQ(header(answer, "Location"), "/v1/issues/" + text(answer, "/number"));
  EXPECT_EQ(header(answer, "ETag"), "\"1\"") << "the issue's";
  ASSERT_EQ(handed_in.size(), 1U);
  EXPECT_EQ(handed_in[0].body, "{}");
  EXPECT_EQ(handed_in[0].path, "/onebot");
  EXPECT_EQ(handed_in[0].id, "letter/" + number);
  EXPECT_EQ(came_at, came);
  EXPECT_EQ(by, "clerk");
  const auto closed = letter(number);
  EXPECT_EQ(text(closed, "/stage"), "admitted");
  EXPECT_EQ(text(closed, "/issue"), text(answer, "/number"));
  EXPECT_EQ(text(closed, "/steps/1/actor"), "clerk");
  EXPECT_EQ(text(closed, "/steps/1/on_behalf_of"), "潘洁");
}

TEST_F(Resubmit, is_done_once) {
  const auto number = held();
  channel_takes();
  const support::ApiService::Fields key{{"Idempotency-Key", "k"}};
  const auto first = resubmit(number, "", key);
  ASSERT_EQ(first.status, 200U) << first.body;
  const auto again = resubmit(number, "", key);
  EXPECT_EQ(again.status, 200U);
  EXPECT_EQ(header(again, "Idempotent-Replayed"), "true");
  EXPECT_EQ(text(again, "/number"), text(first, "/number"));
  const auto other = resubmit(number);
  EXPECT_EQ(other.status, 409U);
  EXPECT_EQ(text(other, "/code"), "not_at_this_stage");
  EXPECT_EQ(text(other, "/stage"), "admitted");
  EXPECT_EQ(text(other, "/issue"), text(first, "/number")) << "what it has become";
  EXPECT_EQ(handed_in.size(), 1U) << "what is closed is not handed in";
  EXPECT_EQ(issues(), 1U);
}

TEST_F(Resubmit, loses_and_doubles_nothing_where_it_ended_in_between) {
  const auto number = held();
  channel_takes();
  // The channel has recorded it, and there the process ended.
  std::uint64_t issue = 0;
  const auto takes = service.hand_in;
  Letter as_read;
  as_read.said = "路灯不亮1";
  as_read.id = "letter/" + number;
  std::mutex mutex;
  std::condition_variable changed;
  takes(as_read, service.now(), "clerk", [&](const Again& again) {
    const std::lock_guard lock(mutex);
    issue = again.issue;
    changed.notify_one();
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return issue != 0; });
  }
  EXPECT_EQ(text(letter(number), "/stage"), "held");
  const auto answer = resubmit(number);
  ASSERT_EQ(answer.status, 200U) << answer.body;
  EXPECT_EQ(text(answer, "/number"), workflows::issue::format_number(issue));
  EXPECT_EQ(issues(), 1U);
}

TEST_F(Resubmit, hands_nothing_in_under_a_key_that_is_another_commands) {
  const auto number = held();
  const auto other = held();
  channel_takes();
  const support::ApiService::Fields key{{"Idempotency-Key", "k"}};
  ASSERT_EQ(resubmit(other, "", key).status, 200U);
  const auto no = resubmit(number, "", key);
  EXPECT_EQ(no.status, 422U) << no.body;
  EXPECT_EQ(text(no, "/code"), "reused_id");
  EXPECT_EQ(handed_in.size(), 1U);
  EXPECT_EQ(text(letter(number), "/stage"), "held");
}

TEST_F(Resubmit, leaves_what_the_channel_does_not_take_held_and_says_why) {
  const auto number = held();
  channel_says(adapters::intake::stays("the group 123 is bound to no area"));
  const auto last = service.log().last();
  const auto no = resubmit(number);
  EXPECT_EQ(no.status, 409U) << no.body;
  EXPECT_EQ(text(no, "/code"), "still_held");
  EXPECT_NE(text(no, "/detail").find("bound to no area"), std::string::npos) << no.body;
  EXPECT_EQ(text(no, "/letter"), number);
  channel_says(adapters::intake::not_now("too much waits"));
  const auto later = resubmit(number);
  EXPECT_EQ(later.status, 503U);
  EXPECT_NE(header(later, "Retry-After"), "");
  EXPECT_EQ(service.log().last(), last);
  EXPECT_EQ(text(letter(number), "/stage"), "held");
}

TEST_F(Resubmit, of_a_letter_that_was_not_kept_whole_is_no_use) {
  const auto number = held("", true);
  channel_takes();
  const auto no = resubmit(number);
  EXPECT_EQ(no.status, 409U) << no.body;
  EXPECT_EQ(text(no, "/code"), "still_held");
  EXPECT_NE(text(no, "/detail").find("not kept whole"), std::string::npos) << no.body;
  EXPECT_TRUE(handed_in.empty());
}

TEST_F(Resubmit, of_what_was_dropped_is_refused) {
  const auto number = held();
  channel_takes();
  ASSERT_EQ(service.ask("POST", "/v1/intake/" + number + "/drop", R"({"reason":"广告"})").status,
            200U);
  const auto no = resubmit(number);
  EXPECT_EQ(no.status, 409U);
  EXPECT_EQ(text(no, "/code"), "not_at_this_stage");
  EXPECT_TRUE(handed_in.empty());
}

TEST_F(Resubmit, minds_what_was_seen_and_what_is_asked) {
  const auto number = held();
  channel_takes();
  EXPECT_EQ(resubmit(number, "", {{"If-Match", "\"7\""}}).status, 412U);
  const auto more = resubmit(number, R"({"area":"T1"})");
  EXPECT_EQ(more.status, 422U);
  EXPECT_EQ(text(more, "/errors/0/pointer"), "/area");
  EXPECT_EQ(resubmit(number, "[]").status, 422U);
  EXPECT_EQ(resubmit("26010000000204").status, 404U) << "there is no such letter";
  EXPECT_EQ(resubmit("1").status, 404U);
  EXPECT_TRUE(handed_in.empty());
  EXPECT_EQ(resubmit(number, "", {{"If-Match", "\"1\""}}).status, 200U);
}

TEST_F(Resubmit, is_for_those_who_may) {
  const auto number = held();
  const auto there = held("D");
  channel_says(adapters::intake::stays("no"));
  for (const Role role : {Role::adapter, Role::liaison, Role::auditor}) {
    service.use(service.token(std::string(adapters::http::role_name(role)), role));
    EXPECT_EQ(resubmit(number).status, 403U);
  }
  service.use(service.token("op2", Role::operator_));
  EXPECT_EQ(text(resubmit(number), "/code"), "still_held");
  service.use(service.token("t1", Role::supervisor, "T1"));
  EXPECT_EQ(text(resubmit(there), "/code"), "outside_area");
  EXPECT_EQ(text(resubmit(held("T1")), "/code"), "still_held");
}

}  // namespace
