// The table row by row, with its conditions. tests/golden/issue_machine.txt is what it says;
// whoever changes the table reads there what he has done: a failing test leaves the new text beside
// it, with
// ".new" at its end. Stage by command it stands in workflows/README.md, held there by another test.
#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "engine/tree/tree.hpp"
#include "tests/support/places.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/rows.hpp"

namespace workflows::issue {
namespace {

TEST(Machine, has_these_rows) {
  const auto file = support::source_folder() / "tests" / "golden" / "issue_machine.txt";
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (text.str() == machine_text()) return;
  std::ofstream(file.string() + ".new", std::ios::binary) << machine_text();
  FAIL() << "the table no longer says what stands in " << file << "; compare it with .new";
}

// Stands in every record: another value is another table, and an audit must then know both.
TEST(Machine, has_this_digest) { EXPECT_EQ(machine_digest(), 10068508327949277683ULL); }

TEST(Machine, knows_no_other_table) {
  const engine::FactType accepted{static_cast<std::uint16_t>(fb::Fact::Accepted)};
  EXPECT_EQ(table_has(machine_digest(), 1, accepted, 2), true);
  EXPECT_EQ(table_has(machine_digest(), 1, accepted, 3), false);
  EXPECT_EQ(table_has(machine_digest(), 7, accepted, 2), false);
  EXPECT_EQ(table_has(machine_digest(), 200, accepted, 200), false);
  EXPECT_EQ(table_has(machine_digest() + 1, 1, accepted, 2), std::nullopt);
}

// What an older log carries is still held against the table that decided it.
TEST(Machine, knows_the_table_before_meetings) {
  constexpr std::uint64_t first = 1803663833128903607ULL;
  std::istringstream lines(machine_text());
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool later = line.find("| call_off_meeting |") != std::string::npos ||
                       line.starts_with("life | negotiating | call_negotiation |");
    if (!later) text += line + "\n";
  }
  const std::array<std::string_view, 1> parts{text};
  const auto hash = engine::tree::sha256(parts);
  std::uint64_t digest = 0;
  for (std::size_t i = 0; i < 8; ++i) digest = digest << 8 | hash[i];
  EXPECT_EQ(digest, first);
  const engine::FactType called_off{static_cast<std::uint16_t>(fb::Fact::MeetingCalledOff)};
  const engine::FactType called{static_cast<std::uint16_t>(fb::Fact::NegotiationCalled)};
  EXPECT_EQ(table_has(machine_digest(), 4, called_off, 2), true);
  EXPECT_EQ(table_has(first, 4, called_off, 2), false);
  EXPECT_EQ(table_has(machine_digest(), 7, called, 7), true);
  EXPECT_EQ(table_has(first, 7, called, 7), false);
  EXPECT_EQ(table_has(first, 6, called, 7), true);
}

TEST(Machine, allows_an_issue_that_is_not_there_nothing_but_to_be_reported) {
  EXPECT_EQ(allowed_at(0), std::vector<std::string>{"report"});
}

TEST(Machine, allows_an_end_nothing_but_what_the_domain_names) {
  EXPECT_EQ(allowed_at(static_cast<std::uint8_t>(fb::Stage::closed)),
            (std::vector<std::string>{"reopen", "correct"}));
  EXPECT_EQ(allowed_at(static_cast<std::uint8_t>(fb::Stage::declined)),
            std::vector<std::string>{"correct"});
  EXPECT_EQ(allowed_at(static_cast<std::uint8_t>(fb::Stage::withdrawn)),
            std::vector<std::string>{"correct"});
  EXPECT_EQ(allowed_at(static_cast<std::uint8_t>(fb::Stage::merged)),
            (std::vector<std::string>{"unmerge", "correct"}));
}

TEST(Machine, allows_nobody_what_the_engine_records_by_itself) {
  for (std::uint8_t stage = 0; stage <= 14; ++stage) {
    for (const std::string& verb : allowed_at(stage)) {
      EXPECT_FALSE(schema().by_verb(verb)->by_system) << verb;
    }
  }
}

TEST(Machine, has_a_way_on_from_every_stage_that_is_no_end) {
  for (std::uint8_t stage = 0; stage <= 9; ++stage) {
    const bool leads_on = std::any_of(rows().begin(), rows().end(), [&](const RowInfo& row) {
      return row.life && row.from == stage && row.to != stage;
    });
    EXPECT_TRUE(leads_on) << stage_name(stage);
  }
}

TEST(Machine, takes_every_command_of_supervision_wherever_the_deadlines_stand) {
  for (const RowInfo& row : rows()) {
    if (row.life || !row.records) continue;
    for (std::uint8_t state = 0; state <= 2; ++state) {
      const bool there = std::any_of(rows().begin(), rows().end(), [&](const RowInfo& each) {
        return !each.life && each.records && each.type == row.type && each.from == state;
      });
      EXPECT_TRUE(there) << row.asked << " at " << int{state};
    }
  }
}

TEST(Stages, have_names_in_both_languages) {
  EXPECT_EQ(stage_name(5), "handed_over");
  EXPECT_EQ(stage_name_zh(5), "待签收");
  EXPECT_EQ(stage_name(13), "merged");
  EXPECT_EQ(stage_name_zh(13), "已并案");
  EXPECT_EQ(stage_name(14), "stage-14");
  EXPECT_EQ(stage_name_zh(14), "阶段14");
}

TEST(Stages, one_to_eight_are_in_hand) {
  for (std::uint8_t stage = 0; stage <= 14; ++stage) {
    EXPECT_EQ(in_hand(stage), stage >= 1 && stage <= 8) << int{stage};
  }
}

}  // namespace
}  // namespace workflows::issue
