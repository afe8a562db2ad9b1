// Keeps projections up with the log while it grows, saves them, and rebuilds them on all cores.
//
// Promises
//   - A projection's rows and the position they stand for are saved in one atomic step, so a crash
//     costs only what came after the last save.
//   - Rebuilding while serving: the old fold answers until the new one has caught up; then they are
//     exchanged in one step.
//   - A projection whose version changed, or whose rows do not load, is rebuilt, and it says so.
//
// Threads: its own thread folds; use() may be called from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/board/board.hpp"
#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/view/projection.hpp"

namespace engine::view {

// Told now and then while a rebuild runs; return false to cancel it (the old rows stay).
using Progress = std::function<bool(Position done, Position of)>;

// Folds records 1 … up_to into copies of `empty` on `threads` cores (0: all) and merges them.
// cancelled: progress said so.
Result<std::unique_ptr<Projection>> fold_parallel(const log::LogReader& log,
                                                  const Projection& empty, Position up_to,
                                                  unsigned threads, const Progress& progress);

class Projector {
 public:
  // Opens the saved rows in `folder` (makes it if needed) and starts following `log`. The board,
  // if given, is followed too, on a thread of its own.
  static Result<std::unique_ptr<Projector>> start(
      const log::EventLog& log, const std::filesystem::path& folder,
      std::vector<std::unique_ptr<Projection>> projections,
      std::unique_ptr<board::BoardWriter> board);
  ~Projector();  // saves and stops

  // To be called with every new last position (the log's on_appended); never blocks.
  void appended(Position last);

  // Calls `with` with the projection of that name as it stands, and the position it stands for.
  // It does not change during the call, and several calls may look at it at once. Requires: the
  // name is one of those given.
  void use(std::string_view name,
           const std::function<void(const Projection&, Position)>& with) const;

  // Waits until every projection and the board have reached `position`, at most until `by`.
  // cancelled: not reached by then. storage, corrupt: a projection stopped; the detail says why.
  Result<void> wait(Position position, Deadline by);
  // The same for one projection alone. Requires: the name is one of those given.
  Result<void> wait(std::string_view name, Position position, Deadline by);

  // Builds the named projection anew beside the serving one, exchanges them and saves the new one.
  // not_found: none of that name. cancelled: progress said so; nothing changed.
  Result<void> rebuild(std::string_view name, const Progress& progress);

  // Saves now what changed.
  Result<void> save();

  Position position(std::string_view name) const;  // also "board"
  // What stopped a projection or the board, or keeps one from being saved; empty while all is well.
  std::string trouble() const;
  // What was found that stopped nothing but that a person should know, one sentence each: saved
  // rows or a board that could not be used and are made anew.
  std::vector<std::string> findings() const;

 private:
  Projector();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The rows of one projection as they were last saved in `folder`, for verify: in key order.
// not_found: no such folder or projection.
Result<void> read_saved(
    const std::filesystem::path& folder, std::string_view name, std::uint32_t& version,
    Position& position,
    const std::function<bool(std::string_view key, std::string_view value)>& visit);

// The projection as it stands at the log's end, for a reader beside the serving process: the saved
// rows, where they are of this version and of this log, and what came after them folded on all
// cores. Without usable rows everything is folded. cancelled: progress said so.
Result<std::unique_ptr<Projection>> fold_from_saved(const log::LogReader& log,
                                                    const std::filesystem::path& folder,
                                                    const Projection& empty,
                                                    const Progress& progress);

}  // namespace engine::view
