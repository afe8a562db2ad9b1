// A year of a district: whatever people do, however often the engine is down and its clock wrong,
// every deadline that comes is recorded exactly once, and none before it comes.
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/view/projector.hpp"
#include "tests/support/clerk_office.hpp"
#include "tests/support/deadline_witness.hpp"
#include "tests/support/issue_history.hpp"

namespace workflows::issue {
namespace {

using engine::Instant;
using engine::writer::Submission;
using std::chrono::hours;
using std::chrono::minutes;
using support::ClerkOffice;
using support::DeadlineWitness;

#ifdef SIHE_SANITIZED
constexpr std::uint32_t issues = 1'500;
#else
constexpr std::uint32_t issues = 100'000;
#endif
constexpr std::uint64_t seed = 7171;
// People act on these marks; deadlines lie between them.
constexpr minutes mark{30};
constexpr minutes past_the_hour{7};

class Chance {
 public:
  explicit Chance(std::uint64_t from) : at_(from) {}
  std::uint32_t below(std::uint32_t limit) {
    std::uint64_t x = at_ += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<std::uint32_t>((x ^ (x >> 31)) % limit);
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

 private:
  std::uint64_t at_;
};

// The people: each issue is acted on now and then, until nobody cares any more.
class People {
 public:
  People(Instant begin, Chance& chance) : chance_(chance) {
    for (std::uint32_t i = 0; i < issues; ++i) {
      plan(begin + mark * chance_.below(350 * 48), i);
    }
  }

  // What they ask at `now`; `true_now` is when by a clock that is right.
  void act(ClerkOffice& office, Instant true_now) {
    std::vector<Submission> asked;
    std::vector<std::uint32_t> who;
    while (!plans_.empty() && plans_.top().first <= true_now) {
      const std::uint32_t issue = plans_.top().second;
      plans_.pop();
      asked.push_back(next(issue, office.now()));
      who.push_back(issue);
    }
    if (asked.empty()) return;
    const auto answers = office.ask(std::move(asked));
    for (std::size_t i = 0; i < answers.size(); ++i) {
      Issue& issue = issues_[who[i]];
      if (const auto* done = std::get_if<engine::writer::Recorded>(&answers[i])) {
        issue.number = done->stream.number;
        issue.stage = static_cast<fb::Stage>(done->stage);
      } else if (const auto* no = std::get_if<engine::writer::Refusal>(&answers[i])) {
        issue.stage = static_cast<fb::Stage>(no->stage);
        ++refused;
      } else {
        ++failed;
      }
      const bool over = ended(issue.stage) && !chance_.one_in(20);
      if (!over && ++issue.acts < 9) plan(true_now + mark * (1 + chance_.below(96)), who[i]);
    }
  }

  std::uint64_t refused = 0, failed = 0;

 private:
  struct Issue {
    std::uint64_t number = 0;
    fb::Stage stage = fb::Stage::none;
    unsigned acts = 0;
  };
  using Plan = std::pair<Instant, std::uint32_t>;

  void plan(Instant when, std::uint32_t issue) { plans_.push({when, issue}); }

  // Composed once, for those who ask for the same.
  const Submission& asking(const std::string& verb) {
    const auto found = asking_.find(verb);
    if (found != asking_.end()) return found->second;
    using Object = ClerkOffice::Object;
    static const std::map<std::string, Object> bodies{
        {"report", {{"text", "路灯不亮"}}},
        {"decline", {{"reason", "有理由"}, {"ground", "三定方案"}}},
        {"return", {{"reason", "有理由"}, {"ground", "三定方案"}}},
        {"claim", {{"by", "林建国"}}},
        {"release", {{"reason", "有理由"}}},
        {"hold_consultation", {{"conclusion", "hand_over"}, {"department", "power"}}},
        {"hold_negotiation", {{"conclusion", "go_on"}}},
        {"hand_over", {{"department", "power"}}},
        {"reassign", {{"department", "water"}}},
        {"note_progress", {{"text", "已派人"}}},
        {"pause", {{"reason", "待料"}}},
        {"resolve", {{"outcome", "solved"}}},
        {"follow_up", {{"reached", "yes"}, {"solved", "yes"}}},
        {"rework", {{"reason", "仍不亮"}}},
        {"reopen", {{"reason", "又不亮"}}},
        {"supervise", {{"text", "请办"}}},
    };
    const auto body = bodies.find(verb);
    return asking_
        .emplace(verb,
                 ClerkOffice::submission(0, verb, body == bodies.end() ? Object{} : body->second))
        .first->second;
  }

  template <class... Text>
  const char* one_of(Text... texts) {
    const std::array<const char*, sizeof...(texts)> all{texts...};
    return all[chance_.below(sizeof...(texts))];
  }

  const char* any_verb(fb::Stage stage) {
    if (stage != fb::Stage::none && !ended(stage) && chance_.one_in(12)) {
      return one_of("urge", "supervise", "urge");
    }
    switch (stage) {
      case fb::Stage::none:
        return "report";
      case fb::Stage::reported:
        return one_of("accept", "accept", "accept", "decline", "merge");
      case fb::Stage::accepted:
        return one_of("hand_over", "hand_over", "claim", "call_consultation", "pause", "resolve");
      case fb::Stage::local:
        return one_of("resolve", "resolve", "release", "call_negotiation");
      case fb::Stage::consulting:
        return one_of("hold_consultation", "pause");
      case fb::Stage::handed_over:
        return one_of("sign", "sign", "sign", "return", "reassign");
      case fb::Stage::handling:
        return one_of("resolve", "resolve", "note_progress", "return");
      case fb::Stage::negotiating:
        return "hold_negotiation";
      case fb::Stage::paused:
        return "resume";
      case fb::Stage::resolved:
        return one_of("follow_up", "close", "close", "rework");
      case fb::Stage::closed:
        return "reopen";
      case fb::Stage::merged:
        return "unmerge";
      default:
        return "correct";
    }
  }

  void add_deadline(Submission& asked, fb::DeadlineKind kind, Instant now, std::uint32_t days) {
    const auto hour = std::chrono::floor<hours>(now) + past_the_hour;
    const Instant due = hour + hours(1 + chance_.below(24 * days));
    const Instant warn_at = chance_.one_in(3) ? Instant{} : due - hours(1 + chance_.below(12));
    flatbuffers::FlatBufferBuilder builder(128);
    builder.ForceDefaults(true);
    builder.Finish(
        fb::CreateDeadlineSet(builder, kind, engine::to_ms(due), 0, 0, engine::to_ms(warn_at)));
    engine::writer::Step& step = asked.steps.emplace_back();
    step.workflow = workflow_id;
    step.verb = engine::FactType{static_cast<std::uint16_t>(fb::Fact::DeadlineSet)};
    step.stream = asked.steps.front().stream;
    step.body.assign(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize());
  }

  Submission next(std::uint32_t which, Instant now) {
    const Issue& issue = issues_[which];
    const std::string verb = any_verb(issue.stage);
    Submission out;
    if (verb == "merge" || verb == "unmerge") {
      const std::uint64_t other = issues_[chance_.below(issues)].number;
      const std::uint64_t number = other != 0 ? other : issue.number;
      const char* member = verb == "merge" ? "into" : "from";
      out = ClerkOffice::submission(0, verb, {{member, format_number(number)}});
    } else if (verb == "correct") {
      out = ClerkOffice::submission(0, verb, {{"version", 1}, {"field", "text"}, {"is", "另"}});
    } else {
      out = asking(verb);
    }
    out.steps.front().stream.number = issue.number;
    if (verb == "report") add_deadline(out, fb::DeadlineKind::accept, now, 2);
    if (verb == "accept" || verb == "reopen") add_deadline(out, fb::DeadlineKind::solve, now, 8);
    if (verb == "hand_over" || verb == "reassign") {
      add_deadline(out, fb::DeadlineKind::sign, now, 2);
    }
    if (verb == "resolve") add_deadline(out, fb::DeadlineKind::follow_up, now, 3);
    if (verb == "rework") add_deadline(out, fb::DeadlineKind::rework, now, 4);
    if (verb == "resume" && chance_.one_in(2)) {
      add_deadline(out, fb::DeadlineKind::solve, now, 5);
    }
    return out;
  }

  Chance& chance_;
  std::vector<Issue> issues_{issues};
  std::priority_queue<Plan, std::vector<Plan>, std::greater<>> plans_;
  std::map<std::string, Submission> asking_;
};

Pressing some_days() {
  const auto after = [](int days) {
    return [days](Instant since) { return std::optional(since + std::chrono::days(days)); };
  };
  Pressing out;
  out.to_town = {after(3), "overdue by 3 days"};
  out.to_district = {after(9), "overdue by 9 days"};
  out.supervised = after(4);
  out.escalated = after(6);
  return out;
}

// The engine, its outages and its clock.
class Year {
 public:
  void run() {
    while (true_now_ < end_) {
      let_the_clerk_sleep_until(std::min(end_, true_now_ + mark));
      if (chance_.one_in(200)) break_down();
      if (chance_.one_in(150)) {
        off_ = chance_.one_in(2) ? minutes(0) : minutes(30) * chance_.below(10) - hours(2);
      }
      office_.at(true_now_ + off_);
      people_.act(office_, true_now_);
      turn();
    }
    // All clocks are right again, and everybody waits.
    off_ = minutes(0);
    let_the_clerk_sleep_until(end_ + std::chrono::days(40));
  }

  ClerkOffice& office() { return office_; }
  const DeadlineWitness& witness() const { return witness_; }
  const People& people() const { return people_; }
  std::uint64_t outages = 0;

 private:
  void turn() {
    next_ = office_.work();
    witness_.read(office_.log(), office_.now());
    witness_.expect_nothing_left(office_.now());
  }

  void let_the_clerk_sleep_until(Instant then) {
    while (next_ && *next_ <= then + off_) {
      office_.at(std::max(*next_, office_.now()));
      turn();
    }
    true_now_ = then;
    office_.at(then + off_);
  }

  // For minutes or days nobody can ask for anything.
  void break_down() {
    ++outages;
    office_.close();
    if (chance_.one_in(3)) office_.lose_views();
    true_now_ += mark * (chance_.one_in(4) ? chance_.below(200) : chance_.below(8));
    office_.at(true_now_ + off_);
    office_.open();
    if (chance_.one_in(2)) turn();
  }

  Chance chance_{seed};
  Instant true_now_ = support::shanghai("2025-01-01 00:00");
  const Instant end_ = true_now_ + std::chrono::days(365);
  minutes off_{0};  // how far the clock is wrong
  ClerkOffice office_{true_now_, some_days()};
  People people_{true_now_, chance_};
  DeadlineWitness witness_;
  std::optional<Instant> next_;
};

TEST(ClerkYear, records_each_deadline_once_and_none_early) {
  Year year;
  year.run();
  const DeadlineWitness& seen = year.witness();
  SCOPED_TRACE("seed " + std::to_string(seed));
  EXPECT_EQ(seen.early, 0U);
  EXPECT_EQ(seen.twice, 0U);
  EXPECT_EQ(seen.forgotten, 0U);
  EXPECT_EQ(seen.untrue, 0U);
  EXPECT_EQ(year.people().failed, 0U);
  // It was a year in which something happened.
  EXPECT_GT(seen.missed, issues / 4U);
  EXPECT_GT(seen.warned, issues / 4U);
  EXPECT_GT(seen.escalated, issues / 100U);
  EXPECT_GT(year.outages, 20U);
  std::printf("%u issues, %llu facts, %llu warned, %llu missed, %llu escalated, %llu outages\n",
              issues, static_cast<unsigned long long>(year.office().log().last().value),
              static_cast<unsigned long long>(seen.warned),
              static_cast<unsigned long long>(seen.missed),
              static_cast<unsigned long long>(seen.escalated),
              static_cast<unsigned long long>(year.outages));
  // Nothing runs any more, and the timers are what the log says from its beginning.
  const auto fresh = engine::view::fold_parallel(year.office().log(), *make_timers(),
                                                 year.office().log().last(), 0, {})
                         .value();
  const auto& folded = dynamic_cast<const Timers&>(*fresh);
  EXPECT_EQ(folded.pending(), 0U);
  year.office().projector().use(timers_view, [&](const engine::view::Projection& view, auto) {
    EXPECT_EQ(dynamic_cast<const Timers&>(view).pending(), 0U);
    std::vector<TimerEntry> wanted;
    std::vector<TimerEntry> got;
    folded.each(Wait::overdue_village,
                [&](const auto& each) { return wanted.push_back(each), true; });
    dynamic_cast<const Timers&>(view).each(
        Wait::overdue_village, [&](const auto& each) { return got.push_back(each), true; });
    EXPECT_EQ(got, wanted);
  });
}

}  // namespace
}  // namespace workflows::issue
