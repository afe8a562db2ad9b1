// Views whose process is killed in the middle of a record, again and again: what they have saved is
// whole, and they go on from there.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/board/board.hpp"
#include "engine/view/projector.hpp"
#include "tests/support/desk_log.hpp"
#include "tests/support/fresh_process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::view;
using support::Desk;
using support::Tally;

constexpr std::size_t records = 4'000;
constexpr std::size_t records_a_step = 100;  // the views are saved after each

struct Views {
  std::filesystem::path folder;
  std::filesystem::path saved() const { return folder / "view"; }
  std::filesystem::path board() const { return folder / "board.sqlite"; }
};

// The same log in every process.
std::unique_ptr<log::EventLog> whole_log() {
  auto log = log::memory_log();
  Desk(*log).append_some(records);
  return log;
}

// Describes as the desk does, until the record at which the process is killed.
board::Describe killed_at(std::size_t position) {
  return [position](const log::RecordView& record, const board::Words& words) {
    if (record.position().value == position) ::kill(::getpid(), SIGKILL);
    return support::describe_desk(record, words);
  };
}

std::unique_ptr<Projector> start(const log::EventLog& log, const Views& views,
                                 board::Describe describe) {
  std::vector<std::unique_ptr<Projection>> projections;
  projections.push_back(std::make_unique<Tally>());
  return Projector::start(
             log, views.saved(), std::move(projections),
             board::open_board_writer(views.board(), std::move(describe), support::no_words())
                 .value())
      .value();
}

// Appends step by step what the log has in the end, saving after each step, until killed.
int follow_until_killed(const Views& views, std::size_t killed_at_position) {
  const auto whole = whole_log();
  const auto log = log::memory_log();
  const auto projector = start(*log, views, killed_at(killed_at_position));
  const Deadline never = Deadline::max();
  while (log->last() < whole->last()) {
    log::Batch batch;
    const Position to{std::min(whole->last().value, log->last().value + records_a_step)};
    const auto copy = [&batch](Position at, std::string_view bytes) {
      const log::RecordView record(bytes);
      batch.entries.push_back({at, record.stream(), record.version(), std::string(bytes)});
      return true;
    };
    if (!whole->read(log->last(), to, copy) || !log->append(log->last(), batch)) return 1;
    projector->appended(log->last());
    if (!projector->wait(log->last(), never) || !projector->save()) return 1;
  }
  return 1;  // it was to be killed
}

std::map<std::string, std::string> folded(const log::LogReader& log, Position up_to) {
  return support::rows_of(*fold_parallel(log, Tally(), up_to, 1, {}).value());
}

std::vector<std::string> board_from(const log::LogReader& log, Position up_to) {
  const support::TemporaryFolder fresh;
  const auto writer = board::open_board_writer(fresh.path() / "board.sqlite",
                                               support::describe_desk, support::no_words())
                          .value();
  writer->follow(log, up_to).value();
  std::vector<std::string> rows;
  writer
      ->dump([&rows](std::string_view row) {
        rows.emplace_back(row);
        return true;
      })
      .value();
  return rows;
}

// What is wrong with what was saved; empty if nothing is. The log ended at `killed_at_position` or
// a little later.
std::string look_after(const Views& views, std::size_t killed_at_position) {
  const auto log = whole_log();
  std::map<std::string, std::string> rows;
  std::uint32_t version = 0;
  Position at;
  const auto read = read_saved(views.saved(), "tally", version, at,
                               [&rows](std::string_view key, std::string_view value) {
                                 rows.emplace(key, value);
                                 return true;
                               });
  if (!read) return read.error().detail;
  if (at.value + 2 * records_a_step < killed_at_position) return "the view lost a save";
  if (rows != folded(*log, at)) return "the view's rows are not those of its position";
  std::vector<std::string> board_rows;
  const auto board = board::open_board(views.board()).value();
  const auto board_at = board->dump([&board_rows](std::string_view row) {
    board_rows.emplace_back(row);
    return true;
  });
  if (!board_at) return board_at.error().detail;
  if (board_at->value + 2 * records_a_step < killed_at_position) return "the board lost a commit";
  if (board_rows != board_from(*log, *board_at)) return "the board's rows are not those it says";
  const auto projector = start(*log, views, support::describe_desk);
  if (!projector->findings().empty()) return projector->findings()[0];
  if (!projector->wait(log->last(), Deadline::max())) return projector->trouble();
  return "";
}

TEST(KilledViews, AreWholeAsFarAsTheySayAndGoOn) {
  if (!support::in_fresh_process()) return;
  for (const std::size_t position : {250U, 1'001U, 1'999U, 2'500U, 3'333U, 3'901U}) {
    const support::TemporaryFolder folder;
    const Views views{folder.path()};
    ASSERT_EQ(support::in_child([&] { return follow_until_killed(views, position); }),
              128 + SIGKILL);
    const int looked = support::in_child([&] {
      const std::string wrong = look_after(views, position);
      support::shared_told().say(wrong);
      return wrong.empty() ? 0 : 1;
    });
    EXPECT_EQ(looked, 0) << "killed at " << position << ": " << support::shared_told().text;
  }
}

}  // namespace
