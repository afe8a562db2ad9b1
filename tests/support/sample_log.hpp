// Records and batches for tests of the log: well-formed, small, and the same for the same seed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/log/event_log.hpp"

namespace support {

struct SampleRecord {
  engine::Position position;
  engine::StreamId stream{engine::WorkflowId{1}, 1};
  engine::Version version{1};
  std::string source;  // "": the command had no id
  std::string command_id;
  std::string fact = "fact";
  bool more = false;                  // another record of the same submission follows
  std::vector<std::string> personal;  // fields that a commitment stands for
};

constexpr engine::PersonId sample_person{7, 7, 7};

// The record's bytes, as verify_record wants them.
std::string sample_bytes(const SampleRecord& record);

// Makes batches that follow one another, with a stream index, dedup keys and sealed words.
class SampleLog {
 public:
  explicit SampleLog(std::uint64_t seed = 1) : chance_(seed) {}

  // So many records, on a few streams; each has a command id, every third a sealed word.
  engine::log::Batch batch(std::size_t records);

  engine::Position last() const { return engine::Position{records_.size()}; }
  // Everything put into batches so far, oldest first.
  const std::vector<std::string>& records() const { return records_; }

 private:
  std::uint64_t chance();

  std::uint64_t chance_;
  std::vector<std::string> records_;
  std::map<engine::StreamId, engine::Version> versions_;
};

// Everything that a reader shows, oldest first.
std::vector<std::string> all_records(const engine::log::LogReader& log);

}  // namespace support
