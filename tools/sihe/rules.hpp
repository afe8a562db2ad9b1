// The policy and the calendar that a command goes by: those that come with the program, by name, or
// files.
#pragma once

#include <memory>
#include <string>

#include "engine/core/error.hpp"
#include "workflows/issue/deadlines.hpp"

namespace tools {

inline constexpr const char* default_policy = "default";
inline constexpr const char* default_calendar = "cn-2018-2026";

// The policy that is none: no deadline is set but by hand.
inline constexpr const char* no_policy = "none";

// A file's text and how it is called; not_found: neither shipped nor a file that can be read.
engine::Result<std::string> policy_toml(const std::string& name);

engine::Result<workflows::issue::Policy> load_policy(const std::string& name);
engine::Result<workflows::issue::Holidays> load_calendar(const std::string& name);

// nullptr for the policy "none" and for no name. Errors: those of the files.
engine::Result<std::shared_ptr<const workflows::issue::DeadlineRules>> load_rules(
    const std::string& policy, const std::string& calendar);

// A warning if deadlines that are set about now fall into a year that the calendar does not know;
// "" if there is nothing to warn of.
std::string calendar_warning(const workflows::issue::Calendar& calendar, engine::Instant now);

}  // namespace tools
