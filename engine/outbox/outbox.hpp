// The outbox: what goes out because of what was recorded, a row a message, from the moment that a
// fact asks for it until it is sent, given up or dropped. A reactor with a checkpoint of its own; a
// fact's position is the idempotency key. One SQLite file, not disposable: nothing else says what
// was sent.
//
// Promises
//   - Rows and checkpoint move in one transaction: no fact is answered twice, none is passed over.
//   - What a function did is durable when it returns (synchronous = FULL), but for a checkpoint
//     that passed over facts without rows: those ask for nothing the second time, too.
//   - A row is `sending` on disk before its message leaves. Rows that are found so at the next open
//     become `doubtful`: they may have left, and nobody is told twice by a program. A person who
//     looks may send them again (by_hand.hpp).
//   - Within one route and address a row is begun only when all before it have ended.
//   - No words of a resident are in the file: an address is a hash or the name of a hook.
//   - A new outbox begins at the log's end: what happened before is not answered.
//
// Threads: one at a time. Others, also of other processes, look and act by by_hand.hpp meanwhile.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"
#include "engine/log/event_log.hpp"

namespace engine::outbox {

inline constexpr std::string_view file_name = "outbox.sqlite";  // in the data folder
constexpr std::size_t error_bytes_max = 512;
constexpr std::size_t begin_max = 256;   // rows of one begin()
constexpr std::size_t prune_max = 4096;  // rows of each state in one prune()
// Rows that ended longer ago may be forgotten.
constexpr std::chrono::hours done_kept{24 * 90};     // sent, dropped
constexpr std::chrono::hours undone_kept{24 * 366};  // failed, doubtful
// A checkpoint that passed over facts without rows is written down after so many.
constexpr std::uint64_t lazy_records_max = 65'536;

// The numbers stand in the file.
enum class State : std::uint8_t {
  waiting = 1,   // for its turn, or for the next try
  sending = 2,   // it is under way: it may have left
  sent = 3,      // end: the other side took it
  failed = 4,    // end: given up
  doubtful = 5,  // end: it left, or may have, and nobody knows what became of it
  dropped = 6,   // end: there is nothing to say any more, or a person said so
};
std::string_view to_string(State state);
std::optional<State> parse_state(std::string_view name);
constexpr bool has_ended(State state) { return state > State::sending; }

// What a fact asks to be sent.
struct Draft {
  std::string route;          // who carries it: "qq", "webhook:NAME"
  std::string address;        // what is kept in order
  std::uint64_t subject = 0;  // the stream's number
  std::string kind;           // what it says: "accepted"
};

struct Planned {
  Position cause;
  Draft draft;
};

struct Row {
  std::int64_t id = 0;
  Position cause;
  std::uint32_t line = 0;  // which of several of one cause and route; from 0
  std::string route, address;
  std::uint64_t subject = 0;
  std::string kind;
  State state = State::waiting;
  std::uint32_t attempts = 0;  // begun so often since it was made or sent again by hand
  std::uint32_t resent = 0;    // by hand, so often
  Instant next_at{};           // while it waits: not before
  std::string last_error;
  Instant made_at{};
  Instant since{};     // when it was made, or last sent again by hand
  Instant ended_at{};  // of a sent row: when it was sent
};

struct Quota {
  std::string route;
  std::size_t at_most = 0;
};

// What became of a row under way.
struct Change {
  std::int64_t id = 0;
  State to = State::sent;  // not `sending`; `waiting`: it is tried again
  Instant next_at{};       // of one that waits again
  std::string why;         // cut to error_bytes_max
};

struct Count {
  std::string route;
  State state;
  std::uint64_t rows = 0;
};
struct Standing {
  std::vector<Count> counts;  // by route and state; none of zero
  std::optional<Instant> oldest_waiting;
};

class Outbox {
 public:
  // Opens or makes the file. If the log is not the one that it followed (restored from a backup),
  // what waits is dropped and it goes on from that log's end. corrupt: the file is no outbox.
  // busy: another process keeps it locked.
  static Result<std::unique_ptr<Outbox>> open(const std::filesystem::path& file,
                                              const log::LogReader& log, Instant now);
  ~Outbox();

  // All facts up to here have their rows.
  Position position() const;
  // What opening found that a person should know, one sentence each.
  const std::vector<std::string>& findings() const;

  // Adds the rows that the facts up to `up_to` ask for and moves the checkpoint there. `last`: the
  // leaf hash of the record at `up_to`. A row that is there already is not added again.
  Result<void> add(std::span<const Planned> rows, Position up_to, const Sha256& last, Instant now);

  // Begins rows whose turn it is, at most so many a route and begin_max together, the longest due
  // first: they are `sending`, and their attempts count this one.
  Result<std::vector<Row>> begin(std::span<const Quota> quotas, Instant now);

  // Writes down what became of rows under way. A row that is not under way is passed over.
  Result<void> end(std::span<const Change> changes, Instant now);

  // After a begin() that failed and may yet have reached the disk: what is `sending` and not among
  // these waits again; it never left.
  Result<void> put_back(std::span<const std::int64_t> under_way);

  // When the next row of the route can begin; nothing: none waits for time alone.
  Result<std::optional<Instant>> next_at(const std::string& route);

  Result<Standing> standing();

  // Forgets what ended long ago, oldest rows first. Gives how many; more may be left.
  Result<std::size_t> prune(Instant now);

 private:
  struct Impl;
  explicit Outbox(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace engine::outbox
