#include "tools/sihe/policy_apply.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "engine/log/record.hpp"
#include "workflows/issue/clocks.hpp"
#include "workflows/issue/deadline_replay.hpp"
#include "workflows/issue/issue.hpp"

namespace tools {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::log::RecordView;
using engine::writer::Answer;
using engine::writer::Submission;
using workflows::issue::Deadline;
using workflows::issue::DeadlineReplay;
using workflows::issue::DeadlineRules;
namespace fb = workflows::issue::fb;

namespace {

constexpr fb::DeadlineKind clocks[] = {fb::DeadlineKind::accept, fb::DeadlineKind::solve,
                                       fb::DeadlineKind::sign, fb::DeadlineKind::follow_up};
constexpr engine::FactType deadline_set_type{static_cast<std::uint16_t>(fb::Fact::DeadlineSet)};

// An issue as it stands, and as the rules would have it.
struct Looked {
  Looked(const DeadlineRules& rules, const workflows::issue::ParentOf& parent_of)
      : replay(rules, parent_of) {}

  void take(const RecordView& record) {
    replay.take(record);
    marks = engine::log::summary<fb::Marks>(record.after());
    version = record.version();
    if (record.type() != deadline_set_type) return;
    const auto& fact = *flatbuffers::GetRoot<fb::DeadlineSet>(record.fact().data());
    if (fact.kind() <= fb::DeadlineKind::MAX) warn_at[index(fact.kind())] = fact.warn_at();
  }

  static std::size_t index(fb::DeadlineKind kind) {
    return kind == fb::DeadlineKind::rework ? 0 : static_cast<std::size_t>(kind);
  }
  bool stands(fb::DeadlineKind kind, const Deadline& wanted) const {
    if (engine::to_ms(wanted.due) != workflows::issue::due_of(marks, kind)) return false;
    const bool told =
        ((marks.warned_of() | marks.missed()) & workflows::issue::clock_bit(kind)) != 0;
    return told || warn_at[index(kind)] == engine::to_ms(wanted.warn_at);
  }

  DeadlineReplay replay;
  fb::Marks marks;
  engine::Version version;
  std::array<std::int64_t, workflows::issue::deadline_kinds> warn_at{};  // as set last
};

// Every issue that has not ended, in the order of their numbers.
Result<std::vector<std::uint64_t>> open_issues(const engine::log::EventLog& log) {
  std::set<std::uint64_t> out;
  const auto read =
      log.read(engine::Position{0}, log.last(), [&](engine::Position, std::string_view bytes) {
        const RecordView record(bytes);
        if (record.stream().workflow != workflows::issue::workflow_id) return true;
        if (workflows::issue::ended(static_cast<fb::Stage>(record.stage_after()))) {
          out.erase(record.stream().number);
        } else {
          out.insert(record.stream().number);
        }
        return true;
      });
  if (!read) return read.error();
  return std::vector<std::uint64_t>(out.begin(), out.end());
}

class Applying {
 public:
  Applying(const engine::log::EventLog& log, engine::writer::Writer& writer,
           const workflows::issue::ParentOf& parent_of, const DeadlineRules& rules,
           const ApplyOptions& options)
      : log_(log), writer_(writer), parent_of_(parent_of), rules_(rules), options_(options) {}

  // What was decided by other rules is in the log when this returns.
  void let_the_others_pass() { (void)writer_.ask({}); }

  Result<void> apply_to(std::uint64_t number) {
    Looked issue(rules_, parent_of_);
    const auto read = log_.read_stream({workflows::issue::workflow_id, number}, engine::Version{0},
                                       [&](engine::Position, std::string_view bytes) {
                                         issue.take(RecordView(bytes));
                                         return true;
                                       });
    if (!read) return read.error();
    Applied here;
    const std::vector<Deadline> wanted = wanted_of(issue, here);
    if (!wanted.empty()) return submit(number, issue.version, wanted, here);
    const std::lock_guard lock(mutex_);
    add(here);
    return {};
  }

  // Waits for what is under way; gives those that went on in between, to be looked at again.
  Result<std::vector<std::uint64_t>> rest() {
    std::unique_lock lock(mutex_);
    answered_.wait(lock, [this] { return under_way_ == 0; });
    if (trouble_) return *trouble_;
    return std::exchange(moved_, {});
  }

  bool stopped() const { return options_.stop != nullptr && options_.stop->load(); }
  const Applied& done() const { return done_; }

 private:
  static std::vector<Deadline> wanted_of(const Looked& issue, Applied& here) {
    // What waits while it is paused is set, too: it moves on from there when it is resumed.
    const bool paused = issue.marks.stage() == fb::Stage::paused;
    const fb::Stage stage = paused ? issue.marks.stage_before_pause() : issue.marks.stage();
    std::vector<Deadline> out;
    for (const fb::DeadlineKind kind : clocks) {
      if (!workflows::issue::clock_runs(kind, stage)) continue;
      const auto& wanted = issue.replay.by_rule(kind);
      if (workflows::issue::due_of(issue.marks, kind) == 0 && !wanted) continue;
      here.issues = 1;
      if (wanted && !issue.stands(kind, *wanted)) {
        out.push_back(*wanted);
        continue;
      }
      ++here.kept;
      if (!wanted) ++here.by_hand;
    }
    here.set = out.size();
    return out;
  }

  Result<void> submit(std::uint64_t number, engine::Version version,
                      const std::vector<Deadline>& wanted, const Applied& here) {
    {
      std::unique_lock lock(mutex_);
      answered_.wait(lock, [this] { return under_way_ < apply_in_flight_max; });
      if (trouble_) return *trouble_;
      ++under_way_;
    }
    writer_.submit(submission(number, version, wanted), [this, number, here](Answer answer) {
      const std::lock_guard lock(mutex_);
      take(number, here, answer);
      --under_way_;
      answered_.notify_one();
    });
    return {};
  }

  Submission submission(std::uint64_t number, engine::Version version,
                        const std::vector<Deadline>& wanted) const {
    Submission out;
    out.source = "policy";
    out.id = rules_.policy_digest() + "/" + rules_.calendar_digest() + "/" +
             workflows::issue::format_number(number) + "/" + std::to_string(version.value);
    out.actor.name = options_.actor;
    for (const Deadline& each : wanted) {
      engine::writer::Step& step = out.steps.emplace_back();
      step.workflow = workflows::issue::workflow_id;
      step.verb = deadline_set_type;
      step.stream = {workflows::issue::workflow_id, number};
      step.body = deadline_set(rules_, each);
      step.consequence = true;
    }
    out.steps.front().expected = version;
    return out;
  }

  // Requires: mutex_ is held.
  void take(std::uint64_t number, const Applied& here, const Answer& answer) {
    if (std::holds_alternative<engine::writer::Recorded>(answer)) return add(here);
    if (std::holds_alternative<engine::writer::Moved>(answer)) return moved_.push_back(number);
    if (const auto* refusal = std::get_if<engine::writer::Refusal>(&answer)) {
      trouble_ = Error{Fault::invalid,
                       "issue " + workflows::issue::format_number(number) + ": " + refusal->detail};
      return;
    }
    const auto& failed = std::get<engine::writer::Failed>(answer);
    if (failed.why == engine::writer::Failure::overloaded) return moved_.push_back(number);
    const bool stopping = failed.why == engine::writer::Failure::stopping;
    trouble_ = Error{stopping ? Fault::cancelled : Fault::storage, failed.detail};
  }

  void add(const Applied& here) {
    done_.issues += here.issues;
    done_.set += here.set;
    done_.kept += here.kept;
    done_.by_hand += here.by_hand;
  }

  const engine::log::EventLog& log_;
  engine::writer::Writer& writer_;
  const workflows::issue::ParentOf& parent_of_;
  const DeadlineRules& rules_;
  const ApplyOptions& options_;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::size_t under_way_ = 0;
  std::vector<std::uint64_t> moved_;
  std::optional<Error> trouble_;
  Applied done_;
};

}  // namespace

Result<Applied> apply_policy(const engine::log::EventLog& log, engine::writer::Writer& writer,
                             const workflows::issue::ParentOf& parent_of,
                             const DeadlineRules& rules, const ApplyOptions& options) {
  Applying applying(log, writer, parent_of, rules, options);
  applying.let_the_others_pass();
  auto issues = open_issues(log);
  if (!issues) return issues.error();
  for (unsigned round = 0; round < apply_rounds_max && !issues->empty(); ++round) {
    Result<void> went;
    for (auto each = issues->begin(); each != issues->end() && went && !applying.stopped();
         ++each) {
      went = applying.apply_to(*each);
    }
    issues = applying.rest();
    if (!went) return went.error();
    if (!issues) return issues.error();
    if (applying.stopped()) return Error{Fault::cancelled, "it was told to stop"};
  }
  if (issues->empty()) return applying.done();
  return Error{Fault::busy, std::to_string(issues->size()) + " issues went on, such as " +
                                workflows::issue::format_number(issues->front()) +
                                ", each time they were looked at; apply it again"};
}

}  // namespace tools
