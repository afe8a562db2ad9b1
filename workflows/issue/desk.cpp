#include "workflows/issue/desk.hpp"

#include <chrono>

#include "workflows/issue/issue_generated.h"

namespace workflows::issue {

using std::chrono::days;

bool take_desk_list(std::string_view name, engine::Instant now, int offset_minutes,
                    engine::board::Query& query) {
  if (name == "today") {
    const std::chrono::minutes offset(offset_minutes);
    const engine::Instant midnight = std::chrono::floor<days>(now + offset) - offset;
    query.next_due_from = midnight;
    query.next_due_before = midnight + days(1);
  } else if (name == "week") {
    query.next_due_from = now;
    query.next_due_before = now + days(7);
  } else if (name == "overdue") {
    query.next_due_before = now;
  } else if (name == "warned") {
    query.supervision = {fb::EnumNameSupervision(fb::Supervision::warned)};
  } else if (name == "returned") {
    query.returned = true;
  } else if (name == "escalated") {
    query.levels = {fb::EnumNameLevel(fb::Level::town), fb::EnumNameLevel(fb::Level::district)};
    query.open = true;
  } else {
    return false;
  }
  return true;
}

}  // namespace workflows::issue
