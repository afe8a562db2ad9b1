#include "engine/board/pending.hpp"

#include <algorithm>
#include <utility>

#include "engine/board/split.hpp"
#include "engine/board/tables.hpp"

namespace engine::board {

namespace {

// Columns that change together. An update names only the groups that changed: naming a column makes
// SQLite rewrite every index that it is in.
enum Group : unsigned { due = 1, place = 2, head = 4, open = 8, next_due = 16 };
constexpr std::size_t groups = 32;

constexpr std::string_view insert_sql =
    "INSERT INTO cards (id, workflow, stream, number, title, stage, supervision, level, area, "
    "category, channel, department, opened_at, changed_at, due_at, version, position, open, "
    "next_due, returned) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

std::string update_sql(unsigned changes) {
  std::string sql =
      "UPDATE cards SET stage = ?, supervision = ?, level = ?, changed_at = ?, version = ?, "
      "position = ?";
  if (changes & due) sql += ", due_at = ?";
  if (changes & place) sql += ", area = ?, category = ?, channel = ?, department = ?";
  if (changes & head) sql += ", number = ?, title = ?, opened_at = ?";
  if (changes & open) sql += ", open = ?";
  if (changes & next_due) sql += ", next_due = ?, returned = ?";
  return sql + " WHERE id = ?";
}

std::int64_t stored(std::uint64_t number) { return static_cast<std::int64_t>(number); }

void bind_due(Statement& statement, Instant due_at) {
  if (due_at == Instant{}) {
    statement << nullptr;
  } else {
    statement << to_ms(due_at);
  }
}

template <class T>
bool assign(T& to, T&& from) {
  const bool differs = to != from;
  if (differs) to = std::forward<T>(from);
  return differs;
}

bool assign(std::string& to, std::string_view from) {
  const bool differs = to != from;
  if (differs) to = from;
  return differs;
}

}  // namespace

PendingCards::PendingCards(Connection& connection)
    : connection_(connection),
      find_(connection.prepare("SELECT " + std::string(row_columns) +
                               " FROM cards WHERE workflow = ? AND stream = ?")),
      insert_(connection.prepare(insert_sql)),
      put_text_(connection.prepare("INSERT INTO texts (position, card, text) VALUES (?, ?, ?)")),
      unsearch_(
          connection.prepare("INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)")),
      search_(connection.prepare("INSERT INTO search (rowid, words) VALUES (?, ?)")),
      updates_(groups) {}

PendingCards::Pending& PendingCards::find(const log::RecordView& record) {
  const StreamId stream = record.stream();
  const auto [at, is_unknown] = cards_.try_emplace(stream);
  Pending& pending = at->second;
  if (!pending.is_waiting) order_.push_back(&pending);
  pending.is_waiting = true;
  if (!is_unknown) return pending;
  if (record.version() > Version{1}) load(pending, stream);
  if (pending.id == 0) {
    pending.id = stored(record.position().value);
    pending.is_new = true;
    pending.row.stream = stream;
  }
  return pending;
}

void PendingCards::load(Pending& pending, const StreamId& stream) {
  find_ << std::int64_t{stream.workflow.value} << stored(stream.number);
  if (!find_.next()) return;
  pending.row = read_row(find_, 0);
  pending.id = find_.number(row_column_count - 1);
  pending.old_title = pending.row.title;
  find_.reset();
}

void PendingCards::take(const log::RecordView& record, Card card) {
  Pending& pending = find(record);
  Row& row = pending.row;
  row.stage = std::move(card.stage);
  row.supervision = std::move(card.supervision);
  row.level = std::move(card.level);
  row.changed_at = record.occurred_at();
  row.version = record.version();
  row.position = record.position();
  if (assign(row.due_at, from_ms(record.raw()->head()->due_at()))) pending.changes |= due;
  bool moved = assign(row.dims.area, record.area());
  moved |= assign(row.dims.category, record.category());
  moved |= assign(row.dims.channel, record.channel());
  moved |= assign(row.dims.department, record.department());
  if (moved) pending.changes |= place;
  bool renamed = assign(row.number, std::move(card.number));
  renamed |= assign(row.opened_at, from_ms(record.raw()->head()->opened_at()));
  if (card.title) renamed |= assign(row.title, std::move(*card.title));
  if (renamed) pending.changes |= head;
  if (assign(row.open, std::move(card.open))) pending.changes |= open;
  bool pressed = assign(row.next_due, std::move(card.next_due));
  pressed |= assign(row.returned, std::move(card.returned));
  if (pressed) pending.changes |= next_due;
  if (card.text && !card.text->empty()) {
    text_bytes_ += card.text->size();
    pending.new_texts.push_back({record.version(), record.position(), std::move(*card.text)});
  }
}

void PendingCards::write() {
  // In the order in which they lie in the tables. The search index demands it: a lower id than the
  // one before makes it write out what it has gathered.
  std::sort(order_.begin(), order_.end(),
            [](const Pending* a, const Pending* b) { return a->id < b->id; });
  for (const Pending* pending : order_) {
    if (pending->is_new) {
      insert(*pending);
    } else {
      update(*pending);
    }
  }
  // A change of any table makes the search index write out what it has gathered, too.
  for (const Pending* pending : order_) {
    for (const Text& text : pending->new_texts) {
      put_text_ << stored(text.position.value) << pending->id << text.words;
      put_text_.run();
    }
  }
  for (const Pending* pending : order_) {
    search_title(*pending);
    search_texts(*pending);
  }
  keep();
}

// What was written is not read again while there is room for it. What has ended rarely goes on.
void PendingCards::keep() {
  for (Pending* pending : order_) {
    pending->is_waiting = false;
    pending->is_new = false;
    pending->changes = 0;
    pending->old_title = pending->row.title;
    pending->new_texts.clear();
    if (!pending->row.open) cards_.erase(StreamId(pending->row.stream));
  }
  order_.clear();
  text_bytes_ = 0;
  if (cards_.size() > kept_cards_max) cards_.clear();
}

void PendingCards::clear() {
  cards_.clear();
  order_.clear();
  text_bytes_ = 0;
}

void PendingCards::insert(const Pending& pending) {
  const Row& row = pending.row;
  insert_ << pending.id << std::int64_t{row.stream.workflow.value} << stored(row.stream.number)
          << row.number << row.title << row.stage << row.supervision << row.level << row.dims.area
          << row.dims.category << row.dims.channel << row.dims.department << to_ms(row.opened_at)
          << to_ms(row.changed_at);
  bind_due(insert_, row.due_at);
  insert_ << std::int64_t{row.version.value} << stored(row.position.value)
          << std::int64_t{row.open};
  bind_due(insert_, row.next_due);
  insert_ << std::int64_t{row.returned};
  insert_.run();
}

Statement& PendingCards::update_statement(unsigned changes) {
  std::optional<Statement>& statement = updates_[changes];
  if (!statement) statement.emplace(connection_.prepare(update_sql(changes)));
  return *statement;
}

void PendingCards::update(const Pending& pending) {
  const Row& row = pending.row;
  Statement& statement = update_statement(pending.changes);
  statement << row.stage << row.supervision << row.level << to_ms(row.changed_at)
            << std::int64_t{row.version.value} << stored(row.position.value);
  if (pending.changes & due) bind_due(statement, row.due_at);
  if (pending.changes & place) {
    statement << row.dims.area << row.dims.category << row.dims.channel << row.dims.department;
  }
  if (pending.changes & head) statement << row.number << row.title << to_ms(row.opened_at);
  if (pending.changes & open) statement << std::int64_t{row.open};
  if (pending.changes & next_due) {
    bind_due(statement, row.next_due);
    statement << std::int64_t{row.returned};
  }
  statement << pending.id;
  statement.run();
}

// The search index keeps no text of its own: to take a title out of it, SQLite must be told the
// words that were put in.
void PendingCards::search_title(const Pending& pending) {
  if (pending.row.title == pending.old_title) return;
  const std::int64_t place = search_place(pending.id, title_place);
  if (!pending.old_title.empty()) {
    const std::string old_words = split(pending.old_title);
    unsearch_ << place << old_words;
    unsearch_.run();
  }
  if (pending.row.title.empty()) return;
  const std::string words = split(pending.row.title);
  search_ << place << words;
  search_.run();
}

void PendingCards::search_texts(const Pending& pending) {
  for (const Text& text : pending.new_texts) {
    if (text.version.value >= search_places) continue;
    const std::string words = split(text.words);
    search_ << search_place(pending.id, text.version.value) << words;
    search_.run();
  }
}

}  // namespace engine::board
