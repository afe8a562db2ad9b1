// The outbox's file: its tables, and what all that write in it must do alike.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/board/sqlite.hpp"
#include "engine/core/error.hpp"
#include "engine/outbox/outbox.hpp"

namespace engine::outbox {

using board::Connection;
using board::Statement;

inline constexpr std::string_view row_columns =
    "id, cause, line, route, address, subject, kind, state, attempts, resent, next_at, last_error, "
    "made_at, since, ended_at";
Row read_row(const Statement& statement);

// Makes the tables where there are none. corrupt: it is no outbox, or of another format.
Result<std::unique_ptr<Connection>> open_for_writing(const std::filesystem::path& file);
// not_found: there is no file.
Result<std::unique_ptr<Connection>> open_existing(const std::filesystem::path& file,
                                                  board::Access access);

// Whose turn it is at an address, after anything there has changed: the first that has not ended,
// if it waits. In the transaction of the change.
void set_turn(Connection& connection, std::string_view route, std::string_view address);

Standing read_standing(Connection& connection);

// COMMIT if all went well, ROLLBACK and why if not.
Result<void> commit(Connection& connection);

}  // namespace engine::outbox
