#include "engine/log/rocks_options.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

namespace engine::log {

namespace {

constexpr std::size_t block_cache_bytes = std::size_t{96} << 20;
constexpr std::size_t block_bytes = 16 << 10;
constexpr int write_buffers_max = 4;
constexpr std::size_t readahead_bytes = std::size_t{1} << 20;
constexpr std::uint64_t readahead_records_min = 1'000;

rocksdb::BlockBasedTableOptions table_options() {
  rocksdb::BlockBasedTableOptions table;
  // Large enough to scan fast and to compress well, small enough for one record of a cold issue.
  table.block_size = block_bytes;
  // One bound for blocks, indexes and filters together: memory does not grow with the log.
  table.block_cache = rocksdb::NewLRUCache(block_cache_bytes);
  table.cache_index_and_filter_blocks = true;
  // The newest files are asked first for every key: their indexes stay in memory.
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // A dedup key that is new, the usual case, is known to be new without reading a block.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // A cold look-up reads 4 KB of a file's index and filter instead of the megabytes of the whole.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.format_version = 5;
  return table;
}

void durability(rocksdb::Options& options) {
  // After a kill the tail of the WAL is torn; the anchor says whether anything that counts is.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Fail-stop: resuming after ENOSPC was seen to tear a batch.
  options.max_bgerror_resume_count = 0;
  // A reused WAL holds old records behind the new ones, where a damaged length could find them.
  options.recycle_log_file_num = 0;
  // Each new file is read back before the WAL that it replaces is let go.
  options.paranoid_file_checks = true;
  // A checksum over each whole file, in the manifest, held against it by deep_check.
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Bounds what an open has to replay.
  options.max_total_wal_size = std::uint64_t{128} << 20;
}

void speed(rocksdb::Options& options, const Disk& disk) {
  options.write_buffer_size = disk.write_buffer_bytes;
  // A flush that is slow for once does not stop the writer.
  options.max_write_buffer_number = write_buffers_max;
  // Records come in order: each finds its place in the memtable beside the one before.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  // There is one writer; what many would need costs it.
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  // One flush and one compaction at a time beside the writer.
  options.max_background_jobs = 2;
  // Records never overlap once sorted; wide levels rewrite them seldom.
  options.max_bytes_for_level_base = std::uint64_t{512} << 20;
  options.target_file_size_base = std::uint64_t{64} << 20;
  options.compression = rocksdb::kLZ4Compression;
  // Written files go to disk piece by piece: no fsync of the WAL waits behind a whole file.
  options.bytes_per_sync = std::uint64_t{1} << 20;
}

void opening(rocksdb::Options& options) {
  // All files stay open: a reader beside the writer keeps those that compaction deletes.
  options.max_open_files = -1;
  // Open at once: no statistics are gathered first, none are written or printed later.
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 4;
}

}  // namespace

rocksdb::Options log_options(const Disk& disk, std::shared_ptr<rocksdb::EventListener> listener) {
  rocksdb::Options options;
  options.env = disk.env;
  if (listener) options.listeners.push_back(std::move(listener));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options()));
  durability(options);
  speed(options, disk);
  opening(options);
  return options;
}

rocksdb::WriteOptions durable_write() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

rocksdb::ReadOptions scan_read(std::uint64_t records) {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  // A scan passes by once; it must not push out what the next decision or page needs.
  options.fill_cache = false;
  if (records >= readahead_records_min) options.readahead_size = readahead_bytes;
  return options;
}

}  // namespace engine::log
