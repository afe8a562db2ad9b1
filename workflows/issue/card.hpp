// What the board shows of an issue.
#pragma once

#include <optional>

#include "engine/board/board.hpp"

namespace workflows::issue {

// A card for each record of an issue, nothing for those of other workflows. Title and text come
// from the words; a corrected title is the right one, of a corrected text both are searched.
std::optional<engine::board::Card> describe(const engine::log::RecordView& record,
                                            const engine::board::Words& words);

}  // namespace workflows::issue
