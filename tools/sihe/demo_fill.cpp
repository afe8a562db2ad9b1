#include "tools/sihe/demo_fill.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "tools/sihe/demo_calendar.hpp"
#include "tools/sihe/demo_meetings.hpp"
#include "tools/sihe/demo_story.hpp"
#include "workflows/issue/issue.hpp"

namespace tools::demo {

using engine::Error;
using engine::Fault;
using engine::Instant;
using engine::Result;
using engine::schema::Value;
using engine::writer::Answer;
using engine::writer::Recorded;
using engine::writer::Step;
using engine::writer::Submission;

namespace {

constexpr std::size_t in_flight_max = 4'096;
constexpr std::string_view source = "demo";
constexpr std::uint8_t stage_resolved = 9;
constexpr std::uint8_t stage_closed = 10;

std::string why_not(const Answer& answer) {
  if (const auto* refusal = std::get_if<engine::writer::Refusal>(&answer)) return refusal->detail;
  if (const auto* failed = std::get_if<engine::writer::Failed>(&answer)) return failed->detail;
  return "the issue has moved on";
}

Fault fault_of(const Answer& answer) {
  const auto* failed = std::get_if<engine::writer::Failed>(&answer);
  if (failed == nullptr || failed->why == engine::writer::Failure::reused_id) return Fault::invalid;
  if (failed->why == engine::writer::Failure::overloaded ||
      failed->why == engine::writer::Failure::stopping) {
    return Fault::busy;
  }
  return Fault::storage;
}

// Where and when one act of one issue comes in the whole.
struct Place {
  Instant at;
  std::uint32_t issue;
  std::uint16_t act;
  auto key() const { return std::tuple(at, issue, act); }
};

// Hands the acts in, one after the other, many in flight.
class Filling {
 public:
  Filling(engine::writer::Writer& writer, const Wanted& wanted)
      : writer_(writer), wanted_(wanted), outlines_(outlines(wanted.issues, wanted.seed)) {
    numbers_.resize(wanted.issues);
    stages_.resize(wanted.issues);
  }

  Result<Made> run(const std::function<bool(std::size_t, std::size_t)>& progress) {
    const std::vector<Place> order = in_order();
    constexpr std::size_t progress_every = 1'024;
    for (std::size_t i = 0; i < order.size() && !failed(); ++i) {
      if (auto handed = hand_in(order[i]); !handed) {
        wait_for_all();
        return handed.error();
      }
      if (i % progress_every == 0 && progress && !progress(i, order.size())) {
        wait_for_all();
        return Error{Fault::cancelled, "stopped; what is in stays in, run it again for the rest"};
      }
    }
    wait_for_all();
    if (error_) return *error_;
    return count();
  }

 private:
  // Stories are told twice, once for their times and once for their words: a hundred thousand of
  // them need not be kept.
  std::vector<Place> in_order() const {
    std::vector<Place> order;
    for (std::uint32_t issue = 0; issue < wanted_.issues; ++issue) {
      const Story story = tell(outlines_, issue, wanted_.seed, wanted_.rules);
      for (std::uint16_t act = 0; act < story.acts.size(); ++act) {
        order.push_back({story.acts[act].at, issue, act});
      }
    }
    std::sort(order.begin(), order.end(),
              [](const Place& a, const Place& b) { return a.key() < b.key(); });
    return order;
  }

  Result<void> hand_in(const Place& place) {
    if (place.act == 0)
      open_.emplace(place.issue, tell(outlines_, place.issue, wanted_.seed, wanted_.rules));
    const Story& story = open_.at(place.issue);
    const Act& act = story.acts[place.act];
    auto steps = steps_of(place, story, act);
    if (!steps) return steps.error();
    Submission submission;
    submission.source = source;
    submission.id = "demo-" + std::to_string(wanted_.seed) + "-" + std::to_string(place.issue + 1) +
                    "-" + std::to_string(place.act + 1);
    submission.actor = act.actor;
    submission.steps = std::move(*steps);
    if (act.verb.starts_with("hold_")) with_meeting_.insert(outlines_[place.issue].community);
    const std::string verb = act.verb;
    if (place.act + 1U == story.acts.size()) open_.erase(place.issue);
    submit(place, verb, std::move(submission));
    return {};
  }

  Result<std::vector<Step>> steps_of(const Place& place, const Story& story, const Act& act) {
    if (!is_of_meeting(act.verb)) {
      auto step = step_of(place, story, act);
      if (!step) return step.error();
      return std::vector{*std::move(step)};
    }
    const std::uint64_t issue = number_of(place.issue);
    const std::uint64_t meeting = calls_meeting(act.verb) ? 0 : meeting_of(place.issue);
    auto steps =
        meeting_steps(act, issue, meeting, communities()[outlines_[place.issue].community].code);
    if (!steps) return Error{steps.error().fault, named(place, act.verb) + steps.error().detail};
    return steps;
  }

  Result<Step> step_of(const Place& place, const Story& story, const Act& act) {
    const auto& schema = workflows::issue::schema();
    const auto* table = schema.by_verb(act.verb);
    engine::schema::Object body = act.body;
    if (!act.other.empty()) {
      body.emplace_back(act.other, workflows::issue::format_number(number_of(*story.other)));
    }
    auto made = schema.compose(*table, Value(std::move(body)));
    if (!made.composed) {
      return Error{Fault::invalid, named(place, act.verb) + made.flaws.front().pointer + " " +
                                       made.flaws.front().detail};
    }
    Step step;
    step.workflow = workflows::issue::workflow_id;
    step.verb = table->type;
    step.stream = {workflows::issue::workflow_id, place.act == 0 ? 0 : number_of(place.issue)};
    step.occurred_at = act.at;
    step.body = std::move(made.composed->body);
    step.personal = std::move(made.composed->personal);
    step.codes = std::move(made.composed->codes);
    step.person = story.handle;
    return step;
  }

  static std::string named(const Place& place, const std::string& verb) {
    return "demo issue " + std::to_string(place.issue + 1) + ", " + verb + ": ";
  }

  // Waits until that issue was reported; 0 if something failed meanwhile.
  std::uint64_t number_of(std::size_t issue) {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return numbers_[issue] != 0 || error_.has_value(); });
    return numbers_[issue];
  }

  // Waits until the meeting that the issue was last called to has its number.
  std::uint64_t meeting_of(std::uint32_t issue) {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return meetings_.contains(issue) || error_.has_value(); });
    const auto found = meetings_.find(issue);
    if (found == meetings_.end()) return 0;
    const std::uint64_t out = found->second;
    meetings_.erase(found);  // the next one is another
    return out;
  }

  void submit(const Place& place, const std::string& verb, Submission submission) {
    {
      std::unique_lock lock(mutex_);
      answered_.wait(lock, [&] { return in_flight_ < in_flight_max; });
      ++in_flight_;
    }
    writer_.submit(std::move(submission), [this, place, verb](const Answer& answer) {
      const std::lock_guard lock(mutex_);
      --in_flight_;
      take(place, verb, answer);
      answered_.notify_one();
    });
  }

  void take(const Place& place, const std::string& verb, const Answer& answer) {
    if (const auto* recorded = std::get_if<Recorded>(&answer)) {
      if (recorded->stream.workflow == workflows::issue::workflow_id) {
        numbers_[place.issue] = recorded->stream.number;
        stages_[place.issue] = recorded->stage;
      } else if (calls_meeting(verb)) {
        meetings_[place.issue] = recorded->stream.number;
        ++made_.meetings;
      }
      if (recorded->repeated) {
        ++made_.repeated;
      } else {
        made_.facts += recorded->last.value - recorded->first.value + 1;
      }
    } else if (!error_) {
      error_ = Error{fault_of(answer), named(place, verb) + why_not(answer)};
    }
  }

  bool failed() {
    const std::lock_guard lock(mutex_);
    return error_.has_value();
  }

  void wait_for_all() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [&] { return in_flight_ == 0; });
  }

  Made count() {
    Made made = made_;
    made.issues = wanted_.issues;
    for (const std::uint8_t stage : stages_) {
      if (stage == stage_resolved || stage == stage_closed) ++made.resolved;
    }
    for (std::size_t i = 0; i < communities().size(); ++i) {
      if (!communities()[i].pilot) continue;
      ++made.pilots;
      if (with_meeting_.contains(i)) ++made.pilots_with_meeting;
    }
    const auto eventful = std::find_if(outlines_.begin(), outlines_.end(), [](const Outline& each) {
      return each.plot == Plot::returned_thrice;
    });
    const auto index = eventful == outlines_.end() ? 0 : eventful - outlines_.begin();
    made.eventful = workflows::issue::format_number(numbers_[static_cast<std::size_t>(index)]);
    return made;
  }

  engine::writer::Writer& writer_;
  const Wanted wanted_;
  const std::vector<Outline> outlines_;
  std::unordered_map<std::uint32_t, Story> open_;  // begun, not yet told to the end
  std::set<std::size_t> with_meeting_;             // communities

  std::mutex mutex_;
  std::condition_variable answered_;
  std::size_t in_flight_ = 0;
  std::vector<std::uint64_t> numbers_;  // of the issues; 0: not reported yet
  std::vector<std::uint8_t> stages_;
  std::unordered_map<std::uint32_t, std::uint64_t> meetings_;  // called for the issue, not yet held
  Made made_;
  std::optional<Error> error_;
};

// The directory comes first: codes are checked against it.
Result<std::size_t> fill_directory(engine::writer::Writer& writer,
                                   const workflows::directory::DirectoryWorkflow& directory) {
  const Instant founded = local(2025, 3, 1, 8, 0);
  std::size_t added = 0;
  for (const auto& entry : directory_entries()) {
    if (directory.tree()->find(entry.kind, entry.code) != nullptr) continue;
    Submission submission;
    submission.source = source;
    submission.id = "directory/" + entry.kind + "/" + entry.code;
    submission.actor.name = "区级管理员";
    submission.steps.push_back(workflows::directory::add_entry(entry, founded));
    const Answer answer = writer.ask(std::move(submission));
    if (!std::holds_alternative<Recorded>(answer)) {
      return Error{fault_of(answer), entry.kind + " " + entry.code + ": " + why_not(answer)};
    }
    ++added;
  }
  return added;
}

}  // namespace

Result<Made> fill(engine::writer::Writer& writer,
                  const workflows::directory::DirectoryWorkflow& directory, const Wanted& wanted,
                  const std::function<bool(std::size_t, std::size_t)>& progress) {
  const auto entries = fill_directory(writer, directory);
  if (!entries) return entries.error();
  auto made = Filling(writer, wanted).run(progress);
  if (!made) return made.error();
  made->entries = *entries;
  return made;
}

}  // namespace tools::demo
