// Projections that follow a log: through crashes, new versions, rebuilds and damage.
#include "engine/view/projector.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <rocksdb/db.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/support/desk_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::view;
using support::Desk;
using support::Tally;
using Rows = std::map<std::string, std::string>;

Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(60); }

Rows folded(const log::LogReader& log, Position up_to) {
  Tally tally;
  log.read(Position{0}, up_to,
           [&](Position, std::string_view bytes) {
             tally.apply(log::RecordView(bytes));
             return true;
           })
      .value();
  return support::rows_of(tally);
}

struct Saved {
  std::uint32_t version = 0;
  Position position;
  Rows rows;
};

Saved saved_in(const std::filesystem::path& folder) {
  Saved saved;
  read_saved(folder, "tally", saved.version, saved.position,
             [&](std::string_view key, std::string_view value) {
               saved.rows.emplace(key, value);
               return true;
             })
      .value();
  return saved;
}

Rows rows_in(const Projector& projector) {
  Rows rows;
  projector.use("tally", [&](const Projection& tally, Position) {
    // Through a copy: the one in use is not to be marked as saved.
    const auto copy = tally.empty();
    copy->merge(const_cast<Projection&>(tally));
    rows = support::rows_of(*copy);
  });
  return rows;
}

// A projector that the log tells of what is appended, as long as there is one.
struct Running {
  Running(log::EventLog& followed, std::unique_ptr<Projector> started)
      : log(followed), projector(std::move(started)) {
    log.on_appended([p = projector.get()](Position last) { p->appended(last); });
  }
  ~Running() { log.on_appended({}); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  Projector* operator->() const { return projector.get(); }
  Projector& operator*() const { return *projector; }

  log::EventLog& log;
  std::unique_ptr<Projector> projector;
};

struct ProjectorOnALog : testing::Test {
  const support::TemporaryFolder folder;
  const std::filesystem::path views = folder.path() / "view";
  const std::filesystem::path board = folder.path() / "board.sqlite";
  const std::unique_ptr<log::EventLog> log = log::memory_log();
  Desk desk{*log};

  Running start(std::uint32_t version = 1, bool with_board = false) {
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::make_unique<Tally>(version));
    auto writer =
        with_board
            ? board::open_board_writer(board, support::describe_desk, support::no_words()).value()
            : nullptr;
    return {*log, Projector::start(*log, views, std::move(projections), std::move(writer)).value()};
  }
};

TEST_F(ProjectorOnALog, TakesInWhatIsAppendedWhileItRuns) {
  const Running projector = start(1, true);
  for (std::uint64_t i = 0; i < 50; ++i) desk.append_some(20, i);
  ASSERT_TRUE(projector->wait(log->last(), soon()));
  EXPECT_EQ(projector->position("tally"), log->last());
  EXPECT_EQ(projector->position("board"), log->last());
  EXPECT_EQ(rows_in(*projector), folded(*log, log->last()));
  EXPECT_EQ(board::open_board(board).value()->position().value(), log->last());
  EXPECT_EQ(projector->trouble(), "");
  EXPECT_TRUE(projector->findings().empty());
}

TEST_F(ProjectorOnALog, SavesWhatItHasWhenItEnds) {
  desk.append_some(500);
  ASSERT_TRUE(start()->wait(log->last(), soon()));
  const Saved saved = saved_in(views);
  EXPECT_EQ(saved.version, 1U);
  EXPECT_EQ(saved.position, log->last());
  EXPECT_EQ(saved.rows, folded(*log, log->last()));
}

TEST_F(ProjectorOnALog, GoesOnFromTheSavedRows) {
  desk.append_some(500);
  ASSERT_TRUE(start()->wait(log->last(), soon()));
  desk.append_some(300, 2);
  const Running projector = start();
  ASSERT_TRUE(projector->wait(log->last(), soon()));
  EXPECT_EQ(rows_in(*projector), folded(*log, log->last()));
  EXPECT_TRUE(projector->findings().empty());
  ASSERT_TRUE(projector->save());
  EXPECT_EQ(saved_in(views).rows, folded(*log, log->last()));
}

TEST_F(ProjectorOnALog, IsReadBesideWhileItSaves) {
  const Running projector = start();
  for (std::uint64_t i = 1; i <= 30; ++i) {
    desk.append_some(40, i);
    ASSERT_TRUE(projector->wait(log->last(), soon()));
    ASSERT_TRUE(projector->save());
    const Saved saved = saved_in(views);
    EXPECT_EQ(saved.position, log->last());
    ASSERT_EQ(saved.rows, folded(*log, saved.position));
  }
}

TEST_F(ProjectorOnALog, CatchesUpOnAllCoresWhenItIsFarBehind) {
  desk.append_some(1'000);
  ASSERT_TRUE(start()->wait(log->last(), soon()));
  desk.append_some(150'000, 2);
  const Running projector = start();
  ASSERT_TRUE(projector->wait(log->last(), soon()));
  EXPECT_EQ(rows_in(*projector), folded(*log, log->last()));
  ASSERT_TRUE(projector->save());
  EXPECT_EQ(saved_in(views).rows, folded(*log, log->last()));
}

TEST_F(ProjectorOnALog, RebuildsAViewOfAnotherVersionAndSaysSo) {
  desk.append_some(500);
  ASSERT_TRUE(start(1)->wait(log->last(), soon()));
  const Running projector = start(2);
  ASSERT_EQ(projector->findings().size(), 1U);
  EXPECT_NE(projector->findings()[0].find("version 1"), std::string::npos);
  ASSERT_TRUE(projector->wait(log->last(), soon()));
  ASSERT_TRUE(projector->save());
  EXPECT_EQ(saved_in(views).version, 2U);
  EXPECT_EQ(saved_in(views).rows, folded(*log, log->last()));
}

// Saves a row into the view's database that no projection made.
void spoil(const std::filesystem::path& views, const std::string& key, const std::string& value) {
  rocksdb::DB* raw = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open({}, views.string(), &raw).ok());
  const std::unique_ptr<rocksdb::DB> db(raw);
  ASSERT_TRUE(db->Put({}, std::string("Rtally") + '\0' + key, value).ok());
}

TEST_F(ProjectorOnALog, RebuildsAViewWhoseRowsDoNotLoadAndSaysSo) {
  desk.append_some(500);
  ASSERT_TRUE(start()->wait(log->last(), soon()));
  spoil(views, "stream zzz", "no numbers");
  const Running projector = start();
  EXPECT_EQ(projector->findings().size(), 1U);
  ASSERT_TRUE(projector->wait(log->last(), soon()));
  ASSERT_TRUE(projector->save());
  EXPECT_EQ(saved_in(views).rows, folded(*log, log->last())) << "the bad row is gone";
}

TEST_F(ProjectorOnALog, RebuildsAViewOfALogThatWentOnOtherwise) {
  desk.append_some(500);
  ASSERT_TRUE(start()->wait(log->last(), soon()));
  for (const std::size_t records : {std::size_t{400}, std::size_t{600}}) {
    const auto other = log::memory_log();
    Desk(*other).append_some(records, 9);
    std::vector<std::unique_ptr<Projection>> projections;
    projections.push_back(std::make_unique<Tally>());
    const auto projector = Projector::start(*other, views, std::move(projections), nullptr).value();
    EXPECT_EQ(projector->findings().size(), 1U);
    ASSERT_TRUE(projector->wait(other->last(), soon()));
    EXPECT_EQ(rows_in(*projector), folded(*other, other->last()));
  }
}

TEST_F(ProjectorOnALog, MakesADatabaseAnewThatDoesNotOpen) {
  desk.append_some(500);
  ASSERT_TRUE(start()->wait(log->last(), soon()));
  std::ofstream(views / "CURRENT") << "MANIFEST-999999\n";
  const Running projector = start();
  EXPECT_EQ(projector->findings().size(), 1U);
  ASSERT_TRUE(projector->wait(log->last(), soon()));
  EXPECT_EQ(rows_in(*projector), folded(*log, log->last()));
}

TEST_F(ProjectorOnALog, IsTheOnlyOneInItsFolder) {
  const Running projector = start();
  const auto second = Projector::start(*log, views, {}, nullptr);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::busy);
}

TEST_F(ProjectorOnALog, RebuildsWhileTheLogGrowsAndIsLookedAt) {
  desk.append_some(20'000);
  const Running projector = start();
  std::atomic<bool> done{false};
  std::thread appending([&] {
    for (std::uint64_t i = 1; !done; ++i) desk.append_some(50, i);
  });
  std::thread looking([&] {
    while (!done) {
      projector->use("tally", [](const Projection& tally, Position at) {
        EXPECT_EQ(static_cast<const Tally&>(tally).facts(), at.value);
      });
    }
  });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(projector->rebuild("tally", {}));
  done = true;
  appending.join();
  looking.join();
  ASSERT_TRUE(projector->wait(log->last(), soon()));
  EXPECT_EQ(rows_in(*projector), folded(*log, log->last()));
  ASSERT_TRUE(projector->save());
  EXPECT_EQ(saved_in(views).rows, folded(*log, log->last()));
}

TEST_F(ProjectorOnALog, KeepsTheOldFoldWhenARebuildIsCancelled) {
  desk.append_some(50'000);
  const Running projector = start();
  ASSERT_TRUE(projector->wait(log->last(), soon()));
  const auto cancelled = projector->rebuild("tally", [](Position, Position) { return false; });
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().fault, Fault::cancelled);
  EXPECT_EQ(projector->position("tally"), log->last());
  EXPECT_EQ(rows_in(*projector), folded(*log, log->last()));
  EXPECT_EQ(projector->rebuild("nothing", {}).error().fault, Fault::not_found);
}

TEST_F(ProjectorOnALog, DoesNotWaitBeyondTheDeadline) {
  const Running projector = start();
  const auto waited = projector->wait(Position{1}, std::chrono::steady_clock::now());
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().fault, Fault::cancelled);
}

// A log that cannot be read beyond a position.
class HurtLog final : public log::EventLog {
 public:
  HurtLog(log::EventLog& whole, Position good) : whole_(whole), good_(good) {}
  Position last() const override { return whole_.last(); }
  log::TreeHead tree_head() const override { return whole_.tree_head(); }
  Result<void> read(Position after, Position up_to, const log::Visit& visit) const override {
    if (up_to <= good_) return whole_.read(after, up_to, visit);
    if (auto read = whole_.read(after, good_, visit); !read) return read;
    return Error{Fault::corrupt, "record " + std::to_string(good_.value + 1) + " is damaged"};
  }
  Result<void> read_stream(const StreamId& stream, Version after,
                           const log::Visit& visit) const override {
    return whole_.read_stream(stream, after, visit);
  }
  Result<std::optional<std::string>> last_of(const StreamId& stream) const override {
    return whole_.last_of(stream);
  }
  Result<std::string> at(Position position) const override { return whole_.at(position); }
  Result<std::optional<StreamId>> highest_stream(const StreamId& from,
                                                 const StreamId& to) const override {
    return whole_.highest_stream(from, to);
  }
  Result<std::optional<std::string>> find(std::string_view key) const override {
    return whole_.find(key);
  }
  Result<void> read_dedups(
      const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    return whole_.read_dedups(visit);
  }
  Result<std::optional<std::string>> sealed(const PersonId& person, Position position,
                                            std::string_view field) const override {
    return whole_.sealed(person, position, field);
  }
  Result<void> catch_up() override { return {}; }
  Result<Position> append(Position expected, const log::Batch& batch) override {
    return whole_.append(expected, batch);
  }
  bool read_only() const override { return false; }
  void on_appended(std::function<void(Position)> listener) override {
    whole_.on_appended(std::move(listener));
  }

 private:
  log::EventLog& whole_;
  Position good_;
};

TEST_F(ProjectorOnALog, StopsBeforeADamagedRecordAndSaysWhere) {
  desk.append_some(500);
  const HurtLog hurt(*log, Position{333});
  std::vector<std::unique_ptr<Projection>> projections;
  projections.push_back(std::make_unique<Tally>());
  auto writer =
      board::open_board_writer(board, support::describe_desk, support::no_words()).value();
  {
    const auto projector =
        Projector::start(hurt, views, std::move(projections), std::move(writer)).value();
    const auto waited = projector->wait(log->last(), soon());
    ASSERT_FALSE(waited);
    EXPECT_EQ(waited.error().fault, Fault::corrupt);
    EXPECT_NE(waited.error().detail.find("record 334"), std::string::npos);
    EXPECT_TRUE(projector->wait(Position{333}, soon())) << "what is good is there";
    EXPECT_NE(projector->trouble().find("record 334"), std::string::npos);
    EXPECT_EQ(rows_in(*projector), folded(*log, Position{333}));
  }
  EXPECT_EQ(saved_in(views).position, Position{333});
  EXPECT_EQ(saved_in(views).rows, folded(*log, Position{333}));
  const Running projector = start(1, true);  // the log is good again
  ASSERT_TRUE(projector->wait(log->last(), soon()));
  EXPECT_EQ(rows_in(*projector), folded(*log, log->last()));
}

TEST_F(ProjectorOnALog, HasSavedNothingBeforeItWasStarted) {
  std::uint32_t version = 0;
  Position position;
  const auto visit = [](std::string_view, std::string_view) { return true; };
  EXPECT_EQ(read_saved(views, "tally", version, position, visit).error().fault, Fault::not_found);
  start();
  EXPECT_EQ(read_saved(views, "other", version, position, visit).error().fault, Fault::not_found);
}

// --- folding on many cores ----------------------------------------------------------------------

RC_GTEST_PROP(ParallelFold, GivesWhatOneFoldGives, ()) {
  const auto log = log::memory_log();
  Desk desk(*log);
  desk.append_some(*rc::gen::inRange<std::size_t>(1, 80'000), *rc::gen::arbitrary<std::uint64_t>());
  const Position up_to{*rc::gen::inRange<std::uint64_t>(0, log->last().value + 1)};
  const auto threads = *rc::gen::inRange<unsigned>(0, 8);
  const auto parallel = fold_parallel(*log, Tally(), up_to, threads, {}).value();
  RC_ASSERT(support::rows_of(*parallel) == folded(*log, up_to));
}

TEST(ParallelFold, TellsItsProgressAndCanBeCancelled) {
  const auto log = log::memory_log();
  Desk(*log).append_some(200'000);
  Position told;
  const auto all = fold_parallel(*log, Tally(), log->last(), 2, [&](Position done, Position of) {
    EXPECT_GE(done, told);
    EXPECT_LE(done, of);
    told = done;
    return true;
  });
  ASSERT_TRUE(all);
  EXPECT_EQ(told, log->last());
  const auto cancelled =
      fold_parallel(*log, Tally(), log->last(), 2, [](Position, Position) { return false; });
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().fault, Fault::cancelled);
}

TEST(ParallelFold, PassesOnWhatTheLogCannotRead) {
  const auto log = log::memory_log();
  Desk(*log).append_some(100'000);
  const HurtLog hurt(*log, Position{70'000});
  const auto folded = fold_parallel(hurt, Tally(), log->last(), 2, {});
  ASSERT_FALSE(folded);
  EXPECT_EQ(folded.error().fault, Fault::corrupt);
}

TEST(ParallelFold, RefusesToGoBeyondTheEndOfTheLog) {
  const auto log = log::memory_log();
  Desk(*log).append_some(10);
  EXPECT_EQ(fold_parallel(*log, Tally(), Position{11}, 2, {}).error().fault, Fault::invalid);
}

}  // namespace
