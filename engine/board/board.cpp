// Reading the board. Each answer is read in one transaction, so that rows and position agree.
#include "engine/board/board.hpp"

#include <sys/stat.h>

#include <string>
#include <utility>

#include "engine/board/cursor.hpp"
#include "engine/board/selection.hpp"
#include "engine/board/sqlite.hpp"
#include "engine/board/tables.hpp"

namespace engine::board {

namespace {

// SQLite takes so many parameters in one statement; a few are ours.
constexpr std::size_t codes_max = 30'000;

// Which file the name stands for now.
struct Identity {
  dev_t device = 0;
  ino_t file = 0;
  friend bool operator==(const Identity&, const Identity&) = default;
};

Identity identity_of(const std::filesystem::path& file) {
  struct stat seen {};
  if (::stat(file.c_str(), &seen) != 0) return {};
  return {seen.st_dev, seen.st_ino};
}

Result<void> check(const Query& query) {
  if (query.limit < 1 || query.limit > page_max) {
    return Error{Fault::invalid, "a page has 1 to " + std::to_string(page_max) + " rows, not " +
                                     std::to_string(query.limit)};
  }
  const std::size_t codes = query.stages.size() + query.areas.size() + query.categories.size() +
                            query.channels.size() + query.departments.size() +
                            query.supervision.size();
  if (codes > codes_max) {
    return Error{Fault::invalid, "a query names at most " + std::to_string(codes_max) +
                                     " codes, not " + std::to_string(codes)};
  }
  return {};
}

class SqliteBoard final : public Board {
 public:
  explicit SqliteBoard(std::filesystem::path file) : file_(std::move(file)) {}

  // Opens the file, or, if it was made anew since, the one that is there now.
  Result<void> refresh() {
    const Identity now = identity_of(file_);
    if (connection_ && now == identity_) return {};
    auto opened = open_for_reading(file_);
    if (!opened) return opened.error();
    connection_ = std::move(*opened);
    identity_ = now;
    return {};
  }

  Result<Page> list(const Query& query) override {
    if (auto good = check(query); !good) return good.error();
    std::optional<Place> after;
    if (!query.cursor.empty()) {
      after = place_of(query);
      if (!after) {
        return Error{Fault::invalid,
                     "the cursor is none of this board's, or belongs to another query"};
      }
    }
    Page page;
    auto read = in_transaction([&](Position position) {
      page.position = position;
      read_page(query, after, page);
    });
    if (!read) return read.error();
    return page;
  }

  Result<std::uint64_t> count(const Query& query) override {
    if (auto good = check(query); !good) return good.error();
    std::uint64_t rows = 0;
    auto read = in_transaction([&](Position) {
      Selection selection(query);
      Statement statement = selection.count(*connection_);
      if (statement.next()) rows = static_cast<std::uint64_t>(statement.number(0));
    });
    if (!read) return read.error();
    return rows;
  }

  Result<std::optional<Row>> find(const StreamId& stream) override {
    std::optional<Row> row;
    auto read = in_transaction([&](Position) {
      Statement statement = connection_->prepare("SELECT " + std::string(row_columns) +
                                                 " FROM cards WHERE workflow = ? AND stream = ?");
      statement << std::int64_t{stream.workflow.value} << static_cast<std::int64_t>(stream.number);
      if (statement.next()) row = read_row(statement, 0);
    });
    if (!read) return read.error();
    return row;
  }

  Result<Position> position() override {
    Position at;
    auto read = in_transaction([&](Position position) { at = position; });
    if (!read) return read.error();
    return at;
  }

  Result<Position> dump(const std::function<bool(std::string_view row)>& visit) override {
    Position at;
    auto read = in_transaction([&](Position position) {
      at = position;
      dump_rows(*connection_, visit);
    });
    if (!read) return read.error();
    return at;
  }

 private:
  template <class Body>
  Result<void> in_transaction(const Body& body) {
    if (auto fresh = refresh(); !fresh) return fresh;
    connection_->run("BEGIN");
    const std::int64_t position = connection_->number("SELECT position FROM about");
    if (!connection_->failed()) body(Position{static_cast<std::uint64_t>(position)});
    auto read = connection_->outcome();
    connection_->run("ROLLBACK");  // nothing was changed; it ends the reading
    const auto ended = connection_->outcome();
    return read ? ended : read;
  }

  void read_page(const Query& query, const std::optional<Place>& after, Page& page) {
    Selection selection(query);
    Statement rows = selection.page(*connection_, after, query.limit + 1);
    std::int64_t last_id = 0;
    while (rows.next()) {
      if (page.rows.size() == query.limit) {
        page.next = cursor_of(query, selection.place_of(page.rows.back(), last_id));
        break;
      }
      page.rows.push_back(read_row(rows, 0));
      last_id = rows.number(row_column_count - 1);
    }
  }

  const std::filesystem::path file_;
  Identity identity_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace

Result<std::unique_ptr<Board>> open_board(const std::filesystem::path& file) {
  auto board = std::make_unique<SqliteBoard>(file);
  if (auto opened = board->refresh(); !opened) return opened.error();
  return std::unique_ptr<Board>(std::move(board));
}

}  // namespace engine::board
