// What the writer's log and a reader's beside it have in common: the database behind it, and how
// much of it may be seen.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>

#include "engine/log/event_log.hpp"
#include "engine/log/rocks_check.hpp"
#include "engine/log/rocks_reads.hpp"

namespace engine::log {

template <class Contract>
class RocksReadable : public Contract {
 public:
  Position last() const override { return Position{last_.load(std::memory_order_acquire)}; }

  TreeHead tree_head() const override {
    const std::lock_guard lock(mutex_);
    return head_;
  }

  Result<void> read(Position after, Position up_to, const Visit& visit) const override {
    return reads::range(*db(), after, std::min(up_to, last()), visit);
  }
  Result<void> read_stream(const StreamId& stream, Version after,
                           const Visit& visit) const override {
    return reads::stream(*db(), last(), stream, after, visit);
  }
  Result<std::optional<std::string>> last_of(const StreamId& stream) const override {
    return reads::last_of(*db(), last(), stream);
  }
  Result<std::string> at(Position position) const override {
    return reads::at(*db(), last(), position);
  }
  Result<std::optional<StreamId>> highest_stream(const StreamId& from,
                                                 const StreamId& to) const override {
    return reads::highest_stream(*db(), last(), from, to);
  }
  Result<std::optional<std::string>> find(std::string_view dedup_key) const override {
    return reads::find(*db(), last(), dedup_key);
  }
  Result<void> read_dedups(const reads::VisitDedup& visit) const override {
    return reads::dedups(*db(), last(), visit);
  }
  Result<std::optional<std::string>> sealed(const PersonId& person, Position position,
                                            std::string_view field) const override {
    return reads::sealed(*db(), last(), person, position, field);
  }

  std::vector<std::string> findings() const override { return findings_; }

  Result<void> deep_check() const override {
    const std::shared_ptr<rocksdb::DB> held = db();
    return check::everything(*held, tree_head());
  }

 protected:
  std::shared_ptr<rocksdb::DB> db() const {
    const std::lock_guard lock(mutex_);
    return db_;
  }

  void set_db(std::shared_ptr<rocksdb::DB> db) {
    const std::lock_guard lock(mutex_);
    db_.swap(db);
  }

  // From now on everything up to there may be seen.
  void show(const TreeHead& head) {
    const std::lock_guard lock(mutex_);
    head_ = head;
    last_.store(head.size, std::memory_order_release);
  }

  void add_finding(std::string finding) { findings_.push_back(std::move(finding)); }

 private:
  std::atomic<std::uint64_t> last_{0};
  mutable std::mutex mutex_;
  TreeHead head_;
  std::shared_ptr<rocksdb::DB> db_;
  std::vector<std::string> findings_;
};

// What is said of a slot that failed its check while the other one and the log agree.
inline std::string bad_slot_finding(std::size_t slot, std::uint64_t position) {
  return "slot " + std::to_string(slot) +
         " of the commit anchor fails its check; the other one says position " +
         std::to_string(position) + ", and the log holds against it";
}

}  // namespace engine::log
