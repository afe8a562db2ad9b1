#include "workflows/issue/clerk.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "workflows/issue/number.hpp"

namespace workflows::issue {

using engine::Instant;
using engine::react::Task;

namespace {

constexpr const char* no_answer_to_supervision = "no answer to a supervision";

template <class Create>
std::string body_of(const Create& create) {
  flatbuffers::FlatBufferBuilder builder(128);
  builder.ForceDefaults(true);
  builder.Finish(create(builder));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

// What is to be recorded of one issue, and when it became true.
struct Item {
  std::int64_t moment = 0;
  fb::Fact fact = fb::Fact::NONE;
  std::string what;  // names it among those of the issue, for ever
  std::string body;
};

Item warned(const TimerEntry& entry, std::size_t clock) {
  const auto& timer = entry.timers[clock];
  const fb::DeadlineKind kind = entry.kind(clock);
  return {timer.warn_at, fb::Fact::Warned,
          std::string("warned/") + fb::EnumNameDeadlineKind(kind) + "/" +
              std::to_string(timer.due) + "/" + std::to_string(timer.armed),
          body_of([&](auto& b) { return fb::CreateWarned(b, kind, timer.due); })};
}

Item missed(const TimerEntry& entry, std::size_t clock) {
  const auto& timer = entry.timers[clock];
  const fb::DeadlineKind kind = entry.kind(clock);
  return {timer.due, fb::Fact::DeadlineMissed,
          std::string("missed/") + fb::EnumNameDeadlineKind(kind) + "/" +
              std::to_string(timer.due) + "/" + std::to_string(timer.armed),
          body_of([&](auto& b) { return fb::CreateDeadlineMissed(b, kind, timer.due); })};
}

Item escalated(const TimerEntry& entry, std::int64_t moment, std::int64_t since,
               const std::string& rule) {
  const auto to = static_cast<fb::Level>(static_cast<int>(entry.level) + 1);
  return {
      moment, fb::Fact::Escalated,
      std::string("escalated/") + fb::EnumNameLevel(to) + "/" + rule + "/" + std::to_string(since),
      body_of([&](auto& b) { return fb::CreateEscalated(b, to, b.CreateString(rule)); })};
}

// What of the clocks, and of a supervision that said by when, is due by `now`.
std::vector<Item> of_clocks(const TimerEntry& entry, std::int64_t now) {
  std::vector<Item> out;
  for (std::size_t i = 0; i < TimerEntry::clocks.size(); ++i) {
    if (!entry.pending(i)) continue;
    const auto& timer = entry.timers[i];
    // There is no warning of what has passed already when something else happened.
    const bool warns = entry.warns(i) && timer.warn_at <= now && entry.last_at <= timer.due;
    if (warns) out.push_back(warned(entry, i));
    if (timer.due <= now) out.push_back(missed(entry, i));
  }
  if (entry.can_rise() && entry.answer_by != 0 && entry.answer_by <= now) {
    out.push_back(escalated(entry, entry.answer_by, entry.answer_by, no_answer_to_supervision));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Item& a, const Item& b) { return a.moment < b.moment; });
  return out;
}

// Gathers tasks, as many as are wanted.
class Tasks {
 public:
  Tasks(std::size_t at_most, const engine::react::Agenda::Refused& refused)
      : at_most_(at_most), refused_(refused) {}

  bool full() const { return tasks_.size() >= at_most_; }
  std::vector<Task> all() { return std::move(tasks_); }

  void add(const TimerEntry& entry, std::vector<Item> items) {
    std::int64_t last = entry.last_at;
    for (Item& item : items) {
      last = std::max(last, item.moment);
      std::string id = format_number(entry.number) + "/" + item.what;
      if (full() || refused_(id, entry.version)) continue;
      engine::writer::Step step;
      step.workflow = workflow_id;
      step.verb = engine::FactType{static_cast<std::uint16_t>(item.fact)};
      step.stream = {workflow_id, entry.number};
      step.occurred_at = engine::from_ms(last);
      step.body = std::move(item.body);
      step.consequence = true;
      Task& task = tasks_.emplace_back();
      task.seen = entry.version;
      task.submission.source = clerk_name;
      task.submission.id = std::move(id);
      task.submission.actor.name = clerk_name;
      task.submission.steps.push_back(std::move(step));
    }
  }

 private:
  const std::size_t at_most_;
  const engine::react::Agenda::Refused& refused_;
  std::vector<Task> tasks_;
};

// "two urges without a step"
std::string urges_name(unsigned urges) {
  constexpr std::array words{"no", "one", "two", "three", "four", "five"};
  const std::string count = urges < words.size() ? words[urges] : std::to_string(urges);
  return count + " " + std::string(urges_rule);
}

class IssueAgenda final : public engine::react::Agenda {
 public:
  explicit IssueAgenda(Pressing pressing) : urges_(pressing.urges) {
    add(Wait::overdue_village, std::move(pressing.to_town.name), pressing.to_town.until);
    add(Wait::overdue_town, std::move(pressing.to_district.name), pressing.to_district.until);
    add(Wait::urged, "no answer to an urge", pressing.urged);
    add(Wait::supervised, no_answer_to_supervision, pressing.supervised);
    add(Wait::escalated, "no answer to an escalation", pressing.escalated);
  }

  std::string_view view() const override { return timers_view; }

  std::vector<Task> due(const engine::view::Projection& view, Instant now, std::size_t at_most,
                        const Refused& refused) const override {
    const auto& timers = dynamic_cast<const Timers&>(view);
    Tasks tasks(at_most, refused);
    timers.each(Wait::clock, [&](const TimerEntry& entry) {
      if (entry.moment(Wait::clock) > engine::to_ms(now)) return false;
      tasks.add(entry, of_clocks(entry, engine::to_ms(now)));
      return !tasks.full();
    });
    add_urged(timers, tasks);
    for (const Rule& rule : rules_) {
      timers.each(rule.wait, [&](const TimerEntry& entry) {
        if (tasks.full()) return false;
        const std::int64_t since = entry.moment(rule.wait);
        const auto until = rule.until(engine::from_ms(since));
        if (!until || *until > now) return false;  // nor has that of any that began later
        tasks.add(entry, {escalated(entry, engine::to_ms(*until), since, rule.name)});
        return true;
      });
    }
    return tasks.all();
  }

  // What is due by now but was refused, or is under way, says nothing of when to wake up.
  std::optional<Instant> next(const engine::view::Projection& view, Instant now) const override {
    const auto& timers = dynamic_cast<const Timers&>(view);
    std::optional<Instant> first;
    const auto or_at = [&](Instant at) {
      if (at > now && (!first || at < *first)) first = at;
    };
    timers.each(Wait::clock, [&](const TimerEntry& entry) {
      for (std::size_t i = 0; i < TimerEntry::clocks.size(); ++i) {
        if (!entry.pending(i)) continue;
        if (entry.warns(i)) or_at(engine::from_ms(entry.timers[i].warn_at));
        or_at(engine::from_ms(entry.timers[i].due));
      }
      if (entry.can_rise()) or_at(engine::from_ms(entry.answer_by));
      return entry.moment(Wait::clock) <= engine::to_ms(now);
    });
    for (const Rule& rule : rules_) {
      timers.each(rule.wait, [&](const TimerEntry& entry) {
        const auto until = rule.until(engine::from_ms(entry.moment(rule.wait)));
        if (until) or_at(*until);
        return until && *until <= now;
      });
    }
    return first;
  }

  std::size_t pending(const engine::view::Projection& view) const override {
    return dynamic_cast<const Timers&>(view).pending();
  }

 private:
  struct Rule {
    Wait wait;
    std::string name;
    Pressing::Until until;
  };

  void add(Wait wait, std::string name, const Pressing::Until& until) {
    if (until) rules_.push_back({wait, std::move(name), until});
  }

  // All that are urged are looked at: how often, no order of theirs tells. They are few.
  void add_urged(const Timers& timers, Tasks& tasks) const {
    if (urges_ == 0) return;
    timers.each(Wait::urged, [&](const TimerEntry& entry) {
      if (entry.urges < urges_ * (entry.urge_rises + 1U)) return true;
      tasks.add(entry, {escalated(entry, entry.urged_at, entry.urged_at, urges_name(urges_))});
      return !tasks.full();
    });
  }

  unsigned urges_;
  std::vector<Rule> rules_;
};

}  // namespace

std::unique_ptr<engine::react::Agenda> make_agenda(Pressing pressing) {
  return std::make_unique<IssueAgenda>(std::move(pressing));
}

}  // namespace workflows::issue
