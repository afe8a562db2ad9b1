// What no checksum of the storage can find: somebody changed the database by its own means.
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include <rocksdb/db.h>

#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/log/rocks_keys.hpp"
#include "engine/log/rocks_options.hpp"
#include "tests/support/sample_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::log;

class TamperedLog : public testing::Test {
 protected:
  void SetUp() override {
    const auto log = open_log(path()).value();
    log->append(Position{0}, sample_.batch(9)).value();
    log->append(Position{9}, sample_.batch(9)).value();
  }

  void tamper(const std::function<rocksdb::Status(rocksdb::DB&)>& change) {
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(log_options({}), path().string(), &raw).ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    ASSERT_TRUE(change(*db).ok());
  }

  // The check of a writer and that of a reader, which agree.
  std::string found() {
    const auto by_reader = open_log_reader(path()).value()->deep_check();
    const auto by_writer = open_log(path()).value()->deep_check();
    EXPECT_EQ(by_reader.has_value(), by_writer.has_value());
    if (by_writer) return "nothing";
    EXPECT_EQ(by_writer.error().fault, Fault::corrupt);
    EXPECT_EQ(by_writer.error().detail, by_reader.error().detail);
    return by_writer.error().detail;
  }

  RecordView record(std::uint64_t position) const {
    return RecordView(sample_.records()[position - 1]);
  }
  std::filesystem::path path() const { return folder_.path() / "log"; }

  support::TemporaryFolder folder_;
  support::SampleLog sample_;
};

TEST_F(TamperedLog, IsWholeBeforeAnybodyTouchesIt) { EXPECT_EQ(found(), "nothing"); }

TEST_F(TamperedLog, ShowsAnAlteredRecord) {
  support::SampleRecord other;
  other.position = Position{5};
  other.stream = record(5).stream();
  other.version = record(5).version();
  other.source = "hotline";
  other.command_id = "5";
  other.fact = "what it should have said";
  tamper([&](rocksdb::DB& db) {
    return db.Put({}, record_key(Position{5}).view(), support::sample_bytes(other));
  });
  EXPECT_EQ(found(),
            "the tree head over all 18 records is not the one in the commit anchor: a record was "
            "altered");
}

TEST_F(TamperedLog, ShowsAMissingRecord) {
  tamper([](rocksdb::DB& db) { return db.Delete({}, record_key(Position{5}).view()); });
  EXPECT_EQ(found(), "record 5 is missing from the log");
}

TEST_F(TamperedLog, ShowsARecordInAnothersPlace) {
  tamper([this](rocksdb::DB& db) {
    return db.Put({}, record_key(Position{5}).view(), sample_.records()[5]);
  });
  EXPECT_EQ(found(), "record 5 says that it is record 6");
}

TEST_F(TamperedLog, ShowsBytesThatAreNoRecord) {
  tamper([](rocksdb::DB& db) {
    return db.Put({}, record_key(Position{5}).view(), std::string(100, 'x'));
  });
  EXPECT_NE(found().find("record 5: the bytes are no well-formed record"), std::string::npos);
}

TEST_F(TamperedLog, ShowsAMissingOrFalseEntryOfTheStreamIndex) {
  const StreamKey key = stream_key(record(7).stream(), record(7).version());
  std::string elsewhere;
  put_big_endian(elsewhere, std::uint64_t{3});
  tamper([&](rocksdb::DB& db) { return db.Put({}, key.view(), elsewhere); });
  EXPECT_EQ(found(), "the stream index does not lead to record 7");
  tamper([&](rocksdb::DB& db) { return db.Delete({}, key.view()); });
  EXPECT_NE(found().find("the stream index"), std::string::npos);
}

TEST_F(TamperedLog, ShowsAStreamIndexWithEntriesTooMany) {
  std::string position;
  put_big_endian(position, std::uint64_t{3});
  tamper([&](rocksdb::DB& db) {
    return db.Put({}, stream_key({WorkflowId{1}, 77}, Version{1}).view(), position);
  });
  EXPECT_EQ(found(), "the stream index has entries that belong to no record");
}

TEST_F(TamperedLog, ShowsAForgottenCommandId) {
  const std::string key = dedup_storage_key(dedup_key("hotline", "4").value());
  tamper([&](rocksdb::DB& db) { return db.Delete({}, key); });
  EXPECT_EQ(found(), "the command id of record 4 is not kept");
}

TEST_F(TamperedLog, ShowsACommandIdOutOfNothing) {
  std::string value;
  put_big_endian(value, std::uint64_t{9});
  const std::string key = dedup_storage_key(dedup_key("hotline", "x").value());
  tamper([&](rocksdb::DB& db) { return db.Put({}, key, value); });
  EXPECT_EQ(found(), "there are command ids that belong to no record");
}

TEST_F(TamperedLog, ShowsSealedWordsThatNoRecordCommitsTo) {
  tamper([](rocksdb::DB& db) {
    return db.Put({}, sealed_key(support::sample_person, Position{5}, "reporter"), "words");
  });
  EXPECT_EQ(found(), "sealed words lie beside record 5, which does not commit to them");
}

TEST_F(TamperedLog, MayHaveItsSealedWordsErased) {
  tamper([](rocksdb::DB& db) {
    return db.Delete({}, sealed_key(support::sample_person, Position{6}, "reporter"));
  });
  EXPECT_EQ(found(), "nothing");
}

TEST_F(TamperedLog, IsNotOpenedWithAnotherFrontierThanItsAnchor) {
  tamper([](rocksdb::DB& db) {
    std::string frontier;
    const auto got = db.Get({}, frontier_key(Position{9}).view(), &frontier);
    if (!got.ok()) return got;
    return db.Put({}, frontier_key(Position{18}).view(), frontier);
  });
  EXPECT_EQ(open_log(path()).error().fault, Fault::corrupt);
  EXPECT_EQ(open_log_reader(path()).error().fault, Fault::corrupt);
}

}  // namespace
