// What every log promises, whoever keeps it.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/tree/tree.hpp"
#include "tests/support/sample_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::log;
using support::all_records;
using support::SampleLog;

struct Kind {
  std::string name;
  std::function<std::unique_ptr<EventLog>(const std::filesystem::path&)> open;
};

class AnyLog : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override { log_ = GetParam().open(folder_.path() / "log"); }

  void append(std::size_t records) {
    const Position before = sample_.last();
    const Batch batch = sample_.batch(records);
    ASSERT_EQ(log_->append(before, batch).value(), sample_.last());
  }

  support::TemporaryFolder folder_;
  std::unique_ptr<EventLog> log_;
  SampleLog sample_;
};

TEST_P(AnyLog, IsEmptyAtFirst) {
  EXPECT_EQ(log_->last(), Position{0});
  EXPECT_EQ(log_->tree_head(), (TreeHead{0, tree::empty_root()}));
  EXPECT_TRUE(all_records(*log_).empty());
  EXPECT_EQ(log_->at(Position{1}).error().fault, Fault::not_found);
  EXPECT_FALSE(log_->last_of({WorkflowId{1}, 1}).value());
  EXPECT_TRUE(log_->deep_check());
}

TEST_P(AnyLog, GivesBackWhatWasAppendedInOrderWithoutGaps) {
  append(3);
  append(1);
  append(200);
  EXPECT_EQ(log_->last(), Position{204});
  EXPECT_EQ(all_records(*log_), sample_.records());
  Position expected{10};
  const auto read = log_->read(Position{10}, Position{20}, [&](Position at, std::string_view r) {
    expected = next(expected);
    EXPECT_EQ(at, expected);
    EXPECT_EQ(RecordView(r).position(), at);
    return true;
  });
  EXPECT_TRUE(read);
  EXPECT_EQ(expected, Position{20});
}

TEST_P(AnyLog, ReadsNothingBeyondItsEnd) {
  append(3);
  std::size_t seen = 0;
  const auto count = [&seen](Position, std::string_view) { return ++seen > 0; };
  EXPECT_TRUE(log_->read(Position{0}, Position{1'000}, count));
  EXPECT_EQ(seen, 3U);
  EXPECT_TRUE(log_->read(Position{3}, Position{1'000}, count));
  EXPECT_EQ(seen, 3U);
  EXPECT_EQ(log_->at(Position{4}).error().fault, Fault::not_found);
  EXPECT_EQ(log_->at(Position{0}).error().fault, Fault::not_found);
}

TEST_P(AnyLog, StopsReadingWhenTold) {
  append(10);
  std::size_t seen = 0;
  EXPECT_TRUE(log_->read(Position{0}, log_->last(),
                         [&](Position, std::string_view) { return ++seen < 4; }));
  EXPECT_EQ(seen, 4U);
}

TEST_P(AnyLog, RefusesABatchThatComesTooLateAndWritesNothing) {
  append(5);
  const TreeHead before = log_->tree_head();
  SampleLog other;
  other.batch(3);
  const auto late = log_->append(Position{3}, other.batch(4));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().fault, Fault::conflict);
  EXPECT_EQ(log_->tree_head(), before);
  EXPECT_EQ(all_records(*log_), sample_.records());
  EXPECT_FALSE(log_->find(dedup_key("hotline", "6").value()).value());
  append(1);
}

TEST_P(AnyLog, KeepsEachStreamsVersionsTogether) {
  append(300);
  std::size_t records = 0;
  for (std::uint64_t number = 1; number <= 5; ++number) {
    const StreamId stream{WorkflowId{1}, number};
    Version version;
    std::string newest;
    EXPECT_TRUE(log_->read_stream(stream, Version{0}, [&](Position at, std::string_view r) {
      version = next(version);
      EXPECT_EQ(RecordView(r).version(), version);
      EXPECT_EQ(RecordView(r).stream(), stream);
      EXPECT_EQ(RecordView(r).position(), at);
      newest = r;
      return true;
    }));
    records += version.value;
    EXPECT_EQ(log_->last_of(stream).value(), newest);
    std::size_t tail = 0;
    EXPECT_TRUE(log_->read_stream(stream, Version{version.value - 1},
                                  [&](Position, std::string_view) { return ++tail > 0; }));
    EXPECT_EQ(tail, 1U);
  }
  EXPECT_EQ(records, 300U);
}

TEST_P(AnyLog, AnUnknownStreamHasNoRecordsAndThatIsNoError) {
  append(10);
  for (const StreamId stream :
       {StreamId{WorkflowId{1}, 99}, StreamId{WorkflowId{2}, 1}, StreamId{WorkflowId{0}, 1}}) {
    EXPECT_TRUE(log_->read_stream(stream, Version{0}, [](Position, std::string_view) {
      ADD_FAILURE() << "a record out of nothing";
      return true;
    }));
    EXPECT_FALSE(log_->last_of(stream).value());
  }
}

TEST_P(AnyLog, NamesTheHighestStreamOfARange) {
  append(100);
  const auto highest = [this](std::uint64_t from, std::uint64_t to) {
    return log_->highest_stream({WorkflowId{1}, from}, {WorkflowId{1}, to}).value();
  };
  EXPECT_EQ(highest(1, 1'000), (StreamId{WorkflowId{1}, 5}));
  EXPECT_EQ(highest(1, 3), (StreamId{WorkflowId{1}, 3}));
  EXPECT_EQ(highest(3, 3), (StreamId{WorkflowId{1}, 3}));
  EXPECT_FALSE(highest(6, 1'000));
  EXPECT_FALSE(log_->highest_stream({WorkflowId{2}, 0}, {WorkflowId{2}, 9}).value());
  EXPECT_FALSE(log_->highest_stream({WorkflowId{0}, 0}, {WorkflowId{0}, 9}).value());
}

TEST_P(AnyLog, RemembersCommandIdsForEver) {
  append(20);
  append(20);
  EXPECT_EQ(log_->find(dedup_key("hotline", "7").value()).value(), "answer 7");
  EXPECT_FALSE(log_->find(dedup_key("hotline", "41").value()).value());
  EXPECT_FALSE(log_->find(dedup_key("wecom", "7").value()).value());
  std::vector<std::string> keys;
  EXPECT_TRUE(log_->read_dedups([&](std::string_view key, std::string_view value) {
    EXPECT_EQ(value, "answer " + std::string(key.substr(key.find('\0') + 1)));
    keys.emplace_back(key);
    return true;
  }));
  EXPECT_EQ(keys.size(), 40U);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST_P(AnyLog, KeepsSealedWordsBesideTheRecord) {
  append(9);
  const auto words = log_->sealed(support::sample_person, Position{6}, "reporter").value();
  ASSERT_TRUE(words);
  EXPECT_EQ(*words, "sealed " + sample_.records()[5]);
  EXPECT_FALSE(log_->sealed(support::sample_person, Position{6}, "phone").value());
  EXPECT_FALSE(log_->sealed(support::sample_person, Position{5}, "reporter").value());
  EXPECT_FALSE(log_->sealed(PersonId{}, Position{6}, "reporter").value());
}

TEST_P(AnyLog, HasTheTreeHeadOfItsRecords) {
  tree::Frontier frontier;
  for (const std::size_t records : {1U, 2U, 7U, 64U}) {
    append(records);
    while (frontier.size() < sample_.records().size()) {
      frontier.append(tree::leaf_hash(sample_.records()[frontier.size()]));
    }
    EXPECT_EQ(log_->tree_head(), (TreeHead{frontier.size(), frontier.root()}));
  }
  const auto checked = log_->deep_check();
  EXPECT_TRUE(checked) << checked.error().detail;
}

TEST_P(AnyLog, TellsItsListenerAfterEachAppend) {
  std::vector<Position> told;
  log_->on_appended([&](Position last) {
    EXPECT_EQ(last, log_->last());
    told.push_back(last);
  });
  append(2);
  append(3);
  EXPECT_EQ(told, (std::vector{Position{2}, Position{5}}));
}

TEST_P(AnyLog, MayBeReadFromInsideAVisit) {
  append(4);
  EXPECT_TRUE(log_->read(Position{0}, log_->last(), [&](Position at, std::string_view bytes) {
    EXPECT_EQ(log_->at(at).value(), bytes);
    EXPECT_TRUE(log_->last_of(RecordView(bytes).stream()).value());
    return true;
  }));
}

INSTANTIATE_TEST_SUITE_P(
    Logs, AnyLog,
    testing::Values(Kind{"Memory", [](const auto&) { return memory_log(); }},
                    Kind{"Rocks", [](const auto& path) { return open_log(path).value(); }}),
    [](const auto& info) { return info.param.name; });

TEST(DedupKey, KeepsSourceAndIdApart) {
  EXPECT_NE(dedup_key("ab", "c").value(), dedup_key("a", "bc").value());
  EXPECT_EQ(dedup_key("", "c").error().fault, Fault::invalid);
  EXPECT_EQ(dedup_key("a", "").error().fault, Fault::invalid);
  EXPECT_EQ(dedup_key(std::string_view("a\0b", 3), "c").error().fault, Fault::invalid);
  EXPECT_EQ(dedup_key("a", std::string_view("\0", 1)).error().fault, Fault::invalid);
  EXPECT_TRUE(dedup_key("a", std::string(dedup_key_bytes_max - 2, 'x')));
  EXPECT_EQ(dedup_key("a", std::string(dedup_key_bytes_max - 1, 'x')).error().fault,
            Fault::invalid);
}

TEST(Record, IsVerifiedBeforeItIsRead) {
  support::SampleRecord sample;
  sample.position = Position{1};
  const std::string good = support::sample_bytes(sample);
  EXPECT_TRUE(verify_record(good));
  EXPECT_FALSE(verify_record(""));
  EXPECT_FALSE(verify_record("not a record at all"));
  EXPECT_FALSE(verify_record(std::string(record_bytes_max + 1, '\0')));
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    const auto verified = verify_record(std::string_view(good).substr(0, cut));
    ASSERT_FALSE(verified) << "cut to " << cut;
    EXPECT_EQ(verified.error().fault, Fault::corrupt);
  }
  std::string other = good;
  other[4] = 'X';
  EXPECT_FALSE(verify_record(other));
}

}  // namespace
