// Fills the board from the log, a transaction after the other.
#include <algorithm>
#include <optional>
#include <utility>

#include "engine/board/board.hpp"
#include "engine/board/pending.hpp"
#include "engine/board/tables.hpp"
#include "engine/tree/tree.hpp"

namespace engine::board {

namespace {

// One transaction: large enough that the pages it touches are touched for many records, small
// enough for what waits to be seen and for memory.
constexpr std::uint64_t transaction_records_max = 32'768;
constexpr std::size_t transaction_text_max = std::size_t{16} << 20;

std::string hex(const Sha256& hash) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : hash) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 0xf]);
  }
  return out;
}

// The open file with its statements; they go together.
struct OpenBoard {
  explicit OpenBoard(std::unique_ptr<Connection> opened)
      : connection(std::move(opened)),
        cards(*connection),
        put_position(connection->prepare("UPDATE about SET position = ?, record = ?")) {}

  std::unique_ptr<Connection> connection;
  PendingCards cards;
  Statement put_position;
};

class SqliteBoardWriter final : public BoardWriter {
 public:
  SqliteBoardWriter(std::filesystem::path file, Describe describe, Words words)
      : file_(std::move(file)), describe_(std::move(describe)), words_(std::move(words)) {}

  Result<void> open() {
    auto opened = open_as_it_is();
    if (opened || opened.error().fault != Fault::corrupt) return opened;
    return make_anew(opened.error().detail);
  }

  Position position() const override { return position_; }
  std::vector<std::string> findings() const override { return findings_; }

  Result<void> follow(const log::LogReader& log, Position up_to) override {
    if (auto same = check_origin(log); !same) return same;
    bool made_anew = false;
    while (position_ < std::min(up_to, log.last())) {
      auto done = transaction(log, std::min(up_to, log.last()));
      if (done) continue;
      // Once: if the new file is refused, too, something else is wrong than the file.
      if (made_anew || !is_refused_) return done;
      made_anew = true;
      if (auto anew = make_anew(done.error().detail); !anew) return anew;
    }
    return {};
  }

  Result<void> dump(const std::function<bool(std::string_view row)>& visit) override {
    dump_rows(*open_->connection, visit);
    return open_->connection->outcome();
  }

 private:
  Result<void> open_as_it_is() {
    auto opened = open_for_writing(file_, findings_);
    if (!opened) return opened.error();
    open_.emplace(std::move(*opened));
    Connection& connection = *open_->connection;
    const std::int64_t position = connection.number("SELECT position FROM about");
    position_ = Position{static_cast<std::uint64_t>(position)};
    return connection.outcome();
  }

  Result<void> make_anew(const std::string& why) {
    findings_.push_back(why + "; it is set aside and made anew from the log");
    open_.reset();
    if (auto aside = set_aside(file_); !aside) return aside;
    return open_as_it_is();
  }

  // Once after opening: a log that was restored from a backup may have gone on otherwise than the
  // one that filled the board.
  Result<void> check_origin(const log::LogReader& log) {
    if (is_origin_checked_) return {};
    const auto same = is_from(log);
    if (!same) return same.error();
    if (!*same) {
      auto anew = make_anew("the board " + file_.string() + " was made from another log");
      if (!anew) return anew;
    }
    is_origin_checked_ = true;
    return {};
  }

  Result<bool> is_from(const log::LogReader& log) {
    if (position_.value == 0) return true;
    if (position_ > log.last()) return false;
    const auto record = log.at(position_);
    if (!record) return record.error();
    Statement stored = open_->connection->prepare("SELECT record FROM about");
    const bool same = stored.next() && stored.text(0) == hex(tree::leaf_hash(*record));
    if (auto read = open_->connection->outcome(); !read) return read.error();
    return same;
  }

  Result<void> transaction(const log::LogReader& log, Position up_to) {
    is_refused_ = false;
    Connection& connection = *open_->connection;
    connection.run("BEGIN IMMEDIATE");
    Position done = position_;
    Sha256 last{};
    const Position to = std::min(up_to, Position{position_.value + transaction_records_max});
    // A record that cannot be read ends the transaction; those before it are written.
    const auto read = log.read(position_, to, [&](Position at, std::string_view bytes) {
      take(log::RecordView(bytes));
      done = at;
      const bool is_full = open_->cards.text_bytes() >= transaction_text_max;
      if (is_full || at == to) last = tree::leaf_hash(bytes);
      return !is_full && !connection.failed();
    });
    if (!read && done > position_) {
      const auto record = log.at(done);
      if (!record) return roll_back(record.error());
      last = tree::leaf_hash(*record);
    }
    open_->cards.write();
    const std::string hash = hex(last);
    open_->put_position << static_cast<std::int64_t>(done.value) << hash;
    open_->put_position.run();
    connection.run("COMMIT");
    if (auto written = connection.outcome(); !written) {
      is_refused_ = written.error().fault == Fault::corrupt;
      return roll_back(written.error());
    }
    position_ = done;
    return read;
  }

  void take(const log::RecordView& record) {
    if (auto card = describe_(record, words_)) open_->cards.take(record, std::move(*card));
  }

  Error roll_back(Error error) {
    open_->cards.clear();
    open_->connection->run("ROLLBACK");
    // There may be no transaction any more; what counts is why.
    static_cast<void>(open_->connection->outcome());
    return error;
  }

  const std::filesystem::path file_;
  const Describe describe_;
  const Words words_;
  std::vector<std::string> findings_;
  std::optional<OpenBoard> open_;
  Position position_;
  bool is_origin_checked_ = false;
  bool is_refused_ = false;  // by SQLite, in the last transaction
};

}  // namespace

Result<std::unique_ptr<BoardWriter>> open_board_writer(const std::filesystem::path& file,
                                                       Describe describe, Words words) {
  auto writer = std::make_unique<SqliteBoardWriter>(file, std::move(describe), std::move(words));
  if (auto opened = writer->open(); !opened) return opened.error();
  return std::unique_ptr<BoardWriter>(std::move(writer));
}

}  // namespace engine::board
