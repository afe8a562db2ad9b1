// What holds of the outbox whatever carriers answer, whenever the program ends and whatever people
// do meanwhile.
#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/outbox/by_hand.hpp"
#include "engine/outbox/courier.hpp"
#include "tests/support/sent_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::outbox;
using std::chrono::seconds;
using Chances = std::vector<std::uint32_t>;

class Dice {
 public:
  explicit Dice(Chances chances) : chances_(std::move(chances)) {}
  std::size_t below(std::size_t limit) {
    return at_ < chances_.size() ? chances_[at_++] % limit : 0;
  }
  bool over() const { return at_ >= chances_.size(); }

 private:
  Chances chances_;
  std::size_t at_ = 0;
};

class Walk {
 public:
  explicit Walk(Chances chances) : dice_(std::move(chances)) { open(); }

  void run() {
    while (!dice_.over()) {
      switch (dice_.below(8)) {
        case 0:
        case 1:
          say();
          break;
        case 2:
        case 3:
          answer();
          break;
        case 4:
          now_ += seconds(dice_.below(30));
          break;
        case 5:
          by_hand();
          break;
        case 6:
          if (dice_.below(3) == 0) crash();
          break;
        default:
          break;
      }
      work();
    }
  }

  // Nothing goes wrong any more: everything that waits leaves.
  void come_to_rest() {
    for (int i = 0; i < 1'000 && (hands_.count() > 0 || courier_->state().waiting > 0); ++i) {
      while (hands_.count() > 0) left(hands_.take(), Ending::sent);
      now_ += std::chrono::hours(1);
      work();
    }
  }

  void check() {
    const auto page = list(file(), {{}, "", {}, 0, page_max}).value();
    RC_ASSERT(page.rows.size() == said_);
    for (const Row& row : page.rows) {
      RC_ASSERT(has_ended(row.state));
      // "a 17": who and the how-manieth; the id is the how-manieth, too, as each is added once.
      RC_ASSERT(row.kind == std::to_string(row.id));
      const std::size_t times = times_left_[row.id];
      RC_ASSERT(times <= 1u + row.resent);
      if (row.state == State::sent) RC_ASSERT(times >= 1u);
    }
    for (const auto& [address, ids] : order_) RC_ASSERT(std::is_sorted(ids.begin(), ids.end()));
  }

 private:
  std::filesystem::path file() const { return folder_.path() / file_name; }

  void open() {
    std::vector<Route> routes;
    routes.push_back({"qq", hands_.carrier(), {10, 10}, 3});
    courier_ = std::make_unique<Courier>(
        sent_.log(), Outbox::open(file(), sent_.log(), now_).value(), support::SentLog::plan,
        std::move(routes), [this] { return static_cast<double>(dice_.below(2)); }, [] {});
  }

  void work() {
    for (int i = 0; i < 50; ++i) {
      const auto next = courier_->work(now_);
      if (!next || *next > now_) return;
    }
  }

  void say() {
    ++said_;
    sent_.say("qq " + std::string(1, static_cast<char>('a' + dice_.below(3))) + " " +
              std::to_string(said_));
  }

  void left(const support::Hands::Held& held, Ending ending) {
    if (ending != Ending::later && ending != Ending::needless && ending != Ending::never) {
      ++times_left_[held.row.id];
      // What a person has sent again leaves when he says.
      if (held.row.resent == 0) order_[held.row.address].push_back(held.row.id);
    }
    held.done({ending, "why", {}});
  }

  void answer() {
    if (hands_.count() == 0) return;
    constexpr Ending endings[] = {Ending::sent,  Ending::sent,     Ending::later,
                                  Ending::never, Ending::doubtful, Ending::needless};
    const Ending ending = endings[dice_.below(std::size(endings))];
    left(hands_.take(dice_.below(hands_.count())), ending);
  }

  // Of what is under way some has left.
  void crash() {
    courier_.reset();
    while (hands_.count() > 0) {
      const auto held = hands_.take();
      if (dice_.below(2) == 0) continue;
      ++times_left_[held.row.id];
      if (held.row.resent == 0) order_[held.row.address].push_back(held.row.id);
    }
    open();
  }

  void by_hand() {
    if (said_ == 0) return;
    const auto id = static_cast<std::int64_t>(1 + dice_.below(said_));
    // Refused where it is under way, waits or was dropped already.
    if (dice_.below(2) == 0) {
      static_cast<void>(resend(file(), {{id}, {}, ""}, now_));
    } else {
      static_cast<void>(drop(file(), {{id}, {}, ""}, now_));
    }
  }

  Dice dice_;
  support::TemporaryFolder folder_;
  support::SentLog sent_;
  support::Hands hands_;
  Instant now_ = from_ms(1'750'000'000'000);
  std::size_t said_ = 0;
  std::map<std::int64_t, std::size_t> times_left_;
  std::map<std::string, std::vector<std::int64_t>> order_;
  std::unique_ptr<Courier> courier_;
};

RC_GTEST_PROP(OutboxProperties, each_leaves_once_unless_sent_again_and_in_order,
              (Chances chances)) {
  Walk walk(std::move(chances));
  walk.run();
  walk.come_to_rest();
  walk.check();
}

}  // namespace
