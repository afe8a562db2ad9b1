// Each chunk of positions is folded by whichever thread is free; the caller's thread merges the
// chunks in order and tells of the progress.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/view/fold.hpp"

namespace engine::view {

namespace {

// A thread that was held up leaves its share to the others; more chunks than this only cost merges.
constexpr std::uint64_t chunks_a_thread = 4;
constexpr std::uint64_t chunk_records_min = 16'384;  // below it a thread costs more than it brings
constexpr std::uint64_t told_every = 4'096;          // records between two looks at the others
constexpr std::chrono::milliseconds progress_wait{100};

class Fold {
 public:
  Fold(const log::LogReader& log, const Projection& empty, Position after, Position up_to,
       std::uint64_t chunks)
      : log_(log), empty_(empty), after_(after), up_to_(up_to), folded_(chunks) {}

  Result<std::unique_ptr<Projection>> run(std::uint64_t threads, const Progress& progress) {
    std::vector<std::thread> working;
    for (std::uint64_t i = 0; i < threads; ++i) working.emplace_back([this] { work(); });
    std::unique_ptr<Projection> merged;
    for (std::uint64_t i = 0; i < folded_.size() && wait_for(i, progress); ++i) {
      if (merged == nullptr) {
        merged = std::move(folded_[i]);
      } else {
        merged->merge(*folded_[i]);
        folded_[i].reset();
      }
    }
    for (std::thread& thread : working) thread.join();
    if (failure_) return *failure_;
    if (progress && !progress(up_to_, up_to_)) return cancelled();
    return merged;
  }

 private:
  static Error cancelled() { return {Fault::cancelled, "stopped before the fold was complete"}; }

  // Where chunk i begins: behind this position.
  Position bound(std::uint64_t i) const {
    const std::uint64_t records = up_to_.value - after_.value;
    const std::uint64_t chunks = folded_.size();
    return Position{after_.value + records / chunks * i + records % chunks * i / chunks};
  }

  void work() {
    for (std::uint64_t i = 0; !stop_ && (i = next_chunk_++) < folded_.size();) {
      auto fold = empty_.empty();
      std::uint64_t untold = 0;
      const auto read = log_.read(bound(i), bound(i + 1), [&](Position, std::string_view record) {
        fold->apply(log::RecordView(record));
        if (++untold < told_every) return true;
        done_.fetch_add(std::exchange(untold, 0), std::memory_order_relaxed);
        return !stop_.load(std::memory_order_relaxed);
      });
      done_.fetch_add(untold, std::memory_order_relaxed);
      const std::lock_guard lock(mutex_);
      if (!read) stop_with(read.error());
      if (!stop_) folded_[i] = std::move(fold);
      changed_.notify_one();
    }
  }

  // False: it will never be there.
  bool wait_for(std::uint64_t chunk, const Progress& progress) {
    std::unique_lock lock(mutex_);
    while (!stop_ && folded_[chunk] == nullptr) {
      changed_.wait_for(lock, progress_wait);
      if (!progress) continue;
      const Position done{after_.value + done_.load(std::memory_order_relaxed)};
      lock.unlock();
      const bool go_on = progress(done, up_to_);
      lock.lock();
      if (!go_on) stop_with(cancelled());
    }
    return !stop_;
  }

  void stop_with(Error error) {
    if (!failure_) failure_ = std::move(error);
    stop_ = true;
  }

  const log::LogReader& log_;
  const Projection& empty_;
  const Position after_;
  const Position up_to_;
  std::vector<std::unique_ptr<Projection>> folded_;  // by chunk; null until it is there
  std::atomic<std::uint64_t> next_chunk_{0};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Error> failure_;
};

}  // namespace

Result<std::unique_ptr<Projection>> fold_range(const log::LogReader& log, const Projection& empty,
                                               Position after, Position up_to, unsigned threads,
                                               const Progress& progress) {
  if (up_to > log.last()) {
    return Error{Fault::invalid, "the log ends at " + std::to_string(log.last().value) +
                                     ", it cannot be folded up to " + std::to_string(up_to.value)};
  }
  if (after >= up_to) return empty.empty();
  const std::uint64_t cores =
      threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  const std::uint64_t worthwhile =
      std::max<std::uint64_t>(1, (up_to.value - after.value) / chunk_records_min);
  const std::uint64_t chunks = std::min(worthwhile, cores * chunks_a_thread);
  return Fold(log, empty, after, up_to, chunks).run(std::min(chunks, cores), progress);
}

Result<std::unique_ptr<Projection>> fold_parallel(const log::LogReader& log,
                                                  const Projection& empty, Position up_to,
                                                  unsigned threads, const Progress& progress) {
  return fold_range(log, empty, Position{0}, up_to, threads, progress);
}

Result<void> fold_into(const log::LogReader& log, Projection& into, Position after,
                       Position up_to) {
  return log.read(after, up_to, [&into](Position, std::string_view record) {
    into.apply(log::RecordView(record));
    return true;
  });
}

}  // namespace engine::view
