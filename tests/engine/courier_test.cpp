#include "engine/outbox/courier.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "engine/outbox/by_hand.hpp"
#include "tests/support/sent_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::outbox;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kinds = std::vector<std::string>;

constexpr Instant noon = from_ms(1'750'000'000'000);
constexpr Rate any_rate{1'000, 1'000};

class CourierAtWork : public testing::Test {
 protected:
  void open(Retry retry = {}) {
    std::vector<Route> routes;
    routes.push_back({"qq", qq.carrier(), qq_rate, 4});
    routes.push_back({"hook", hook.carrier(), any_rate, 4});
    courier = std::make_unique<Courier>(
        sent.log(), Outbox::open(file(), sent.log(), now).value(), support::SentLog::plan,
        std::move(routes), [this] { return chance; }, [this] { ++rings; }, retry);
  }
  std::filesystem::path file() const { return folder.path() / file_name; }

  // Works until nothing is left to do at this time.
  std::optional<Instant> work() {
    auto next = courier->work(now);
    while (next && *next <= now) next = courier->work(now);
    return next;
  }
  void answer(support::Hands& hands, Ending ending, std::optional<seconds> wait = {}) {
    hands.take().done({ending, "why", wait});
  }
  State state_of(std::int64_t id) { return find(file(), id).value().state; }

  support::TemporaryFolder folder;
  support::SentLog sent;
  support::Hands qq, hook;
  Rate qq_rate = any_rate;
  Instant now = noon;
  double chance = 1;
  std::atomic<int> rings{0};
  std::unique_ptr<Courier> courier;
};

TEST_F(CourierAtWork, carries_what_facts_ask_for_once_each_and_in_order) {
  open();
  for (const char* fact : {"qq a 1", "", "qq a 2", "hook h 3"}) sent.say(fact);
  work();
  EXPECT_EQ(qq.kinds(), Kinds{"1"});
  EXPECT_EQ(hook.kinds(), Kinds{"3"});
  answer(qq, Ending::sent);
  work();
  EXPECT_EQ(qq.kinds(), Kinds{"2"});
  answer(qq, Ending::sent);
  answer(hook, Ending::sent);
  work();
  EXPECT_EQ(qq.count() + hook.count(), 0u);
  const CourierState state = courier->state();
  EXPECT_EQ(state.position.value, 4u);
  EXPECT_EQ(state.waiting, 0u);
  ASSERT_EQ(state.routes.size(), 2u);
  EXPECT_EQ(state.routes[0].sent, 2u);
  EXPECT_EQ(state.routes[1].sent, 1u);
}

TEST_F(CourierAtWork, rings_when_a_carrier_answers) {
  open();
  sent.say("qq a 1");
  work();
  const int before = rings;
  answer(qq, Ending::sent);
  EXPECT_EQ(rings, before + 1);
}

TEST_F(CourierAtWork, tries_again_after_a_wait_that_doubles) {
  open();
  sent.say("qq a 1");
  work();
  for (const int wait : {5, 10, 20}) {
    answer(qq, Ending::later);
    const auto next = work();
    EXPECT_EQ(qq.count(), 0u);
    ASSERT_TRUE(next);
    now += seconds(wait) - milliseconds(1);
    work();
    EXPECT_EQ(qq.count(), 0u) << wait;
    now += milliseconds(1);
    work();
    EXPECT_EQ(qq.count(), 1u) << wait;
  }
  EXPECT_EQ(courier->state().routes[0].trouble, "why");
  EXPECT_EQ(courier->state().routes[0].trouble_since, noon);
  answer(qq, Ending::sent);
  work();
  EXPECT_EQ(courier->state().routes[0].trouble, "");
}

TEST(CourierWait, doubles_up_to_an_hour_and_is_spread_by_chance) {
  const Retry retry;
  EXPECT_EQ(wait_after(1, retry, 0), milliseconds(2'500));
  EXPECT_EQ(wait_after(1, retry, 1), seconds(5));
  EXPECT_EQ(wait_after(4, retry, 1), seconds(40));
  EXPECT_EQ(wait_after(1'000'000, retry, 1), hours(1));
}

TEST_F(CourierAtWork, waits_as_long_as_the_other_side_asks_but_not_for_ever) {
  open();
  sent.say("qq a 1");
  work();
  answer(qq, Ending::later, seconds(120));
  work();
  EXPECT_EQ(find(file(), 1)->next_at, noon + seconds(120));
  now += seconds(120);
  work();
  answer(qq, Ending::later, seconds(9'999'999));
  work();
  EXPECT_EQ(find(file(), 1)->next_at, now + asked_wait_max);
}

TEST_F(CourierAtWork, gives_up_after_so_many_tries_and_goes_on_with_the_next) {
  Retry retry;
  retry.attempts_max = 3;
  open(retry);
  sent.say("qq a 1");
  sent.say("qq a 2");
  for (int i = 0; i < 3; ++i) {
    work();
    ASSERT_EQ(qq.kinds(), Kinds{"1"});
    answer(qq, Ending::later);
    work();
    now += hours(1);
  }
  EXPECT_EQ(state_of(1), State::failed);
  EXPECT_EQ(find(file(), 1)->attempts, 3u);
  work();
  EXPECT_EQ(qq.kinds(), Kinds{"2"});
}

TEST_F(CourierAtWork, gives_up_what_has_waited_for_days_at_its_next_try) {
  open();
  sent.say("qq a 1");
  work();
  now += Retry{}.give_up_after + seconds(1);
  answer(qq, Ending::later);
  work();
  EXPECT_EQ(state_of(1), State::failed);
}

TEST_F(CourierAtWork, writes_down_every_kind_of_ending) {
  open();
  const std::vector<std::pair<Ending, State>> endings{{Ending::sent, State::sent},
                                                      {Ending::never, State::failed},
                                                      {Ending::doubtful, State::doubtful},
                                                      {Ending::needless, State::dropped}};
  std::int64_t id = 0;
  for (const auto& [ending, state] : endings) {
    sent.say("qq a x");
    work();
    answer(qq, ending);
    work();
    EXPECT_EQ(state_of(++id), state);
  }
  EXPECT_EQ(courier->state().failed, 1u);
  EXPECT_EQ(courier->state().doubtful, 1u);
}

TEST_F(CourierAtWork, a_carrier_that_does_not_answer_leaves_the_message_doubtful) {
  open();
  sent.say("qq a 1");
  sent.say("qq a 2");
  work();
  const auto silent = qq.take();
  now += carry_max;
  work();
  EXPECT_EQ(state_of(1), State::sending);
  now += milliseconds(1);
  work();
  EXPECT_EQ(state_of(1), State::doubtful);
  EXPECT_EQ(qq.kinds(), Kinds{"2"});
  silent.done({Ending::sent, "", {}});
  work();
  EXPECT_EQ(state_of(1), State::doubtful) << "too late";
}

TEST_F(CourierAtWork, a_late_answer_does_not_count_for_the_message_that_was_sent_again) {
  open();
  sent.say("qq a 1");
  work();
  const auto silent = qq.take();
  now += carry_max + milliseconds(1);
  work();
  ASSERT_TRUE(resend(file(), {{1}, {}, ""}, now));
  work();
  ASSERT_EQ(qq.count(), 1u);
  silent.done({Ending::never, "", {}});
  work();
  EXPECT_EQ(state_of(1), State::sending);
  answer(qq, Ending::sent);
  work();
  EXPECT_EQ(state_of(1), State::sent);
}

TEST_F(CourierAtWork, a_slow_route_holds_up_no_other_and_no_other_address) {
  open();
  for (int i = 0; i < 10; ++i) sent.say("qq a" + std::to_string(i) + " slow");
  for (int i = 0; i < 3; ++i) sent.say("hook h quick");
  work();
  EXPECT_EQ(qq.count(), 4u) << "so many at a time";
  for (int i = 0; i < 3; ++i) {
    answer(hook, Ending::sent);
    work();
  }
  EXPECT_EQ(courier->state().routes[1].sent, 3u);
  qq.take(2).done({Ending::sent, "", {}});
  work();
  EXPECT_EQ(qq.count(), 4u);
}

TEST_F(CourierAtWork, a_route_is_used_no_more_often_than_its_rate) {
  qq_rate = {2, 3};
  open();
  for (int i = 0; i < 10; ++i) sent.say("qq a" + std::to_string(i) + " x");
  std::size_t left = 0;
  const auto drain = [&] {
    const auto next = work();
    const std::size_t given = qq.count();
    for (std::size_t i = 0; i < given; ++i) answer(qq, Ending::sent);
    left += given;
    return next;
  };
  drain();
  EXPECT_EQ(left, 3u) << "at once, after a pause";
  EXPECT_EQ(drain(), now + milliseconds(500)) << "it knows when it may again";
  now += milliseconds(499);
  drain();
  EXPECT_EQ(left, 3u);
  now += milliseconds(1);
  drain();
  EXPECT_EQ(left, 4u);
  now += seconds(1);
  drain();
  EXPECT_EQ(left, 6u);
}

TEST_F(CourierAtWork, a_clock_that_is_set_back_stops_nothing_for_good) {
  qq_rate = {1, 1};
  open();
  sent.say("qq a 1");
  sent.say("qq b 2");
  work();
  ASSERT_EQ(qq.count(), 1u);
  now -= hours(24);
  work();
  now += seconds(1);
  sent.say("qq c 3");
  work();
  EXPECT_EQ(qq.kinds(), (Kinds{"1", "3"}))
      << "what is due tomorrow now waits; what is new does not";
}

TEST_F(CourierAtWork, a_restart_in_the_middle_answers_no_fact_twice_and_passes_over_none) {
  open();
  for (const char* fact : {"qq a 1", "qq b 2", "qq c 3"}) sent.say(fact);
  work();
  qq.take(0).done({Ending::sent, "", {}});
  qq.take(0).done({Ending::later, "", {}});
  work();
  courier.reset();  // "3" is under way
  qq.take();
  sent.say("qq d 4");
  now += seconds(5);
  open();
  work();
  EXPECT_EQ(qq.kinds(), (Kinds{"2", "4"}));
  EXPECT_EQ(state_of(3), State::doubtful);
}

TEST_F(CourierAtWork, an_answer_that_comes_after_its_end_is_forgotten) {
  open();
  sent.say("qq a 1");
  work();
  const auto held = qq.take();
  courier.reset();
  const int before = rings;
  held.done({Ending::sent, "", {}});
  EXPECT_EQ(rings, before);
}

TEST_F(CourierAtWork, a_good_end_waits_for_the_answers_to_what_is_under_way) {
  open();
  sent.say("qq a 1");
  work();
  courier->stop();
  EXPECT_EQ(courier->work(now), std::nullopt);
  std::thread other([held = qq.take()] { held.done({Ending::sent, "", {}}); });
  courier->finish(seconds(20), now);
  other.join();
  EXPECT_EQ(state_of(1), State::sent);
}

TEST_F(CourierAtWork, what_a_person_drops_or_sends_again_is_noticed_without_a_word) {
  qq_rate = {1, 1};
  open();
  sent.say("qq a 1");
  sent.say("qq b 2");
  work();
  answer(qq, Ending::sent);
  const auto next = work();
  ASSERT_TRUE(next);
  EXPECT_LE(*next, now + look_wait);
  ASSERT_TRUE(drop(file(), {{2}, {}, ""}, now));
  ASSERT_TRUE(resend(file(), {{1}, {}, ""}, now));
  now += seconds(1);
  work();
  EXPECT_EQ(qq.kinds(), Kinds{"1"});
}

TEST_F(CourierAtWork, messages_of_a_route_that_nothing_carries_wait_and_are_told_of) {
  open();
  sent.say("gone g 1");
  work();
  const CourierState state = courier->state();
  ASSERT_EQ(state.routes.size(), 3u);
  EXPECT_EQ(state.routes[2].name, "gone");
  EXPECT_FALSE(state.routes[2].carried);
  EXPECT_EQ(state.routes[2].waiting, 1u);
  EXPECT_NE(state.routes[2].trouble, "");
  EXPECT_EQ(state.oldest_waiting, noon);
}

TEST_F(CourierAtWork, more_facts_than_one_turn_takes_are_planned_turn_by_turn) {
  open();
  support::SampleLog sample;
  for (int i = 0; i < 3; ++i) sent.log().append(sent.log().last(), sample.batch(4'000)).value();
  sent.say("qq a 1");
  EXPECT_EQ(courier->work(now), now);
  EXPECT_EQ(courier->state().position.value, plan_records_max);
  work();
  EXPECT_EQ(courier->state().position.value, 12'001u);
  EXPECT_EQ(qq.kinds(), Kinds{"1"});
}

}  // namespace
