// A log that forgets: vectors and maps under one lock, with the same promises while it lives.
#include <deque>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/tree/tree.hpp"

namespace engine::log {

namespace {

class MemoryLog final : public EventLog {
 public:
  Position last() const override {
    const std::lock_guard lock(mutex_);
    return Position{records_.size()};
  }

  TreeHead tree_head() const override {
    const std::lock_guard lock(mutex_);
    return {frontier_.size(), frontier_.root()};
  }

  Result<void> read(Position after, Position up_to, const Visit& visit) const override {
    const Position end = std::min(up_to, last());
    for (Position at = next(after); at <= end; at = next(at)) {
      if (!visit(at, *record(at))) break;
    }
    return {};
  }

  Result<void> read_stream(const StreamId& stream, Version after,
                           const Visit& visit) const override {
    for (std::size_t i = after.value;; ++i) {
      const std::optional<Position> at = place(stream, i);
      if (!at || !visit(*at, *record(*at))) return {};
    }
  }

  Result<std::optional<std::string>> last_of(const StreamId& stream) const override {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(stream);
    if (found == streams_.end()) return std::optional<std::string>{};
    return std::optional(records_[found->second.back().value - 1]);
  }

  Result<std::string> at(Position position) const override {
    if (position.value == 0 || position > last()) {
      return Error{Fault::not_found, "no record " + std::to_string(position.value) +
                                         ": the log ends at " + std::to_string(last().value)};
    }
    return *record(position);
  }

  Result<std::optional<StreamId>> highest_stream(const StreamId& from,
                                                 const StreamId& to) const override {
    const std::lock_guard lock(mutex_);
    auto beyond = streams_.upper_bound(to);
    if (beyond == streams_.begin() || (--beyond)->first < from) return std::optional<StreamId>{};
    return std::optional(beyond->first);
  }

  Result<std::optional<std::string>> find(std::string_view dedup_key) const override {
    const std::lock_guard lock(mutex_);
    const auto found = dedups_.find(dedup_key);
    if (found == dedups_.end()) return std::optional<std::string>{};
    return std::optional(found->second);
  }

  Result<void> read_dedups(
      const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    // A copy, so that the visitor may call the log again.
    const auto dedups = [this] {
      const std::lock_guard lock(mutex_);
      return dedups_;
    }();
    for (const auto& [key, value] : dedups) {
      if (!visit(key, value)) break;
    }
    return {};
  }

  Result<std::optional<std::string>> sealed(const PersonId& person, Position position,
                                            std::string_view field) const override {
    const std::lock_guard lock(mutex_);
    const auto found = sealed_.find({person, position, std::string(field)});
    if (found == sealed_.end()) return std::optional<std::string>{};
    return std::optional(found->second);
  }

  Result<void> catch_up() override { return {}; }

  // Nothing here was ever away from memory, so what could have changed is the records' own bytes.
  Result<void> deep_check() const override {
    tree::Frontier again;
    Result<void> good;
    const auto read_all = read(Position{0}, last(), [&](Position at, std::string_view bytes) {
      again.append(tree::leaf_hash(bytes));
      good = verify_record(bytes);
      if (good && RecordView(bytes).position() != at) {
        good = Error{Fault::corrupt, "record " + std::to_string(at.value) + " is out of place"};
      }
      return good.has_value();
    });
    if (!read_all || !good) return good;
    const std::lock_guard lock(mutex_);
    if (again.size() == frontier_.size() && again.root() != frontier_.root()) {
      return Error{Fault::corrupt, "the tree head is not that of the records"};
    }
    return {};
  }

  Result<Position> append(Position expected_last, const Batch& batch) override {
    check_batch(expected_last, batch);
    {
      const std::lock_guard lock(mutex_);
      if (expected_last.value != records_.size()) {
        return Error{Fault::conflict, "the log ends at " + std::to_string(records_.size()) +
                                          ", not at " + std::to_string(expected_last.value) +
                                          "; nothing was written"};
      }
      for (const Entry& entry : batch.entries) {
        auto& places = streams_[entry.stream];
        ENSURE(entry.version.value == places.size() + 1);
        places.push_back(entry.position);
        frontier_.append(tree::leaf_hash(entry.bytes));
        records_.push_back(entry.bytes);
      }
      for (const Dedup& dedup : batch.dedups) dedups_.emplace(dedup.key, dedup.value);
      for (const Sealed& s : batch.sealed) {
        sealed_.insert_or_assign({s.person, s.position, s.field}, s.bytes);
      }
    }
    if (listener_) listener_(batch.entries.back().position);
    return batch.entries.back().position;
  }

  bool read_only() const override { return false; }

  void on_appended(std::function<void(Position)> listener) override {
    listener_ = std::move(listener);
  }

 private:
  // A deque never moves what it holds, so a record stays where it is while others are added.
  const std::string* record(Position at) const {
    const std::lock_guard lock(mutex_);
    return &records_[at.value - 1];
  }

  std::optional<Position> place(const StreamId& stream, std::size_t index) const {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(stream);
    if (found == streams_.end() || index >= found->second.size()) return std::nullopt;
    return found->second[index];
  }

  mutable std::mutex mutex_;
  std::deque<std::string> records_;
  std::map<StreamId, std::vector<Position>> streams_;
  std::map<std::string, std::string, std::less<>> dedups_;
  std::map<std::tuple<PersonId, Position, std::string>, std::string> sealed_;
  tree::Frontier frontier_;
  std::function<void(Position)> listener_;
};

}  // namespace

std::unique_ptr<EventLog> memory_log() { return std::make_unique<MemoryLog>(); }

}  // namespace engine::log
