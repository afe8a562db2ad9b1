// The board: one SQLite file with a row per stream, for lists, search and people's own SQL.
// Disposable: it is filled from the log and can be thrown away. Rows and the applied position
// commit together. Tables and columns are documented in engine/board/README.md.
//
// Chinese text is split into single characters and searched as phrases (FTS5), so two-character
// words are found; other scripts by words, case-folded.
//
// Threads: one BoardWriter; any number of Boards (each used by one thread at a time).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"
#include "engine/log/event_log.hpp"
#include "engine/log/record.hpp"

namespace engine::board {

constexpr std::size_t page_max = 500;

// What a workflow wants shown of a stream; given by Describe for each record, in order.
struct Card {
  std::string number;                // as people write it
  std::optional<std::string> title;  // none: unchanged
  std::optional<std::string> text;   // appended to what is searched
  std::string stage;                 // its name
  std::string supervision;           // its name
  std::string level;                 // its name
  bool open = true;                  // still on somebody's desk
  Instant next_due{};                // the first of all its deadlines that run; {}: none runs
  bool returned = false;             // it came back from whom it was given to, and nobody has it
};

// Reads the sealed words of a field of this record; nothing if erased.
using Words =
    std::function<std::optional<std::string>(const log::RecordView&, std::string_view field)>;
// Nothing: the record belongs to no card (another workflow).
using Describe = std::function<std::optional<Card>(const log::RecordView&, const Words&)>;

struct Row {
  StreamId stream;
  std::string number;
  std::string title;
  std::string stage;
  std::string supervision;
  std::string level;
  log::Dims dims;
  Instant opened_at{};
  Instant changed_at{};  // occurred_at of the last fact
  Instant due_at{};      // {}: none
  Instant next_due{};    // {}: none
  Version version;
  Position position;  // of the last fact
  bool open = true;
  bool returned = false;
};

// due: rows without a deadline count as due last of all.
enum class Sort : std::uint8_t { opened, changed, due, number };

// Empty members do not filter.
struct Query {
  WorkflowId workflow;  // only the cards of this one: each workflow's are a list of their own
  std::vector<std::string> stages;
  std::vector<std::string> areas;  // any of these codes
  std::vector<std::string> categories;
  std::vector<std::string> channels;
  std::vector<std::string> departments;
  std::optional<bool> open;
  std::optional<Instant> opened_from, opened_to;          // [from, to)
  std::optional<Instant> due_before, due_from;            // due_at < due_before, ≥ due_from
  std::optional<Instant> next_due_from, next_due_before;  // the same of next_due
  std::vector<std::string> supervision;                   // warned, overdue …
  std::vector<std::string> levels;                        // village, town …
  bool returned = false;                                  // only those that were
  bool unplaced = false;                                  // only rows without an area
  std::string text;                                       // all words or phrases must occur
  Sort sort = Sort::opened;
  bool descending = true;
  std::size_t limit = 50;  // 1 … page_max
  std::string cursor;      // from the page before; opaque
};

struct Page {
  std::vector<Row> rows;
  std::string next;   // cursor; "" at the end
  Position position;  // the board has applied the log up to here
};

class Board {
 public:
  virtual ~Board() = default;
  // invalid: a cursor that is none of ours or of another query, a limit out of bounds.
  virtual Result<Page> list(const Query& query) = 0;
  virtual Result<std::uint64_t> count(const Query& query) = 0;
  virtual Result<std::optional<Row>> find(const StreamId& stream) = 0;
  virtual Result<Position> position() = 0;
  // As BoardWriter::dump, read in one transaction; gives the position that the rows stand for.
  virtual Result<Position> dump(const std::function<bool(std::string_view row)>& visit) = 0;
};

// Opens the board for reading; not_found if there is none yet.
Result<std::unique_ptr<Board>> open_board(const std::filesystem::path& file);

class BoardWriter {
 public:
  virtual ~BoardWriter() = default;
  virtual Position position() const = 0;
  // Folds the log's records after position() up to `up_to` in, in transactions of bounded size.
  // A board that was filled from another log, or whose file SQLite refuses on the way, is set aside
  // and made anew. busy: somebody else keeps the file locked; again later.
  virtual Result<void> follow(const log::LogReader& log, Position up_to) = 0;
  // Every row as text in a fixed order, to be compared with another board byte for byte.
  virtual Result<void> dump(const std::function<bool(std::string_view row)>& visit) = 0;
  // Why a file was set aside, one sentence each.
  virtual std::vector<std::string> findings() const { return {}; }
};

// Opens or makes the board for writing. A file of another format version, or one that SQLite
// refuses, is set aside and made anew.
Result<std::unique_ptr<BoardWriter>> open_board_writer(const std::filesystem::path& file,
                                                       Describe describe, Words words);

}  // namespace engine::board
