// Reads a whole log and holds it against everything that must be true of it: storage, order,
// streams, submissions, dedup keys, facts, the transition tables, the summaries, the deadlines, the
// sealed words.
// Nothing of it relies on what the writer believed; nothing is changed.
//
// Memory: about 100 bytes a stream and 16 a submission.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "replay/report.hpp"
#include "replay/rules.hpp"
#include "workflows/issue/deadlines.hpp"

namespace replay {

// Told now and then what is being looked at; return false to stop.
using Progress = std::function<bool(std::string_view what, std::uint64_t done, std::uint64_t of)>;

struct Subject {
  const engine::log::LogReader& log;
  const engine::keys::Vault* vault = nullptr;  // nullptr: the sealed words cannot be opened
  std::vector<Rules> rules = all_rules();
  // The policy and the calendar to reckon deadlines again by; nullptr: they are not.
  std::shared_ptr<const workflows::issue::DeadlineRules> deadlines = nullptr;
};

// cancelled: progress said so. What is wrong with the log is no error: it stands in the report.
engine::Result<Report> verify_log(const Subject& subject, const Progress& progress);

}  // namespace replay
