#include "engine/outbox/by_hand.hpp"

#include <utility>

#include "engine/outbox/tables.hpp"

namespace engine::outbox {

namespace {

constexpr std::int64_t all_ids = INT64_MAX;

std::int64_t number_of(State state) { return static_cast<std::int64_t>(state); }

bool can_be_resent(State state) { return has_ended(state); }
bool can_be_dropped(State state) {
  return state == State::waiting || state == State::failed || state == State::doubtful;
}

struct Found {
  std::int64_t id;
  std::string route, address;
  State state;
};

std::vector<Found> read_found(Statement& rows) {
  std::vector<Found> out;
  while (rows.next()) {
    out.push_back({rows.number(0), std::string(rows.text(1)), std::string(rows.text(2)),
                   static_cast<State>(rows.number(3))});
  }
  return out;
}

Result<void> check(const Selection& which) {
  if (which.ids.empty() && !which.state) {
    return Error{Fault::invalid, "name the messages by their ids, or by a state"};
  }
  if (which.ids.size() > by_hand_max) {
    return Error{Fault::invalid, "at most " + std::to_string(by_hand_max) + " messages at a time"};
  }
  return {};
}

constexpr std::string_view found_columns = "SELECT id, route, address, state FROM messages ";

// not_found: one of the ids is not there.
Result<std::vector<Found>> found_by_id(Connection& connection,
                                       const std::vector<std::int64_t>& ids) {
  std::vector<Found> out;
  Statement row = connection.prepare(std::string(found_columns) + "WHERE id = ?");
  for (const std::int64_t id : ids) {
    row << id;
    auto one = read_found(row);
    if (one.empty() && !connection.failed()) {
      return Error{Fault::not_found, "there is no message " + std::to_string(id)};
    }
    for (Found& each : one) out.push_back(std::move(each));
  }
  return out;
}

std::vector<Found> found_by_state(Connection& connection, State state, const std::string& route) {
  Statement rows = connection.prepare(std::string(found_columns) +
                                      "WHERE state = ?1 AND (?2 = '' OR route = ?2)"
                                      " ORDER BY id LIMIT ?3");
  rows << number_of(state) << std::string_view(route) << static_cast<std::int64_t>(by_hand_max);
  return read_found(rows);
}

Error roll_back(Connection& connection, Error error) {
  connection.run("ROLLBACK");
  static_cast<void>(connection.outcome());
  return error;
}

// Changes what is selected by a statement that takes ?1 now and ?2 the id, if `can` is true of all.
Result<std::size_t> change(const std::filesystem::path& file, const Selection& which, Instant now,
                           std::string_view sql, bool (*can)(State), std::string_view verb) {
  if (auto good = check(which); !good) return good.error();
  auto opened = open_existing(file, board::Access::write);
  if (!opened) return opened.error();
  Connection& connection = **opened;
  connection.run("BEGIN IMMEDIATE");
  auto found =
      which.ids.empty()
          ? Result<std::vector<Found>>(found_by_state(connection, *which.state, which.route))
          : found_by_id(connection, which.ids);
  if (!found) return roll_back(connection, found.error());
  Statement put = connection.prepare(sql);
  for (const Found& each : *found) {
    if (!can(each.state)) {
      return roll_back(connection, {Fault::conflict, "message " + std::to_string(each.id) + " is " +
                                                         std::string(to_string(each.state)) +
                                                         " and cannot be " + std::string(verb)});
    }
    put << to_ms(now) << each.id;
    put.run();
    set_turn(connection, each.route, each.address);
  }
  if (auto done = commit(connection); !done) return done.error();
  return found->size();
}

}  // namespace

Result<Page> list(const std::filesystem::path& file, const Query& query) {
  if (query.limit < 1 || query.limit > page_max) {
    return Error{Fault::invalid, "a page has 1 to " + std::to_string(page_max) + " rows, not " +
                                     std::to_string(query.limit)};
  }
  auto opened = open_existing(file, board::Access::read);
  if (!opened) return opened.error();
  Connection& connection = **opened;
  std::string sql = "SELECT " + std::string(row_columns) + " FROM messages WHERE id < ?";
  if (query.state) sql += " AND state = ?";
  if (!query.route.empty()) sql += " AND route = ?";
  if (query.subject) sql += " AND subject = ?";
  Statement rows = connection.prepare(sql + " ORDER BY id DESC LIMIT ?");
  rows << (query.before > 0 ? query.before : all_ids);
  if (query.state) rows << number_of(*query.state);
  if (!query.route.empty()) rows << std::string_view(query.route);
  if (query.subject) rows << static_cast<std::int64_t>(*query.subject);
  rows << static_cast<std::int64_t>(query.limit + 1);
  Page page;
  while (rows.next()) {
    if (page.rows.size() == query.limit) {
      page.next = page.rows.back().id;
      break;
    }
    page.rows.push_back(read_row(rows));
  }
  if (auto read = connection.outcome(); !read) return read.error();
  return page;
}

Result<Row> find(const std::filesystem::path& file, std::int64_t id) {
  auto opened = open_existing(file, board::Access::read);
  if (!opened) return opened.error();
  Statement row =
      (*opened)->prepare("SELECT " + std::string(row_columns) + " FROM messages WHERE id = ?");
  row << id;
  const bool is_there = row.next();
  if (auto read = (*opened)->outcome(); !read) return read.error();
  if (!is_there) return Error{Fault::not_found, "there is no message " + std::to_string(id)};
  return read_row(row);
}

Result<Standing> standing(const std::filesystem::path& file) {
  auto opened = open_existing(file, board::Access::read);
  if (!opened) return opened.error();
  Standing out = read_standing(**opened);
  if (auto read = (*opened)->outcome(); !read) return read.error();
  return out;
}

Result<std::size_t> resend(const std::filesystem::path& file, const Selection& which, Instant now) {
  return change(file, which, now,
                "UPDATE messages SET state = 1, attempts = 0, resent = resent + 1, next_at = ?1,"
                " since = ?1, ended_at = 0, last_error = '' WHERE id = ?2",
                can_be_resent, "sent again: only what has ended can");
}

Result<std::size_t> drop(const std::filesystem::path& file, const Selection& which, Instant now) {
  return change(file, which, now,
                "UPDATE messages SET state = 6, ended_at = ?1, ready_at = NULL,"
                " last_error = 'dropped by hand' WHERE id = ?2",
                can_be_dropped, "dropped: only what waits, failed or is doubtful can");
}

}  // namespace engine::outbox
