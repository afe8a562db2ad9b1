#include "engine/log/rocks_reads.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "engine/core/ensure.hpp"
#include "engine/log/rocks_keys.hpp"
#include "engine/log/rocks_options.hpp"

namespace engine::log::reads {

namespace {

using Iterator = std::unique_ptr<rocksdb::Iterator>;

std::string name(Position position) { return "record " + std::to_string(position.value); }

Error missing(Position position) {
  return {Fault::corrupt, name(position) + " is missing from the log"};
}

bool is_of(const rocksdb::Slice& key, char letter) { return !key.empty() && key[0] == letter; }

// A stored value that is too short to hold the position it begins with.
Error short_value(std::string_view what) {
  return {Fault::corrupt, "an entry of the " + std::string(what) + " is too short"};
}

constexpr std::size_t stream_page = 64;  // records of one stream fetched together

// Fetches the records of a page of positions and shows them. Returns whether to go on.
Result<bool> show(rocksdb::DB& db, const std::vector<Position>& page, const Visit& visit) {
  std::vector<PositionKey> keys;
  std::vector<rocksdb::Slice> slices;
  keys.reserve(page.size());
  slices.reserve(page.size());
  for (const Position position : page) {
    keys.push_back(record_key(position));
    slices.emplace_back(keys.back().bytes.data(), keys.back().bytes.size());
  }
  std::vector<rocksdb::PinnableSlice> values(page.size());
  std::vector<rocksdb::Status> states(page.size());
  db.MultiGet({}, db.DefaultColumnFamily(), page.size(), slices.data(), values.data(),
              states.data());
  for (std::size_t i = 0; i < page.size(); ++i) {
    if (states[i].IsNotFound()) return missing(page[i]);
    if (!states[i].ok()) return fault_of(states[i], "reading " + name(page[i]));
    if (!visit(page[i], values[i].ToStringView())) return false;
  }
  return true;
}

}  // namespace

Error fault_of(const rocksdb::Status& status, std::string_view doing) {
  return {status.IsCorruption() ? Fault::corrupt : Fault::storage,
          std::string(doing) + ": " + status.ToString()};
}

Result<void> range(rocksdb::DB& db, Position after, Position up_to, const Visit& visit) {
  if (after >= up_to) return {};
  const PositionKey first = record_key(next(after));
  const PositionKey beyond = record_key(next(up_to));
  const rocksdb::Slice bound(beyond.bytes.data(), beyond.bytes.size());
  rocksdb::ReadOptions options = scan_read(up_to.value - after.value);
  options.iterate_upper_bound = &bound;
  const Iterator it(db.NewIterator(options));
  Position expected = next(after);
  for (it->Seek(first.view()); it->Valid(); it->Next()) {
    if (position_of(it->key().ToStringView()) != expected) return missing(expected);
    if (!visit(expected, it->value().ToStringView())) return {};
    expected = next(expected);
  }
  if (!it->status().ok()) return fault_of(it->status(), "reading " + name(expected));
  if (expected <= up_to) return missing(expected);
  return {};
}

Result<void> stream(rocksdb::DB& db, Position visible, const StreamId& id, Version after,
                    const Visit& visit) {
  const StreamKey beyond = stream_key(id, Version{~std::uint32_t{0}});
  const rocksdb::Slice bound(beyond.bytes.data(), beyond.bytes.size());
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  const Iterator it(db.NewIterator(options));
  std::vector<Position> page;
  Version expected = next(after);
  for (it->Seek(stream_key(id, expected).view()); it->Valid(); it->Next()) {
    if (it->value().size() != sizeof(std::uint64_t)) return short_value("stream index");
    const Position position{get_big_endian<std::uint64_t>(it->value().ToStringView())};
    if (position > visible) break;
    if (stream_place_of(it->key().ToStringView()).version != expected) {
      return Error{Fault::corrupt, "version " + std::to_string(expected.value) + " of stream " +
                                       std::to_string(id.number) + " is missing from the index"};
    }
    expected = next(expected);
    page.push_back(position);
    if (page.size() < stream_page) continue;
    const auto go_on = show(db, page, visit);
    if (!go_on) return go_on.error();
    if (!*go_on) return {};
    page.clear();
  }
  if (!it->status().ok()) return fault_of(it->status(), "reading a stream");
  if (page.empty()) return {};
  const auto shown = show(db, page, visit);
  if (!shown) return shown.error();
  return {};
}

Result<std::optional<std::string>> last_of(rocksdb::DB& db, Position visible, const StreamId& id) {
  const Iterator it(db.NewIterator({}));
  for (it->SeekForPrev(stream_key(id, Version{~std::uint32_t{0}}).view()); it->Valid();
       it->Prev()) {
    if (!is_of(it->key(), stream_letter)) break;
    if (stream_place_of(it->key().ToStringView()).stream != id) break;
    if (it->value().size() != sizeof(std::uint64_t)) return short_value("stream index");
    const Position position{get_big_endian<std::uint64_t>(it->value().ToStringView())};
    if (position > visible) continue;
    auto record = at(db, visible, position);
    if (!record) return record.error();
    return std::optional(std::move(*record));
  }
  if (!it->status().ok()) return fault_of(it->status(), "looking for the end of a stream");
  return std::optional<std::string>{};
}

Result<std::string> at(rocksdb::DB& db, Position visible, Position position) {
  if (position.value == 0 || position > visible) {
    return Error{Fault::not_found, "there is no " + name(position) + ": the log ends at " +
                                       std::to_string(visible.value)};
  }
  std::string bytes;
  const auto status = db.Get({}, record_key(position).view(), &bytes);
  if (status.IsNotFound()) return missing(position);
  if (!status.ok()) return fault_of(status, "reading " + name(position));
  return bytes;
}

Result<std::optional<StreamId>> highest_stream(rocksdb::DB& db, Position visible,
                                               const StreamId& from, const StreamId& to) {
  const Iterator it(db.NewIterator({}));
  for (it->SeekForPrev(stream_key(to, Version{~std::uint32_t{0}}).view()); it->Valid();
       it->Prev()) {
    if (!is_of(it->key(), stream_letter)) break;
    const StreamId found = stream_place_of(it->key().ToStringView()).stream;
    if (found < from) break;
    if (it->value().size() != sizeof(std::uint64_t)) return short_value("stream index");
    if (get_big_endian<std::uint64_t>(it->value().ToStringView()) <= visible.value) {
      return std::optional(found);
    }
  }
  if (!it->status().ok()) return fault_of(it->status(), "looking for the highest stream");
  return std::optional<StreamId>{};
}

Result<std::optional<std::string>> find(rocksdb::DB& db, Position visible, std::string_view key) {
  std::string stored;
  const auto status = db.Get({}, dedup_storage_key(key), &stored);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return fault_of(status, "looking for a command id");
  if (stored.size() < sizeof(std::uint64_t)) return short_value("command ids");
  if (get_big_endian<std::uint64_t>(stored) > visible.value) return std::optional<std::string>{};
  stored.erase(0, sizeof(std::uint64_t));
  return std::optional(std::move(stored));
}

Result<void> dedups(rocksdb::DB& db, Position visible, const VisitDedup& visit) {
  const char next_letter = dedup_letter + 1;
  const rocksdb::Slice bound(&next_letter, 1);
  rocksdb::ReadOptions options = scan_read(visible.value);
  options.iterate_upper_bound = &bound;
  const Iterator it(db.NewIterator(options));
  for (it->Seek(rocksdb::Slice(&dedup_letter, 1)); it->Valid(); it->Next()) {
    const std::string_view stored = it->value().ToStringView();
    if (stored.size() < sizeof(std::uint64_t)) return short_value("command ids");
    if (get_big_endian<std::uint64_t>(stored) > visible.value) continue;
    const std::string_view key = it->key().ToStringView().substr(1);
    if (!visit(key, stored.substr(sizeof(std::uint64_t)))) return {};
  }
  if (!it->status().ok()) return fault_of(it->status(), "reading the command ids");
  return {};
}

Result<std::optional<std::string>> sealed(rocksdb::DB& db, Position visible, const PersonId& person,
                                          Position position, std::string_view field) {
  if (position > visible) return std::optional<std::string>{};
  std::string bytes;
  const auto status = db.Get({}, sealed_key(person, position, field), &bytes);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return fault_of(status, "reading sealed words of " + name(position));
  return std::optional(std::move(bytes));
}

Result<Position> last_record(rocksdb::DB& db) {
  const Iterator it(db.NewIterator({}));
  it->SeekForPrev(record_key(Position{~std::uint64_t{0}}).view());
  if (!it->status().ok()) return fault_of(it->status(), "looking for the end of the log");
  if (!it->Valid() || !is_of(it->key(), record_letter)) return Position{0};
  return position_of(it->key().ToStringView());
}

}  // namespace engine::log::reads
