#include "tools/sihe/policy_apply.hpp"

#include <set>
#include <string>
#include <utility>
#include <variant>

#include "engine/log/record.hpp"
#include "workflows/issue/clocks.hpp"
#include "workflows/issue/deadline_replay.hpp"
#include "workflows/issue/issue.hpp"

namespace tools {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::log::RecordView;
using engine::writer::Submission;
using workflows::issue::Deadline;
using workflows::issue::DeadlineReplay;
using workflows::issue::DeadlineRules;
namespace fb = workflows::issue::fb;

namespace {

constexpr fb::DeadlineKind clocks[] = {fb::DeadlineKind::accept, fb::DeadlineKind::solve,
                                       fb::DeadlineKind::sign, fb::DeadlineKind::follow_up};

Submission set_deadline(const DeadlineRules& rules, std::uint64_t issue, engine::Version version,
                        const Deadline& deadline) {
  engine::writer::Step step;
  step.workflow = workflows::issue::workflow_id;
  step.verb = engine::FactType{static_cast<std::uint16_t>(fb::Fact::DeadlineSet)};
  step.stream = {workflows::issue::workflow_id, issue};
  step.body = deadline_set(rules, deadline);
  Submission out;
  out.source = "policy";
  out.id = rules.policy_digest() + "/" + rules.calendar_digest() + "/" +
           workflows::issue::format_number(issue) + "/" + std::to_string(version.value) + "/" +
           fb::EnumNameDeadlineKind(deadline.kind);
  out.actor.name = "sihe policy apply";
  out.steps.push_back(std::move(step));
  return out;
}

Result<void> take(const engine::writer::Answer& answer) {
  if (const auto* refusal = std::get_if<engine::writer::Refusal>(&answer)) {
    return Error{Fault::invalid, "issue " +
                                     workflows::issue::format_number(refusal->stream.number) +
                                     ": " + refusal->detail};
  }
  if (const auto* failed = std::get_if<engine::writer::Failed>(&answer)) {
    return Error{Fault::storage, failed->detail};
  }
  return {};
}

// Every issue that has not ended, in the order of their numbers.
Result<std::set<std::uint64_t>> open_issues(const engine::log::EventLog& log) {
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
  return out;
}

class Applying {
 public:
  Applying(const engine::log::EventLog& log, engine::writer::Writer& writer,
           const workflows::issue::ParentOf& parent_of, const DeadlineRules& rules)
      : log_(log), writer_(writer), parent_of_(parent_of), rules_(rules) {}

  Result<void> apply_to(std::uint64_t number) {
    DeadlineReplay replay(rules_, parent_of_);
    fb::Marks marks;
    engine::Version version;
    const auto read = log_.read_stream({workflows::issue::workflow_id, number}, engine::Version{0},
                                       [&](engine::Position, std::string_view bytes) {
                                         const RecordView record(bytes);
                                         replay.take(record);
                                         marks = engine::log::summary<fb::Marks>(record.after());
                                         version = record.version();
                                         return true;
                                       });
    if (!read) return read.error();
    // What waits while it is paused is set, too: it moves on from there when it is resumed.
    const bool paused = marks.stage() == fb::Stage::paused;
    const fb::Stage stage = paused ? marks.stage_before_pause() : marks.stage();
    bool runs = false;
    for (const fb::DeadlineKind kind : clocks) {
      if (!workflows::issue::clock_runs(kind, stage)) continue;
      const auto& wanted = replay.by_rule(kind);
      const std::int64_t is = workflows::issue::due_of(marks, kind);
      if (is == 0 && !wanted) continue;
      runs = true;
      if (!wanted || engine::to_ms(wanted->due) == is) {
        ++done_.kept;
        if (!wanted) ++done_.by_hand;
        continue;
      }
      auto set = take(writer_.ask(set_deadline(rules_, number, version, *wanted)));
      if (!set) return set;
      ++done_.set;
    }
    if (runs) ++done_.issues;
    return {};
  }

  const Applied& done() const { return done_; }

 private:
  const engine::log::EventLog& log_;
  engine::writer::Writer& writer_;
  const workflows::issue::ParentOf& parent_of_;
  const DeadlineRules& rules_;
  Applied done_;
};

}  // namespace

Result<Applied> apply_policy(const engine::log::EventLog& log, engine::writer::Writer& writer,
                             const workflows::issue::ParentOf& parent_of,
                             const DeadlineRules& rules) {
  const auto issues = open_issues(log);
  if (!issues) return issues.error();
  Applying applying(log, writer, parent_of, rules);
  for (const std::uint64_t number : *issues) {
    if (auto applied = applying.apply_to(number); !applied) return applied.error();
  }
  return applying.done();
}

}  // namespace tools
