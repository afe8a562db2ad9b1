// A few threads for what reads the disk, behind a bounded queue. Each has a board of its own, as a
// Board is used by one thread at a time. Internal to adapters/open311.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/board/board.hpp"
#include "engine/core/error.hpp"

namespace adapters::open311 {

constexpr std::size_t waiting_reads_max = 128;
constexpr unsigned reader_threads = 2;

// What a job finds on its thread.
class Desk {
 public:
  explicit Desk(std::filesystem::path board) : file_(std::move(board)) {}
  // Opened when it is first asked for; not_found while there is none yet.
  engine::Result<engine::board::Board*> board();
  // So that the next one opens it anew: it did not read.
  void close_board() { board_.reset(); }

 private:
  std::filesystem::path file_;
  std::unique_ptr<engine::board::Board> board_;
};

class Readers {
 public:
  // Called with nullptr instead of a desk if the threads end before its turn.
  using Job = std::function<void(Desk*)>;

  explicit Readers(const std::filesystem::path& board);
  ~Readers() { stop(); }

  // False: too many wait, or stop() was called; the job is not taken.
  bool post(Job job);
  // Lets running jobs end and tells the waiting ones that they will not run.
  void stop();

 private:
  void run(Desk desk);

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace adapters::open311
