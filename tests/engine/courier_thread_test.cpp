// The courier on its own thread, beside a log that grows.
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "engine/outbox/by_hand.hpp"
#include "engine/outbox/courier.hpp"
#include "tests/support/sent_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::outbox;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Kinds = std::vector<std::string>;

constexpr Rate any_rate{1'000, 1'000};

// A carrier that says yes at once, and a word to who waits for the last.
struct Prompt : Carrier {
  void carry(const Row& row, std::function<void(Outcome)> done) override {
    done({});
    const std::lock_guard lock(mutex);
    kinds.push_back(row.kind);
    changed.notify_all();
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, seconds(20), [&] { return kinds.size() >= count; });
  }
  std::mutex mutex;
  std::condition_variable changed;
  Kinds kinds;
};

TEST(CourierOnAThread, follows_a_log_that_grows_and_ends_when_told) {
  support::TemporaryFolder folder;
  support::SentLog sent;
  const auto clock = [] {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  };
  const auto bell = react::wall_bell(clock, courier_gather_max);
  auto carrier = std::make_unique<Prompt>();
  Prompt& prompt = *carrier;
  std::vector<Route> routes;
  routes.push_back({"qq", std::move(carrier), any_rate, 8});
  const auto file = folder.path() / file_name;
  Courier courier(
      sent.log(), Outbox::open(file, sent.log(), clock()).value(), support::SentLog::plan,
      std::move(routes), [] { return 0.5; }, [&] { bell->ring(); });
  Kinds said;
  {
    const CourierThread at_work(courier, *bell);
    for (int i = 0; i < 50; ++i) {
      said.push_back(std::to_string(i));
      sent.say("qq a " + said.back());
      bell->ring();
    }
    ASSERT_TRUE(prompt.wait_for(50));
  }
  EXPECT_EQ(prompt.kinds, said);
  EXPECT_EQ(standing(file)->counts.size(), 1u) << "all are sent, the last one, too";
}

}  // namespace
