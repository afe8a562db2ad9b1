// A query as SQL. SQLite knows nothing of how many rows a code has, so which index to go by is
// decided here: if some condition leaves few rows, by that one; else along the order of the page,
// passing over what does not fit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/board/board.hpp"
#include "engine/board/cursor.hpp"
#include "engine/board/sqlite.hpp"

namespace engine::board {

class Selection {
 public:
  // Requires: `query` outlives it.
  explicit Selection(const Query& query);

  // As many rows at most, in order, after `after`: the columns of read_row.
  Statement page(Connection& connection, const std::optional<Place>& after, std::size_t limit);
  // One row with the number of rows.
  Statement count(Connection& connection);

  // The place of a row that the page gave.
  Place place_of(const Row& row, std::int64_t id) const;

 private:
  using Value = std::variant<std::int64_t, std::string>;
  struct Condition {
    std::string sql;
    std::vector<Value> values;
    std::string_view by;       // "INDEXED BY …" that finds its rows; "" none
    bool is_one_code = false;  // its index has the rows in the order of opened_at
  };

  void add_codes(std::string_view column, const std::vector<std::string>& codes,
                 std::string_view by);
  void add_times();
  void add_text();
  bool is_few(Connection& connection, const Condition& condition) const;
  std::string_view few(Connection& connection) const;
  std::string_view way(Connection& connection) const;
  std::string of_workflow() const;
  std::string where() const;
  void bind(Statement& statement) const;

  const Query& query_;
  std::vector<Condition> conditions_;
};

}  // namespace engine::board
