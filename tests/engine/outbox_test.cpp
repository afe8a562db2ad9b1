#include "engine/outbox/outbox.hpp"

#include <gtest/gtest.h>

#include "engine/board/sqlite.hpp"
#include "engine/outbox/by_hand.hpp"
#include "engine/tree/tree.hpp"
#include "tests/support/sent_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::outbox;
using std::chrono::hours;
using std::chrono::seconds;

constexpr Instant noon = from_ms(1'750'000'000'000);

class OutboxFile : public testing::Test {
 protected:
  void open(Instant now = noon) { box = Outbox::open(file(), sent.log(), now).value(); }
  void close() { box.reset(); }
  std::filesystem::path file() const { return folder.path() / file_name; }

  // As if facts at the next positions had asked for these.
  void add(const std::vector<Draft>& drafts, Instant now = noon) {
    std::vector<Planned> rows;
    for (const Draft& draft : drafts) {
      sent.say("");
      rows.push_back({sent.log().last(), draft});
    }
    const auto record = sent.log().at(sent.log().last()).value();
    box->add(rows, sent.log().last(), tree::leaf_hash(record), now).value();
  }

  std::vector<std::string> begun(std::size_t at_most = 100, Instant now = noon) {
    const std::vector<Quota> quotas{{"qq", at_most}};
    std::vector<std::string> kinds;
    last = box->begin(quotas, now).value();
    for (const Row& row : last) kinds.push_back(row.kind);
    return kinds;
  }
  void end(std::int64_t id, State to, Instant now = noon, Instant next_at = noon) {
    const std::vector<Change> changes{{id, to, next_at, "why"}};
    box->end(changes, now).value();
  }
  State state_of(std::int64_t id) { return find(file(), id).value().state; }

  support::TemporaryFolder folder;
  support::SentLog sent;
  std::unique_ptr<Outbox> box;
  std::vector<Row> last;
};

using Kinds = std::vector<std::string>;

TEST_F(OutboxFile, a_new_one_begins_at_the_end_of_the_log) {
  for (int i = 0; i < 5; ++i) sent.say("qq a old");
  open();
  EXPECT_EQ(box->position().value, 5u);
  EXPECT_EQ(begun(), Kinds{});
}

TEST_F(OutboxFile, an_existing_one_goes_on_from_its_checkpoint) {
  open();
  add({{"qq", "a", 7, "first"}});
  close();
  sent.say("qq a later");
  open();
  EXPECT_EQ(box->position().value, 1u);
  EXPECT_EQ(begun(), Kinds{"first"});
  EXPECT_EQ(last[0].subject, 7u);
  EXPECT_EQ(last[0].cause.value, 1u);
  EXPECT_TRUE(box->findings().empty());
}

TEST_F(OutboxFile, a_checkpoint_that_passed_over_silent_facts_is_kept_by_a_good_end) {
  open();
  for (int i = 0; i < 3; ++i) sent.say("");
  const auto hash = tree::leaf_hash(sent.log().at(Position{3}).value());
  ASSERT_TRUE(box->add({}, Position{3}, hash, noon));
  EXPECT_EQ(box->position().value, 3u);
  close();
  open();
  EXPECT_EQ(box->position().value, 3u);
}

TEST_F(OutboxFile, the_same_row_is_never_added_twice) {
  open();
  sent.say("");
  const std::vector<Planned> rows{{Position{1}, {"qq", "a", 1, "x"}},
                                  {Position{1}, {"qq", "a", 1, "y"}},
                                  {Position{1}, {"webhook:h", "h", 1, "z"}}};
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(box->add(rows, Position{1}, {}, noon));
  const auto page = list(file(), {}).value();
  ASSERT_EQ(page.rows.size(), 3u);
  EXPECT_EQ(page.rows[2].line, 0u);
  EXPECT_EQ(page.rows[1].line, 1u);
  EXPECT_EQ(page.rows[0].line, 0u) << "lines are counted for each route";
  const auto counts = box->standing().value().counts;
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_EQ(counts[0].rows + counts[1].rows, 3u);
}

TEST_F(OutboxFile, an_address_has_one_under_way_and_its_next_waits_until_that_has_ended) {
  open();
  add({{"qq", "a", 1, "a1"}, {"qq", "a", 1, "a2"}, {"qq", "b", 2, "b1"}, {"wecom", "a", 3, "w1"}});
  EXPECT_EQ(begun(), (Kinds{"a1", "b1"}));
  EXPECT_EQ(begun(), Kinds{});
  end(1, State::waiting, noon, noon + seconds(5));
  EXPECT_EQ(begun(), Kinds{}) << "the first is tried again before the second is begun";
  EXPECT_EQ(begun(100, noon + seconds(5)), Kinds{"a1"});
  EXPECT_EQ(last[0].attempts, 2u);
  end(1, State::sent);
  EXPECT_EQ(begun(), Kinds{"a2"});
}

TEST_F(OutboxFile, what_failed_or_is_doubtful_does_not_hold_up_what_follows) {
  for (const State state : {State::failed, State::doubtful, State::dropped}) {
    open();
    add({{"qq", "a", 1, "first"}, {"qq", "a", 1, "second"}});
    ASSERT_EQ(begun(), Kinds{"first"});
    end(last[0].id, state);
    ASSERT_EQ(begun(), Kinds{"second"}) << to_string(state);
    end(last[0].id, State::sent);
    close();
  }
}

TEST_F(OutboxFile, no_more_are_begun_than_asked_for_and_the_longest_due_first) {
  open();
  add({{"qq", "a", 1, "late"}}, noon + seconds(1));
  add({{"qq", "b", 1, "early"}}, noon);
  EXPECT_EQ(begun(1, noon + seconds(2)), Kinds{"early"});
  EXPECT_EQ(box->next_at("qq").value(), noon + seconds(1));
  EXPECT_EQ(box->next_at("wecom").value(), std::nullopt);
}

TEST_F(OutboxFile, what_was_under_way_at_a_crash_is_doubtful_and_not_sent_by_itself) {
  open();
  add({{"qq", "a", 1, "first"}, {"qq", "a", 1, "second"}});
  ASSERT_EQ(begun(), Kinds{"first"});
  close();
  open(noon + seconds(9));
  EXPECT_EQ(state_of(1), State::doubtful);
  EXPECT_EQ(find(file(), 1)->ended_at, noon + seconds(9));
  ASSERT_EQ(box->findings().size(), 1u);
  EXPECT_EQ(begun(), Kinds{"second"});
}

TEST_F(OutboxFile, what_a_failed_begin_left_behind_waits_again) {
  open();
  add({{"qq", "a", 1, "first"}, {"qq", "b", 1, "other"}});
  ASSERT_EQ(begun(), (Kinds{"first", "other"}));
  const std::vector<std::int64_t> under_way{2};
  ASSERT_TRUE(box->put_back(under_way));
  EXPECT_EQ(begun(), Kinds{"first"});
  EXPECT_EQ(last[0].attempts, 1u) << "that try does not count";
}

TEST_F(OutboxFile, a_log_restored_from_a_backup_is_followed_from_its_end) {
  sent.say("");
  open();
  add({{"qq", "a", 1, "of the old log"}, {"qq", "a", 1, "too"}});
  ASSERT_EQ(begun(), Kinds{"of the old log"});
  end(1, State::sent);
  close();
  sent = support::SentLog();
  sent.say("something else");
  open();
  EXPECT_EQ(box->position().value, 1u);
  EXPECT_EQ(box->findings().size(), 1u);
  EXPECT_EQ(state_of(1), State::sent);
  EXPECT_EQ(state_of(2), State::dropped);
  add({{"qq", "a", 1, "of the new log"}});
  EXPECT_EQ(begun(), Kinds{"of the new log"}) << "its position had been answered in the old log";
}

TEST_F(OutboxFile, what_was_sent_long_ago_is_forgotten_and_its_id_not_used_again) {
  open();
  add({{"qq", "a", 1, "old"}, {"qq", "b", 1, "failed"}});
  ASSERT_EQ(begun().size(), 2u);
  end(1, State::sent);
  end(2, State::failed);
  EXPECT_EQ(box->prune(noon + done_kept).value(), 0u);
  EXPECT_EQ(box->prune(noon + done_kept + seconds(1)).value(), 1u);
  EXPECT_EQ(find(file(), 1).error().fault, Fault::not_found);
  EXPECT_EQ(box->prune(noon + undone_kept + seconds(1)).value(), 1u);
  EXPECT_TRUE(box->standing()->counts.empty());
  add({{"qq", "c", 1, "new"}});
  EXPECT_EQ(list(file(), {})->rows[0].id, 3);
}

TEST_F(OutboxFile, a_page_is_the_newest_and_says_where_the_next_one_begins) {
  open();
  add({{"qq", "a", 1, "k1"}, {"qq", "b", 2, "k2"}, {"wecom", "c", 2, "k3"}, {"qq", "d", 2, "k4"}});
  ASSERT_EQ(begun(1), Kinds{"k1"});
  Query query;
  query.limit = 2;
  auto page = list(file(), query).value();
  ASSERT_EQ(page.rows.size(), 2u);
  EXPECT_EQ(page.rows[0].kind, "k4");
  ASSERT_TRUE(page.next);
  query.before = *page.next;
  page = list(file(), query).value();
  EXPECT_EQ(page.rows[0].kind, "k2");
  EXPECT_FALSE(page.next);
  EXPECT_EQ(list(file(), {State::sending, "", {}, 0, 9})->rows.size(), 1u);
  EXPECT_EQ(list(file(), {{}, "wecom", {}, 0, 9})->rows.size(), 1u);
  EXPECT_EQ(list(file(), {State::waiting, "qq", 2, 0, 9})->rows.size(), 2u);
  EXPECT_EQ(list(file(), {{}, "", {}, 0, 0}).error().fault, Fault::invalid);
}

TEST_F(OutboxFile, a_person_can_send_again_what_has_ended_and_it_goes_before_what_came_later) {
  open();
  add({{"qq", "a", 1, "first"}, {"qq", "a", 1, "second"}});
  ASSERT_EQ(begun(), Kinds{"first"});
  EXPECT_EQ(resend(file(), {{1}, {}, ""}, noon).error().fault, Fault::conflict) << "under way";
  end(1, State::failed);
  EXPECT_EQ(resend(file(), {{1}, {}, ""}, noon + seconds(3)).value(), 1u);
  EXPECT_EQ(begun(100, noon + seconds(3)), Kinds{"first"});
  EXPECT_EQ(last[0].attempts, 1u);
  EXPECT_EQ(last[0].resent, 1u);
  EXPECT_EQ(last[0].since, noon + seconds(3));
  EXPECT_EQ(last[0].made_at, noon);
}

TEST_F(OutboxFile, a_person_can_drop_what_waits_and_the_next_one_has_its_turn) {
  open();
  add({{"qq", "a", 1, "first"}, {"qq", "a", 1, "second"}});
  EXPECT_EQ(drop(file(), {{1}, {}, ""}, noon).value(), 1u);
  EXPECT_EQ(begun(), Kinds{"second"});
  EXPECT_EQ(drop(file(), {{2}, {}, ""}, noon).error().fault, Fault::conflict) << "under way";
  EXPECT_EQ(drop(file(), {{1}, {}, ""}, noon).error().fault, Fault::conflict) << "dropped already";
}

TEST_F(OutboxFile, many_are_sent_again_by_state_and_route_or_none_if_one_cannot_be) {
  open();
  add({{"qq", "a", 1, "a"}, {"qq", "b", 1, "b"}, {"qq", "c", 1, "c"}});
  begun();
  end(1, State::failed);
  end(2, State::failed);
  EXPECT_EQ(resend(file(), {{1, 3}, {}, ""}, noon).error().fault, Fault::conflict);
  EXPECT_EQ(state_of(1), State::failed) << "nothing was changed";
  EXPECT_EQ(resend(file(), {{1, 99}, {}, ""}, noon).error().fault, Fault::not_found);
  EXPECT_EQ(resend(file(), {}, noon).error().fault, Fault::invalid);
  EXPECT_EQ(resend(file(), {{}, State::failed, "wecom"}, noon).value(), 0u);
  EXPECT_EQ(resend(file(), {{}, State::failed, ""}, noon).value(), 2u);
  EXPECT_EQ(begun(), (Kinds{"a", "b"}));
}

TEST_F(OutboxFile, the_standing_counts_each_state_and_names_the_oldest_that_waits) {
  open();
  add({{"qq", "a", 1, "a"}});
  add({{"qq", "b", 1, "b"}, {"qq", "c", 1, "c"}}, noon + seconds(7));
  begun(1);
  end(1, State::sent);
  const auto standing = box->standing().value();
  ASSERT_EQ(standing.counts.size(), 2u);
  EXPECT_EQ(standing.counts[0].state, State::waiting);
  EXPECT_EQ(standing.counts[0].rows, 2u);
  EXPECT_EQ(standing.counts[1].state, State::sent);
  EXPECT_EQ(standing.oldest_waiting, noon + seconds(7));
}

TEST_F(OutboxFile, a_long_reason_is_cut_between_characters) {
  open();
  add({{"qq", "a", 1, "a"}});
  begun();
  std::string why;
  while (why.size() < 2 * error_bytes_max) why += "错";
  const std::vector<Change> changes{{1, State::failed, noon, why}};
  ASSERT_TRUE(box->end(changes, noon));
  const std::string kept = find(file(), 1)->last_error;
  EXPECT_EQ(kept.size(), error_bytes_max / 3 * 3);
  EXPECT_TRUE(why.starts_with(kept));
}

TEST_F(OutboxFile, a_file_that_is_something_else_is_not_written_over) {
  board::Connection::open(file(), board::Access::write).value()->run("CREATE TABLE t (x)");
  const auto opened = Outbox::open(file(), sent.log(), noon);
  ASSERT_TRUE(opened.has_error());
  EXPECT_EQ(opened.error().fault, Fault::corrupt);
}

TEST_F(OutboxFile, where_there_is_no_file_nothing_is_made_by_looking) {
  EXPECT_EQ(list(file(), {}).error().fault, Fault::not_found);
  EXPECT_EQ(drop(file(), {{1}, {}, ""}, noon).error().fault, Fault::not_found);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

}  // namespace
