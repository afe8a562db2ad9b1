#include "replay/verify.hpp"

#include <string>
#include <utility>

#include "engine/log/record.hpp"
#include "replay/command_checks.hpp"
#include "replay/deadline_checks.hpp"
#include "replay/record_checks.hpp"

namespace replay {

using engine::Error;
using engine::Fault;
using engine::Position;
using engine::Result;

namespace {

constexpr std::uint64_t progress_every = 8'192;

Check check_storage(const engine::log::LogReader& log) {
  Check check("storage", "files, blocks, index and the tree head over all records");
  check.count = log.last().value;
  for (std::string& finding : log.findings()) check.notes.push_back(std::move(finding));
  if (const auto sound = log.deep_check(); !sound) check.find({{}, "", sound.error().detail});
  return check;
}

Error stopped() { return {Fault::cancelled, "stopped before the end of the log"}; }

}  // namespace

Result<Report> verify_log(const Subject& subject, const Progress& progress) {
  Report report;
  report.position = subject.log.last();
  const std::uint64_t of = report.position.value;
  if (progress && !progress("storage", 0, of)) return stopped();
  Check storage = check_storage(subject.log);

  RecordChecks records(subject.log, subject.vault, subject.rules);
  CommandChecks commands(subject.log);
  DeadlineChecks deadlines(subject.log, subject.deadlines);
  bool going_on = true;
  Position reached;
  const auto all =
      subject.log.read(Position{}, report.position, [&](Position at, std::string_view bytes) {
        if (at != engine::next(reached)) {
          storage.find({at, "",
                        "no record between " + std::to_string(reached.value) + " and " +
                            std::to_string(at.value)});
        }
        reached = at;
        if (records.take(at, bytes)) {
          const engine::log::RecordView record(bytes);
          commands.take(record);
          if (records.readable()) deadlines.take(record);
        }
        if (progress && at.value % progress_every == 0) {
          going_on = progress("records", at.value, of);
        }
        return going_on;
      });
  if (!going_on) return stopped();
  if (!all) {
    storage.find({engine::next(reached), "", all.error().detail});
  } else if (reached < report.position) {
    storage.find({engine::next(reached), "", "the log can be read no further"});
  }
  report.checks.push_back(std::move(storage));
  if (auto held = commands.finish(report); !held) {
    report.checks.front().find({{}, "", held.error().detail});
  }
  records.finish(report);
  deadlines.finish(report);
  return report;
}

}  // namespace replay
