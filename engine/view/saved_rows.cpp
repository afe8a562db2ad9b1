#include "engine/view/saved_rows.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <rocksdb/cache.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include "engine/core/big_endian.hpp"
#include "engine/core/ensure.hpp"

namespace engine::view {

namespace {

constexpr char at_letter = 'A';
constexpr char row_letter = 'R';
constexpr std::size_t at_bytes = sizeof(std::uint32_t) + sizeof(std::uint64_t) + sizeof(Sha256);
// The writer may compact between a reader's look at the manifest and at the files that it names.
constexpr int looks_max = 20;

rocksdb::Options view_options() {
  rocksdb::Options options;
  rocksdb::BlockBasedTableOptions table;
  // Rows are read once, in order, when the program starts: nothing worth keeping in memory.
  table.block_cache = rocksdb::NewLRUCache(std::size_t{4} << 20);
  // Large blocks: there are no single reads to serve.
  table.block_size = std::size_t{32} << 10;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // A save is flushed when it is complete, never before because it is large.
  options.write_buffer_size = std::size_t{256} << 20;
  // There is one writer.
  options.allow_concurrent_memtable_write = false;
  // Rows repeat their keys' beginnings and hold small numbers: half the bytes to read at the start.
  options.compression = rocksdb::kLZ4Compression;
  // One job beside the folding threads is enough for a file every few seconds.
  options.max_background_jobs = 1;
  // Fail-stop, as in the log: a save that failed is made again, whole, by us.
  options.max_bgerror_resume_count = 0;
  // A reader beside the writer keeps the files that compaction deletes.
  options.max_open_files = -1;
  // Open at once: no statistics are gathered first, none are written or printed later.
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 2;
  return options;
}

Error fault_of(const rocksdb::Status& status, const std::string& doing) {
  return {status.IsCorruption() ? Fault::corrupt : Fault::storage,
          doing + ": " + status.ToString()};
}

std::string at_key(std::string_view name) { return std::string(1, at_letter).append(name); }

std::string row_prefix(std::string_view name) {
  return std::string(1, row_letter).append(name).append(1, '\0');
}

// Behind every key with that prefix: its NUL becomes 1.
std::string beyond(std::string prefix) {
  prefix.back() = 1;
  return prefix;
}

Result<std::unique_ptr<rocksdb::DB>> open_for_saving(const std::filesystem::path& folder) {
  rocksdb::Options options = view_options();
  options.create_if_missing = true;
  rocksdb::DB* raw = nullptr;
  const auto status = rocksdb::DB::Open(options, folder.string(), &raw);
  if (!status.ok()) return fault_of(status, "opening the saved views in " + folder.string());
  return std::unique_ptr<rocksdb::DB>(raw);
}

}  // namespace

Change::Change(std::string_view name, bool all) : name_(name), key_(row_prefix(name)) {
  if (all) ENSURE(batch_.DeleteRange(key_, beyond(key_)).ok());
}

void Change::put(std::string_view key, std::string_view value) {
  key_.resize(1 + name_.size() + 1);
  key_.append(key);
  ENSURE((value.empty() ? batch_.Delete(key_) : batch_.Put(key_, value)).ok());
}

void Change::stand_for(const SavedAt& at) {
  std::string value;
  put_big_endian(value, at.version);
  put_big_endian(value, at.position.value);
  value.append(reinterpret_cast<const char*>(at.record.data()), at.record.size());
  ENSURE(batch_.Put(at_key(name_), value).ok());
}

Result<SavedRows> SavedRows::open(const std::filesystem::path& given,
                                  std::vector<std::string>& findings) {
  const auto folder = std::filesystem::absolute(given).lexically_normal();
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{Fault::storage, "making " + folder.string() + ": " + failed.message()};
  auto lock = log::FolderLock::take(folder);
  if (!lock) return lock.error();
  auto db = open_for_saving(folder);
  if (!db) {
    findings.push_back(db.error().detail + "; they are made anew from the log");
    std::filesystem::remove_all(folder, failed);
    db = open_for_saving(folder);
  }
  if (!db) return db.error();
  return SavedRows(std::move(*lock), std::move(*db));
}

Result<SavedRows> SavedRows::open_beside(const std::filesystem::path& folder) {
  std::error_code none;
  if (!std::filesystem::exists(folder / "CURRENT", none)) {
    return Error{Fault::not_found, "there are no saved views in " + folder.string()};
  }
  rocksdb::Status status;
  for (int look = 0; look < looks_max; ++look) {
    rocksdb::DB* raw = nullptr;
    status = rocksdb::DB::OpenForReadOnly(view_options(), folder.string(), &raw);
    if (status.ok()) return SavedRows(std::nullopt, std::unique_ptr<rocksdb::DB>(raw));
  }
  return fault_of(status, "opening the saved views in " + folder.string());
}

Result<std::optional<SavedAt>> SavedRows::at(std::string_view name) const {
  std::string value;
  const auto status = db_->Get({}, at_key(name), &value);
  if (status.IsNotFound()) return std::optional<SavedAt>{};
  const std::string what = "what the saved view " + std::string(name) + " stands for";
  if (!status.ok()) return fault_of(status, "reading " + what);
  if (value.size() != at_bytes) return Error{Fault::corrupt, what + " has a wrong size"};
  SavedAt at;
  std::string_view rest = value;
  at.version = get_big_endian<std::uint32_t>(rest);
  rest.remove_prefix(sizeof(std::uint32_t));
  at.position = Position{get_big_endian<std::uint64_t>(rest)};
  rest.remove_prefix(sizeof(std::uint64_t));
  std::copy(rest.begin(), rest.end(), at.record.begin());
  return std::optional(at);
}

Result<void> SavedRows::read(std::string_view name, const VisitRow& visit) const {
  const std::string prefix = row_prefix(name);
  const std::string end = beyond(prefix);
  const rocksdb::Slice bound(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
  for (it->Seek(prefix); it->Valid(); it->Next()) {
    const auto key = it->key().ToStringView().substr(prefix.size());
    if (!visit(key, it->value().ToStringView())) return {};
  }
  if (!it->status().ok()) return fault_of(it->status(), "reading the view " + std::string(name));
  return {};
}

Result<void> SavedRows::save(Change& change) {
  rocksdb::WriteOptions options;
  // Without a WAL the flush below is what makes a save durable: rows and position in one file.
  options.disableWAL = true;
  const std::string doing = "saving the view " + change.name_;
  if (const auto status = db_->Write(options, &change.batch_); !status.ok()) {
    return fault_of(status, doing);
  }
  if (const auto status = db_->Flush({}); !status.ok()) return fault_of(status, doing);
  return {};
}

}  // namespace engine::view
