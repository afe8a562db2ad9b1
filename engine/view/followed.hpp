// One projection that follows the log: its fold, the position it stands for, and its saved rows.
//
// Threads: one advances it; use, rebuild, save and position may be called from any.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/view/projection.hpp"
#include "engine/view/projector.hpp"
#include "engine/view/saved_rows.hpp"

namespace engine::view {

class Followed {
 public:
  // Both outlive it. `fold` has folded nothing yet.
  Followed(const log::LogReader& log, SavedRows& rows, std::unique_ptr<Projection> fold);

  // Takes the saved rows back. If they cannot be used it begins at 0 and adds why to `findings`.
  void load(std::vector<std::string>& findings);

  // Folds some of what the log has more, on all cores if that is much. False: there is nothing.
  // After an error it stands where it got to. cancelled: `go_on` gave false.
  Result<bool> advance(const std::function<bool()>& go_on);

  // The fold does not change during the call; several may look at it at once.
  void use(const std::function<void(const Projection&, Position)>& with) const;

  // Folds the whole log anew and exchanges the folds in one step.
  Result<void> rebuild(const Progress& progress);

  // Saves what changed since the last save. After a failure the next one saves everything.
  Result<void> save();

  std::string_view name() const { return name_; }
  Position position() const { return Position{at_.load(std::memory_order_acquire)}; }
  Position saved_position() const { return Position{saved_at_.load(std::memory_order_acquire)}; }

 private:
  Result<std::unique_ptr<Projection>> load_rows() const;
  Result<void> check_origin(const SavedAt& at) const;
  Result<Sha256> record_hash(Position at) const;
  Result<bool> jump(Position from, Position to, const std::function<bool()>& go_on);
  Result<void> fold_up_to(Position to);
  void exchange(std::unique_ptr<Projection> fold, Position at);

  const log::LogReader& log_;
  SavedRows& rows_;
  const std::unique_ptr<Projection> empty_;
  const std::string name_;
  mutable std::shared_mutex guard_;  // of the fold and what it stands for
  std::unique_ptr<Projection> fold_;
  std::atomic<std::uint64_t> at_{0};
  bool save_all_ = true;  // the saved rows are not those of this fold
  std::mutex saving_;
  std::atomic<std::uint64_t> saved_at_{0};
};

}  // namespace engine::view
