#include "engine/outbox/outbox.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "engine/outbox/tables.hpp"
#include "engine/tree/tree.hpp"

namespace engine::outbox {

namespace {

constexpr std::array<std::string_view, 7> state_names{"",       "waiting",  "sending", "sent",
                                                      "failed", "doubtful", "dropped"};

std::int64_t number_of(State state) { return static_cast<std::int64_t>(state); }
std::int64_t number_of(Position position) { return static_cast<std::int64_t>(position.value); }

std::string hex(const Sha256& hash) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : hash) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 0xf]);
  }
  return out;
}

// At most so many bytes, no character cut in two.
std::string_view shortened(std::string_view text) {
  if (text.size() <= error_bytes_max) return text;
  std::size_t end = error_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

struct Place {
  std::int64_t id;
  std::string route, address;
};

std::vector<Place> under_way(Connection& connection) {
  std::vector<Place> out;
  Statement rows =
      connection.prepare("SELECT id, route, address FROM messages WHERE state = 2 ORDER BY id");
  while (rows.next()) {
    out.push_back({rows.number(0), std::string(rows.text(1)), std::string(rows.text(2))});
  }
  return out;
}

}  // namespace

std::string_view to_string(State state) {
  const auto at = static_cast<std::size_t>(state);
  return at < state_names.size() ? state_names[at] : state_names[0];
}

std::optional<State> parse_state(std::string_view name) {
  const auto found = std::find(state_names.begin() + 1, state_names.end(), name);
  if (found == state_names.end()) return std::nullopt;
  return static_cast<State>(found - state_names.begin());
}

struct Outbox::Impl {
  explicit Impl(std::unique_ptr<Connection> opened) : connection(std::move(opened)) {}

  std::unique_ptr<Connection> connection;
  std::vector<std::string> findings;
  Position position;
  Position written;  // the position as the file has it
  std::string record;
  std::int64_t era = 0;
  bool is_new = false;  // where to begin is not yet written down

  Result<void> read_about();
  void put_about();
  Result<void> go_to_end(const log::LogReader& log);
  Result<bool> is_from(const log::LogReader& log);
  Result<void> leave_log(const log::LogReader& log, Instant now);
  Result<void> doubt_what_was_under_way(Instant now);
  void end_row(const Change& change, Instant now);
};

Result<void> Outbox::Impl::read_about() {
  Statement about = connection->prepare("SELECT position, record, era FROM about");
  if (about.next()) {
    is_new = about.number(0) < 0;
    if (!is_new) position = written = Position{static_cast<std::uint64_t>(about.number(0))};
    record = about.text(1);
    era = about.number(2);
  }
  about.reset();
  return connection->outcome();
}

void Outbox::Impl::put_about() {
  Statement about = connection->prepare("UPDATE about SET position = ?, record = ?, era = ?");
  about << number_of(position) << std::string_view(record) << era;
  about.run();
}

// The end of a log that others write to may move meanwhile: what is recorded from now on counts.
Result<void> Outbox::Impl::go_to_end(const log::LogReader& log) {
  position = log.last();
  record.clear();
  if (position.value == 0) return {};
  const auto bytes = log.at(position);
  if (!bytes) return bytes.error();
  record = hex(tree::leaf_hash(*bytes));
  return {};
}

Result<bool> Outbox::Impl::is_from(const log::LogReader& log) {
  if (position.value == 0) return true;
  if (position > log.last()) return false;
  const auto bytes = log.at(position);
  if (!bytes) return bytes.error();
  return record == hex(tree::leaf_hash(*bytes));
}

// What waits speaks of positions that mean other facts now.
Result<void> Outbox::Impl::leave_log(const log::LogReader& log, Instant now) {
  if (auto moved = go_to_end(log); !moved) return moved;
  ++era;
  connection->run("BEGIN IMMEDIATE");
  Statement drop = connection->prepare(
      "UPDATE messages SET state = 6, ready_at = NULL, ended_at = ?, last_error ="
      " 'its fact is not in the log that is followed now' WHERE state = 1");
  drop << to_ms(now);
  drop.run();
  const std::int64_t dropped = connection->number("SELECT changes()");
  put_about();
  if (auto done = commit(*connection); !done) return done;
  written = position;
  findings.push_back(
      "the outbox followed another log (restored from a backup?): it goes on from "
      "the end of this one, and " +
      std::to_string(dropped) + " messages that waited were dropped");
  return {};
}

Result<void> Outbox::Impl::doubt_what_was_under_way(Instant now) {
  connection->run("BEGIN IMMEDIATE");
  const auto rows = under_way(*connection);
  for (const Place& row : rows) {
    end_row({row.id, State::doubtful, {}, "the program ended while it was being sent"}, now);
  }
  if (auto done = commit(*connection); !done) return done;
  if (!rows.empty()) {
    findings.push_back(std::to_string(rows.size()) +
                       " messages were under way when the program ended: whether they arrived is "
                       "not known, and they are not sent again by themselves");
  }
  return {};
}

void Outbox::Impl::end_row(const Change& change, Instant now) {
  Statement row =
      connection->prepare("SELECT route, address FROM messages WHERE id = ? AND state = 2");
  row << change.id;
  if (!row.next()) return;
  const std::string route(row.text(0));
  const std::string address(row.text(1));
  row.reset();
  const bool waits = change.to == State::waiting;
  Statement put = connection->prepare(
      "UPDATE messages SET state = ?, next_at = ?, last_error = ?, ended_at = ?, ready_at = NULL"
      " WHERE id = ?");
  put << number_of(change.to) << to_ms(change.next_at) << shortened(change.why)
      << (waits ? 0 : to_ms(now)) << change.id;
  put.run();
  set_turn(*connection, route, address);
}

Outbox::Outbox(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Outbox::~Outbox() {
  if (impl_->written == impl_->position) return;
  // If it fails, those facts are passed over once more.
  impl_->put_about();
  static_cast<void>(impl_->connection->outcome());
}

Result<std::unique_ptr<Outbox>> Outbox::open(const std::filesystem::path& file,
                                             const log::LogReader& log, Instant now) {
  auto opened = open_for_writing(file);
  if (!opened) return opened.error();
  auto impl = std::make_unique<Impl>(*std::move(opened));
  if (auto read = impl->read_about(); !read) return read.error();
  if (impl->is_new) {
    if (auto moved = impl->go_to_end(log); !moved) return moved.error();
    impl->put_about();
    if (auto put = impl->connection->outcome(); !put) return put.error();
    impl->written = impl->position;
  }
  if (auto doubted = impl->doubt_what_was_under_way(now); !doubted) return doubted.error();
  const auto same = impl->is_from(log);
  if (!same) return same.error();
  if (!*same) {
    if (auto left = impl->leave_log(log, now); !left) return left.error();
  }
  return std::unique_ptr<Outbox>(new Outbox(std::move(impl)));
}

Position Outbox::position() const { return impl_->position; }
const std::vector<std::string>& Outbox::findings() const { return impl_->findings; }

Result<void> Outbox::add(std::span<const Planned> rows, Position up_to, const Sha256& last,
                         Instant now) {
  Connection& connection = *impl_->connection;
  const Position before = std::exchange(impl_->position, up_to);
  const std::string record_before = std::exchange(impl_->record, hex(last));
  if (rows.empty() && up_to.value - impl_->written.value < lazy_records_max) return {};
  connection.run("BEGIN IMMEDIATE");
  Statement insert = connection.prepare(
      "INSERT INTO messages"
      " (era, cause, line, route, address, subject, kind, state, next_at, made_at, since, ready_at)"
      " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?8, ?8, CASE WHEN EXISTS (SELECT 1 FROM messages"
      " WHERE route = ?4 AND address = ?5 AND state <= 2) THEN NULL ELSE ?8 END WHERE true"
      " ON CONFLICT (era, cause, line, route) DO NOTHING");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Draft& draft = rows[i].draft;
    std::int64_t line = 0;
    for (std::size_t k = i; k > 0 && rows[k - 1].cause == rows[i].cause; --k) {
      line += rows[k - 1].draft.route == draft.route ? 1 : 0;
    }
    insert << impl_->era << number_of(rows[i].cause) << line << std::string_view(draft.route)
           << std::string_view(draft.address) << static_cast<std::int64_t>(draft.subject)
           << std::string_view(draft.kind) << to_ms(now);
    insert.run();
  }
  impl_->put_about();
  auto done = commit(connection);
  if (done) {
    impl_->written = up_to;
  } else {
    impl_->position = before;
    impl_->record = record_before;
  }
  return done;
}

Result<std::vector<Row>> Outbox::begin(std::span<const Quota> quotas, Instant now) {
  Connection& connection = *impl_->connection;
  std::vector<std::int64_t> due;
  Statement select = connection.prepare(
      "SELECT id FROM messages WHERE route = ? AND ready_at <= ? ORDER BY ready_at, id LIMIT ?");
  for (const Quota& quota : quotas) {
    select << std::string_view(quota.route) << to_ms(now)
           << static_cast<std::int64_t>(std::min(quota.at_most, begin_max - due.size()));
    while (select.next()) due.push_back(select.number(0));
  }
  if (due.empty()) {
    auto read = connection.outcome();
    if (!read) return read.error();
    return std::vector<Row>{};
  }
  std::vector<Row> rows;
  connection.run("BEGIN IMMEDIATE");
  // A person may have dropped it since it was read, or have put another before it.
  Statement begin = connection.prepare(
      "UPDATE messages SET state = 2, attempts = attempts + 1, ready_at = NULL"
      " WHERE id = ? AND state = 1 AND ready_at <= ?");
  Statement read = connection.prepare("SELECT " + std::string(row_columns) +
                                      " FROM messages WHERE id = ? AND state = 2");
  for (const std::int64_t id : due) {
    begin << id << to_ms(now);
    begin.run();
    if (connection.number("SELECT changes()") == 0) continue;
    read << id;
    if (read.next()) rows.push_back(read_row(read));
    read.reset();
  }
  if (auto done = commit(connection); !done) return done.error();
  return rows;
}

Result<void> Outbox::end(std::span<const Change> changes, Instant now) {
  if (changes.empty()) return {};
  impl_->connection->run("BEGIN IMMEDIATE");
  for (const Change& change : changes) impl_->end_row(change, now);
  return commit(*impl_->connection);
}

Result<void> Outbox::put_back(std::span<const std::int64_t> under_way_now) {
  const std::unordered_set<std::int64_t> kept(under_way_now.begin(), under_way_now.end());
  Connection& connection = *impl_->connection;
  connection.run("BEGIN IMMEDIATE");
  for (const Place& row : under_way(connection)) {
    if (kept.contains(row.id)) continue;
    Statement back =
        connection.prepare("UPDATE messages SET state = 1, attempts = attempts - 1 WHERE id = ?");
    back << row.id;
    back.run();
    set_turn(connection, row.route, row.address);
  }
  return commit(connection);
}

Result<std::optional<Instant>> Outbox::next_at(const std::string& route) {
  Statement first = impl_->connection->prepare(
      "SELECT ready_at FROM messages WHERE route = ? AND ready_at IS NOT NULL"
      " ORDER BY ready_at LIMIT 1");
  first << std::string_view(route);
  std::optional<Instant> out;
  if (first.next()) out = from_ms(first.number(0));
  if (auto read = impl_->connection->outcome(); !read) return read.error();
  return out;
}

Result<Standing> Outbox::standing() {
  Standing out = read_standing(*impl_->connection);
  if (auto read = impl_->connection->outcome(); !read) return read.error();
  return out;
}

Result<std::size_t> Outbox::prune(Instant now) {
  Connection& connection = *impl_->connection;
  connection.run("BEGIN IMMEDIATE");
  std::size_t pruned = 0;
  // Only the oldest of each state are looked at, so that this is quick however many there are.
  Statement remove = connection.prepare(
      "DELETE FROM messages WHERE id IN (SELECT id FROM (SELECT id, ended_at FROM messages"
      " WHERE state = ? ORDER BY id LIMIT ?) WHERE ended_at < ?)");
  for (const State state : {State::sent, State::dropped, State::failed, State::doubtful}) {
    const bool is_done = state == State::sent || state == State::dropped;
    remove << number_of(state) << static_cast<std::int64_t>(prune_max)
           << to_ms(now - (is_done ? done_kept : undone_kept));
    remove.run();
    pruned += static_cast<std::size_t>(connection.number("SELECT changes()"));
  }
  if (auto done = commit(connection); !done) return done.error();
  return pruned;
}

}  // namespace engine::outbox
