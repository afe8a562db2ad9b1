// The policy in force in a serving process, and how another one comes into force while it serves:
// its files are read again and checked; from then on every decision and what time brings go by it;
// then the deadlines of what is open already are moved by it.
//
// Promises
//   - A file that is wrong changes nothing.
//   - What was begun is finished: `policy-being-applied` in the data folder says so until all are
//     moved, and is found at the next start. Each deadline is moved once (see policy_apply.hpp).
//   - One at a time; applying never keeps anybody from deciding.
//
// Threads: apply() from any; the rest from the owner's.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "adapters/http/api.hpp"
#include "engine/core/error.hpp"
#include "engine/react/clerk.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/policy_apply.hpp"
#include "workflows/issue/rules_in_force.hpp"

namespace tools {

class PolicyKeeper {
 public:
  using Rules = std::shared_ptr<const workflows::issue::DeadlineRules>;
  // The rules that the settings and their files name now; nullptr: none. It says what is wrong.
  using Reread = std::function<engine::Result<Rules>()>;
  using Done = std::function<void(engine::Result<adapters::http::PolicyApplied>)>;
  // For an operator's log: what went on, and whether it needs him.
  using Tell = std::function<void(bool trouble, const std::string&)>;

  // `engine` outlives it; `changed` is called when the rules have changed.
  PolicyKeeper(Engine& engine, Reread reread, std::function<void()> changed, Tell tell);
  ~PolicyKeeper();  // as stop()
  PolicyKeeper(const PolicyKeeper&) = delete;
  PolicyKeeper& operator=(const PolicyKeeper&) = delete;

  // Goes on where an earlier process was stopped, by the rules now in force.
  void finish();

  // `done` is called once, from a thread of its own or before this returns. busy: one is being
  // applied, or issues went on each time; invalid, not_found: the files; cancelled: it was stopped.
  void apply(const std::string& actor, Done done);

  // Ends soon what is under way; the next start finishes it.
  void stop();

 private:
  bool begin(std::function<void()> work);
  engine::Result<adapters::http::PolicyApplied> put_in_force(const std::string& actor);
  engine::Result<adapters::http::PolicyApplied> move_deadlines(const Rules& rules,
                                                               const std::string& actor);

  Engine& engine_;
  const Reread reread_;
  const std::function<void()> changed_;
  const Tell tell_;
  const std::filesystem::path begun_;
  std::mutex mutex_;  // of the thread
  std::thread thread_;
  std::atomic<bool> at_work_{false};
  std::atomic<bool> stop_{false};
};

// What time brings, by the rules in force whenever it is asked: what the policy says of issues that
// nothing comes of; without one, two urges without a step. `rules` outlive it.
std::unique_ptr<engine::react::Agenda> agenda_by(const workflows::issue::RulesInForce& rules);

}  // namespace tools
