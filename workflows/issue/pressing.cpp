#include "workflows/issue/pressing.hpp"

#include <string>
#include <utility>

namespace workflows::issue {
namespace {

using engine::Instant;

using SharedCalendar = std::shared_ptr<const Calendar>;

Pressing::Until until(const Limit& limit, const SharedCalendar& calendar) {
  switch (limit.unit) {
    case Limit::Unit::none:
      return {};
    case Limit::Unit::same_day:
      return [calendar](Instant since) { return std::optional(calendar->end_of_day(since).at); };
    case Limit::Unit::half_days:
      return [calendar, half_days = limit.count](Instant since) {
        return std::optional(calendar->due(since, half_days).at);
      };
    case Limit::Unit::working_time:
      return [calendar, time = std::chrono::minutes(limit.count)](Instant since) {
        return std::optional(calendar->worked_after(since, time).at);
      };
  }
  return {};
}

Pressing::Overdue overdue(const Limit& limit, const SharedCalendar& calendar) {
  return {until(limit, calendar), "overdue by " + limit_text(limit)};
}

const Limit& at(const std::array<Limit, 3>& by_level, fb::Level level) {
  return by_level.at(static_cast<std::size_t>(level));
}

}  // namespace

Pressing pressing_of(const PressRules& rules, std::shared_ptr<const Calendar> calendar) {
  Pressing out;
  out.to_town = overdue(at(rules.overdue_by, fb::Level::town), calendar);
  out.to_district = overdue(at(rules.overdue_by, fb::Level::district), calendar);
  out.urges = rules.urges_without_step;
  out.urged = until(rules.urge_answer, calendar);
  out.supervised = until(rules.supervise_answer, calendar);
  // Whoever is asked at the level of the district has nobody above him.
  out.escalated = until(at(rules.escalate_answer, fb::Level::town), calendar);
  return out;
}

}  // namespace workflows::issue
