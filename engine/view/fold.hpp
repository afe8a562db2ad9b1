// Folding a part of the log on several cores.
#pragma once

#include <memory>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/view/projection.hpp"
#include "engine/view/projector.hpp"

namespace engine::view {

// Folds the records after `after` up to and with `up_to` into copies of `empty` on `threads` cores
// (0: all) and merges them in order. `progress` is called on the caller's thread.
// cancelled: progress said so. invalid: the log does not reach that far.
Result<std::unique_ptr<Projection>> fold_range(const log::LogReader& log, const Projection& empty,
                                               Position after, Position up_to, unsigned threads,
                                               const Progress& progress);

// Folds the records after `after` up to and with `up_to` into `into`, on this thread.
Result<void> fold_into(const log::LogReader& log, Projection& into, Position after, Position up_to);

}  // namespace engine::view
