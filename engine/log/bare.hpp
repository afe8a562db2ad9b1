// RocksDB alone, with the log's settings but without what the log adds (tree, anchor, index
// checks): the measure that benchmarks hold the log against.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"

namespace engine::log {

// Writes the batches into a new database in `folder`, each key and value as the log lays them down,
// one synced write a batch. Gives the time from the first to the last write.
// storage: RocksDB refused.
Result<std::chrono::nanoseconds> write_bare(const std::filesystem::path& folder,
                                            const std::vector<Batch>& batches);

struct BareScan {
  std::chrono::nanoseconds took{};
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
};

// Reads all records of an existing log in `folder` with their checksums, on so many threads, and
// looks at none of them.
Result<BareScan> scan_bare(const std::filesystem::path& folder, unsigned threads);

}  // namespace engine::log
