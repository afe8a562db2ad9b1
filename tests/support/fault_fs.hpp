// A disk that fails on purpose: a RocksDB file system over the real one that numbers every call,
// lets the call it is told to go wrong, and remembers what was never synced, so that a power cut
// can take it away. As on Linux's file systems, syncing a new file makes its name durable as well;
// renames and deletions wait for their folder's sync.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <shared_mutex>
#include <string>
#include <vector>

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

namespace support {

enum class FaultKind : std::uint8_t {
  none,
  io_error,     // EIO
  no_space,     // ENOSPC
  short_write,  // half of what was to be written is, and then EIO
  power_cut,    // from this call on nothing works; lose_power() says what is left
};

struct FaultPlan {
  FaultKind kind = FaultKind::none;
  long at = -1;         // number of the call that goes wrong, from 0
  bool sticky = false;  // and all after it
};

// What a power cut leaves of the bytes and names that were never synced.
enum class Unsynced : std::uint8_t {
  lost,       // nothing
  torn,       // a random part: the beginning of each file's new bytes, some of the names
  scrambled,  // as torn, and the end of what is left is rubbish
};

class FaultFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultFileSystem(FaultPlan plan);

  const char* Name() const override { return "FaultFileSystem"; }

  long calls() const { return calls_; }
  bool was_hit() const { return hit_; }
  // What the call was that went wrong, for the message of a failed test.
  std::string hit_call() const;

  // Every call from now on goes wrong in this way.
  void fail_from_now_on(FaultKind kind);

  // From now on nothing works. Waits for the calls that are underway.
  void cut_power();

  // Leaves on the real disk what the power cut leaves. Requires: the power is cut.
  void lose_power(Unsynced unsynced, std::uint64_t seed);

  // Held during each call that changes something, so that no call ends after the power is cut.
  std::shared_lock<std::shared_mutex> underway() { return std::shared_lock(calls_underway_); }

  // The rest of the world is told through these, by the files.
  rocksdb::IOStatus before(const std::string& call);
  bool writes_half() const;
  bool is_dead() const { return is_dead_; }
  void appended(const std::string& file, std::size_t bytes);
  void overwritten(const std::string& file, std::uint64_t offset, std::string old);
  void synced(const std::string& file);
  void folder_synced(const std::string& folder);

  using Io = rocksdb::IOStatus;
  using Context = rocksdb::IODebugContext;
  Io NewWritableFile(const std::string& file, const rocksdb::FileOptions& options,
                     std::unique_ptr<rocksdb::FSWritableFile>* out, Context* context) override;
  Io ReopenWritableFile(const std::string& file, const rocksdb::FileOptions& options,
                        std::unique_ptr<rocksdb::FSWritableFile>* out, Context* context) override;
  Io ReuseWritableFile(const std::string& file, const std::string& old,
                       const rocksdb::FileOptions& options,
                       std::unique_ptr<rocksdb::FSWritableFile>* out, Context* context) override;
  Io NewRandomRWFile(const std::string& file, const rocksdb::FileOptions& options,
                     std::unique_ptr<rocksdb::FSRandomRWFile>* out, Context* context) override;
  Io NewRandomAccessFile(const std::string& file, const rocksdb::FileOptions& options,
                         std::unique_ptr<rocksdb::FSRandomAccessFile>* out,
                         Context* context) override;
  Io NewSequentialFile(const std::string& file, const rocksdb::FileOptions& options,
                       std::unique_ptr<rocksdb::FSSequentialFile>* out, Context* context) override;
  Io NewDirectory(const std::string& folder, const rocksdb::IOOptions& options,
                  std::unique_ptr<rocksdb::FSDirectory>* out, Context* context) override;
  Io DeleteFile(const std::string& file, const rocksdb::IOOptions& options,
                Context* context) override;
  Io RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                Context* context) override;
  Io LinkFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
              Context* context) override;

 private:
  struct Written {
    std::uint64_t size = 0;
    std::uint64_t synced = 0;
  };
  struct Overwrite {
    std::uint64_t offset;
    std::string old;
  };
  enum class NameChange : std::uint8_t { created, deleted, replaced, renamed };
  struct Undo {
    NameChange change;
    std::string from;
    std::string to;
    std::string old;  // what the deleted or replaced file held
    std::string folder() const;
  };

  void lose_appended(Unsynced unsynced, std::mt19937_64& chance);
  void lose_overwritten(Unsynced unsynced, std::mt19937_64& chance);
  void lose_names(Unsynced unsynced, std::mt19937_64& chance);

  FaultPlan plan_;
  std::atomic<long> calls_{0};
  std::atomic<bool> hit_{false};
  std::atomic<bool> is_dead_{false};
  std::shared_mutex calls_underway_;
  mutable std::mutex mutex_;
  std::string hit_call_;
  std::map<std::string, Written> written_;
  std::map<std::string, std::vector<Overwrite>> overwritten_;
  std::vector<Undo> undo_;  // names that no folder sync made durable, oldest first
};

// The environment with that file system, and a clock that does not sleep: RocksDB would sleep a
// second after each failed background job.
std::unique_ptr<rocksdb::Env> fault_env(std::shared_ptr<FaultFileSystem> files);

}  // namespace support
