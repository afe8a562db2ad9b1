// The rules by which deadlines are set now, and the workflow that goes by them: others may be put
// in their place while it decides. What was decided before by the old ones is moved by whoever puts
// new ones there (tools/sihe/policy_apply.hpp).
//
// Threads: any.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "workflows/issue/deadlines.hpp"

namespace workflows::issue {

class RulesInForce {
 public:
  using Rules = std::shared_ptr<const DeadlineRules>;  // nullptr: deadlines are set by hand only

  explicit RulesInForce(Rules rules = nullptr) : rules_(std::move(rules)) {}
  RulesInForce(const RulesInForce&) = delete;
  RulesInForce& operator=(const RulesInForce&) = delete;

  Rules now() const {
    const std::lock_guard lock(mutex_);
    return rules_;
  }
  void put(Rules rules) {
    const std::lock_guard lock(mutex_);
    rules_.swap(rules);
  }

 private:
  mutable std::mutex mutex_;
  Rules rules_;
};

// The issue workflow that sets deadlines by the rules in force when it decides. `rules` outlive it.
std::unique_ptr<engine::writer::Workflow> make_issue_workflow(unsigned partition,
                                                              const RulesInForce& rules,
                                                              ParentOf parent_of = {});

}  // namespace workflows::issue
