// A disk that fails at every single call of a short run: whatever goes wrong and whenever, what was
// acknowledged is there afterwards, whole, and nothing is half there; or the log does not open and
// says why.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "engine/log/rocks_open.hpp"
#include "tests/support/fault_fs.hpp"
#include "tests/support/fresh_process.hpp"
#include "tests/support/sample_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::log;
using support::FaultKind;
using support::FaultPlan;
using support::SampleLog;
using support::Unsynced;

// Small enough for a flush every few batches, so that the run has flushes and compactions too.
constexpr std::size_t small_write_buffer = 64 << 10;
constexpr std::size_t sessions = 3;
constexpr std::size_t batches_a_session = 7;
constexpr std::size_t records_a_batch = 40;

// One way of failing. `then_cut`: the power goes after the error.
struct Case {
  FaultPlan plan;
  bool then_cut = false;
  Unsynced unsynced = Unsynced::lost;
};

std::string describe(const Case& c) {
  static constexpr const char* kinds[] = {"none", "EIO", "ENOSPC", "short write", "power cut"};
  static constexpr const char* left[] = {"lost", "torn", "scrambled"};
  return std::string(kinds[static_cast<int>(c.plan.kind)]) +
         (c.plan.sticky ? " from call " : " at call ") + std::to_string(c.plan.at) +
         (c.then_cut ? std::string(", then power cut, unsynced bytes ") +
                           left[static_cast<int>(c.unsynced)]
                     : "");
}

// The run: sessions of a few batches, the last one ended as by SIGKILL. Tells how many records were
// acknowledged (number) and how many calls there were (other).
int run(const std::filesystem::path& path, const Case& c) {
  support::Told& told = support::shared_told();
  const auto files = std::make_shared<support::FaultFileSystem>(c.plan);
  // Never destroyed: the threads of a log that is not closed go on until the process ends.
  rocksdb::Env* const env = support::fault_env(files).release();
  const Disk disk{env, small_write_buffer};
  SampleLog sample;
  for (std::size_t session = 0; session < sessions; ++session) {
    auto log = open_log_on(disk, path);
    bool failed = !log;
    for (std::size_t i = 0; !failed && i < batches_a_session; ++i) {
      const Position before = sample.last();
      failed = !(*log)->append(before, sample.batch(records_a_batch));
      if (!failed) told.number = sample.last().value;
    }
    told.other = static_cast<std::size_t>(files->calls());
    const bool stays_open = failed || session + 1 == sessions;
    if (stays_open && log) static_cast<void>(log->release());  // as if killed: nothing is closed
    if (failed) break;
  }
  told.say(files->hit_call());
  if (c.then_cut) {
    files->cut_power();
    files->lose_power(c.unsynced, static_cast<std::uint64_t>(c.plan.at) + 1);
  }
  return files->was_hit() ? 0 : 1;
}

enum Verdict { whole = 0, refused = 2, hurt = 3 };

// What a process finds that opens the log afterwards, on a disk that works again.
int look_after(const std::filesystem::path& path, std::size_t acknowledged) {
  support::Told& told = support::shared_told();
  const auto hurt_because = [&told](const std::string& why) {
    told.say(why);
    return hurt;
  };
  auto opened = open_log_on({rocksdb::Env::Default(), small_write_buffer}, path);
  if (!opened) {
    told.say(opened.error().detail);
    return refused;
  }
  EventLog& log = **opened;
  const std::size_t last = log.last().value;
  if (last < acknowledged) return hurt_because("acknowledged records are lost");
  if (last > acknowledged + records_a_batch) return hurt_because("more than was handed in");
  if (last % records_a_batch != 0) return hurt_because("a batch is torn");
  SampleLog sample;
  while (sample.last().value < last) {
    const Batch batch = sample.batch(records_a_batch);
    for (const Dedup& dedup : batch.dedups) {
      if (log.find(dedup.key).value() != dedup.value) return hurt_because("a command id is lost");
    }
    for (const Sealed& s : batch.sealed) {
      if (log.sealed(s.person, s.position, s.field).value() != s.bytes) {
        return hurt_because("sealed words are lost");
      }
    }
  }
  if (support::all_records(log) != sample.records()) return hurt_because("the records differ");
  if (const auto good = log.deep_check(); !good) return hurt_because(good.error().detail);
  const Position before = sample.last();
  const auto next = log.append(before, sample.batch(records_a_batch));
  if (!next) return hurt_because("it takes no more: " + next.error().detail);
  return whole;
}

std::vector<Case> ways_to_fail(long at) {
  std::vector<Case> cases;
  for (const FaultKind kind : {FaultKind::io_error, FaultKind::no_space, FaultKind::short_write}) {
    for (const bool sticky : {false, true}) {
      cases.push_back({{kind, at, sticky}});
      cases.push_back({{kind, at, sticky}, true, at % 2 == 0 ? Unsynced::lost : Unsynced::torn});
    }
  }
  for (const Unsynced left : {Unsynced::lost, Unsynced::torn, Unsynced::scrambled}) {
    cases.push_back({{FaultKind::power_cut, at, true}, true, left});
  }
  return cases;
}

struct Figures {
  std::size_t runs = 0;
  std::size_t hit = 0;
  std::size_t refused = 0;
};

void try_case(const Case& c, Figures& figures) {
  const support::TemporaryFolder folder;
  support::Told& told = support::shared_told();
  told = {};
  const int ended = support::in_child([&] { return run(folder.path() / "log", c); });
  ASSERT_LE(ended, 1) << describe(c) << ": the run crashed";
  ++figures.runs;
  if (ended == 0) ++figures.hit;
  const std::string call = told.text;
  const std::size_t acknowledged = told.number;
  told.say("it crashed");
  const int found =
      support::in_child([&] { return look_after(folder.path() / "log", acknowledged); });
  if (found == refused) {
    ++figures.refused;
    // RocksDB cannot tell rubbish in the tail of its MANIFEST from damage, and does not guess.
    // Everything else that was acknowledged was synced, so it must open.
    ASSERT_TRUE(c.unsynced == Unsynced::scrambled) << describe(c) << ": refused: " << told.text;
    ASSERT_NE(std::string(told.text), "") << describe(c) << ": refused without a reason";
    std::printf("refused after %s (%s): %s\n", describe(c).c_str(), call.c_str(), told.text);
    return;
  }
  ASSERT_EQ(found, whole) << describe(c) << " (" << call << "), " << acknowledged
                          << " acknowledged: " << told.text;
}

// Under a sanitizer a run takes many times as long: then every 16th call fails.
#if defined(__SANITIZE_ADDRESS__) || defined(SIHE_SANITIZED)
constexpr long calls_apart = 16;
#else
constexpr long calls_apart = 1;
#endif

constexpr std::size_t unmet_in_a_row_max = 16;

TEST(LogOnAFailingDisk, LosesNothingAcknowledgedAtAnyCallOfAShortRun) {
  if (!support::in_fresh_process()) return;
  const bool all = std::getenv("SIHE_EXHAUSTIVE") != nullptr;
  Figures figures;
  try_case({}, figures);  // counts the calls
  const long calls = static_cast<long>(support::shared_told().other);
  ASSERT_GT(calls, 100);
  // How many calls a run makes depends on when RocksDB's own threads get their turn: the one that
  // counted may have made more than any other. Behind the end of all others there is none to fail.
  std::size_t behind_the_end = 0;
  for (long at = 0; at < calls && behind_the_end < unmet_in_a_row_max; at += calls_apart) {
    const std::size_t hit_before = figures.hit;
    const auto cases = ways_to_fail(at);
    // Every call fails; in how many of the ways depends on the time there is.
    const std::size_t step = all ? 1 : cases.size();
    for (std::size_t i = all ? 0 : static_cast<std::size_t>(at) % step; i < cases.size();
         i += step) {
      try_case(cases[i], figures);
      if (HasFatalFailure()) return;
    }
    behind_the_end = figures.hit == hit_before ? behind_the_end + 1 : 0;
  }
  std::printf("%ld calls, %zu runs, %zu hit, %zu refused to open\n", calls, figures.runs,
              figures.hit, figures.refused);
  EXPECT_GT(figures.hit * 10, figures.runs * 9) << "most runs must meet their fault";
  EXPECT_LT(figures.refused * 50, figures.runs) << "refusing must stay the exception";
}

// One batch after the fault, then another: what a writer is told, and what readers still get.
void expect_fail_stop(FaultKind kind) {
  const support::TemporaryFolder folder;
  const auto files = std::make_shared<support::FaultFileSystem>(FaultPlan{});
  rocksdb::Env* const env = support::fault_env(files).release();  // as in run()
  auto log = open_log_on({env, small_write_buffer}, folder.path() / "log").value();
  SampleLog sample;
  log->append(Position{0}, sample.batch(records_a_batch)).value();
  const auto records = sample.records();
  const TreeHead head = log->tree_head();
  std::size_t told = 0;
  log->on_appended([&told](Position) { ++told; });

  files->fail_from_now_on(kind);
  const Position before = sample.last();
  const Batch batch = sample.batch(records_a_batch);
  const auto unknown = log->append(before, batch);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().fault, Fault::storage);
  EXPECT_NE(unknown.error().detail.find("unknown"), std::string::npos);
  EXPECT_TRUE(log->read_only());

  files->fail_from_now_on(FaultKind::none);  // the disk is well again; the log is not
  const auto refused = log->append(before, batch);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::read_only);
  EXPECT_NE(refused.error().detail.find("nothing was written"), std::string::npos);
  EXPECT_EQ(log->tree_head(), head);
  EXPECT_EQ(support::all_records(*log), records);
  EXPECT_EQ(told, 0U);
  static_cast<void>(log.release());  // not closed after a fault, and the process ends with the test
}

TEST(LogOnAFailingDisk, OnlyReadsAfterTheFirstFault) {
  if (!support::in_fresh_process()) return;
  for (const FaultKind kind : {FaultKind::io_error, FaultKind::no_space, FaultKind::short_write}) {
    EXPECT_EQ(support::in_child([kind] {
                expect_fail_stop(kind);
                return testing::Test::HasFailure() ? 1 : 0;
              }),
              0);
  }
}

}  // namespace
