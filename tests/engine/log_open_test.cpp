// Opening: a log is taken for whole only if it holds against its anchor.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "engine/log/anchor.hpp"
#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "tests/support/sample_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::log;
using support::all_records;
using support::SampleLog;

class LogFolder : public testing::Test {
 protected:
  void write(std::size_t records) {
    const auto log = open_log(path()).value();
    const Position before = sample_.last();
    log->append(before, sample_.batch(records)).value();
  }

  std::filesystem::path path() const { return folder_.path() / "log"; }
  std::filesystem::path anchor() const { return folder_.path() / "log.anchor"; }

  // Why neither a writer nor a reader opens it.
  void expect_refused(const std::string& part_of_why) {
    const auto writer = open_log(path());
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().fault, Fault::corrupt);
    EXPECT_NE(writer.error().detail.find(part_of_why), std::string::npos) << writer.error().detail;
    EXPECT_NE(writer.error().detail.find("the newest good backup"), std::string::npos);
    EXPECT_FALSE(open_log_reader(path()));
  }

  void overwrite_anchor(std::size_t at, const std::string& bytes) {
    std::fstream file(anchor(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file << bytes;
  }

  support::TemporaryFolder folder_;
  SampleLog sample_;
};

TEST_F(LogFolder, KeepsEverythingAcrossReopening) {
  for (int i = 0; i < 5; ++i) write(7);
  const auto log = open_log(path()).value();
  EXPECT_EQ(all_records(*log), sample_.records());
  EXPECT_TRUE(log->findings().empty());
  EXPECT_EQ(log->find(dedup_key("hotline", "20").value()).value(), "answer 20");
  EXPECT_TRUE(log->sealed(support::sample_person, Position{33}, "reporter").value());
  const auto checked = log->deep_check();
  EXPECT_TRUE(checked) << checked.error().detail;
}

TEST_F(LogFolder, IsWrittenByOneAtATime) {
  const auto log = open_log(path()).value();
  const auto second = open_log(path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::busy);
}

TEST_F(LogFolder, WithoutALogGivesNoReader) {
  EXPECT_EQ(open_log_reader(path()).error().fault, Fault::not_found);
}

TEST_F(LogFolder, ThatHoldsSomethingElseIsNotTakenForANewLog) {
  std::filesystem::create_directories(path());
  std::ofstream(path() / "000004.sst") << "left over";
  expect_refused("neither empty nor a log");
}

TEST_F(LogFolder, WithALogBehindItsAnchorIsRefused) {
  write(3);
  overwrite_anchor(0, encode_slot({2, {9, {}}}));
  expect_refused("ends at position 3, its commit anchor says position 9");
}

TEST_F(LogFolder, WithAnotherTreeHeadThanItsAnchorIsRefused) {
  write(3);
  overwrite_anchor(0, encode_slot({2, {3, {1, 2, 3}}}));
  expect_refused("another tree head");
}

TEST_F(LogFolder, WithoutItsAnchorIsRefused) {
  write(3);
  std::filesystem::remove(anchor());
  const auto writer = open_log(path());
  ASSERT_FALSE(writer);
  EXPECT_NE(writer.error().detail.find("position 3"), std::string::npos);
  EXPECT_NE(writer.error().detail.find("missing"), std::string::npos);
  EXPECT_FALSE(open_log_reader(path()));
}

TEST_F(LogFolder, WithAnAnchorButNoFilesIsRefused) {
  write(3);
  std::filesystem::remove_all(path());
  expect_refused("position 3");
  std::filesystem::create_directories(path());
  expect_refused("position 3");
}

TEST_F(LogFolder, WithOneBadSlotOpensSaysSoAndMendsIt) {
  write(3);
  write(4);
  for (const std::size_t slot : {0U, 1U}) {
    overwrite_anchor(slot * anchor_slot_bytes + 17, "x");
    const auto reader = open_log_reader(path()).value();
    ASSERT_EQ(reader->findings().size(), 1U) << slot;
    const auto log = open_log(path()).value();
    ASSERT_EQ(log->findings().size(), 1U);
    EXPECT_NE(log->findings()[0].find("slot " + std::to_string(slot)), std::string::npos);
    EXPECT_EQ(all_records(*log), sample_.records());
  }
  EXPECT_TRUE(open_log(path()).value()->findings().empty());
}

TEST_F(LogFolder, WithTwoBadSlotsIsRefused) {
  write(3);
  overwrite_anchor(17, "x");
  overwrite_anchor(anchor_slot_bytes + 17, "x");
  const auto writer = open_log(path());
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().fault, Fault::corrupt);
  std::filesystem::resize_file(anchor(), 100);
  EXPECT_EQ(open_log(path()).error().fault, Fault::corrupt);
}

TEST(Anchor, ReadsBackWhatWasWrittenAndNothingElse) {
  const Anchor anchor{5, {123'456'789, {1, 2, 3}}};
  const std::string slot = encode_slot(anchor);
  EXPECT_EQ(slot.size(), anchor_slot_bytes);
  EXPECT_EQ(decode_slot(slot, 1), anchor);
  EXPECT_FALSE(decode_slot(slot, 0));
  for (std::size_t bit = 0; bit < slot.size() * 8; ++bit) {
    std::string hurt = slot;
    hurt[bit / 8] = static_cast<char>(hurt[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decode_slot(hurt, 1)) << "bit " << bit;
  }
}

TEST_F(LogFolder, AReaderBesideTheWriterSeesWhatIsDurableAfterCatchingUp) {
  const auto log = open_log(path()).value();
  const auto reader = open_log_reader(path()).value();
  EXPECT_EQ(reader->last(), Position{0});
  for (int i = 0; i < 200; ++i) {
    const Position before = sample_.last();
    log->append(before, sample_.batch(3)).value();
    EXPECT_LT(reader->last(), log->last());
    if (i % 7 != 0) continue;
    ASSERT_TRUE(reader->catch_up());
    EXPECT_EQ(reader->tree_head(), log->tree_head());
    EXPECT_EQ(all_records(*reader), sample_.records());
  }
  ASSERT_TRUE(reader->catch_up());
  const auto checked = reader->deep_check();
  EXPECT_TRUE(checked) << checked.error().detail;
}

TEST_F(LogFolder, AReaderShowsNoMoreThanTheAnchorNames) {
  write(5);
  const std::string five = [this] {
    std::ifstream file(anchor(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }();
  write(4);
  overwrite_anchor(0, five);  // as if the second batch was written, but not yet anchored
  const auto reader = open_log_reader(path()).value();
  EXPECT_EQ(reader->last(), Position{5});
  EXPECT_EQ(reader->tree_head().size, 5U);
  EXPECT_EQ(all_records(*reader).size(), 5U);
  EXPECT_FALSE(reader->find(dedup_key("hotline", "6").value()).value());
  EXPECT_TRUE(reader->find(dedup_key("hotline", "5").value()).value());
  EXPECT_FALSE(reader->sealed(support::sample_person, Position{6}, "reporter").value());
  EXPECT_EQ(reader->at(Position{6}).error().fault, Fault::not_found);
  std::size_t in_streams = 0;
  for (std::uint64_t number = 1; number <= 5; ++number) {
    const StreamId stream{WorkflowId{1}, number};
    const auto last = reader->last_of(stream).value();
    if (last) {
      EXPECT_LE(RecordView(*last).position(), Position{5});
    }
    EXPECT_TRUE(reader->read_stream(stream, Version{0}, [&](Position at, std::string_view) {
      EXPECT_LE(at, Position{5});
      return ++in_streams > 0;
    }));
  }
  EXPECT_EQ(in_streams, 5U);
  EXPECT_TRUE(reader->deep_check());
  // The writer takes it in: it was whole, only its answer was not given.
  EXPECT_EQ(open_log(path()).value()->last(), Position{9});
}

TEST_F(LogFolder, AReaderSaysSoWhenTheFilesAreGone) {
  write(5);
  const auto reader = open_log_reader(path()).value();
  std::filesystem::remove_all(path());
  std::filesystem::remove(anchor());
  EXPECT_FALSE(reader->catch_up());
}

// Any sequence of batches, with the log closed and opened anywhere between them, reads back as
// it was written.
RC_GTEST_PROP(AnyBatches, ReadBackIdentical, ()) {
  const support::TemporaryFolder folder;
  const auto path = folder.path() / "log";
  SampleLog sample(*rc::gen::arbitrary<std::uint64_t>());
  const auto sizes =
      *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 50)));
  auto log = open_log(path).value();
  for (const int size : sizes) {
    if (*rc::gen::weightedElement<bool>({{4, false}, {1, true}})) {
      log.reset();
      log = open_log(path).value();
    }
    const Position before = sample.last();
    log->append(before, sample.batch(static_cast<std::size_t>(size))).value();
  }
  RC_ASSERT(all_records(*log) == sample.records());
  const auto reader = open_log_reader(path).value();
  RC_ASSERT(all_records(*reader) == sample.records());
  RC_ASSERT(reader->tree_head() == log->tree_head());
  RC_ASSERT(reader->deep_check().has_value());
}

}  // namespace
