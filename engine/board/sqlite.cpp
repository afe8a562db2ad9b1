#include "engine/board/sqlite.hpp"

#include <utility>

#include <sqlite3.h>

namespace engine::board {

namespace {

// Somebody's own SQL may keep the file locked for a moment.
constexpr int busy_wait_ms = 2'000;

Fault fault_of(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:  // the tables are not those that we made
    case SQLITE_MISMATCH:
      return Fault::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Fault::busy;
    default:
      return Fault::storage;
  }
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file,
                                                     Access access) {
  // SQLite would count every allocation under one lock of the whole process.
  static const int without_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(without_statistics);  // refused if SQLite is in use already: then it counts
  std::unique_ptr<Connection> connection(new Connection);
  connection->file_ = file.string();
  const int flags =
      SQLITE_OPEN_NOMUTEX |
      (access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(file.c_str(), &connection->db_, flags, nullptr);
  if (code != SQLITE_OK) connection->fail(code, "opening");
  if (auto opened = connection->outcome(); !opened) return opened.error();
  sqlite3_extended_result_codes(connection->db_, 1);
  sqlite3_busy_timeout(connection->db_, busy_wait_ms);
  return connection;
}

Connection::~Connection() { sqlite3_close_v2(db_); }

void Connection::run(const std::string& sql) {
  if (failed()) return;
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, "running");
}

Statement Connection::prepare(std::string_view sql) { return {*this, sql}; }

std::int64_t Connection::number(std::string_view sql) {
  Statement statement = prepare(sql);
  return statement.next() ? statement.number(0) : 0;
}

Result<void> Connection::outcome() {
  if (!failure_) return {};
  return *std::exchange(failure_, std::nullopt);
}

void Connection::fail(int code, std::string_view doing) {
  if (failed()) return;
  failure_ =
      Error{fault_of(code), file_ + ", " + std::string(doing) + ": " +
                                (db_ != nullptr ? sqlite3_errmsg(db_) : sqlite3_errstr(code))};
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_(&connection) {
  if (connection.failed()) return;
  const int code = sqlite3_prepare_v3(connection.db_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw_, nullptr);
  if (code != SQLITE_OK) connection.fail(code, "preparing");
}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      raw_(std::exchange(other.raw_, nullptr)),
      bound_(other.bound_) {}

Statement::~Statement() { sqlite3_finalize(raw_); }

// Binding fails only for a parameter that is not there or for want of memory; the step then says
// so, for what is not bound is NULL where the tables allow none.
Statement& Statement::operator<<(std::int64_t number) {
  if (raw_ != nullptr) sqlite3_bind_int64(raw_, ++bound_, number);
  return *this;
}

Statement& Statement::operator<<(std::string_view text) {
  if (raw_ != nullptr) {
    // A null pointer would be NULL; empty text is not.
    const char* data = text.data() == nullptr ? "" : text.data();
    sqlite3_bind_text64(raw_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  return *this;
}

Statement& Statement::operator<<(std::nullptr_t) {
  if (raw_ != nullptr) sqlite3_bind_null(raw_, ++bound_);
  return *this;
}

bool Statement::next() {
  if (raw_ == nullptr || connection_->failed()) return false;
  const int code = sqlite3_step(raw_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_->fail(code, "reading or writing");
  reset();
  return false;
}

void Statement::run() {
  while (next()) {
  }
}

void Statement::reset() {
  if (raw_ != nullptr) sqlite3_reset(raw_);
  bound_ = 0;
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(raw_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(raw_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(raw_, column))};
}

}  // namespace engine::board
