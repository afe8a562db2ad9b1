// The key store on RocksDB, in `folder`/store. Keys and values:
//   M        → the store's own secret, wrapped by the master key: person ids and wrapping come from
//              it, so that a new master key rewraps one entry and changes no person's id
//   K person → 01 ‖ version u32 ‖ wrapped key (live) or 02 (erased: never made again)
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "engine/core/big_endian.hpp"
#include "engine/core/ensure.hpp"
#include "engine/core/scratch_folder.hpp"
#include "engine/keys/key_cache.hpp"
#include "engine/keys/master_key.hpp"
#include "engine/keys/sealing.hpp"
#include "engine/log/folder_lock.hpp"
#include "engine/log/log_frames.hpp"

namespace engine::keys {

namespace {

constexpr std::size_t cached_keys_max = 65'536;
// Persons without a handle are made ahead, with durable keys: a sync for so many instead of one for
// each batch that has some. Those that are left at the end are lost, 100 bytes each.
constexpr std::size_t reserve_max = 256;
constexpr std::size_t reserve_min = 64;
constexpr int looks_max = 5;  // of a reader for a key that the writer made durable
constexpr std::string_view secret_key = "M";
constexpr char person_letter = 'K';
constexpr char live = 1;
constexpr char erased = 2;
constexpr std::size_t state_bytes = 1 + sizeof(std::uint32_t);

rocksdb::Options store_options() {
  rocksdb::Options options;
  rocksdb::BlockBasedTableOptions table;
  // A small store: it takes little memory from the log.
  table.block_cache = rocksdb::NewLRUCache(std::size_t{8} << 20);
  // Most persons are new, which is seen without reading a block …
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = std::size_t{8} << 20;
  // … and without walking through what was written last.
  options.memtable_whole_key_filtering = true;
  options.memtable_prefix_bloom_size_ratio = 0.1;
  // There is one writer.
  options.allow_concurrent_memtable_write = false;
  // The same laws as the log: fail-stop, no reused WAL, files checked when made.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_bgerror_resume_count = 0;
  options.recycle_log_file_num = 0;
  options.paranoid_file_checks = true;
  options.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // A reader beside the writer keeps the files that compaction deletes.
  options.max_open_files = -1;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 4;
  return options;
}

Error store_fault(const rocksdb::Status& status, std::string_view doing) {
  return {status.IsCorruption() ? Fault::corrupt : Fault::storage,
          "the key store: " + std::string(doing) + ": " + status.ToString()};
}

std::string person_key(const PersonId& person) {
  std::string key(1, person_letter);
  return key.append(reinterpret_cast<const char*>(person.data()), person.size());
}

std::string about(const PersonId& person, std::uint32_t version) {
  std::string ad = person_key(person);
  put_big_endian(ad, version);
  return ad;
}

Error unknown_person() {
  return {Fault::corrupt,
          "the key store has no key of a person whose sealed words the log holds; put back the key "
          "store that belongs to this log"};
}

class RocksVault final : public Vault {
 public:
  struct Parts {
    std::optional<log::FolderLock> lock;   // read_write
    std::optional<ScratchFolder> scratch;  // read_only
    std::unique_ptr<rocksdb::DB> db;       // closed before either goes
    log::LogFrames frames;                 // looked at before the database reads them
    std::filesystem::path store;
    Key secret;
  };

  explicit RocksVault(Parts parts)
      : parts_(std::move(parts)),
        person_secret_(parts_.secret.derive("persons ", 1)),
        wrapping_(parts_.secret.derive("wrapping", 1)) {}

  PersonId person_id(std::string_view handle) const override {
    return person_of(person_secret_, handle);
  }

  PersonId anonymous() override {
    reserve_is_low_ = reserve_.size() <= reserve_min;
    if (reserve_.empty()) return random_person();
    const PersonId person = reserve_.back();
    reserve_.pop_back();
    return person;
  }

  Result<SealedField> seal(const PersonId& person, Position position, std::string_view field,
                           std::string_view words) override {
    if (!parts_.lock) return Error{Fault::storage, "the key store is open for reading only"};
    auto key = find(person);
    if (!key) return key.error();
    if (!*key) key = std::optional(make(person));
    return seal_words(**key, person, position, field, words);
  }

  // The writer's thread alone changes unsaved_, so reading it here needs no lock, and nobody who
  // unseals waits for the disk.
  Result<void> flush() override {
    if (unsaved_.empty() && !reserve_is_low_) return {};
    std::vector<PersonId> more;
    while (reserve_is_low_ && reserve_.size() + more.size() < reserve_max) {
      more.push_back(random_person());
      make(more.back());
    }
    rocksdb::WriteBatch batch;
    for (const auto& [person, key] : unsaved_) {
      std::string value(1, live);
      put_big_endian(value, key.version);
      value += wrap(wrapping_, key.key, about(person, key.version));
      ENSURE(batch.Put(person_key(person), value).ok());
    }
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const auto status = parts_.db->Write(durable, &batch);
    if (!status.ok()) return store_fault(status, "writing new keys");
    const std::lock_guard lock(mutex_);
    for (const auto& [person, key] : unsaved_) cache_.put(person, key);
    unsaved_.clear();
    reserve_.insert(reserve_.end(), more.begin(), more.end());
    reserve_is_low_ = false;
    return {};
  }

  Result<std::string> unseal(const log::Sealed& sealed) const override {
    auto opened = open(sealed);
    if (!opened) return opened.error();
    return std::move(opened->words);
  }

  Result<bool> matches(const log::Sealed& sealed, const Sha256& commitment) const override {
    const auto opened = open(sealed);
    if (!opened) return opened.error();
    return opened->commitment == commitment;
  }

 private:
  PersonKey make(const PersonId& person) {
    const PersonKey key{Key::random(), 1};
    const std::lock_guard lock(mutex_);
    unsaved_.emplace(person, key);
    return key;
  }

  // Nothing if he never had a key. not_found: he was erased.
  Result<std::optional<PersonKey>> find(const PersonId& person) const {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = unsaved_.find(person); found != unsaved_.end()) return {found->second};
      if (auto found = cache_.find(person)) return found;
    }
    std::string value;
    auto status = parts_.db->Get({}, person_key(person), &value);
    // Beside a writer the key may be newer than our last look, or between two files just then.
    for (int look = 0; status.IsNotFound() && parts_.scratch && look < looks_max; ++look) {
      if (const auto caught_up = catch_up(); !caught_up) return caught_up.error();
      status = parts_.db->Get({}, person_key(person), &value);
    }
    if (status.IsNotFound()) return std::optional<PersonKey>{};
    if (!status.ok()) return store_fault(status, "looking for a person");
    auto key = parse(person, value);
    if (!key) return key.error();
    const std::lock_guard lock(mutex_);
    cache_.put(person, *key);
    return std::optional(*key);
  }

  Result<void> catch_up() const {
    const std::lock_guard lock(mutex_);
    if (const auto framed = parts_.frames.look({}, parts_.store); !framed) return framed;
    const auto status = parts_.db->TryCatchUpWithPrimary();
    if (!status.ok()) return store_fault(status, "taking in new keys");
    return {};
  }

  Result<PersonKey> parse(const PersonId& person, std::string_view value) const {
    if (value.size() == 1 && value[0] == erased) {
      return Error{Fault::not_found, "this person was erased"};
    }
    if (value.size() <= state_bytes || value[0] != live) {
      return Error{Fault::corrupt, "an entry of the key store is neither a key nor erased"};
    }
    const auto version = get_big_endian<std::uint32_t>(value.substr(1));
    auto key = unwrap(wrapping_, value.substr(state_bytes), about(person, version));
    if (!key) return key.error();
    return PersonKey{*key, version};
  }

  Result<Opened> open(const log::Sealed& sealed) const {
    const auto key = find(sealed.person);
    if (!key) return key.error();
    if (!*key) return unknown_person();
    return open_words(**key, sealed);
  }

  mutable Parts parts_;
  Key person_secret_;
  Key wrapping_;
  mutable std::mutex mutex_;
  mutable KeyCache cache_{cached_keys_max};
  std::unordered_map<PersonId, PersonKey, PersonHash> unsaved_;
  std::vector<PersonId> reserve_;
  bool reserve_is_low_ = false;
};

Result<Key> master_key(const std::filesystem::path& folder, bool may_make) {
  const auto path = master_key_path(folder);
  auto key = read_master_key(path);
  if (key || key.error().fault != Fault::not_found || !may_make) return key;
  return make_master_key(path);
}

// The store's own secret. Made with the store.
Result<Key> store_secret(rocksdb::DB& db, const Key& master, bool may_make) {
  const Key wrapping = master.derive("master  ", 1);
  std::string wrapped;
  auto status = db.Get({}, std::string(secret_key), &wrapped);
  if (status.ok()) return unwrap(wrapping, wrapped, secret_key);
  if (!status.IsNotFound()) return store_fault(status, "reading its secret");
  if (!may_make) return Error{Fault::corrupt, "the key store has lost its secret"};
  const Key secret = Key::random();
  rocksdb::WriteOptions durable;
  durable.sync = true;
  status = db.Put(durable, std::string(secret_key), wrap(wrapping, secret, secret_key));
  if (!status.ok()) return store_fault(status, "writing its secret");
  return secret;
}

// Whether a store without its secret may be given one: only if it holds nothing yet.
bool is_empty(rocksdb::DB& db) {
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator({}));
  it->SeekToFirst();
  return it->status().ok() && !it->Valid();
}

// The parts of a store that this process alone writes; made if there is none.
Result<RocksVault::Parts> open_to_write(const std::filesystem::path& folder) {
  const auto store = folder / "store";
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{Fault::storage, "making " + folder.string() + ": " + failed.message()};
  RocksVault::Parts parts;
  auto lock = log::FolderLock::take(store);
  if (!lock) return lock.error();
  parts.lock.emplace(std::move(*lock));
  const bool exists = std::filesystem::exists(store / "CURRENT", failed);
  const auto master = master_key(folder, !exists);
  if (!master) return master.error();
  rocksdb::Options options = store_options();
  options.create_if_missing = !exists;
  rocksdb::DB* raw = nullptr;
  const auto status = rocksdb::DB::Open(options, store.string(), &raw);
  parts.db.reset(raw);
  if (!status.ok()) return store_fault(status, "opening it");
  const auto secret = store_secret(*parts.db, *master, is_empty(*parts.db));
  if (!secret) return secret.error();
  parts.secret = *secret;
  // A key is durable only if the folders on the way to it are.
  for (const auto& made : {folder, folder.parent_path()}) {
    if (const auto synced = sync_folder(made); !synced) return synced.error();
  }
  return parts;
}

// The parts of a store that another process may be writing.
Result<RocksVault::Parts> open_to_read(const std::filesystem::path& folder) {
  const auto store = folder / "store";
  std::error_code failed;
  if (!std::filesystem::exists(store / "CURRENT", failed)) {
    return Error{Fault::not_found, "there is no key store in " + folder.string()};
  }
  RocksVault::Parts parts;
  parts.store = store;
  const auto master = master_key(folder, false);
  if (!master) return master.error();
  auto scratch = ScratchFolder::make();
  if (!scratch) return scratch.error();
  parts.scratch.emplace(std::move(*scratch));
  rocksdb::DB* raw = nullptr;
  if (const auto framed = parts.frames.look({}, store); !framed) return framed.error();
  const auto status =
      rocksdb::DB::OpenAsSecondary(store_options(), store.string(), parts.scratch->path(), &raw);
  parts.db.reset(raw);
  if (!status.ok()) return store_fault(status, "opening it");
  const auto secret = store_secret(*parts.db, *master, false);
  if (!secret) return secret.error();
  parts.secret = *secret;
  return parts;
}

}  // namespace

Result<std::unique_ptr<Vault>> open_vault(const std::filesystem::path& given, Access access) {
  prepare();
  const auto folder = std::filesystem::absolute(given).lexically_normal();
  auto parts = access == Access::read_write ? open_to_write(folder) : open_to_read(folder);
  if (!parts) return parts.error();
  return std::unique_ptr<Vault>(std::make_unique<RocksVault>(std::move(*parts)));
}

}  // namespace engine::keys
