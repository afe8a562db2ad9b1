// A second opinion on deadlines: what the log says of the clocks, without the program's timers.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "engine/log/event_log.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/clerk.hpp"
#include "workflows/issue/clocks.hpp"

namespace support {

namespace issue_fb = workflows::issue::fb;

// What the log says of the clocks, apart from the program's own timers: which deadlines run and
// have not been recorded as missed, and which warnings wait.
class DeadlineWitness {
  using Instant = engine::Instant;
  using RecordView = engine::log::RecordView;

 public:
  // Reads what is new in the log. Facts of the clerk must be of a deadline that runs and has come.
  void read(const engine::log::LogReader& log, Instant clock) {
    log.read(seen_, log.last(),
             [&](engine::Position at, std::string_view bytes) {
               take(RecordView(bytes), clock);
               seen_ = at;
               return true;
             })
        .value();
  }

  // The clerk had its turn at `now`.
  void expect_nothing_left(Instant now) {
    if (!due_.empty() && std::get<0>(*due_.begin()) <= engine::to_ms(now)) ++forgotten;
    if (!warnings_.empty() && std::get<0>(*warnings_.begin()) <= engine::to_ms(now)) ++forgotten;
  }

  std::uint64_t missed = 0, warned = 0, escalated = 0;
  std::uint64_t early = 0;      // recorded before its moment by the clock
  std::uint64_t twice = 0;      // recorded though it did not run, or was recorded already
  std::uint64_t forgotten = 0;  // not recorded though the clerk had its turn
  std::uint64_t untrue = 0;     // happened at another time than it says

 private:
  using Waiting = std::tuple<std::int64_t, std::uint64_t, unsigned>;  // moment, issue, clock
  struct Issue {
    std::map<unsigned, std::int64_t> warn_at;  // by the clock's bit, of the deadline that stands
    std::map<unsigned, std::int64_t> running;  // deadlines, by the clock's bit
    std::int64_t last = 0;
  };

  void take(const RecordView& record, Instant clock) {
    const std::uint64_t number = record.stream().number;
    Issue& issue = issues_[number];
    const auto fact = static_cast<issue_fb::Fact>(record.type().value);
    if (fact == issue_fb::Fact::DeadlineMissed) {
      const auto* it = flatbuffers::GetRoot<issue_fb::DeadlineMissed>(record.fact().data());
      judge(record, issue, due_, it->kind(), it->due(), it->due(), clock);
      ++missed;
    }
    if (fact == issue_fb::Fact::Warned) {
      const auto* it = flatbuffers::GetRoot<issue_fb::Warned>(record.fact().data());
      judge(record, issue, warnings_, it->kind(), it->due(),
            issue.warn_at[workflows::issue::clock_bit(it->kind())], clock);
      ++warned;
    }
    escalated +=
        fact == issue_fb::Fact::Escalated && record.source() == workflows::issue::clerk_name ? 1
                                                                                             : 0;
    forget(number, issue);
    const auto before = engine::log::summary<issue_fb::Marks>(record.before());
    const auto after = engine::log::summary<issue_fb::Marks>(record.after());
    for (const auto kind : kinds) {
      if (workflows::issue::due_of(before, kind) != workflows::issue::due_of(after, kind))
        issue.warn_at.erase(workflows::issue::clock_bit(kind));
    }
    if (fact == issue_fb::Fact::DeadlineSet) {
      const auto* it = flatbuffers::GetRoot<issue_fb::DeadlineSet>(record.fact().data());
      issue.warn_at[workflows::issue::clock_bit(it->kind())] = it->warn_at();
    }
    issue.last = engine::to_ms(record.occurred_at());
    if (workflows::issue::ended(after.stage())) {
      issues_.erase(number);
    } else {
      remember(number, issue, after);
    }
  }

  void judge(const RecordView& record, const Issue& issue, const std::set<Waiting>& waiting,
             issue_fb::DeadlineKind kind, std::int64_t due, std::int64_t moment, Instant clock) {
    const unsigned bit = workflows::issue::clock_bit(kind);
    const auto running = issue.running.find(bit);
    const bool runs = running != issue.running.end() && running->second == due &&
                      waiting.contains({moment, record.stream().number, bit});
    twice += runs ? 0 : 1;
    early += moment > engine::to_ms(clock) ? 1 : 0;
    untrue += engine::to_ms(record.occurred_at()) != std::max(moment, issue.last) ? 1 : 0;
  }

  void forget(std::uint64_t number, Issue& issue) {
    for (const auto& [bit, due] : issue.running) {
      due_.erase({due, number, bit});
      warnings_.erase({issue.warn_at[bit], number, bit});
    }
    issue.running.clear();
  }

  void remember(std::uint64_t number, Issue& issue, const issue_fb::Marks& marks) {
    for (const auto kind : kinds) {
      const unsigned bit = workflows::issue::clock_bit(kind);
      const std::int64_t due = engine::to_ms(workflows::issue::running_due(marks, kind));
      if (due == 0) continue;
      issue.running[bit] = due;
      if ((marks.missed() & bit) != 0) continue;
      due_.insert({due, number, bit});
      const std::int64_t warn_at = issue.warn_at[bit];
      // Nobody is warned of what has passed when something else happened.
      const bool warns = warn_at != 0 && (marks.warned_of() & bit) == 0 && issue.last <= due;
      if (warns) warnings_.insert({warn_at, number, bit});
    }
  }

  static constexpr std::array kinds{issue_fb::DeadlineKind::solve, issue_fb::DeadlineKind::accept,
                                    issue_fb::DeadlineKind::sign,
                                    issue_fb::DeadlineKind::follow_up};
  engine::Position seen_;
  std::unordered_map<std::uint64_t, Issue> issues_;
  std::set<Waiting> due_, warnings_;
};

}  // namespace support
