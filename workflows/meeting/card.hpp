// What the board shows of a meeting.
#pragma once

#include <optional>

#include "engine/board/board.hpp"

namespace workflows::meeting {

// A card for each record of a meeting, nothing for those of other workflows. The kind stands where
// an issue has its category, the time for which it is called where an issue has its deadline; the
// numbers of its issues, the place and who leads it are searched.
std::optional<engine::board::Card> describe(const engine::log::RecordView& record,
                                            const engine::board::Words& words);

}  // namespace workflows::meeting
