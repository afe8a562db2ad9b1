// Readers while the log is written, in the same process and beside it.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/log/rocks_open.hpp"
#include "engine/tree/tree.hpp"
#include "tests/support/sample_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::log;
using support::SampleLog;

// Follows a log to its end, holding each record against its place and the head over all.
class Follower {
 public:
  void follow(const LogReader& log) {
    const TreeHead head = log.tree_head();
    ASSERT_GE(log.last().value, head.size);
    const auto read =
        log.read(seen(), Position{head.size}, [this](Position at, std::string_view bytes) {
          EXPECT_EQ(at, next(seen()));
          EXPECT_EQ(RecordView(bytes).position(), at);
          frontier_.append(tree::leaf_hash(bytes));
          return true;
        });
    ASSERT_TRUE(read) << read.error().detail;
    ASSERT_EQ(frontier_.root(), head.root);
  }
  Position seen() const { return Position{frontier_.size()}; }

 private:
  tree::Frontier frontier_;
};

// Appends so many batches, one after the other; `after` each of them.
void write(
    EventLog& log, std::size_t batches,
    const std::function<void(std::size_t)>& after = [](std::size_t) {}) {
  SampleLog sample;
  for (std::size_t i = 0; i < batches; ++i) {
    const Position before = sample.last();
    ASSERT_TRUE(log.append(before, sample.batch(20)));
    after(i);
  }
}

constexpr std::size_t batches = 400;
constexpr Position end{batches * 20};

TEST(LogReaders, InTheWritersProcessSeeWholeBatchesInOrder) {
  const support::TemporaryFolder folder;
  for (const bool in_memory : {true, false}) {
    const auto log = in_memory ? memory_log() : open_log(folder.path() / "log").value();
    std::thread reader([&log] {
      Follower follower;
      while (follower.seen() < end && !testing::Test::HasFatalFailure()) {
        follower.follow(*log);
        EXPECT_EQ(follower.seen().value % 20, 0U) << "half a batch was shown";
      }
    });
    write(*log, batches);
    reader.join();
  }
}

// With a small buffer the writer flushes, compacts and deletes WALs and files all the time.
TEST(LogReaders, BesideTheWriterKeepUpWithItsFlushesAndCompactions) {
  const support::TemporaryFolder folder;
  const Disk disk{rocksdb::Env::Default(), 64 << 10};
  const auto log = open_log_on(disk, folder.path() / "log").value();
  std::atomic<std::size_t> looks{0};
  std::atomic<bool> gone{false};
  std::thread beside([&] {
    const std::unique_ptr<std::atomic<bool>, void (*)(std::atomic<bool>*)> leaving(
        &gone, [](std::atomic<bool>* flag) { *flag = true; });
    const auto reader = open_log_reader(folder.path() / "log").value();
    Follower follower;
    while (follower.seen() < end && !testing::Test::HasFatalFailure()) {
      const auto caught_up = reader->catch_up();
      ASSERT_TRUE(caught_up) << caught_up.error().detail;
      follower.follow(*reader);
      ++looks;
      if (looks % 50 == 0) {
        const auto good = reader->deep_check();
        ASSERT_TRUE(good) << good.error().detail;
      }
    }
  });
  // However fast the disk: the reader looks now and then while files come and go.
  write(*log, batches, [&](std::size_t batch) {
    const std::size_t before = looks;
    while (batch % 20 == 0 && looks == before && !gone) std::this_thread::yield();
  });
  beside.join();
  EXPECT_GT(looks, 10U);
}

// A reader that was asleep while the log moved on by more than it keeps frontiers of.
TEST(LogReaders, BesideTheWriterWakeUpLate) {
  const support::TemporaryFolder folder;
  const Disk disk{rocksdb::Env::Default(), 64 << 10};
  const auto log = open_log_on(disk, folder.path() / "log").value();
  const auto reader = open_log_reader(folder.path() / "log").value();
  write(*log, batches);
  EXPECT_EQ(reader->last(), Position{0});
  const auto caught_up = reader->catch_up();
  ASSERT_TRUE(caught_up) << caught_up.error().detail;
  Follower follower;
  follower.follow(*reader);
  EXPECT_EQ(follower.seen(), end);
}

// The rebuild reads the log in ranges, each on a thread of its own.
TEST(LogReaders, MayReadManyRangesAtOnce) {
  const support::TemporaryFolder folder;
  const auto log = open_log(folder.path() / "log").value();
  write(*log, batches);
  constexpr std::uint64_t parts = 4;
  std::atomic<std::uint64_t> records{0};
  std::vector<std::thread> threads;
  for (std::uint64_t part = 0; part < parts; ++part) {
    threads.emplace_back([&, part] {
      const Position from{end.value * part / parts};
      const Position to{end.value * (part + 1) / parts};
      EXPECT_TRUE(
          log->read(from, to, [&records](Position, std::string_view) { return ++records > 0; }));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(records, end.value);
}

}  // namespace
