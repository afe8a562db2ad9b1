// What waits for time to pass: whatever happened, a fold in parts is the fold of the whole, saved
// and loaded it is the same, and it says of each issue what its facts say.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/draft_log.hpp"
#include "tests/support/issue_walk.hpp"
#include "workflows/issue/timers.hpp"

namespace workflows::issue {
namespace {

using engine::log::RecordView;
using support::CaseDesk;
using support::IssueWalk;

using Rows = std::map<std::string, std::string, std::less<>>;
using Log = std::vector<std::string>;

constexpr Wait all_waits[] = {Wait::clock, Wait::overdue_village, Wait::overdue_town,
                              Wait::urged, Wait::supervised,      Wait::escalated};
static_assert(std::size(all_waits) == waits_count);

// A walk of a few issues, as a log. Some of them have a life before the numbers begin to fail.
Log some_log() {
  const auto chances = *rc::gen::container<std::vector<std::uint64_t>>(
      *rc::gen::inRange<std::size_t>(0, 150),
      rc::gen::noShrink(rc::gen::resize(1000, rc::gen::arbitrary<std::uint64_t>())));
  IssueWalk issues;
  for (const std::uint64_t chance : chances) issues.desk.ask(issues.next(chance));
  return support::records_of(issues.desk.facts());
}

std::unique_ptr<Timers> fold(const Log& log, std::size_t from, std::size_t to) {
  auto out = make_timers();
  for (std::size_t i = from; i < to; ++i) out->apply(RecordView(log[i]));
  return out;
}

void save_into(Rows& rows, Timers& timers, bool all) {
  timers.save(
      [&](std::string_view key, std::string_view value) {
        if (value.empty()) {
          RC_ASSERT(!all);  // there is nothing to be removed
          rows.erase(std::string(key));
        } else {
          rows[std::string(key)] = value;
        }
      },
      all);
}

Rows saved(Timers& timers) {
  Rows out;
  save_into(out, timers, true);
  return out;
}

std::unique_ptr<Timers> loaded(const Rows& rows) {
  auto out = make_timers();
  for (const auto& [key, value] : rows) RC_ASSERT(out->load(key, value).has_value());
  return out;
}

std::vector<TimerEntry> listed(const Timers& timers, Wait wait) {
  std::vector<TimerEntry> out;
  timers.each(wait, [&](const TimerEntry& entry) {
    out.push_back(entry);
    return true;
  });
  return out;
}

// Whatever can be asked of them.
bool same(const Timers& a, const Timers& b) {
  for (const Wait wait : all_waits) {
    if (listed(a, wait) != listed(b, wait) || a.waiting(wait) != b.waiting(wait)) return false;
  }
  return a.pending() == b.pending();
}

RC_GTEST_PROP(TimersAlways, PartsMergedAreTheWholeToTheByte, ()) {
  const Log log = some_log();
  const auto whole = fold(log, 0, log.size());
  std::vector<std::size_t> cuts{0, log.size()};
  const auto more = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::inRange<std::size_t>(0, log.size() + 1));
  cuts.insert(cuts.end(), more.begin(), more.end());
  std::sort(cuts.begin(), cuts.end());
  std::vector<std::unique_ptr<Timers>> parts;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    parts.push_back(fold(log, cuts[i], cuts[i + 1]));
  }
  // The first part as it was saved, too.
  if (*rc::gen::arbitrary<bool>()) parts.front() = loaded(saved(*parts.front()));
  while (parts.size() > 1) {
    const auto at = *rc::gen::inRange<std::size_t>(0, parts.size() - 1);
    parts[at]->merge(*parts[at + 1]);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  RC_ASSERT(saved(*parts.front()) == saved(*whole));
  RC_ASSERT(same(*parts.front(), *whole));
}

RC_GTEST_PROP(TimersAlways, SavedAndLoadedTheyGoOnAsBefore, ()) {
  const Log log = some_log();
  auto timers = make_timers();
  Rows rows;
  for (const std::string& record : log) {
    timers->apply(RecordView(record));
    if (*rc::gen::inRange(0, 4) != 0) continue;
    save_into(rows, *timers, false);
    rows["a"] = "1";  // the first save is of all
    if (*rc::gen::arbitrary<bool>()) timers = loaded(rows);
  }
  if (log.empty()) return;
  save_into(rows, *timers, false);
  rows["a"] = "1";
  const auto whole = fold(log, 0, log.size());
  RC_ASSERT(rows == saved(*whole));
  RC_ASSERT(same(*timers, *whole));
}

// What is said of an issue's clocks, from its facts alone.
struct Told {
  fb::Marks marks;
  std::map<unsigned, std::int64_t> warn_at;  // by the clock's bit, of the deadline that stands
};

std::map<std::uint64_t, Told> told_by(const Log& log) {
  std::map<std::uint64_t, Told> out;
  for (const std::string& bytes : log) {
    const RecordView record(bytes);
    Told& told = out[record.stream().number];
    const auto before = told.marks;
    told.marks = engine::log::summary<fb::Marks>(record.after());
    for (const auto kind : TimerEntry::clocks) {
      if (due_of(before, kind) != due_of(told.marks, kind)) told.warn_at.erase(clock_bit(kind));
    }
    if (ended(told.marks.stage())) told.warn_at.clear();
    if (static_cast<fb::Fact>(record.type().value) != fb::Fact::DeadlineSet) continue;
    const auto* set = flatbuffers::GetRoot<fb::DeadlineSet>(record.fact().data());
    const bool before_due = set->warn_at() < set->due() && !ended(told.marks.stage());
    told.warn_at[clock_bit(set->kind())] = before_due ? set->warn_at() : 0;
  }
  return out;
}

RC_GTEST_PROP(TimersAlways, SayOfEachIssueWhatItsFactsSay, ()) {
  const Log log = some_log();
  const auto timers = fold(log, 0, log.size());
  std::set<std::pair<std::int64_t, std::uint64_t>> wanted;
  std::size_t pending = 0;
  for (auto& [number, told] : told_by(log)) {
    const TimerEntry* entry = timers->find(number);
    RC_ASSERT((entry != nullptr) == stays_on(told.marks.stage()));
    if (entry == nullptr) continue;
    std::vector<std::int64_t> moments;
    for (std::size_t i = 0; i < TimerEntry::clocks.size(); ++i) {
      const auto kind = TimerEntry::clocks[i];
      const unsigned bit = clock_bit(kind);
      const std::int64_t due = engine::to_ms(running_due(told.marks, kind));
      RC_ASSERT(entry->timers[i].due == due);
      if (due == 0 || (told.marks.missed() & bit) != 0) continue;
      ++pending;
      const std::int64_t warn_at = told.warn_at[bit];
      RC_ASSERT(entry->timers[i].warn_at == warn_at);
      const bool warns = warn_at != 0 && (told.marks.warned_of() & bit) == 0;
      moments.push_back(warns ? warn_at : due);
    }
    if (entry->can_rise() && entry->answer_by != 0) moments.push_back(entry->answer_by);
    if (moments.empty()) continue;
    wanted.emplace(*std::min_element(moments.begin(), moments.end()), number);
  }
  std::vector<std::pair<std::int64_t, std::uint64_t>> got;
  for (const TimerEntry& each : listed(*timers, Wait::clock)) {
    got.emplace_back(each.moment(Wait::clock), each.number);
  }
  RC_ASSERT(got == decltype(got)(wanted.begin(), wanted.end()));
  RC_ASSERT(timers->pending() == pending);
  RC_ASSERT(timers->waiting(Wait::clock) == wanted.size());
}

RC_GTEST_PROP(TimersAlways, HoldNothingOfWhatStoppedOrEnded, ()) {
  const Log log = some_log();
  auto timers = make_timers();
  for (const std::string& bytes : log) {
    const RecordView record(bytes);
    timers->apply(record);
    const auto marks = engine::log::summary<fb::Marks>(record.after());
    const TimerEntry* entry = timers->find(record.stream().number);
    if (ended(marks.stage())) {
      RC_ASSERT(entry == nullptr);
      for (const Wait wait : all_waits) {
        for (const TimerEntry& each : listed(*timers, wait)) {
          RC_ASSERT(each.number != record.stream().number);
        }
      }
    } else if (marks.stage() == fb::Stage::paused) {
      RC_ASSERT(entry->pending_count() == 0U);
    }
  }
}

// Whoever has it in hand has answered when the marks say that no urge waits for a step.
RC_GTEST_PROP(TimersAlways, TakeForAnAnswerWhatTheMarksTakeForAStep, ()) {
  const Log log = some_log();
  auto timers = make_timers();
  for (const std::string& bytes : log) {
    const RecordView record(bytes);
    const auto before = engine::log::summary<fb::Marks>(record.before());
    const auto after = engine::log::summary<fb::Marks>(record.after());
    timers->apply(record);
    const TimerEntry* entry = timers->find(record.stream().number);
    if (entry == nullptr) continue;
    if (after.urges_unanswered() < before.urges_unanswered()) {
      RC_ASSERT(entry->urged_at == 0 && entry->supervised_at == 0);
      RC_ASSERT(entry->escalated_at == 0 && entry->answer_by == 0);
    }
    if (after.urges_unanswered() == 0) RC_ASSERT(entry->urged_at == 0);
    if (after.urges_unanswered() > before.urges_unanswered()) {
      RC_ASSERT(entry->urged_at == engine::to_ms(record.occurred_at()));
    }
  }
}

TEST(TimersRows, what_is_no_row_is_refused) {
  const auto corrupt = [](Timers& timers, const std::string& key, const std::string& value) {
    const auto done = timers.load(key, value);
    return !done && done.error().fault == engine::Fault::corrupt;
  };
  const auto timers = make_timers();
  EXPECT_TRUE(corrupt(*timers, std::string("b\0\0\0\0\0\0\0\1", 9), "1")) << "before the first";
  EXPECT_TRUE(corrupt(*timers, "a", "2"));
  ASSERT_TRUE(timers->load("a", "1").has_value());
  for (const std::string key : {"", "a", "c", "b123"}) EXPECT_TRUE(corrupt(*timers, key, "1"));
  const std::string row("b\0\0\0\0\0\0\0\1", 9);
  EXPECT_TRUE(corrupt(*timers, row, ""));
  EXPECT_TRUE(corrupt(*timers, row, "\x01"));
}

}  // namespace
}  // namespace workflows::issue
