#include "engine/outbox/tables.hpp"

#include <string>
#include <system_error>
#include <utility>

namespace engine::outbox {

namespace {

constexpr std::int64_t format = 1;

// `ready_at` stands only in the row whose turn it is at its address, while it waits. So what is due
// is found by an index, however much waits behind it.
constexpr std::string_view tables_sql = R"(
CREATE TABLE about (
  position INTEGER NOT NULL,  -- all facts up to here have their rows
  record TEXT NOT NULL,       -- leaf hash of the record there: it tells which log was followed
  era INTEGER NOT NULL        -- rises when it goes on with another log
);
INSERT INTO about VALUES (-1, '', 0);  -- -1: where to begin is not yet known
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  era INTEGER NOT NULL,
  cause INTEGER NOT NULL,     -- position of the fact
  line INTEGER NOT NULL,
  route TEXT NOT NULL,
  address TEXT NOT NULL,
  subject INTEGER NOT NULL,
  kind TEXT NOT NULL,
  state INTEGER NOT NULL,     -- 1 waiting 2 sending 3 sent 4 failed 5 doubtful 6 dropped
  attempts INTEGER NOT NULL DEFAULT 0,
  resent INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL,   -- this and all times: ms since 1970 UTC
  last_error TEXT NOT NULL DEFAULT '',
  made_at INTEGER NOT NULL,
  since INTEGER NOT NULL,
  ended_at INTEGER NOT NULL DEFAULT 0,
  ready_at INTEGER
);
CREATE UNIQUE INDEX once ON messages (era, cause, line, route);
CREATE INDEX by_state ON messages (state);
CREATE INDEX by_subject ON messages (subject);
CREATE INDEX not_ended ON messages (route, address) WHERE state <= 2;
CREATE INDEX ready ON messages (route, ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX turn ON messages (route, address) WHERE ready_at IS NOT NULL;
CREATE TABLE counts (
  route TEXT NOT NULL,
  state INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY (route, state)
) WITHOUT ROWID;
CREATE TRIGGER count_added AFTER INSERT ON messages BEGIN
  INSERT INTO counts VALUES (new.route, new.state, 1)
    ON CONFLICT (route, state) DO UPDATE SET messages = messages + 1;
END;
CREATE TRIGGER count_changed AFTER UPDATE OF state ON messages WHEN old.state <> new.state BEGIN
  UPDATE counts SET messages = messages - 1 WHERE route = old.route AND state = old.state;
  INSERT INTO counts VALUES (new.route, new.state, 1)
    ON CONFLICT (route, state) DO UPDATE SET messages = messages + 1;
END;
CREATE TRIGGER count_removed AFTER DELETE ON messages BEGIN
  UPDATE counts SET messages = messages - 1 WHERE route = old.route AND state = old.state;
END;
)";

Error no_outbox(const std::filesystem::path& file) {
  return {Fault::corrupt, file.string() +
                              " is no outbox of this program; move it away, and what is recorded "
                              "from then on is answered"};
}

Result<void> check_format(Connection& connection, const std::filesystem::path& file) {
  const bool right = connection.number("PRAGMA user_version") == format;
  if (auto read = connection.outcome(); !read) return read;
  if (!right) return no_outbox(file);
  return {};
}

}  // namespace

Row read_row(const Statement& statement) {
  const auto time = [&](int column) { return from_ms(statement.number(column)); };
  const auto text = [&](int column) { return std::string(statement.text(column)); };
  const auto small = [&](int column) {
    return static_cast<std::uint32_t>(statement.number(column));
  };
  Row row;
  row.id = statement.number(0);
  row.cause = Position{static_cast<std::uint64_t>(statement.number(1))};
  row.line = small(2);
  row.route = text(3);
  row.address = text(4);
  row.subject = static_cast<std::uint64_t>(statement.number(5));
  row.kind = text(6);
  row.state = static_cast<State>(statement.number(7));
  row.attempts = small(8);
  row.resent = small(9);
  row.next_at = time(10);
  row.last_error = text(11);
  row.made_at = time(12);
  row.since = time(13);
  row.ended_at = time(14);
  return row;
}

Result<std::unique_ptr<Connection>> open_for_writing(const std::filesystem::path& file) {
  auto opened = Connection::open(file, board::Access::write);
  if (!opened) return opened.error();
  Connection& connection = **opened;
  connection.run("PRAGMA journal_mode = WAL");
  // Each commit is synced: what left must not be forgotten.
  connection.run("PRAGMA synchronous = FULL");
  connection.run("PRAGMA temp_store = MEMORY");
  connection.run("BEGIN IMMEDIATE");
  if (connection.number("SELECT count(*) FROM sqlite_master") == 0) {
    connection.run(std::string(tables_sql));
    connection.run("PRAGMA user_version = " + std::to_string(format));
  }
  if (auto made = commit(connection); !made) return made.error();
  if (auto right = check_format(connection, file); !right) return right.error();
  return opened;
}

Result<std::unique_ptr<Connection>> open_existing(const std::filesystem::path& file,
                                                  board::Access access) {
  std::error_code failed;
  if (!std::filesystem::exists(file, failed)) {
    return Error{Fault::not_found,
                 "there is no outbox " + file.string() + ": nothing was ever to be sent from here"};
  }
  auto opened = Connection::open(file, access);
  if (!opened) return opened.error();
  if (access == board::Access::write) (*opened)->run("PRAGMA synchronous = FULL");
  if (auto right = check_format(**opened, file); !right) return right.error();
  return opened;
}

void set_turn(Connection& connection, std::string_view route, std::string_view address) {
  Statement none = connection.prepare(
      "UPDATE messages INDEXED BY turn SET ready_at = NULL"
      " WHERE route = ? AND address = ? AND ready_at IS NOT NULL");
  none << route << address;
  none.run();
  Statement first = connection.prepare(
      "UPDATE messages SET ready_at = next_at WHERE state = 1 AND id = (SELECT min(id) FROM"
      " messages WHERE route = ? AND address = ? AND state <= 2)");
  first << route << address;
  first.run();
}

Standing read_standing(Connection& connection) {
  Standing out;
  Statement counts = connection.prepare(
      "SELECT route, state, messages FROM counts WHERE messages > 0 ORDER BY route, state");
  while (counts.next()) {
    out.counts.push_back({std::string(counts.text(0)), static_cast<State>(counts.number(1)),
                          static_cast<std::uint64_t>(counts.number(2))});
  }
  Statement oldest =
      connection.prepare("SELECT made_at FROM messages WHERE state = 1 ORDER BY id LIMIT 1");
  if (oldest.next()) out.oldest_waiting = from_ms(oldest.number(0));
  return out;
}

Result<void> commit(Connection& connection) {
  connection.run("COMMIT");
  auto done = connection.outcome();
  if (done) return done;
  connection.run("ROLLBACK");
  // There may be no transaction any more; what counts is why.
  static_cast<void>(connection.outcome());
  return done;
}

}  // namespace engine::outbox
