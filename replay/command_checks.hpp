// The checks on submissions: written all or none, once, and remembered by their dedup key. Internal
// to replay.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/log/record.hpp"
#include "replay/report.hpp"

namespace replay {

class CommandChecks {
 public:
  explicit CommandChecks(const engine::log::LogReader& log);

  // Takes the next record in. Requires: well-formed.
  void take(const engine::log::RecordView& record);

  // Holds what was seen against the dedup keys, both ways, and adds the checks to the report.
  // Faults: those of reading the keys.
  engine::Result<void> finish(Report& report);

 private:
  struct Key {
    std::uint64_t hash;
    std::uint64_t position : 63;
    std::uint64_t kept : 1;
  };
  static_assert(sizeof(Key) == 16, "five million of them shall fit");

  void begin(const engine::log::RecordView& record);
  void find_doubles();
  engine::Result<void> hold_against_log();

  const engine::log::LogReader& log_;
  std::vector<Key> keys_;
  engine::Position first_;      // of the submission at hand
  std::uint64_t key_hash_ = 0;  // of it
  unsigned more_ = 0;           // records of it that must still come
  engine::Position last_;
  Check submissions_;
  Check dedup_;
};

}  // namespace replay
