// The check on deadlines: each that a policy set is what that policy and that calendar make of it.
// Internal to replay.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/log/record.hpp"
#include "replay/report.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/issue/deadlines.hpp"

namespace replay {

class DeadlineChecks {
 public:
  // `rules`: the policy and the calendar at hand; nullptr: none, and nothing is reckoned again.
  DeadlineChecks(const engine::log::LogReader& log,
                 std::shared_ptr<const workflows::issue::DeadlineRules> rules);

  DeadlineChecks(const DeadlineChecks&) = delete;
  DeadlineChecks& operator=(const DeadlineChecks&) = delete;

  // Takes the next record in. Requires: well-formed, and its fact is.
  void take(const engine::log::RecordView& record);

  // Adds the check to the report; none if there is nothing at hand to reckon by.
  void finish(Report& report);

 private:
  void take_issue(const engine::log::RecordView& record);
  void take_deadline(const engine::log::RecordView& record,
                     const workflows::issue::fb::DeadlineSet& fact);
  void hold_against(const engine::log::RecordView& record,
                    const workflows::issue::fb::DeadlineSet& fact,
                    const workflows::issue::Deadline* wanted);
  void reckon_alone(const engine::log::RecordView& record,
                    const workflows::issue::fb::DeadlineSet& fact);
  void end_of_cause();

  const engine::log::LogReader& log_;
  std::shared_ptr<const workflows::issue::DeadlineRules> rules_;
  // As it stood when the record was written.
  workflows::directory::Tree tree_;
  workflows::issue::ParentOf parent_of_;
  // Of the fact at hand: what should follow it, and whether anything by these rules did.
  std::vector<workflows::issue::Deadline> due_to_follow_;
  engine::StreamId stream_;
  engine::Position at_;
  bool by_these_rules_ = false;
  unsigned more_ = 0;  // records of the submission that must still come
  std::map<std::pair<std::string, std::string>, std::uint64_t> others_;  // policy, calendar → facts
  Check check_;
};

}  // namespace replay
