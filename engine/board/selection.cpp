#include "engine/board/selection.hpp"

#include <limits>

#include "engine/board/split.hpp"
#include "engine/board/tables.hpp"

namespace engine::board {

namespace {

// So many rows are looked up and sorted faster than anybody notices.
constexpr std::int64_t few_rows = 5'000;

struct Order {
  std::string_view column;
  std::string_view by;
};

// What has ended is most of the board and lies before what is open: it is not walked through where
// only open rows are asked for.
Order order_of(const Query& query) {
  const bool is_open = query.open.value_or(false);
  switch (query.sort) {
    case Sort::opened:
      return {"opened_at", is_open ? "INDEXED BY by_open" : "INDEXED BY by_opened"};
    case Sort::changed:
      return {"changed_at", "INDEXED BY by_changed"};
    case Sort::due:
      return {"due_order", is_open ? "INDEXED BY by_open_due" : "INDEXED BY by_due"};
    case Sort::number:
      return {"number", "INDEXED BY by_number"};
  }
  return {};
}

}  // namespace

Selection::Selection(const Query& query) : query_(query) {
  add_text();
  if (query.unplaced) add_codes("area", {""}, "INDEXED BY by_area");
  add_codes("area", query.areas, "INDEXED BY by_area");
  add_codes("department", query.departments, "INDEXED BY by_department");
  add_codes("category", query.categories, "INDEXED BY by_category");
  add_codes("stage", query.stages, "");
  add_codes("channel", query.channels, "");
  add_codes("supervision", query.supervision, "");
  add_codes("level", query.levels, "");
  if (query.returned) conditions_.push_back({"returned = 1", {}, ""});
  if (query.open && *query.open) conditions_.push_back({"open = 1", {}, "INDEXED BY by_open"});
  if (query.open && !*query.open) conditions_.push_back({"open = 0", {}, ""});
  add_times();
}

void Selection::add_codes(std::string_view column, const std::vector<std::string>& codes,
                          std::string_view by) {
  if (codes.empty()) return;
  Condition condition;
  condition.sql = column;
  condition.by = by;
  condition.is_one_code = codes.size() == 1 && !by.empty();
  condition.sql += codes.size() == 1 ? " = ?" : " IN (";
  for (const std::string& code : codes) {
    if (codes.size() > 1) condition.sql += condition.values.empty() ? "?" : ", ?";
    condition.values.emplace_back(code);
  }
  if (codes.size() > 1) condition.sql += ")";
  conditions_.push_back(std::move(condition));
}

void Selection::add_times() {
  constexpr std::string_view by_opened = "INDEXED BY by_opened";
  constexpr std::string_view by_due = "INDEXED BY by_due";
  const auto add = [this](std::string sql, Instant time, std::string_view by) {
    conditions_.push_back({std::move(sql), {to_ms(time)}, by});
  };
  if (query_.opened_from) add("opened_at >= ?", *query_.opened_from, by_opened);
  if (query_.opened_to) add("opened_at < ?", *query_.opened_to, by_opened);
  if (query_.due_from) add("(due_order >= ? AND due_at IS NOT NULL)", *query_.due_from, by_due);
  if (query_.due_before) add("due_order < ?", *query_.due_before, by_due);
  if (!query_.next_due_from && !query_.next_due_before) return;
  // Both at once: what one of them leaves may be many, what both leave seldom is.
  conditions_.push_back({"(next_due >= ? AND next_due < ?)",
                         {to_ms(query_.next_due_from.value_or(Instant::min())),
                          to_ms(query_.next_due_before.value_or(Instant::max()))},
                         "INDEXED BY by_next_due"});
}

void Selection::add_text() {
  for (std::string& phrase : phrases_of(query_.text)) {
    Condition condition;
    condition.sql = "cards.id IN (SELECT rowid >> " + std::to_string(search_bits) +
                    " FROM search WHERE search MATCH ?)";
    condition.values.emplace_back(std::move(phrase));
    condition.by = "NOT INDEXED";  // by the ids alone
    conditions_.push_back(std::move(condition));
  }
}

bool Selection::is_few(Connection& connection, const Condition& condition) const {
  std::string sql = "SELECT count(*) FROM (SELECT 1 FROM cards ";
  sql.append(condition.by).append(" WHERE ").append(of_workflow());
  sql.append(" AND ").append(condition.sql);
  Statement probe = connection.prepare(sql.append(" LIMIT ?)"));
  for (const Value& value : condition.values) {
    std::visit([&probe](const auto& v) { probe << v; }, value);
  }
  probe << few_rows + 1;
  return probe.next() && probe.number(0) <= few_rows;
}

std::string_view Selection::few(Connection& connection) const {
  for (const Condition& condition : conditions_) {
    if (!condition.by.empty() && is_few(connection, condition)) return condition.by;
  }
  return "";
}

std::string_view Selection::way(Connection& connection) const {
  const std::string_view by_few = few(connection);
  if (!by_few.empty()) return by_few;
  if (query_.sort == Sort::opened) {
    for (const Condition& condition : conditions_) {
      if (condition.is_one_code) return condition.by;
    }
  }
  return order_of(query_).by;
}

// In the text, not bound: it stands first in every index, and the statement is prepared for it.
std::string Selection::of_workflow() const {
  return "workflow = " + std::to_string(query_.workflow.value);
}

std::string Selection::where() const {
  std::string sql = " WHERE " + of_workflow();
  for (const Condition& condition : conditions_) sql.append(" AND ").append(condition.sql);
  return sql;
}

void Selection::bind(Statement& statement) const {
  for (const Condition& condition : conditions_) {
    for (const Value& value : condition.values) {
      std::visit([&statement](const auto& v) { statement << v; }, value);
    }
  }
}

Statement Selection::page(Connection& connection, const std::optional<Place>& after,
                          std::size_t limit) {
  const std::string column(order_of(query_).column);
  std::string sql = "SELECT " + std::string(row_columns) + " FROM cards ";
  sql.append(way(connection)).append(where());
  if (after) {
    sql += " AND (" + column + ", cards.id) " + (query_.descending ? "<" : ">") + " (?, ?)";
  }
  const char* direction = query_.descending ? " DESC" : "";
  sql += " ORDER BY " + column + direction + ", cards.id" + direction + " LIMIT ?";
  Statement statement = connection.prepare(sql);
  bind(statement);
  if (after && query_.sort == Sort::number) {
    statement << after->number << after->id;
  } else if (after) {
    statement << after->key << after->id;
  }
  statement << static_cast<std::int64_t>(limit);
  return statement;
}

Statement Selection::count(Connection& connection) {
  std::string sql = "SELECT count(*) FROM cards ";
  Statement statement = connection.prepare(sql.append(few(connection)).append(where()));
  bind(statement);
  return statement;
}

Place Selection::place_of(const Row& row, std::int64_t id) const {
  switch (query_.sort) {
    case Sort::opened:
      return {to_ms(row.opened_at), "", id};
    case Sort::changed:
      return {to_ms(row.changed_at), "", id};
    case Sort::due:
      return {
          row.due_at == Instant{} ? std::numeric_limits<std::int64_t>::max() : to_ms(row.due_at),
          "", id};
    case Sort::number:
      return {0, row.number, id};
  }
  return {};
}

}  // namespace engine::board
