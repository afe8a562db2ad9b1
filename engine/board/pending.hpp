// The cards that one transaction touches: however many records a stream has in it, its card is read
// at most once and written once.
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

// Cards that stay in memory after they were written: some tens of MB.
constexpr std::size_t kept_cards_max = 65'536;

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
  // Forgets what was taken in, and what is known of the tables: the transaction was rolled back.
  void clear();

 private:
  struct Text {
    Version version;
    Position position;
    std::string words;
  };
  struct Pending {
    std::int64_t id = 0;
    bool is_waiting = false;  // to be written
    bool is_new = false;
    unsigned changes = 0;  // groups of columns, see pending.cpp
    std::string old_title;
    std::vector<Text> new_texts;
    Row row;
  };

  Pending& find(const log::RecordView& record);
  void load(Pending& pending, const StreamId& stream);
  void keep();
  void insert(const Pending& pending);
  void update(const Pending& pending);
  Statement& update_statement(unsigned changes);
  void search_title(const Pending& pending);
  void search_texts(const Pending& pending);

  Connection& connection_;
  Statement find_, insert_, put_text_, unsearch_, search_;
  std::vector<std::optional<Statement>> updates_;  // by changes, made when first needed
  std::unordered_map<StreamId, Pending> cards_;  // as they are in the tables, but for those waiting
  std::vector<Pending*> order_;                  // those waiting
  std::size_t text_bytes_ = 0;
};

}  // namespace engine::board
