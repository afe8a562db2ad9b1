// When an issue goes a level up by itself, by what a policy says: its limits, counted by its
// calendar.
#pragma once

#include <memory>

#include "workflows/issue/calendar.hpp"
#include "workflows/issue/clerk.hpp"
#include "workflows/issue/policy.hpp"

namespace workflows::issue {

// `calendar` may be shared with whoever else counts by it. A limit that is none is no rule.
Pressing pressing_of(const PressRules& rules, std::shared_ptr<const Calendar> calendar);

}  // namespace workflows::issue
