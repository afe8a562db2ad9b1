// The cards that one transaction touches: however many records a stream has in it, its card is read
// once and written once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/board/board.hpp"
#include "engine/board/sqlite.hpp"

namespace engine::board {

// What is searched of one card; more is not found.
constexpr std::size_t searched_bytes_max = 256 << 10;

class PendingCards {
 public:
  // The connection outlives it and is in a transaction whenever this is used.
  explicit PendingCards(Connection& connection);

  // Takes in what the record says of its stream.
  void take(const log::RecordView& record, Card card);

  // Of text that waits to be written.
  std::size_t text_bytes() const { return text_bytes_; }

  // Writes everything taken in since the last time.
  void write();
  // Forgets it.
  void clear();

 private:
  struct Pending {
    std::int64_t id = 0;
    bool is_new = false;
    unsigned changes = 0;  // groups of columns, see pending.cpp
    std::string old_title;
    std::vector<std::string> new_texts;
    Row row;
  };

  Pending& find(const log::RecordView& record);
  void load(Pending& pending, const StreamId& stream);
  void insert(const Pending& pending);
  void update(const Pending& pending);
  Statement& update_statement(unsigned changes);
  void write_text(const Pending& pending);

  Connection& connection_;
  Statement find_, insert_, text_of_, put_text_, unsearch_, search_;
  std::vector<std::optional<Statement>> updates_;  // by changes, made when first needed
  std::unordered_map<StreamId, Pending> cards_;
  std::vector<Pending*> order_;  // as first touched, so that new cards follow one another
  std::size_t text_bytes_ = 0;
};

}  // namespace engine::board
