// The saved rows of all projections: one RocksDB database, disposable. Keys:
//   A name            → what the rows stand for: version u32 ‖ position u64 ‖ leaf hash 32 of the
//                       record at that position, so that rows of another log are told apart
//   R name NUL key    → the row
//
// Threads: one saves; reading is done before, or beside it in another process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/log/folder_lock.hpp"

namespace engine::view {

struct SavedAt {
  std::uint32_t version = 0;
  Position position;
  Sha256 record{};  // leaf hash of the record there; zero at position 0
};

// Gives false to stop; that is no error.
using VisitRow = std::function<bool(std::string_view key, std::string_view value)>;

// What is to be saved of one projection, all of it or nothing. It may grow large: it is one write.
class Change {
 public:
  // `all`: rows that are not put again are dropped.
  Change(std::string_view name, bool all);

  void put(std::string_view key, std::string_view value);  // an empty value removes the row
  void stand_for(const SavedAt& at);

 private:
  friend class SavedRows;
  std::string name_;
  std::string key_;  // kept for its memory
  rocksdb::WriteBatch batch_;
};

class SavedRows {
 public:
  // Opens or makes the database for saving. One that RocksDB refuses is made anew, which is added
  // to `findings`. busy: another process saves there.
  static Result<SavedRows> open(const std::filesystem::path& folder,
                                std::vector<std::string>& findings);
  // Opens it for reading, also beside a process that saves. not_found: there is none.
  static Result<SavedRows> open_beside(const std::filesystem::path& folder);

  // Nothing: none of that name was ever saved.
  Result<std::optional<SavedAt>> at(std::string_view name) const;
  // The rows of one projection in key order.
  Result<void> read(std::string_view name, const VisitRow& visit) const;

  // Durable when it returns.
  Result<void> save(Change& change);

 private:
  SavedRows(std::optional<log::FolderLock> lock, std::unique_ptr<rocksdb::DB> db)
      : lock_(std::move(lock)), db_(std::move(db)) {}

  std::optional<log::FolderLock> lock_;  // outlives the database
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace engine::view
