#include "replay/command_checks.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

namespace replay {

using engine::Position;
using engine::Result;
using engine::log::RecordView;

namespace {

// The key as the log keeps it; empty if the command had none.
std::string key_of(const RecordView& record) {
  if (record.command_id().empty()) return {};
  const auto key = engine::log::dedup_key(record.source(), record.command_id());
  return key ? *key : std::string();
}

std::uint64_t hash_of(std::string_view key) { return std::hash<std::string_view>{}(key); }

std::string readable(std::string_view key) {
  std::string out(key);
  std::replace(out.begin(), out.end(), '\0', '/');
  return "command " + out;
}

std::string place(std::uint64_t position) { return "record " + std::to_string(position); }

}  // namespace

CommandChecks::CommandChecks(const engine::log::LogReader& log)
    : log_(log),
      submissions_("submissions", "every submission whole"),
      dedup_("dedup", "dedup keys against the records, both ways") {}

void CommandChecks::take(const RecordView& record) {
  const unsigned more = record.raw()->head()->more();
  if (more_ == 0) {
    begin(record);
  } else if (more != more_ - 1 || hash_of(key_of(record)) != key_hash_) {
    submissions_.find({record.position(), "",
                       "the submission that begins at " + place(first_.value) + " lacks " +
                           std::to_string(more_) + " of its records"});
    begin(record);
  }
  more_ = more;
  last_ = record.position();
}

void CommandChecks::begin(const RecordView& record) {
  ++submissions_.count;
  first_ = record.position();
  const std::string key = key_of(record);
  key_hash_ = hash_of(key);
  if (key.empty()) {
    if (!record.command_id().empty()) {
      dedup_.find({first_, "", "its source and command id make no dedup key"});
    }
    return;
  }
  keys_.push_back({key_hash_, first_.value & (~std::uint64_t{0} >> 1), 0});
}

// Equal hashes are looked at again: millions of keys may well have two of them.
void CommandChecks::find_doubles() {
  for (std::size_t i = 1; i < keys_.size(); ++i) {
    if (keys_[i].hash != keys_[i - 1].hash) continue;
    const auto one = log_.at(Position{keys_[i - 1].position});
    const auto two = log_.at(Position{keys_[i].position});
    if (!one || !two) continue;  // told by the storage check
    const std::string key = key_of(RecordView(*one));
    if (key != key_of(RecordView(*two))) continue;
    dedup_.find({Position{keys_[i].position}, readable(key),
                 "recorded twice, at " + place(keys_[i - 1].position) + " and at " +
                     place(keys_[i].position)});
  }
}

Result<void> CommandChecks::hold_against_log() {
  const auto all = log_.read_dedups([&](std::string_view key, std::string_view) {
    ++dedup_.count;
    const std::uint64_t hash = hash_of(key);
    auto found = std::lower_bound(keys_.begin(), keys_.end(), hash,
                                  [](const Key& each, std::uint64_t h) { return each.hash < h; });
    if (found == keys_.end() || found->hash != hash) {
      dedup_.find({Position{}, readable(key), "its dedup key is kept, but no record has it"});
    }
    for (; found != keys_.end() && found->hash == hash; ++found) found->kept = 1;
    return true;
  });
  if (!all) return all;
  for (const Key& key : keys_) {
    if (key.kept == 1) continue;
    const auto bytes = log_.at(Position{key.position});
    dedup_.find({Position{key.position}, bytes ? readable(key_of(RecordView(*bytes))) : "",
                 "the dedup key of " + place(key.position) + " is not kept"});
  }
  return {};
}

Result<void> CommandChecks::finish(Report& report) {
  if (more_ > 0) {
    submissions_.find({last_, "",
                       "the log ends within a submission: " + std::to_string(more_) +
                           " of its records are missing"});
  }
  std::sort(keys_.begin(), keys_.end(), [](const Key& a, const Key& b) {
    return std::pair{a.hash, std::uint64_t{a.position}} <
           std::pair{b.hash, std::uint64_t{b.position}};
  });
  find_doubles();
  if (auto held = hold_against_log(); !held) return held;
  report.checks.push_back(std::move(submissions_));
  report.checks.push_back(std::move(dedup_));
  return {};
}

}  // namespace replay
