// The board's pages against a naive reading of all rows.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "engine/board/board.hpp"
#include "tests/support/desk_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::board;
using support::Desk;

struct Model {
  std::vector<Row> rows;

  static bool has(const std::vector<std::string>& codes, const std::string& code) {
    return codes.empty() || std::find(codes.begin(), codes.end(), code) != codes.end();
  }

  static bool fits(const Row& row, const Query& q) {
    return has(q.stages, row.stage) && has(q.areas, row.dims.area) &&
           has(q.categories, row.dims.category) && has(q.channels, row.dims.channel) &&
           has(q.departments, row.dims.department) && has(q.supervision, row.supervision) &&
           (!q.open || *q.open == row.open) && (!q.unplaced || row.dims.area.empty()) &&
           (!q.opened_from || row.opened_at >= *q.opened_from) &&
           (!q.opened_to || row.opened_at < *q.opened_to) &&
           (!q.due_from || (row.due_at != Instant{} && row.due_at >= *q.due_from)) &&
           (!q.due_before || (row.due_at != Instant{} && row.due_at < *q.due_before)) &&
           (!q.next_due_from || (row.next_due != Instant{} && row.next_due >= *q.next_due_from)) &&
           (!q.next_due_before ||
            (row.next_due != Instant{} && row.next_due < *q.next_due_before)) &&
           has(q.levels, row.level) && (!q.returned || row.returned);
  }

  static std::pair<std::int64_t, std::string> key(const Row& row, Sort sort) {
    switch (sort) {
      case Sort::opened:
        return {to_ms(row.opened_at), ""};
      case Sort::changed:
        return {to_ms(row.changed_at), ""};
      case Sort::due:
        return {
            row.due_at == Instant{} ? std::numeric_limits<std::int64_t>::max() : to_ms(row.due_at),
            ""};
      case Sort::number:
        return {0, row.number};
    }
    return {};
  }

  std::vector<Row> list(const Query& query) const {
    std::vector<Row> out;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(out),
                 [&](const Row& row) { return fits(row, query); });
    std::sort(out.begin(), out.end(),
              [&](const Row& a, const Row& b) { return key(a, query.sort) < key(b, query.sort); });
    return out;
  }
};

Query any_query() {
  const auto some = [](std::string name, int below) {
    std::vector<std::string> codes;
    for (const int i : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, below))) {
      if (codes.size() < 4) codes.push_back(name + std::to_string(i));
    }
    return *rc::gen::arbitrary<bool>() ? codes : std::vector<std::string>();
  };
  const auto time = [](std::int64_t from, std::int64_t to) {
    return *rc::gen::inRange(0, 4) == 0
               ? std::optional(from_ms(*rc::gen::inRange<std::int64_t>(from, to)))
               : std::nullopt;
  };
  Query query;
  query.workflow = support::desk_workflow;
  query.stages = some("stage", 13);
  query.areas = some("area", 21);
  query.categories = some("category", 6);
  query.departments = some("department", 8);
  if (*rc::gen::inRange(0, 4) == 0) query.supervision = {"warned"};
  if (*rc::gen::inRange(0, 8) == 0) query.channels = {"hotline"};
  if (*rc::gen::arbitrary<bool>()) query.open = *rc::gen::arbitrary<bool>();
  query.unplaced = *rc::gen::inRange(0, 8) == 0;
  query.opened_from = time(900, 1'600);
  query.opened_to = time(900, 1'600);
  query.due_from = time(9'900, 11'100);
  query.due_before = time(9'900, 11'100);
  query.next_due_from = time(9'900, 11'100);
  query.next_due_before = time(9'900, 11'100);
  if (*rc::gen::inRange(0, 4) == 0) query.levels = {"town"};
  query.returned = *rc::gen::inRange(0, 6) == 0;
  query.sort = *rc::gen::element(Sort::opened, Sort::changed, Sort::due, Sort::number);
  query.descending = *rc::gen::arbitrary<bool>();
  query.limit = *rc::gen::inRange<std::size_t>(1, 60);
  return query;
}

RC_GTEST_PROP(BoardPages, TogetherAreTheRowsThatFitInTheirOrder, ()) {
  static const support::TemporaryFolder folder;
  static const auto board = [] {
    const auto log = log::memory_log();
    Desk(*log).append_some(2'400);
    Desk(*log).append({{.stream = 9'001}, {.stream = 9'002, .due_at = 10'500}});
    open_board_writer(folder.path() / "board.sqlite", support::describe_desk, support::no_words())
        .value()
        ->follow(*log, log->last())
        .value();
    return open_board(folder.path() / "board.sqlite").value();
  }();
  static const Model model = [] {
    Model all;
    for (std::uint64_t stream = 0; stream < 10'000; ++stream) {
      if (auto row = board->find({support::desk_workflow, stream}).value())
        all.rows.push_back(*row);
    }
    return all;
  }();
  Query query = any_query();
  std::vector<Row> expected = model.list(query);
  RC_ASSERT(board->count(query).value() == expected.size());
  std::vector<Row> got;
  do {
    Page page = board->list(query).value();
    RC_ASSERT(page.next.empty() || page.rows.size() == query.limit);
    got.insert(got.end(), page.rows.begin(), page.rows.end());
    query.cursor = page.next;
  } while (!query.cursor.empty());
  if (query.descending) std::reverse(got.begin(), got.end());
  RC_ASSERT(got.size() == expected.size());
  std::set<std::uint64_t> got_streams, expected_streams;
  for (std::size_t i = 0; i < got.size(); ++i) {
    // Rows equal in the sorted column may follow one another in any order, but always in the same.
    RC_ASSERT(Model::key(got[i], query.sort) == Model::key(expected[i], query.sort));
    got_streams.insert(got[i].stream.number);
    expected_streams.insert(expected[i].stream.number);
  }
  RC_ASSERT(got_streams == expected_streams);
}

}  // namespace
