// What holds whatever is asked, in whatever order. A number that fails is printed with the seed
// that leads to it again (RC_PARAMS).
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/issue_walk.hpp"
#include "workflows/issue/apply.hpp"
#include "workflows/issue/rows.hpp"

namespace workflows::issue {
namespace {

using engine::StreamId;
using support::CaseDesk;
using support::IssueWalk;

using Chances = std::vector<std::uint64_t>;

// Asks all of it, and tells `seen` of each answer with the step and the states before it.
template <class Seen>
void walk(IssueWalk& walk, const Chances& chances, Seen seen) {
  for (const std::uint64_t chance : chances) {
    const auto step = walk.next(chance);
    std::map<StreamId, CaseDesk::StreamState> before;
    for (std::uint32_t i = 1; i <= IssueWalk::issues; ++i) {
      const std::uint64_t number = CaseDesk::number(i);
      before[{workflow_id, number}] = walk.desk.state(number);
    }
    seen(step, walk.desk.ask(step), before);
  }
}

Chances any_chances() {
  return *rc::gen::container<Chances>(
      *rc::gen::inRange<std::size_t>(0, 120),
      rc::gen::noShrink(rc::gen::resize(1000, rc::gen::arbitrary<std::uint64_t>())));
}

std::string bytes_of(const fb::Marks& marks) {
  return {reinterpret_cast<const char*>(&marks), sizeof marks};
}

RC_GTEST_PROP(AnyHistory, HoldsNothingThatTheTableDenies, ()) {
  IssueWalk issues;
  walk(issues, any_chances(), [](const auto&, const auto& answer, auto stages) {
    for (const auto& fact : answer.facts) {
      auto& state = stages[fact.stream];
      RC_ASSERT(table_has(machine_digest(), state.stage, fact.type, fact.stage_after) == true);
      state.stage = fact.stage_after;
    }
  });
}

RC_GTEST_PROP(AnyHistory, GivesItsSummariesAgainFromTheFactsAlone, ()) {
  IssueWalk issues;
  walk(issues, any_chances(), [](const auto&, const auto&, const auto&) {});
  std::map<StreamId, Standing> replayed;
  for (const auto& fact : issues.desk.facts()) {
    Standing& standing = replayed[fact.stream];
    apply(standing, fact.type, fact.fact, fact.occurred_at);
    RC_ASSERT(bytes_of(standing.marks) == fact.summary);
    RC_ASSERT(standing.dims == fact.dims);
    RC_ASSERT(static_cast<std::uint8_t>(standing.marks.stage()) == fact.stage_after);
    RC_ASSERT(engine::from_ms(standing.marks.opened_at()) == fact.opened_at);
  }
}

RC_GTEST_PROP(AnyHistory, LeavesNoClockRunningAtAnEnd, ()) {
  IssueWalk issues;
  walk(issues, any_chances(), [](const auto&, const auto& answer, const auto&) {
    for (const auto& fact : answer.facts) {
      const auto marks = engine::log::summary<fb::Marks>(fact.summary);
      RC_ASSERT(ended(marks.stage()) == (marks.ended_at() != 0));
      if (!ended(marks.stage())) continue;
      for (const auto kind : fb::EnumValuesDeadlineKind()) {
        RC_ASSERT(running_due(marks, kind) == engine::Instant{});
      }
      RC_ASSERT(fact.due_at == engine::Instant{});
      RC_ASSERT(marks.supervision() == fb::Supervision::on_time);
      RC_ASSERT(marks.warned_of() == 0);
      RC_ASSERT(marks.missed() == 0);
    }
  });
}

RC_GTEST_PROP(AnyHistory, HoldsTheSameOfAMergeInBothIssues, ()) {
  IssueWalk issues;
  walk(issues, any_chances(), [&](const auto&, const auto&, const auto&) {
    std::map<std::uint64_t, unsigned> absorbed;
    for (std::uint32_t i = 1; i <= IssueWalk::issues; ++i) {
      const auto marks = issues.desk.marks(CaseDesk::number(i));
      RC_ASSERT((marks.stage() == fb::Stage::merged) == (marks.merged_into() != 0));
      if (marks.merged_into() != 0) ++absorbed[marks.merged_into()];
    }
    for (std::uint32_t i = 1; i <= IssueWalk::issues; ++i) {
      const auto number = CaseDesk::number(i);
      RC_ASSERT(issues.desk.marks(number).absorbed() == absorbed[number]);
    }
  });
}

RC_GTEST_PROP(AnyRefusal, ChangesNothingAndNamesWhatIsAllowed, ()) {
  IssueWalk issues;
  walk(issues, any_chances(), [&](const auto& step, const auto& answer, const auto& before) {
    if (!answer.refusal) return;
    for (const auto& [id, state] : before) {
      RC_ASSERT(issues.desk.state(id.number).summary == state.summary);
      RC_ASSERT(issues.desk.state(id.number).version == state.version);
    }
    const auto& refusal = *answer.refusal;
    RC_ASSERT(!refusal.code.empty());
    RC_ASSERT(!refusal.detail.empty());
    RC_ASSERT(issues.desk.ask(step).refusal->detail == refusal.detail);
    if (refusal.code == "unknown_code") return;  // lists the nearest codes instead
    const std::uint8_t stage = issues.desk.state(refusal.stream.number).stage;
    RC_ASSERT(refusal.stage == stage);
    RC_ASSERT(!refusal.allowed.empty());
    for (const auto& verb : refusal.allowed) {
      const auto type = schema().by_verb(verb)->type;
      RC_ASSERT(has_row(static_cast<fb::Stage>(stage), type, false));
      if (refusal.code == "not_at_this_stage" && refusal.stream == step.stream) {
        RC_ASSERT(type != step.verb);
      }
    }
  });
}

RC_GTEST_PROP(AnyHistory, NeverGoesBackInTime, ()) {
  IssueWalk issues;
  walk(issues, any_chances(), [](const auto& step, const auto& answer, auto states) {
    for (const auto& fact : answer.facts) {
      auto& state = states[fact.stream];
      RC_ASSERT(state.version.value == 0U || fact.occurred_at >= state.occurred_at);
      if (step.occurred_at) RC_ASSERT(fact.occurred_at == *step.occurred_at);
      state.occurred_at = fact.occurred_at;
      state.version = engine::next(state.version);
    }
  });
}

RC_GTEST_PROP(AnyHistory, RecordsEachDeadlineOnce, ()) {
  IssueWalk issues;
  using Once = std::tuple<std::uint64_t, engine::FactType, fb::DeadlineKind, std::int64_t>;
  std::set<Once> seen;
  walk(issues, any_chances(), [&](const auto& step, const auto& answer, const auto&) {
    if (answer.refusal) return;
    const auto number = step.stream.number;
    const auto type = static_cast<fb::Fact>(step.verb.value);
    const auto in_force = [&](const Once& each) {
      return std::get<0>(each) == number && std::get<2>(each) == fb::DeadlineKind::solve;
    };
    // Set anew, or over: after that the same deadline may be missed once more.
    const bool anew = type == fb::Fact::DeadlineSet || type == fb::Fact::ExtensionGranted ||
                      !in_hand(issues.desk.state(number).stage);
    if (anew) std::erase_if(seen, in_force);
    if (type != fb::Fact::DeadlineMissed) return;
    const auto* fact = flatbuffers::GetRoot<fb::DeadlineMissed>(step.body.data());
    if (fact->kind() != fb::DeadlineKind::solve) return;
    RC_ASSERT(seen.insert({number, step.verb, fact->kind(), fact->due()}).second);
  });
}

// The table and the decisions are the same thing: what it has can happen, and nothing else does.
TEST(LongHistory, goes_every_way_that_the_table_has_and_no_other) {
  using Way = std::tuple<std::uint8_t, std::uint16_t, std::uint8_t>;
  constexpr auto stages = static_cast<std::uint8_t>(fb::Stage::MAX);
  std::set<Way> there;
  for (std::uint8_t before = 0; before <= stages; ++before) {
    for (const auto& table : schema().tables()) {
      for (std::uint8_t after = 0; after <= stages; ++after) {
        if (*table_has(machine_digest(), before, table.type, after)) {
          there.insert({before, table.type.value, after});
        }
      }
    }
  }
  std::set<Way> gone;
  constexpr std::uint64_t seed = 7171;
  constexpr std::uint64_t lives_max = 2000;
  for (std::uint64_t life = 0; life < lives_max && gone != there; ++life) {
    IssueWalk issues;
    Chances chances;
    for (std::uint64_t i = 0; i < 300; ++i) chances.push_back(seed + life * 1000 + i);
    walk(issues, chances, [&](const auto&, const auto& answer, auto states) {
      for (const auto& fact : answer.facts) {
        auto& state = states[fact.stream];
        gone.insert({state.stage, fact.type.value, fact.stage_after});
        state.stage = fact.stage_after;
      }
    });
  }
  const auto tell = [](const std::set<Way>& these, const std::set<Way>& those, const char* what) {
    for (const auto& [before, type, after] : these) {
      EXPECT_TRUE(those.contains({before, type, after}))
          << stage_name(before) << " by " << schema().by_type(engine::FactType{type})->fact
          << " to " << stage_name(after) << what << ", seed " << seed;
    }
  };
  tell(there, gone, " never happened");
  tell(gone, there, " has no row");
}

}  // namespace
}  // namespace workflows::issue
