// The checks that look at one record after the other and remember a little of each stream.
// Internal to replay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/core/time.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/log/record.hpp"
#include "replay/report.hpp"
#include "replay/rules.hpp"

namespace replay {

class RecordChecks {
 public:
  RecordChecks(const engine::log::LogReader& log, const engine::keys::Vault* vault,
               const std::vector<Rules>& rules);

  // Takes the next record in; `at` is where the log keeps it. False: it is no record.
  bool take(engine::Position at, std::string_view bytes);

  // Whether the fact of the record last taken can be read.
  bool readable() const { return readable_; }

  // Adds this one's checks to the report.
  void finish(Report& report);

 private:
  // What the last record of a stream left. The hashes tell damage from soundness; whoever forges a
  // log is found by the tree, not here.
  struct Seen {
    engine::Instant occurred_at{};
    engine::Instant opened_at{};
    std::uint64_t summary = 0;
    std::uint64_t dims = 0;
    engine::Version version;
    std::uint8_t stage = 0;
  };

  void check_order(engine::Position at, const engine::log::RecordView& record);
  void check_stream(const engine::log::RecordView& record, const Rules* rules);
  bool check_fact(const engine::log::RecordView& record, const Rules* rules);
  void check_table(const engine::log::RecordView& record, const Rules& rules);
  void check_summary(const engine::log::RecordView& record, const Rules& rules);
  void check_words(const engine::log::RecordView& record, const Rules* rules);
  const Rules* rules_of(const engine::log::RecordView& record) const;
  static Finding about(const engine::log::RecordView& record, const Rules* rules, std::string what);

  const engine::log::LogReader& log_;
  const engine::keys::Vault* vault_;
  const std::vector<Rules>& rules_;
  std::unordered_map<engine::StreamId, Seen> streams_;
  engine::Instant recorded_at_{};
  bool readable_ = false;
  std::uint64_t erased_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> unknown_tables_;  // digest → facts

  Check order_;
  Check of_streams_;
  Check facts_;
  Check table_;
  Check summaries_;
  Check words_;
};

}  // namespace replay
