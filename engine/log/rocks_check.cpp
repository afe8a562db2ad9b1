#include "engine/log/rocks_check.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/log/record.hpp"
#include "engine/log/rocks_hold.hpp"
#include "engine/log/rocks_keys.hpp"
#include "engine/log/rocks_options.hpp"
#include "engine/log/rocks_reads.hpp"
#include "engine/tree/tree.hpp"

namespace engine::log::check {

namespace {

// Compares two sets of millions without keeping them: how many, and the sum of their hashes.
class Tally {
 public:
  void add(std::string_view key, std::uint64_t value = 0) {
    ++count_;
    sum_ += std::hash<StreamId>{}({WorkflowId{}, std::hash<std::string_view>{}(key) + value});
  }
  friend bool operator==(const Tally&, const Tally&) = default;

 private:
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
};

struct Tallies {
  Tally streams;
  Tally dedups;
  Tally sealed;
};

std::string name(Position position) { return "record " + std::to_string(position.value); }

Error corrupt(std::string detail) { return {Fault::corrupt, std::move(detail)}; }

std::string_view bytes_of(const fb::Person* person) {
  return {reinterpret_cast<const char*>(person), sizeof *person};
}

PersonId person_of(const fb::Person* person) {
  PersonId id;
  std::copy_n(bytes_of(person).begin(), id.size(), id.begin());
  return id;
}

// The dedup key of a record's command; nothing if it had none.
std::optional<std::string> command_key(const RecordView& record) {
  if (record.command_id().empty()) return std::nullopt;
  const auto key = dedup_key(record.source(), record.command_id());
  if (!key) return std::nullopt;
  return *key;
}

template <class Each>
void each_commitment(const RecordView& record, const Each& each) {
  if (record.raw()->personal() == nullptr) return;
  for (const fb::Commitment* c : *record.raw()->personal()) {
    each(person_of(c->person()), std::string_view(c->field()->c_str(), c->field()->size()));
  }
}

void count(const RecordView& record, Position position, Tallies& out) {
  out.streams.add(stream_key(record.stream(), record.version()).view(), position.value);
  // The records of one submission share its key; the last of them stands for all.
  if (record.raw()->head()->more() == 0) {
    if (const auto key = command_key(record)) out.dedups.add(*key);
  }
  each_commitment(record, [&](const PersonId& person, std::string_view field) {
    out.sealed.add(sealed_key(person, position, field));
  });
}

// Each record well-formed and at its place, and all of them under the tree head.
Result<Tallies> check_records(rocksdb::DB& db, const TreeHead& head) {
  Tallies tallies;
  tree::Frontier frontier;
  Result<void> good;
  const auto all = reads::range(
      db, Position{0}, Position{head.size}, [&](Position position, std::string_view bytes) {
        good = verify_record(bytes);
        if (!good) {
          good = corrupt(name(position) + ": " + good.error().detail);
          return false;
        }
        const RecordView record(bytes);
        if (record.position() != position) {
          good = corrupt(name(position) + " says that it is " + name(record.position()));
          return false;
        }
        frontier.append(tree::leaf_hash(bytes));
        count(record, position, tallies);
        return true;
      });
  if (!all) return all.error();
  if (!good) return good.error();
  if (frontier.root() != head.root) {
    return corrupt("the tree head over all " + std::to_string(head.size) +
                   " records is not the one in the commit anchor: a record was altered");
  }
  const auto stored = stored_frontier(db, Position{head.size});
  if (stored ? *stored != frontier : stored.error().fault != Fault::not_found) {
    return corrupt("the tree frontier stored for the last record is not that of the records");
  }
  return tallies;
}

using Each = std::function<Result<void>(std::string_view key, std::string_view value)>;

Result<void> each_key(rocksdb::DB& db, char letter, const Each& each) {
  const char beyond = static_cast<char>(letter + 1);
  const rocksdb::Slice bound(&beyond, 1);
  rocksdb::ReadOptions options = scan_read(~std::uint64_t{0});
  options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(options));
  for (it->Seek(rocksdb::Slice(&letter, 1)); it->Valid(); it->Next()) {
    const auto good = each(it->key().ToStringView(), it->value().ToStringView());
    if (!good) return good;
  }
  if (!it->status().ok()) return reads::fault_of(it->status(), "reading the log's keys");
  return {};
}

// Only when the tallies differ: which record has no entry, or another one.
Result<void> find_unindexed(rocksdb::DB& db, Position last) {
  Result<void> good;
  const auto all = reads::range(db, Position{0}, last, [&](Position at, std::string_view bytes) {
    const RecordView record(bytes);
    std::string value;
    const auto index = db.Get({}, stream_key(record.stream(), record.version()).view(), &value);
    if (!index.ok() || value.size() != sizeof(std::uint64_t) ||
        get_big_endian<std::uint64_t>(value) != at.value) {
      good = corrupt("the stream index does not lead to " + name(at));
    } else if (const auto key = command_key(record)) {
      const auto found = reads::find(db, last, *key);
      if (!found || !*found) good = corrupt("the command id of " + name(at) + " is not kept");
    }
    return good.has_value();
  });
  return all ? good : all;
}

Result<void> check_streams(rocksdb::DB& db, Position last, const Tally& expected) {
  Tally found;
  StreamId stream;
  Version version;
  const auto all = each_key(db, stream_letter, [&](std::string_view key, std::string_view value) {
    if (key.size() != sizeof(StreamKey) || value.size() != sizeof(std::uint64_t)) {
      return Result<void>(corrupt("an entry of the stream index has the wrong size"));
    }
    const Position position{get_big_endian<std::uint64_t>(value)};
    if (position > last) return Result<void>();
    const StreamPlace place = stream_place_of(key);
    if (place.stream != stream) version = Version{};
    stream = place.stream;
    version = next(version);
    if (place.version != version) {
      return Result<void>(corrupt("the stream index has no version " +
                                  std::to_string(version.value) + " of stream " +
                                  std::to_string(stream.number)));
    }
    found.add(key, position.value);
    return Result<void>();
  });
  if (!all || found == expected) return all;
  if (const auto named = find_unindexed(db, last); !named) return named;
  return corrupt("the stream index has entries that belong to no record");
}

Result<void> check_dedups(rocksdb::DB& db, Position last, const Tally& expected) {
  Tally found;
  const auto all = reads::dedups(db, last, [&](std::string_view key, std::string_view) {
    found.add(key);
    return true;
  });
  if (!all || found == expected) return all;
  if (const auto named = find_unindexed(db, last); !named) return named;
  return corrupt("there are command ids that belong to no record");
}

// Words may be fewer than commitments, for they may be erased, but never more.
Result<void> check_sealed(rocksdb::DB& db, Position last, const Tally& expected) {
  Tally found;
  const auto counted = each_key(db, sealed_letter, [&](std::string_view key, std::string_view) {
    if (key.size() < sealed_field_at) {
      return Result<void>(corrupt("an entry of the sealed words has the wrong size"));
    }
    const Position position{get_big_endian<std::uint64_t>(key.substr(1 + sizeof(PersonId)))};
    if (position <= last) found.add(key);
    return Result<void>();
  });
  if (!counted || found == expected) return counted;
  return each_key(db, sealed_letter, [&](std::string_view key, std::string_view) {
    const Position position{get_big_endian<std::uint64_t>(key.substr(1 + sizeof(PersonId)))};
    if (position > last) return Result<void>();
    const auto bytes = reads::at(db, last, position);
    if (!bytes) return Result<void>(bytes.error());
    bool committed = false;
    each_commitment(RecordView(*bytes), [&](const PersonId& person, std::string_view field) {
      committed = committed || sealed_key(person, position, field) == key;
    });
    if (committed) return Result<void>();
    return Result<void>(
        corrupt("sealed words lie beside " + name(position) + ", which does not commit to them"));
  });
}

}  // namespace

Result<void> everything(rocksdb::DB& db, const TreeHead& head) {
  auto status = db.VerifyFileChecksums({});
  if (!status.ok()) return reads::fault_of(status, "checking the files");
  status = db.VerifyChecksum();
  if (!status.ok()) return reads::fault_of(status, "checking the blocks");
  const auto tallies = check_records(db, head);
  if (!tallies) return tallies.error();
  const Position last{head.size};
  if (const auto good = check_streams(db, last, tallies->streams); !good) return good;
  if (const auto good = check_dedups(db, last, tallies->dedups); !good) return good;
  return check_sealed(db, last, tallies->sealed);
}

}  // namespace engine::log::check
