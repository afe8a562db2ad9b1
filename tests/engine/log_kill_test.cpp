// A writer that is killed at any moment, again and again, on the same folder: what it was told to
// be durable is there, and nothing is half there.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "engine/log/rocks_open.hpp"
#include "tests/support/fresh_process.hpp"
#include "tests/support/sample_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::log;
using support::SampleLog;

constexpr std::size_t records_a_batch = 10;
constexpr std::size_t small_write_buffer = 64 << 10;  // flushes and compactions all the time
constexpr int kills_a_folder = 25;

Result<std::unique_ptr<EventLog>> open(const std::filesystem::path& path) {
  return open_log_on({rocksdb::Env::Default(), small_write_buffer}, path);
}

// Brings the sample to where the log is.
void follow(SampleLog& sample, Position last) {
  while (sample.last() < last) sample.batch(records_a_batch);
}

// Appends without end, telling after each batch how far it has been acknowledged.
int append_until_killed(const std::filesystem::path& path) {
  const auto log = open(path);
  if (!log) return 1;
  SampleLog sample;
  follow(sample, (*log)->last());
  auto& acknowledged = support::shared_told().number;
  for (;;) {
    const Position before = sample.last();
    const auto appended = (*log)->append(before, sample.batch(records_a_batch));
    if (!appended) return 1;
    std::atomic_ref(acknowledged).store(appended->value);
  }
}

// Until the writer has been told of one batch. False: it ended before.
bool has_acknowledged(pid_t writer, std::size_t before) {
  const std::atomic_ref acknowledged(support::shared_told().number);
  while (acknowledged.load() == before) {
    if (::waitpid(writer, nullptr, WNOHANG) != 0) return false;
    std::this_thread::yield();
  }
  return true;
}

int look_after(const std::filesystem::path& path) {
  support::Told& told = support::shared_told();
  const auto log = open(path);
  if (!log) {
    told.say(log.error().detail);
    return 1;
  }
  const Position last = (*log)->last();
  SampleLog sample;
  follow(sample, last);
  if (last.value < told.number) {
    told.say("acknowledged " + std::to_string(told.number) + ", there are " +
             std::to_string(last.value));
    return 1;
  }
  if (sample.last() != last || support::all_records(**log) != sample.records()) {
    told.say("the records differ");
    return 1;
  }
  const auto good = (*log)->deep_check();
  if (!good) told.say(good.error().detail);
  return good ? 0 : 1;
}

TEST(KilledWriter, LosesNothingThatWasAcknowledged) {
  if (!support::in_fresh_process()) return;
  const int kills = std::getenv("SIHE_EXHAUSTIVE") == nullptr ? 50 : 1'000;
  std::mt19937_64 chance(20'260'304);
  std::size_t acknowledged = 0;
  std::unique_ptr<support::TemporaryFolder> folder;
  for (int kill = 0; kill < kills; ++kill) {
    if (kill % kills_a_folder == 0) {
      folder = std::make_unique<support::TemporaryFolder>();
      support::shared_told() = {};
    }
    const auto path = folder->path() / "log";
    std::fflush(nullptr);
    const std::size_t before = support::shared_told().number;
    const pid_t writer = ::fork();
    if (writer == 0) ::_exit(append_until_killed(path));
    // The moment itself is what is tried out, so it is a matter of chance: every second time also
    // while opening, else once there is something to lose, however slow the machine is.
    if (kill % 2 != 0) {
      ASSERT_TRUE(has_acknowledged(writer, before)) << "the writer ended by itself";
    }
    std::this_thread::sleep_for(std::chrono::microseconds(chance() % 80'000));
    ASSERT_EQ(::kill(writer, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(writer, &status, 0), writer);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";
    acknowledged += support::shared_told().number - before;
    ASSERT_EQ(support::in_child([&] { return look_after(path); }), 0)
        << "kill " << kill << ": " << support::shared_told().text;
  }
  std::printf("%d kills, %zu records acknowledged, all there\n", kills, acknowledged);
  EXPECT_GT(acknowledged, static_cast<std::size_t>(kills));
}

}  // namespace
