// The log on RocksDB: one WriteBatch a group commit, synced, then anchored, then shown.
#include <deque>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/log/folder_lock.hpp"
#include "engine/log/rocks_anchor.hpp"
#include "engine/log/rocks_hold.hpp"
#include "engine/log/rocks_keys.hpp"
#include "engine/log/rocks_open.hpp"
#include "engine/log/rocks_readable.hpp"

namespace engine::log {

namespace {

// Set once, by the first storage fault, from whatever thread meets it.
class FailStop final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    set(status->ToString());
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

  void set(const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (why_.empty()) why_ = why;
    is_set_.store(true, std::memory_order_release);
  }
  bool is_set() const { return is_set_.load(std::memory_order_acquire); }
  std::string why() const {
    const std::lock_guard lock(mutex_);
    return why_;
  }

 private:
  std::atomic<bool> is_set_{false};
  mutable std::mutex mutex_;
  std::string why_;
};

// A database that met a fault is not closed: closing was seen to wait for ever for a background
// job. It stays until the process ends, which should then be by _exit.
void leave_open(std::shared_ptr<rocksdb::DB> db) {
  static std::mutex mutex;
  static auto* const left = new std::vector<std::shared_ptr<rocksdb::DB>>;
  const std::lock_guard lock(mutex);
  left->push_back(std::move(db));
}

class RocksEventLog final : public RocksReadable<EventLog> {
 public:
  RocksEventLog(FolderLock lock, std::shared_ptr<FailStop> fail_stop,
                std::shared_ptr<rocksdb::DB> db, AnchorWriter anchor, Held held,
                std::deque<Position> frontiers)
      : lock_(std::move(lock)),
        fail_stop_(std::move(fail_stop)),
        writer_db_(db.get()),
        anchor_(std::move(anchor)),
        frontier_(std::move(held.frontier)),
        frontiers_(std::move(frontiers)) {
    set_db(std::move(db));
  }

  ~RocksEventLog() override {
    if (fail_stop_->is_set()) {
      leave_open(db());
    } else {
      // Saves the next open the replay. If it fails, the WAL still has everything.
      writer_db_->Flush({}).PermitUncheckedError();
    }
  }

  // Anchors and shows what is there; once, after opening.
  Result<void> begin(const Anchor& found, std::optional<std::size_t> bad_slot) {
    const TreeHead head{frontier_.size(), frontier_.root()};
    if (bad_slot) add_finding(bad_slot_finding(*bad_slot, found.head.size));
    if (bad_slot || head != found.head) {
      const auto anchored = anchor_.write(head);
      if (!anchored) return anchored;
    }
    show(head);
    return {};
  }

  Result<Position> append(Position expected_last, const Batch& batch) override {
    check_batch(expected_last, batch);
    if (fail_stop_->is_set()) {
      return Error{Fault::read_only, "the log only reads since a storage fault (" +
                                         fail_stop_->why() + "); nothing was written"};
    }
    if (expected_last != last()) {
      return Error{Fault::conflict, "the log ends at " + std::to_string(last().value) +
                                        ", not at " + std::to_string(expected_last.value) +
                                        "; nothing was written"};
    }
    const Position new_last = batch.entries.back().position;
    tree::Frontier frontier = frontier_;
    fill(batch, new_last, frontier);
    const auto status = writer_db_->Write(durable_write(), &write_batch_);
    if (!status.ok()) return fail("writing a batch: " + status.ToString());
    const TreeHead head{frontier.size(), frontier.root()};
    const auto anchored = anchor_.write(head);
    if (!anchored) return fail(anchored.error().detail);
    frontier_ = std::move(frontier);
    frontiers_.push_back(new_last);
    if (frontiers_.size() > frontiers_kept) frontiers_.pop_front();
    show(head);
    if (listener_) listener_(new_last);
    return new_last;
  }

  bool read_only() const override { return fail_stop_->is_set(); }

  Result<void> catch_up() override { return {}; }

  void on_appended(std::function<void(Position)> listener) override {
    listener_ = std::move(listener);
  }

 private:
  Error fail(const std::string& why) {
    fail_stop_->set(why);
    return {Fault::storage, why + "; whether the batch is on disk is unknown until the next open"};
  }

  // Kind by kind, not record by record: the memtable finds neighbours faster.
  void fill(const Batch& batch, Position new_last, tree::Frontier& frontier) {
    write_batch_.Clear();
    for (const Entry& entry : batch.entries) {
      put(record_key(entry.position).view(), entry.bytes);
      frontier.append(tree::leaf_hash(entry.bytes));
    }
    for (const Entry& entry : batch.entries) {
      std::array<char, sizeof(std::uint64_t)> position;
      store_big_endian(position.data(), entry.position.value);
      put(stream_key(entry.stream, entry.version).view(), {position.data(), position.size()});
    }
    for (const Dedup& dedup : batch.dedups) {
      key_.assign(1, dedup_letter).append(dedup.key);
      value_.clear();
      put_big_endian(value_, new_last.value);
      put(key_, value_.append(dedup.value));
    }
    for (const Sealed& sealed : batch.sealed) {
      put(sealed_key(sealed.person, sealed.position, sealed.field), sealed.bytes);
    }
    put(frontier_key(new_last).view(), frontier.serialize());
    if (frontiers_.size() >= frontiers_kept) {
      const auto deleted = write_batch_.Delete(frontier_key(frontiers_.front()).view());
      ENSURE(deleted.ok());
    }
  }

  void put(std::string_view key, std::string_view value) {
    ENSURE(write_batch_.Put(key, value).ok());  // fails only beyond a size that we never set
  }

  FolderLock lock_;
  std::shared_ptr<FailStop> fail_stop_;
  rocksdb::DB* writer_db_;  // what db() holds, without its lock
  AnchorWriter anchor_;
  tree::Frontier frontier_;
  std::deque<Position> frontiers_;   // those stored, oldest first
  rocksdb::WriteBatch write_batch_;  // kept for its memory
  std::string key_;
  std::string value_;
  std::function<void(Position)> listener_;
};

Error at_anchor(const Error& error, const Anchor& anchor) {
  return {error.fault,
          error.detail + " (the commit anchor says position " + std::to_string(anchor.head.size) +
              "; if the files are damaged, put the newest good backup in their place)"};
}

// Opens read-only, which changes no file, and holds what is there against the anchor.
Result<Held> hold_before_writing(const Disk& disk, const std::filesystem::path& folder,
                                 const Anchor& anchor) {
  rocksdb::DB* raw = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(log_options(disk), folder.string(), &raw);
  const std::unique_ptr<rocksdb::DB> db(raw);
  if (!status.ok())
    return at_anchor(reads::fault_of(status, "opening the log to check it"), anchor);
  return hold_to_end(*db, anchor);
}

bool has_log(const Disk& disk, const std::filesystem::path& folder) {
  return disk.env->FileExists((folder / "CURRENT").string()).ok();
}

// The anchor to hold the log against; a new one if there is nothing yet.
Result<AnchorFound> anchor_of(const Disk& disk, const std::filesystem::path& folder) {
  const auto found = read_anchor(disk, folder);
  if (!found) return found.error();
  if (*found) return **found;
  const AnchorFound empty{{1, {0, tree::empty_root()}}, std::nullopt};
  if (has_log(disk, folder)) {
    const auto held = hold_before_writing(disk, folder, empty.newest);
    if (!held) return held.error();
    if (held->last.value > 0) {
      return Error{Fault::corrupt, "the log ends at position " + std::to_string(held->last.value) +
                                       ", but its commit anchor (" + anchor_path(folder).string() +
                                       ") is missing: position none; take the newest good backup "
                                       "and put it in its place"};
    }
  } else if (std::error_code none;
             std::filesystem::exists(folder, none) && !std::filesystem::is_empty(folder, none)) {
    return Error{Fault::corrupt, folder.string() +
                                     " is neither empty nor a log with its commit anchor; take "
                                     "the newest good backup and put it in its place"};
  }
  const auto made = make_anchor(disk, folder);
  if (!made) return made.error();
  return empty;
}

Result<void> make_parent(const Disk& disk, const std::filesystem::path& folder) {
  const auto parent = folder.parent_path();
  std::error_code failed;
  const bool made = std::filesystem::create_directories(parent, failed);
  if (failed) return Error{Fault::storage, "making " + parent.string() + ": " + failed.message()};
  if (made) return sync_folder(disk, parent.parent_path());
  return {};
}

}  // namespace

Result<std::unique_ptr<EventLog>> open_log_on(const Disk& disk,
                                              const std::filesystem::path& given) {
  const auto folder = std::filesystem::absolute(given).lexically_normal();
  if (const auto made = make_parent(disk, folder); !made) return made.error();
  auto lock = FolderLock::take(folder);
  if (!lock) return lock.error();
  const auto anchor = anchor_of(disk, folder);
  if (!anchor) return anchor.error();
  const bool exists = has_log(disk, folder);
  if (exists) {
    const auto held = hold_before_writing(disk, folder, anchor->newest);
    if (!held) return held.error();
  } else if (anchor->newest.head.size > 0) {
    return at_anchor({Fault::corrupt, "the log ends at position 0: its files are missing"},
                     anchor->newest);
  }
  auto fail_stop = std::make_shared<FailStop>();
  rocksdb::Options options = log_options(disk, fail_stop);
  options.create_if_missing = !exists;
  rocksdb::DB* raw = nullptr;
  const auto status = rocksdb::DB::Open(options, folder.string(), &raw);
  std::shared_ptr<rocksdb::DB> db(raw);
  if (!status.ok()) return at_anchor(reads::fault_of(status, "opening the log"), anchor->newest);
  // Recovery for writing is other code than that for reading: what it gave is held to the same.
  auto held = hold_to_end(*db, anchor->newest);
  if (!held) return held.error();
  auto frontiers = stored_frontiers(*db);
  if (!frontiers) return frontiers.error();
  if (const auto synced = sync_folder(disk, folder.parent_path()); !synced) return synced.error();
  auto writer = AnchorWriter::open(disk, folder, anchor->newest);
  if (!writer) return writer.error();
  auto log =
      std::make_unique<RocksEventLog>(std::move(*lock), fail_stop, std::move(db),
                                      std::move(*writer), std::move(*held), std::move(*frontiers));
  if (const auto begun = log->begin(anchor->newest, anchor->bad_slot); !begun) return begun.error();
  return std::unique_ptr<EventLog>(std::move(log));
}

Result<std::unique_ptr<EventLog>> open_log(const std::filesystem::path& folder) {
  return open_log_on({}, folder);
}

}  // namespace engine::log
