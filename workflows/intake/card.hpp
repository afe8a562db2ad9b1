// What the board shows of a letter.
#pragma once

#include <optional>

#include "engine/board/board.hpp"

namespace workflows::intake {

// A card for each record of a letter, nothing for those of other workflows. The reason stands where
// an issue has its category, and what is wrong where it has its title. Nothing that a resident said
// goes there.
std::optional<engine::board::Card> describe(const engine::log::RecordView& record,
                                            const engine::board::Words& words);

}  // namespace workflows::intake
