// The clerk: what time makes true is recorded once, never early, with the moment at which it became
// true, whatever happened in between.
#include <gtest/gtest.h>

#include "tests/support/clerk_office.hpp"
#include "tests/support/issue_history.hpp"

namespace workflows::issue {
namespace {

using engine::Instant;
using support::ClerkOffice;
using support::shanghai;
using testing::Test;
using Told = std::vector<std::string>;

std::string rfc3339(std::string_view minute) {
  return engine::format_rfc3339(shanghai(minute), 480);
}

Pressing two_days_each() {
  Pressing out;
  const auto after = [](int days) {
    return [days](Instant since) { return std::optional(since + std::chrono::days(days)); };
  };
  out.to_town = {after(2), "overdue by 2 days"};
  out.to_district = {after(5), "overdue by 5 days"};
  out.urged = after(3);
  out.supervised = after(2);
  out.escalated = after(1);
  return out;
}

class ClerkOfIssues : public Test {
 protected:
  void at(std::string_view minute) { office_.at(shanghai(minute)); }
  void work_at(std::string_view minute) {
    at(minute);
    office_.work();
  }
  // Wakes up when it wants to until then, and then once more.
  void time_goes_on_until(std::string_view minute) {
    const Instant end = shanghai(minute);
    for (auto next = office_.work(); next && *next <= end; next = office_.work()) {
      ASSERT_GT(*next, office_.now()) << "it would not sleep";
      office_.at(*next);
    }
    work_at(minute);
  }
  std::uint64_t reported() { return office_.given(0, "report", {{"text", "路灯不亮"}}); }
  void due(std::uint64_t issue, const char* kind, const char* due, const char* warn_at = nullptr) {
    ClerkOffice::Object body{{"kind", kind}, {"due", rfc3339(due)}};
    if (warn_at != nullptr) body.emplace_back("warn_at", rfc3339(warn_at));
    office_.given(issue, "set_deadline", std::move(body));
  }
  Told told(std::uint64_t issue) { return office_.recorded_by_clerk(issue); }

  ClerkOffice office_{shanghai("2025-03-04 09:00"), two_days_each()};
};

TEST_F(ClerkOfIssues, warns_and_records_the_end_each_at_its_moment) {
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30", "2025-03-05 12:00");
  time_goes_on_until("2025-03-05 11:59");
  EXPECT_EQ(told(issue), Told{});
  time_goes_on_until("2025-03-05 12:00");
  EXPECT_EQ(told(issue), Told{"warned accept 2025-03-05T17:30 at 2025-03-05T12:00"});
  time_goes_on_until("2025-03-06 09:00");
  EXPECT_EQ(told(issue), (Told{"warned accept 2025-03-05T17:30 at 2025-03-05T12:00",
                               "missed accept 2025-03-05T17:30 at 2025-03-05T17:30"}));
}

TEST_F(ClerkOfIssues, sleeps_until_the_next_moment_and_has_nothing_to_do_without_one) {
  EXPECT_EQ(office_.work(), std::nullopt);
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30", "2025-03-05 12:00");
  EXPECT_EQ(office_.work(), shanghai("2025-03-05 12:00"));
  const auto state = office_.clerk().state();
  EXPECT_EQ(state.pending, 1U);
  EXPECT_EQ(state.next, shanghai("2025-03-05 12:00"));
  office_.given(issue, "decline", {{"reason", "有理由"}, {"ground", "三定方案"}});
  EXPECT_EQ(office_.work(), std::nullopt);
  EXPECT_EQ(office_.clerk().state().pending, 0U);
}

TEST_F(ClerkOfIssues, records_after_days_of_downtime_what_was_due_when_it_was_due) {
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30", "2025-03-05 12:00");
  office_.close();
  at("2025-03-09 08:00");
  office_.open();
  office_.work();
  EXPECT_EQ(told(issue), (Told{"warned accept 2025-03-05T17:30 at 2025-03-05T12:00",
                               "missed accept 2025-03-05T17:30 at 2025-03-05T17:30",
                               "escalated town by overdue by 2 days at 2025-03-07T17:30",
                               "escalated district by no answer to an escalation at "
                               "2025-03-08T17:30"}));
}

TEST_F(ClerkOfIssues, does_not_go_back_behind_what_happened_meanwhile) {
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30");
  at("2025-03-05 20:00");
  office_.given(issue, "supplement", {{"text", "还是不亮"}});
  office_.work();
  EXPECT_EQ(told(issue), Told{"missed accept 2025-03-05T17:30 at 2025-03-05T20:00"});
}

TEST_F(ClerkOfIssues, leaves_alone_what_was_done_before_it_looked) {
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30");
  at("2025-03-06 09:00");
  office_.given(issue, "accept");
  office_.work();
  EXPECT_EQ(told(issue), Told{});
  EXPECT_EQ(office_.clerk().state().refused, 0U);
}

TEST_F(ClerkOfIssues, records_once_however_often_it_starts_again) {
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30");
  for (const char* minute : {"2025-03-05 17:29", "2025-03-05 17:30", "2025-03-06 09:00"}) {
    office_.close();
    office_.lose_views();
    at(minute);
    office_.open();
    office_.work();
    office_.work();
  }
  EXPECT_EQ(told(issue), Told{"missed accept 2025-03-05T17:30 at 2025-03-05T17:30"});
}

TEST_F(ClerkOfIssues, waits_again_for_a_clock_that_was_set_back_and_acts_once_on_one_set_ahead) {
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30");
  due(issue, "solve", "2025-03-06 17:30");
  work_at("2025-03-05 18:00");
  work_at("2025-03-05 12:00");  // set back
  work_at("2025-03-05 17:45");
  EXPECT_EQ(told(issue), Told{"missed accept 2025-03-05T17:30 at 2025-03-05T17:30"});
  work_at("2025-03-07 00:00");  // set ahead: the clock says that it has passed
  work_at("2025-03-05 18:30");
  work_at("2025-03-06 17:30");
  EXPECT_EQ(told(issue), (Told{"missed accept 2025-03-05T17:30 at 2025-03-05T17:30",
                               "missed solve 2025-03-06T17:30 at 2025-03-06T17:30"}));
}

TEST_F(ClerkOfIssues, records_again_what_was_set_again_even_to_the_same_moment) {
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30");
  work_at("2025-03-05 18:00");
  due(issue, "accept", "2025-03-05 17:30");
  office_.work();
  EXPECT_EQ(told(issue), (Told{"missed accept 2025-03-05T17:30 at 2025-03-05T17:30",
                               "missed accept 2025-03-05T17:30 at 2025-03-05T18:00"}));
}

TEST_F(ClerkOfIssues, names_a_rework_as_such) {
  const auto issue = reported();
  office_.given(issue, "accept");
  office_.given(issue, "resolve", {{"outcome", "solved"}});
  office_.given(issue, "rework", {{"reason", "仍不亮"}});
  due(issue, "rework", "2025-03-05 17:30");
  work_at("2025-03-06 09:00");
  EXPECT_EQ(told(issue), Told{"missed rework 2025-03-05T17:30 at 2025-03-05T17:30"});
}

TEST_F(ClerkOfIssues, asks_for_no_follow_up_of_a_resident_who_was_asked) {
  const auto issue = reported();
  office_.given(issue, "accept");
  office_.given(issue, "resolve", {{"outcome", "solved"}});
  due(issue, "follow_up", "2025-03-05 17:30");
  office_.given(issue, "follow_up", {{"reached", "yes"}, {"solved", "yes"}});
  work_at("2025-03-06 09:00");
  EXPECT_EQ(told(issue), Told{});
}

TEST_F(ClerkOfIssues, lets_paused_and_merged_issues_rest_and_takes_them_up_again) {
  const auto paused = reported();
  office_.given(paused, "accept");
  due(paused, "solve", "2025-03-05 17:30");
  office_.given(paused, "pause", {{"reason", "待料"}});
  const auto merged = reported();
  due(merged, "accept", "2025-03-05 17:30");
  office_.given(merged, "merge", {{"into", format_number(paused)}});
  time_goes_on_until("2025-03-06 09:00");
  EXPECT_EQ(told(paused), Told{});
  EXPECT_EQ(told(merged), Told{});
  office_.given(paused, "resume");
  office_.given(merged, "unmerge", {{"from", format_number(paused)}});
  office_.work();
  EXPECT_EQ(told(paused), Told{"missed solve 2025-03-05T17:30 at 2025-03-06T09:00"});
  EXPECT_EQ(told(merged), Told{"missed accept 2025-03-05T17:30 at 2025-03-06T09:00"});
}

// --- who presses --------------------------------------------------------------------------------

TEST_F(ClerkOfIssues, escalates_after_two_urges_without_a_step) {
  const auto issue = reported();
  office_.given(issue, "accept");
  office_.given(issue, "urge");
  office_.given(issue, "note_progress", {{"text", "已派人"}});
  office_.given(issue, "urge");
  office_.work();
  EXPECT_EQ(told(issue), Told{});
  at("2025-03-04 10:00");
  office_.given(issue, "urge");
  office_.work();
  EXPECT_EQ(told(issue), Told{"escalated town by two urges without a step at 2025-03-04T10:00"});
  at("2025-03-04 10:10");
  office_.given(issue, "urge");
  office_.work();
  EXPECT_EQ(told(issue).size(), 1U);
  office_.given(issue, "urge");
  office_.work();
  EXPECT_EQ(told(issue).back(),
            "escalated district by two urges without a step at 2025-03-04T10:10");
}

TEST_F(ClerkOfIssues, escalates_a_supervision_that_is_not_answered_by_when_it_said) {
  const auto issue = reported();
  office_.given(issue, "accept");
  office_.given(issue, "supervise", {{"text", "请办"}, {"answer_by", rfc3339("2025-03-05 12:00")}});
  time_goes_on_until("2025-03-05 13:00");
  EXPECT_EQ(told(issue), Told{"escalated town by no answer to a supervision at 2025-03-05T12:00"});
}

TEST_F(ClerkOfIssues, takes_any_step_for_an_answer) {
  const auto issue = reported();
  office_.given(issue, "accept");
  office_.given(issue, "supervise", {{"text", "请办"}});
  office_.given(issue, "urge");
  office_.given(issue, "escalate", {{"to", "town"}});
  at("2025-03-04 10:00");
  office_.given(issue, "claim", {{"by", "林建国"}});
  time_goes_on_until("2025-04-04 10:00");
  EXPECT_EQ(told(issue), Told{});
}

TEST_F(ClerkOfIssues, waits_for_answers_as_long_as_the_rules_say) {
  const auto urged = reported();
  const auto supervised = reported();
  office_.given(urged, "urge");
  office_.given(supervised, "supervise", {{"text", "请办"}});
  time_goes_on_until("2025-03-06 09:00");
  EXPECT_EQ(told(urged), Told{});
  EXPECT_EQ(told(supervised),
            Told{"escalated town by no answer to a supervision at 2025-03-06T09:00"});
  time_goes_on_until("2025-03-07 09:00");
  EXPECT_EQ(told(urged), Told{"escalated town by no answer to an urge at 2025-03-07T09:00"});
  EXPECT_EQ(told(supervised).back(),
            "escalated district by no answer to an escalation at 2025-03-07T09:00");
}

TEST_F(ClerkOfIssues, escalates_what_is_overdue_too_long_as_far_as_the_levels_go) {
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30");
  time_goes_on_until("2025-03-07 17:30");
  EXPECT_EQ(told(issue).back(), "escalated town by overdue by 2 days at 2025-03-07T17:30");
  office_.given(issue, "note_progress", {{"text", "已派人"}});  // an answer, but it is overdue
  time_goes_on_until("2025-03-20 17:30");
  EXPECT_EQ(told(issue).back(), "escalated district by overdue by 5 days at 2025-03-10T17:30");
  EXPECT_EQ(told(issue).size(), 3U);
}

// --- at work on its own -------------------------------------------------------------------------

// Time stands still until the clerk waits for a moment, and is that moment then.
class TestBell final : public engine::react::Bell {
 public:
  explicit TestBell(ClerkOffice& office, Instant end) : office_(office), end_(end) {}
  Instant now() override { return office_.now(); }
  void wait(std::optional<Instant> until) override {
    std::unique_lock lock(mutex_);
    if (until && *until <= end_ && !rung_) {
      office_.at(std::max(*until, office_.now()));
      return;
    }
    sleeps_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return rung_; });
    rung_ = sleeps_ = false;
  }
  void ring() override {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    sleeps_ = false;
    changed_.notify_all();
  }
  void wait_until_it_sleeps() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return sleeps_ && !rung_; });
  }

 private:
  ClerkOffice& office_;
  const Instant end_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;
  bool sleeps_ = false;
};

TEST_F(ClerkOfIssues, works_on_a_thread_of_its_own_and_hears_the_bell) {
  TestBell bell(office_, shanghai("2025-03-31 00:00"));
  engine::react::ClerkThread thread(office_.clerk(), bell);
  bell.wait_until_it_sleeps();
  const auto issue = reported();
  due(issue, "accept", "2025-03-05 17:30", "2025-03-05 12:00");
  bell.ring();
  bell.wait_until_it_sleeps();
  EXPECT_EQ(told(issue), (Told{"warned accept 2025-03-05T17:30 at 2025-03-05T12:00",
                               "missed accept 2025-03-05T17:30 at 2025-03-05T17:30",
                               "escalated town by overdue by 2 days at 2025-03-07T17:30",
                               "escalated district by no answer to an escalation at "
                               "2025-03-08T17:30"}));
}

TEST(WallBell, rings_through_whatever_it_waits_for) {
  const auto bell = engine::react::wall_bell([] { return Instant::max(); });
  bell->ring();
  bell->wait(std::nullopt);
  bell->ring();
  bell->wait(Instant::max());
  bell->wait(engine::from_ms(1));  // long ago
}

}  // namespace
}  // namespace workflows::issue
