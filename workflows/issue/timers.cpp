#include "workflows/issue/timers.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/core/big_endian.hpp"
#include "engine/core/ensure.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/number.hpp"
#include "workflows/issue/timers_queue.hpp"

namespace workflows::issue {

using engine::Result;
using engine::log::RecordView;

namespace {

constexpr char whole_key = 'a';
constexpr char bucket_key = 'b';
// Issues whose numbers follow one another are saved in one row: so many numbers, without their two
// check digits. A save writes a few KB for an issue that changed.
constexpr std::uint64_t bucket_numbers = 128 * 100;

std::string key_of(std::uint64_t bucket) {
  std::string key{bucket_key};
  engine::put_big_endian(key, bucket);
  return key;
}

class Fold final : public Timers {
  struct Bucket {
    std::vector<TimerEntry> entries;  // by number
    bool is_changed = false;
  };

  template <class Entries>
  static auto place_in(Entries& entries, std::uint64_t number) {
    return std::lower_bound(
        entries.begin(), entries.end(), number,
        [](const TimerEntry& each, std::uint64_t wanted) { return each.number < wanted; });
  }

  const TimersQueue& queue(Wait wait) const { return queues_[static_cast<std::size_t>(wait)]; }

  auto holds(Wait wait) const {
    return [this, wait](const WaitingIssue& waiting) {
      const TimerEntry* entry = find(waiting.number);
      return entry != nullptr && entry->moment(wait) == waiting.moment;
    };
  }

 public:
  std::string_view name() const override { return timers_view; }
  std::uint32_t version() const override { return 1; }
  std::unique_ptr<Projection> empty() const override { return std::make_unique<Fold>(); }

  void apply(const RecordView& record) override {
    if (!begun_) is_whole_ = record.position().value == 1;
    begun_ = true;
    if (record.stream().workflow != workflow_id) return;
    const auto after = engine::log::summary<fb::Marks>(record.after());
    const std::uint64_t number = record.stream().number;
    if (!stays_on(after.stage())) return end(number);
    const auto before = engine::log::summary<fb::Marks>(record.before());
    const TimerEntry* there = find(number);
    // What ended before and goes on now has nothing to do with what it was.
    TimerEntry now = there != nullptr && stays_on(before.stage()) ? *there : TimerEntry();
    if (is_whole_ || !stays_on(before.stage())) now.known = all_known;
    now.take(record, before, after);
    put(now, there);
  }

  void merge(Projection& projection) override {
    auto& other = dynamic_cast<Fold&>(projection);
    if (!other.begun_) return;
    if (!begun_) return take_over(other);
    ENSURE(!other.is_whole_);
    for (auto& [key, bucket] : other.buckets_) {
      for (TimerEntry& each : bucket.entries) follow(each);
      bucket.entries.clear();
      bucket.entries.shrink_to_fit();
    }
  }

  // A fold of a part is never saved: what it does not know is not in its rows.
  void save(const engine::view::PutRow& put, bool all) override {
    if (!begun_) return;
    ENSURE(is_whole_);
    if (!all) {
      for (const std::uint64_t key : changed_) save_bucket(key, buckets_[key], put);
    }
    // What was emptied has been removed, or is not to be there: all rows are those that are left.
    std::erase_if(buckets_, [](const auto& each) { return each.second.entries.empty(); });
    if (all) {
      put(std::string(1, whole_key), "1");
      for (auto& [key, bucket] : buckets_) save_bucket(key, bucket, put);
    }
    changed_.clear();
  }

  Result<void> load(std::string_view key, std::string_view value) override {
    const engine::Error corrupt{engine::Fault::corrupt, "timers: a saved row is none of a timer"};
    if (key == std::string_view(&whole_key, 1)) {
      if (begun_ || value != "1") return corrupt;
      begun_ = is_whole_ = true;
      return {};
    }
    if (!begun_ || key.size() != 1 + sizeof(std::uint64_t) || key[0] != bucket_key) return corrupt;
    const std::uint64_t number = engine::get_big_endian<std::uint64_t>(key.substr(1));
    if (value.empty() || buckets_.contains(number)) return corrupt;
    Bucket& bucket = buckets_[number];
    bucket.entries.reserve(bucket_numbers / 100);
    std::uint64_t last = number * bucket_numbers;
    while (!value.empty()) {
      const auto entry = take_entry(value, last);
      const bool fits = entry && entry->number / bucket_numbers == number &&
                        (bucket.entries.empty() || entry->number > last);
      if (!fits) return corrupt;
      last = entry->number;
      bucket.entries.push_back(*entry);
    }
    for (const TimerEntry& each : bucket.entries) tell_queues(each.number, nullptr, &each);
    return {};
  }

  void each(Wait wait, const Visit& visit) const override {
    queue(wait).each(holds(wait),
                     [&](const WaitingIssue& waiting) { return visit(*find(waiting.number)); });
  }

  std::size_t pending() const override { return pending_; }
  std::size_t waiting(Wait wait) const override { return queue(wait).waiting(); }

  const TimerEntry* find(std::uint64_t number) const override {
    const auto bucket = buckets_.find(number / bucket_numbers);
    if (bucket == buckets_.end()) return nullptr;
    const auto& entries = bucket->second.entries;
    const auto at = place_in(entries, number);
    return at == entries.end() || at->number != number ? nullptr : &*at;
  }

 private:
  void tell_queues(std::uint64_t number, const TimerEntry* before, const TimerEntry* now) {
    for (std::size_t i = 0; i < waits_count; ++i) {
      const auto wait = static_cast<Wait>(i);
      queues_[i].change(number, before == nullptr ? 0 : before->moment(wait),
                        now == nullptr ? 0 : now->moment(wait), holds(wait));
    }
    pending_ += now == nullptr ? 0 : now->pending_count();
    pending_ -= before == nullptr ? 0 : before->pending_count();
  }

  Bucket& change_bucket_of(std::uint64_t number) {
    const std::uint64_t key = number / bucket_numbers;
    Bucket& bucket = buckets_[key];
    if (!std::exchange(bucket.is_changed, true)) changed_.push_back(key);
    return bucket;
  }

  // `there`: what stands of the issue now, or nullptr.
  void put(const TimerEntry& now, const TimerEntry* there) {
    auto& entries = change_bucket_of(now.number).entries;
    const auto at = place_in(entries, now.number);
    if (there == nullptr) {
      entries.insert(at, now);
      return tell_queues(now.number, nullptr, &now);
    }
    const TimerEntry before = std::exchange(*at, now);
    tell_queues(now.number, &before, &now);
  }

  void end(std::uint64_t number) {
    const TimerEntry* there = find(number);
    // A part must say that it ended: the parts before it may know the issue.
    if (!is_whole_) {
      TimerEntry ended;
      ended.number = number;
      ended.known = all_known;
      return put(ended, there);
    }
    if (there == nullptr) return;
    const TimerEntry before = *there;
    auto& entries = change_bucket_of(number).entries;
    entries.erase(place_in(entries, number));
    tell_queues(number, &before, nullptr);
  }

  // Takes in what the next part says of an issue.
  void follow(TimerEntry& later) {
    const TimerEntry* there = find(later.number);
    if (is_whole_ && !stays_on(later.stage)) return end(later.number);
    if (there != nullptr) later.follow(*there);
    if (is_whole_) later.known = all_known;
    put(later, there);
  }

  void take_over(Fold& other) {
    std::swap(buckets_, other.buckets_);
    std::swap(queues_, other.queues_);
    std::swap(changed_, other.changed_);
    std::swap(pending_, other.pending_);
    begun_ = other.begun_;
    is_whole_ = other.is_whole_;
  }

  static void save_bucket(std::uint64_t key, Bucket& bucket, const engine::view::PutRow& put) {
    std::string row;
    std::uint64_t last = key * bucket_numbers;
    for (const TimerEntry& each : bucket.entries) {
      put_entry(row, each, last);
      last = each.number;
    }
    put(key_of(key), row);
    bucket.is_changed = false;
  }

  std::unordered_map<std::uint64_t, Bucket> buckets_;
  std::array<TimersQueue, waits_count> queues_;
  std::vector<std::uint64_t> changed_;  // buckets, since the last save
  std::size_t pending_ = 0;
  bool begun_ = false;
  bool is_whole_ = false;  // it begins where the log does
};

}  // namespace

std::unique_ptr<Timers> make_timers() { return std::make_unique<Fold>(); }

}  // namespace workflows::issue
