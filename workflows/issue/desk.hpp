// What a supervisor looks for, by name: the lists of his desk.
#pragma once

#include <string_view>

#include "engine/board/board.hpp"
#include "engine/core/time.hpp"

namespace workflows::issue {

// today      a deadline of theirs ends within the day, where the residents live
// week       … within seven days from now
// overdue    a deadline of theirs has passed, and what it was about is not done
// warned     they were warned of; none is overdue
// returned   a department sent them back, and nobody has got them since
// escalated  in hand, at the level of the town or of the district
// Deadlines are all that run: to accept, to sign, to solve, to follow up.
constexpr std::string_view desk_lists = "today|week|overdue|warned|returned|escalated";

// Narrows the query down to that list as it is at `now`. False: there is none of that name.
// `offset_minutes`: of the residents' day.
bool take_desk_list(std::string_view name, engine::Instant now, int offset_minutes,
                    engine::board::Query& query);

}  // namespace workflows::issue
