// SQLite as far as the board and the outbox need it. A failure is remembered by the connection:
// statements may be run one after the other and the outcome asked for once.
//
// Threads: a connection and its statements are used by one at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace engine::board {

enum class Access : std::uint8_t { read, write };

class Statement;

class Connection {
 public:
  // Opens the file; `write` makes it if there is none. SQLite looks into it only at the first use.
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs statements that give no rows.
  void run(const std::string& sql);
  Statement prepare(std::string_view sql);
  // The first column of the first row; 0 if there is none.
  std::int64_t number(std::string_view sql);

  bool failed() const { return failure_.has_value(); }
  // The first failure since it was last asked for: corrupt (SQLite does not take the file for a
  // good database), busy (somebody else keeps it locked) or storage.
  Result<void> outcome();

 private:
  friend class Statement;
  Connection() = default;
  void fail(int code, std::string_view doing);

  sqlite3* db_ = nullptr;
  std::string file_;
  std::optional<Error> failure_;
};

class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Binds the next parameter. Requires: text lives until the statement has run.
  Statement& operator<<(std::int64_t number);
  Statement& operator<<(std::string_view text);
  Statement& operator<<(std::nullptr_t);

  // Goes to the next row; false at the end, or if the connection failed; then it can be bound anew.
  bool next();
  // To its end; rows are not looked at.
  void run();
  // Gives up what is left of the rows.
  void reset();

  std::int64_t number(int column) const;
  std::string_view text(int column) const;  // valid until the next step

 private:
  Connection* connection_;
  sqlite3_stmt* raw_ = nullptr;
  int bound_ = 0;
};

}  // namespace engine::board
