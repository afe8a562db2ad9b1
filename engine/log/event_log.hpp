// The event log: the one place where facts are kept, and the order they happened in.
//
// Promises
//   - Append is all or nothing, and durable before it returns.
//   - Positions rise by one with no gaps from 1. Versions rise by one within a stream.
//   - What was read once reads the same for ever. There is no update and no delete (sealed words
//     apart: they may be erased, the record that commits to them stays).
//   - After a storage fault the log only reads: a write that may or may not be on disk
//     must not be followed by another.
//
// Threads: one thread appends; any number read at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"

namespace engine::log {

constexpr std::size_t record_bytes_max = 65'535;  // a leaf of the tree, and of its entry tiles
constexpr std::size_t batch_records_max = 8'192;
constexpr std::size_t dedup_key_bytes_max = 512;
constexpr std::size_t sealed_bytes_max = 64 * 1024;  // the sealed words of one field

struct Entry {
  Position position;
  StreamId stream;
  Version version;
  std::string bytes;  // a finished Record (record.fbs)
};

// What a command leaves behind for ever, so that its repeat gets the first answer again.
struct Dedup {
  std::string key;    // see dedup_key()
  std::string value;  // the writer's; the log does not read it
};

// The words of one personal field, sealed. They stand beside the record, not in it.
struct Sealed {
  PersonId person;
  Position position;
  std::string field;
  std::string bytes;
};

// One group commit. Positions follow one another; the first one follows the log's last.
struct Batch {
  std::vector<Entry> entries;
  std::vector<Dedup> dedups;
  std::vector<Sealed> sealed;
};

// The RFC 6962 tree over the stored records: how many, and their root.
struct TreeHead {
  std::uint64_t size = 0;
  Sha256 root{};
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// Returns false to stop the reading early; the read then ends without error.
// The bytes are valid only during the call.
using Visit = std::function<bool(Position, std::string_view record)>;

// (source, id) as one key. Refuses (invalid) an empty part, a NUL byte, or too long a pair.
Result<std::string> dedup_key(std::string_view source, std::string_view id);

// What append() requires of its caller. A breach is a bug of the caller, not of the world.
void check_batch(Position expected_last, const Batch& batch);

class LogReader {
 public:
  virtual ~LogReader() = default;

  // The last position that a reader may see: durable, and in the anchor.
  virtual Position last() const = 0;

  // The tree over records 1 … last().
  virtual TreeHead tree_head() const = 0;

  // Visits the records after `after` up to and with `up_to` (at most last()), oldest first.
  // corrupt: a record is missing, out of place, or fails its check; the detail names the position.
  virtual Result<void> read(Position after, Position up_to, const Visit& visit) const = 0;

  // One stream's records after `after`, oldest first. An unknown stream has none; that is no error.
  virtual Result<void> read_stream(const StreamId& stream, Version after,
                                   const Visit& visit) const = 0;

  // The last record of a stream; nothing if it has none.
  virtual Result<std::optional<std::string>> last_of(const StreamId& stream) const = 0;

  // The record at a position. not_found: beyond the end.
  virtual Result<std::string> at(Position position) const = 0;

  // The highest stream between the two (both included) that has a record; nothing if none has.
  virtual Result<std::optional<StreamId>> highest_stream(const StreamId& from,
                                                         const StreamId& to) const = 0;

  // What the first command with this key left behind; nothing if there was none.
  virtual Result<std::optional<std::string>> find(std::string_view dedup_key) const = 0;

  // Visits every dedup key, in key order.
  virtual Result<void> read_dedups(
      const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;

  // The sealed words of one field; nothing if they were erased or never there.
  virtual Result<std::optional<std::string>> sealed(const PersonId& person, Position position,
                                                    std::string_view field) const = 0;

  // For a reader beside a serving process: takes in what was written since. A log that is written
  // by this process is always up to date.
  virtual Result<void> catch_up() = 0;

  // What opening found that did not stop it but that a person should know, one sentence each.
  virtual std::vector<std::string> findings() const { return {}; }

  // Reads everything there is and holds it against its checks: files, blocks, the tree head
  // recomputed over all records, and stream index, dedup keys and sealed words against the records.
  // corrupt: the first thing that does not hold, and where.
  virtual Result<void> deep_check() const {
    return Error{Fault::invalid, "this log cannot check itself"};
  }
};

class EventLog : public LogReader {
 public:
  // Appends the batch if the log still ends at `expected_last`; returns the last position written.
  // Durable when it returns: synced, and anchored with the new tree head.
  // conflict: the log has moved on; nothing was written.
  // read_only: an earlier fault made the log read-only; nothing was written.
  // storage: the disk refused; the log only reads from now on, and whether the batch is on disk
  //   is unknown until the next open.
  // Requires: 1 <= entries <= batch_records_max, positions that follow expected_last without a
  // gap, versions that follow within each stream, each record <= record_bytes_max, keys and sealed
  // words within their limits (check_batch).
  virtual Result<Position> append(Position expected_last, const Batch& batch) = 0;

  // True after a storage fault: every further append is refused, reading goes on.
  virtual bool read_only() const = 0;

  // Calls `on_appended(last)` after each append, from the appending thread; it must not block.
  // One listener per log; the runtime fans out.
  virtual void on_appended(std::function<void(Position last)> listener) = 0;
};

}  // namespace engine::log
