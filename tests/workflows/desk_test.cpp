// The supervisor's lists, on a board that is filled from a log.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/board/board.hpp"
#include "engine/log/open.hpp"
#include "tests/support/draft_log.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/workflows/issue_desk.hpp"
#include "workflows/issue/card.hpp"
#include "workflows/issue/desk.hpp"

namespace workflows::issue {
namespace {

class DeskLists : public IssueDesk {
 protected:
  // The issues on that list at `minute`, by their number's place: "1 3".
  std::string listed(std::string_view list, std::string_view minute) {
    const support::TemporaryFolder folder;
    const auto log = engine::log::memory_log();
    engine::log::Batch batch;
    for (std::string& bytes : support::records_of(desk_.facts())) {
      const engine::log::RecordView record(bytes);
      batch.entries.push_back(
          {record.position(), record.stream(), record.version(), std::move(bytes)});
    }
    log->append(engine::Position{0}, batch).value();
    const auto file = folder.path() / "board.sqlite";
    const auto no_words = [](const auto&, auto) { return std::optional<std::string>(); };
    engine::board::open_board_writer(file, describe, no_words)
        .value()
        ->follow(*log, log->last())
        .value();
    engine::board::Query query;
    query.workflow = workflow_id;
    query.sort = engine::board::Sort::number;
    query.descending = false;
    EXPECT_TRUE(take_desk_list(list, CaseDesk::shanghai(minute), 480, query));
    std::string out;
    for (const auto& row : engine::board::open_board(file).value()->list(query).value().rows) {
      out += (out.empty() ? "" : " ") + std::to_string(parts_of(row.stream.number).sequence);
    }
    return out;
  }

  static std::uint64_t issue(std::uint32_t i) { return CaseDesk::number(i); }
};

TEST_F(DeskLists, go_by_the_first_deadline_that_runs) {
  reported(issue(1));
  due(issue(1), "accept", "2025-03-05 17:30");
  due(issue(1), "solve", "2025-03-20 17:30");
  accepted(issue(2));
  due(issue(2), "accept", "2025-03-05 17:30");  // it has been accepted
  due(issue(2), "solve", "2025-03-11 17:30");
  resolved(issue(3));
  due(issue(3), "follow_up", "2025-03-05 10:00");
  EXPECT_EQ(listed("today", "2025-03-05 12:00"), "1 3");
  EXPECT_EQ(listed("today", "2025-03-04 23:59"), "");
  EXPECT_EQ(listed("today", "2025-03-05 23:59"), "1 3");
  EXPECT_EQ(listed("overdue", "2025-03-05 12:00"), "3");
  EXPECT_EQ(listed("overdue", "2025-03-11 17:31"), "1 2 3");
  EXPECT_EQ(listed("week", "2025-03-05 12:00"), "1 2");
}

TEST_F(DeskLists, hold_nothing_that_rests_or_has_ended) {
  accepted(issue(1));
  due(issue(1), "solve", "2025-03-05 17:30");
  desk_.given(issue(1), "pause", {{"reason", "待料"}});
  accepted(issue(2));
  due(issue(2), "solve", "2025-03-05 17:30");
  desk_.given(issue(2), "merge", {{"into", format_number(issue(1))}});
  resolved(issue(3));
  due(issue(3), "follow_up", "2025-03-05 17:30");
  desk_.given(issue(3), "close");
  for (const char* list : {"today", "week", "overdue", "warned", "returned", "escalated"}) {
    EXPECT_EQ(listed(list, "2025-03-05 18:00"), "") << list;
  }
}

TEST_F(DeskLists, tell_who_was_warned_sent_back_and_escalated) {
  accepted(issue(1));
  due(issue(1), "solve", "2025-03-05 17:30");
  desk_.given(issue(1), "warn", {{"kind", "solve"}, {"due", rfc3339("2025-03-05 17:30")}});
  accepted(issue(2));
  desk_.given(issue(2), "hand_over", {{"department", "water"}});
  desk_.given(issue(2), "return", {{"reason", "不归我管"}, {"ground", "三定方案"}});
  accepted(issue(3));
  desk_.given(issue(3), "escalate", {{"to", "district"}});
  EXPECT_EQ(listed("warned", "2025-03-05 12:00"), "1");
  EXPECT_EQ(listed("returned", "2025-03-05 12:00"), "2");
  EXPECT_EQ(listed("escalated", "2025-03-05 12:00"), "3");
  desk_.given(issue(2), "hand_over", {{"department", "power"}});
  desk_.given(issue(3), "resolve", {{"outcome", "solved"}});
  EXPECT_EQ(listed("returned", "2025-03-05 12:00"), "");
  EXPECT_EQ(listed("escalated", "2025-03-05 12:00"), "");
}

TEST(DeskListNames, are_those_that_are_known) {
  engine::board::Query query;
  EXPECT_FALSE(take_desk_list("tomorrow", {}, 480, query));
  std::string_view rest = desk_lists;
  for (std::string_view name; !rest.empty();
       rest.remove_prefix(std::min(rest.size(), name.size() + 1))) {
    name = rest.substr(0, rest.find('|'));
    EXPECT_TRUE(take_desk_list(name, {}, 480, query)) << name;
  }
}

}  // namespace
}  // namespace workflows::issue
