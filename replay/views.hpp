// Builds the views again from the log and holds the saved ones against them, byte for byte, at the
// position that the saved ones stand for.
#pragma once

#include <filesystem>

#include "engine/board/board.hpp"
#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/view/projection.hpp"
#include "replay/report.hpp"
#include "replay/verify.hpp"

namespace replay {

// The rows of the projection `kind` as last saved in `folder`. A view that was never saved is no
// finding: it is a cache.
// `log` is caught up if the view stands beyond its end. Errors: cancelled, and those of reading it.
engine::Result<Check> verify_projection(engine::log::LogReader& log,
                                        const std::filesystem::path& folder,
                                        const engine::view::Projection& kind,
                                        const Progress& progress);

struct BoardSubject {
  std::filesystem::path file;     // the live board
  std::filesystem::path scratch;  // an empty folder: the board is built again here
  engine::board::Describe describe;
  engine::board::Words words;
};

engine::Result<Check> verify_board(engine::log::LogReader& log, const BoardSubject& subject,
                                   const Progress& progress);

}  // namespace replay
