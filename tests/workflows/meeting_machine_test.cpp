// The table by which a meeting is decided.
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "workflows/meeting/meeting.hpp"

namespace {

TEST(MeetingMachine, has_these_rows) {
  EXPECT_EQ(workflows::meeting::machine_text(),
            "meeting | none | call_meeting | called | meeting_called | agenda_once, "
            "agenda_there\n"
            "meeting | called | hold_meeting | held | meeting_held | on_agenda, concluded_once, "
            "all_concluded, reachable, department_named, taker_named, outcome_given, due_ahead\n"
            "meeting | called | cancel_meeting | cancelled | meeting_cancelled | reason_given\n");
}

// Stands in every record: another value is another table, and an audit must then know both.
TEST(MeetingMachine, has_this_digest) {
  EXPECT_EQ(workflows::meeting::machine_digest(), 0xe99771b2517425acULL);
}

TEST(MeetingMachine, tells_what_it_has) {
  using workflows::meeting::table_has;
  const auto digest = workflows::meeting::machine_digest();
  EXPECT_EQ(table_has(digest, 1, engine::FactType{2}, 2), true);
  EXPECT_EQ(table_has(digest, 2, engine::FactType{2}, 2), false);
  EXPECT_EQ(table_has(digest, 1, engine::FactType{2}, 3), false);
  EXPECT_EQ(table_has(digest + 1, 1, engine::FactType{2}, 2), std::nullopt);
  EXPECT_EQ(workflows::meeting::allowed_at(0), std::vector<std::string>{"call_meeting"});
  EXPECT_EQ(workflows::meeting::allowed_at(2), std::vector<std::string>{});
}

}  // namespace
