#include "engine/board/tables.hpp"

#include <system_error>
#include <utility>

namespace engine::board {

namespace {

constexpr std::string_view tables_sql = R"(
CREATE TABLE about (
  position INTEGER NOT NULL,
  record TEXT NOT NULL
);
INSERT INTO about VALUES (0, '');
CREATE TABLE cards (
  id INTEGER PRIMARY KEY,
  workflow INTEGER NOT NULL,
  stream INTEGER NOT NULL,
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  stage TEXT NOT NULL,
  supervision TEXT NOT NULL,
  level TEXT NOT NULL,
  area TEXT NOT NULL,
  category TEXT NOT NULL,
  channel TEXT NOT NULL,
  department TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  due_at INTEGER,
  next_due INTEGER,
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  open INTEGER NOT NULL,
  returned INTEGER NOT NULL,
  due_order INTEGER AS (coalesce(due_at, 9223372036854775807)) VIRTUAL
);
CREATE UNIQUE INDEX by_stream ON cards (workflow, stream);
CREATE INDEX by_opened ON cards (workflow, opened_at);
CREATE INDEX by_changed ON cards (workflow, changed_at);
CREATE INDEX by_due ON cards (workflow, due_order);
CREATE INDEX by_number ON cards (workflow, number);
CREATE INDEX by_area ON cards (workflow, area, opened_at);
CREATE INDEX by_category ON cards (workflow, category, opened_at);
CREATE INDEX by_department ON cards (workflow, department, opened_at);
CREATE INDEX by_open ON cards (workflow, opened_at) WHERE open = 1;
CREATE INDEX by_open_due ON cards (workflow, due_order) WHERE open = 1;
CREATE INDEX by_next_due ON cards (workflow, next_due) WHERE next_due IS NOT NULL;
CREATE TABLE texts (
  position INTEGER PRIMARY KEY,
  card INTEGER NOT NULL,
  text TEXT NOT NULL
);
CREATE VIRTUAL TABLE search USING fts5 (
  words,
  content = '',
  columnsize = 0,
  tokenize = 'unicode61 remove_diacritics 0'
);
)";

// What SQLite keeps of the file in memory, in KiB: the pages that a day's work changes.
constexpr std::string_view writer_cache = "-131072";
constexpr std::string_view reader_cache = "-16384";

void prepare_writing(Connection& connection) {
  // Readers see the last commit while the next one is being written.
  connection.run("PRAGMA journal_mode = WAL");
  // No sync at a commit, one before and one after a checkpoint. OFF would save those two, but after
  // a power cut the rows could disagree with the position and nobody would notice.
  connection.run("PRAGMA synchronous = NORMAL");
  // Pages that change again and again reach the file once in 4,096 pages of WAL (16 MiB). More
  // would be synced at once, and the log's own syncs wait behind that: 128 MiB took 200 ms.
  connection.run("PRAGMA wal_autocheckpoint = 4096");
  // … and the WAL does not stay that large.
  connection.run("PRAGMA journal_size_limit = 134217728");
  connection.run("PRAGMA cache_size = " + std::string(writer_cache));
  connection.run("PRAGMA temp_store = MEMORY");
}

void make_tables(Connection& connection) {
  connection.run("BEGIN IMMEDIATE");
  connection.run(std::string(tables_sql));
  // The search index writes larger pieces, and merges them when there are more of them: half the
  // work for it while the board is filled, a few more places to look in when it is searched.
  connection.run("INSERT INTO search (search, rank) VALUES ('automerge', 8)");
  connection.run("INSERT INTO search (search, rank) VALUES ('hashsize', 16777216)");
  connection.run("PRAGMA application_id = " + std::to_string(application_id));
  connection.run("PRAGMA user_version = " + std::to_string(format_version));
  connection.run("COMMIT");
}

enum class Format : std::uint8_t { empty, ours, other };

Format format_of(Connection& connection) {
  const std::int64_t id = connection.number("PRAGMA application_id");
  const std::int64_t version = connection.number("PRAGMA user_version");
  if (id == application_id && version == format_version) return Format::ours;
  const bool is_empty = connection.number("SELECT count(*) FROM sqlite_schema") == 0;
  return is_empty ? Format::empty : Format::other;
}

// Nothing: it must be set aside.
Result<std::unique_ptr<Connection>> try_to_open(const std::filesystem::path& file) {
  auto opened = Connection::open(file, Access::write);
  if (!opened) return opened.error();
  Connection& connection = **opened;
  const Format format = format_of(connection);
  if (auto read = connection.outcome(); !read) return read.error();
  if (format == Format::other) {
    return Error{Fault::corrupt, "the board " + file.string() + " is of another format"};
  }
  prepare_writing(connection);
  if (format == Format::empty) make_tables(connection);
  connection.number("SELECT position FROM about");
  if (auto made = connection.outcome(); !made) return made.error();
  return opened;
}

constexpr std::string_view beside[] = {"", "-wal", "-shm"};

}  // namespace

const std::string_view row_columns =
    "cards.workflow, cards.stream, cards.number, cards.title, cards.stage, cards.supervision, "
    "cards.level, cards.area, cards.category, cards.channel, cards.department, cards.opened_at, "
    "cards.changed_at, cards.due_at, cards.version, cards.position, cards.open, cards.next_due, "
    "cards.returned, cards.id";

Result<void> set_aside(const std::filesystem::path& file) {
  for (const std::string_view suffix : beside) {
    const std::filesystem::path from = file.string().append(suffix);
    const std::filesystem::path to = file.string().append(".set-aside").append(suffix);
    std::error_code failed;
    std::filesystem::remove(to, failed);
    if (!failed && std::filesystem::exists(from, failed)) {
      std::filesystem::rename(from, to, failed);
    }
    if (failed) {
      return Error{Fault::storage, "setting " + from.string() + " aside: " + failed.message()};
    }
  }
  return {};
}

Result<std::unique_ptr<Connection>> open_for_writing(const std::filesystem::path& file,
                                                     std::vector<std::string>& findings) {
  if (file.has_parent_path()) {
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    if (failed) {
      return Error{Fault::storage,
                   "making " + file.parent_path().string() + ": " + failed.message()};
    }
  }
  auto opened = try_to_open(file);
  if (opened || opened.error().fault != Fault::corrupt) return opened;
  if (const auto aside = set_aside(file); !aside) return aside.error();
  findings.push_back(opened.error().detail + "; it is set aside and made anew from the log");
  return try_to_open(file);
}

Result<std::unique_ptr<Connection>> open_for_reading(const std::filesystem::path& file) {
  std::error_code none;
  if (!std::filesystem::exists(file, none)) {
    return Error{Fault::not_found, "there is no board " + file.string()};
  }
  auto opened = Connection::open(file, Access::read);
  if (!opened) return opened.error();
  Connection& connection = **opened;
  const Format format = format_of(connection);
  connection.run("PRAGMA cache_size = " + std::string(reader_cache));
  if (auto read = connection.outcome(); !read) return read.error();
  if (format == Format::empty) {
    return Error{Fault::not_found, "there is no board yet in " + file.string()};
  }
  if (format == Format::other) {
    return Error{Fault::invalid, "the board " + file.string() +
                                     " is of another format; it is made anew by the next serve"};
  }
  return opened;
}

Row read_row(const Statement& statement, int first) {
  const auto number = [&](int i) { return statement.number(first + i); };
  const auto text = [&](int i) { return std::string(statement.text(first + i)); };
  Row row;
  row.stream = {WorkflowId{static_cast<std::uint8_t>(number(0))},
                static_cast<std::uint64_t>(number(1))};
  row.number = text(2);
  row.title = text(3);
  row.stage = text(4);
  row.supervision = text(5);
  row.level = text(6);
  row.dims = {text(7), text(8), text(9), text(10)};
  row.opened_at = from_ms(number(11));
  row.changed_at = from_ms(number(12));
  row.due_at = from_ms(number(13));
  row.version = Version{static_cast<std::uint32_t>(number(14))};
  row.position = Position{static_cast<std::uint64_t>(number(15))};
  row.open = number(16) != 0;
  row.next_due = from_ms(number(17));
  row.returned = number(18) != 0;
  return row;
}

namespace {

// Tabs, line ends and backslashes are escaped, so that a row is one line and says one thing only.
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\\') {
      out += "\\\\";
    } else {
      out.push_back(c);
    }
  }
  out.push_back('\t');
}

// One row as text: its columns with tabs between.
std::string row_text(const Row& row) {
  std::string out;
  for (const std::int64_t number :
       {std::int64_t{row.stream.workflow.value}, static_cast<std::int64_t>(row.stream.number)}) {
    out.append(std::to_string(number)).append("\t");
  }
  for (const std::string* field :
       {&row.number, &row.title, &row.stage, &row.supervision, &row.level, &row.dims.area,
        &row.dims.category, &row.dims.channel, &row.dims.department}) {
    append_escaped(out, *field);
  }
  for (const std::int64_t number :
       {to_ms(row.opened_at), to_ms(row.changed_at), to_ms(row.due_at),
        std::int64_t{row.version.value}, static_cast<std::int64_t>(row.position.value),
        std::int64_t{row.open}, to_ms(row.next_due), std::int64_t{row.returned}}) {
    out.append(std::to_string(number)).append("\t");
  }
  out.pop_back();
  return out;
}

}  // namespace

void dump_rows(Connection& connection, const std::function<bool(std::string_view row)>& visit) {
  Statement cards =
      connection.prepare("SELECT " + std::string(row_columns) +
                         " FROM cards INDEXED BY by_stream ORDER BY workflow, stream");
  while (cards.next()) {
    if (!visit(row_text(read_row(cards, 0)))) return;
  }
  Statement texts = connection.prepare("SELECT position, card, text FROM texts ORDER BY position");
  while (texts.next()) {
    std::string out =
        std::to_string(texts.number(0)) + "\t" + std::to_string(texts.number(1)) + "\t";
    append_escaped(out, texts.text(2));
    out.pop_back();
    if (!visit(out)) return;
  }
}

}  // namespace engine::board
