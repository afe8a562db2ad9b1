// The board against what it promises: pages, search, and a file that can be thrown away.
#include "engine/board/board.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "tests/support/desk_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::board;
using support::Desk;
using support::DeskFact;

std::unique_ptr<BoardWriter> writer_of(const std::filesystem::path& file) {
  return open_board_writer(file, support::describe_desk, support::no_words()).value();
}

std::vector<std::string> dump_of(BoardWriter& writer) {
  std::vector<std::string> rows;
  writer
      .dump([&](std::string_view row) {
        rows.emplace_back(row);
        return true;
      })
      .value();
  return rows;
}

struct BoardOfADesk : testing::Test {
  const support::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "board.sqlite";
  const std::unique_ptr<log::EventLog> log = log::memory_log();
  Desk desk{*log};

  void follow() { writer_of(file)->follow(*log, log->last()).value(); }

  std::set<std::uint64_t> found(const std::string& text) {
    Query query;
    query.workflow = support::desk_workflow;
    query.text = text;
    query.limit = page_max;
    std::set<std::uint64_t> streams;
    const auto board = open_board(file).value();
    const Page page = board->list(query).value();
    for (const Row& row : page.rows) streams.insert(row.stream.number);
    EXPECT_EQ(board->count(query).value(), streams.size());
    return streams;
  }
};

using Streams = std::set<std::uint64_t>;

TEST_F(BoardOfADesk, FindsChineseWordsOfTwoCharactersAsPhrases) {
  desk.append({{.stream = 1, .title = "瞿溪街道道路积水", .text = "雨后三天未退"},
               {.stream = 2, .title = "路灯不亮", .text = "人行道灯坏了，水管也漏"},
               {.stream = 3, .title = "积木噪音", .text = "水"}});
  follow();
  EXPECT_EQ(found("积水"), Streams{1});
  EXPECT_EQ(found("道路"), Streams{1});
  EXPECT_EQ(found("路灯"), Streams{2});
  EXPECT_EQ(found("水"), (Streams{1, 2, 3}));
  EXPECT_EQ(found("积 水"), (Streams{1, 3})) << "two words, each somewhere";
  EXPECT_EQ(found("路道"), Streams{});
}

TEST_F(BoardOfADesk, FindsOtherScriptsByWordsWhateverTheCase) {
  desk.append({{.stream = 1, .title = "Broken BINS in Elm Street"},
               {.stream = 2, .title = "Elm tree, Broken branch"},
               {.stream = 3, .text = "３号楼ＡＢ座 Ölfleck"}});
  follow();
  EXPECT_EQ(found("bins"), Streams{1});
  EXPECT_EQ(found("bin"), Streams{}) << "words, not pieces of them";
  EXPECT_EQ(found("broken elm"), (Streams{1, 2}));
  EXPECT_EQ(found("\"elm street\""), Streams{1});
  EXPECT_EQ(found("\"street elm\""), Streams{});
  EXPECT_EQ(found("3号楼"), Streams{3});
  EXPECT_EQ(found("ab座 ölfleck"), Streams{3});
}

TEST_F(BoardOfADesk, TakesWhateverIsTypedAsWords) {
  desk.append({{.stream = 1, .title = "道路 AND road"}});
  follow();
  for (const char* typed : {"\"", "AND", "road*", "title:road", "(", "-", "道路\"", "'", "NEAR(",
                            "“道路”", "^road", "road + road", "\xff\xfe", "，"}) {
    Query query;
    query.workflow = support::desk_workflow;
    query.text = typed;
    EXPECT_TRUE(open_board(file).value()->list(query)) << typed;
  }
  EXPECT_EQ(found("AND"), Streams{1});
  EXPECT_EQ(found("“道路”"), Streams{1});
  EXPECT_EQ(found("  "), Streams{1}) << "nothing to search for filters nothing";
}

TEST_F(BoardOfADesk, SearchesTheTextsOfAllFactsAndTheLastTitleAlone) {
  desk.append({{.stream = 1, .title = "old heading", .text = "first words"}});
  follow();
  desk.append({{.stream = 1, .stage = 2}, {.stream = 1, .text = "second words"}});
  follow();
  EXPECT_EQ(found("first second"), Streams{1});
  EXPECT_EQ(found("\"words second\""), Streams{}) << "no phrase runs from one text to the next";
  desk.append({{.stream = 1, .title = "new"}});
  follow();
  EXPECT_EQ(found("new first"), Streams{1});
  EXPECT_EQ(found("heading"), Streams{});
}

TEST_F(BoardOfADesk, IsTheSameHoweverItsRecordsWereCutIntoTransactions) {
  desk.append_some(3'000);
  const auto at_once = writer_of(folder.path() / "once.sqlite");
  at_once->follow(*log, log->last()).value();
  const auto piecewise = writer_of(file);
  for (std::uint64_t to = 0; to < 3'000; to += 1 + to / 7) {
    piecewise->follow(*log, Position{to}).value();
    EXPECT_EQ(piecewise->position(), Position{to});
  }
  piecewise->follow(*log, log->last()).value();
  EXPECT_EQ(dump_of(*at_once), dump_of(*piecewise));
  std::size_t rows = 0;
  const auto at = open_board(file).value()->dump([&](std::string_view) { return ++rows > 0; });
  EXPECT_EQ(at.value(), log->last());
  EXPECT_EQ(rows, dump_of(*at_once).size());
}

TEST_F(BoardOfADesk, GoesOnWhereItWasAfterItWasClosed) {
  desk.append_some(200);
  follow();
  desk.append_some(200, 2);
  EXPECT_EQ(writer_of(file)->position(), Position{200});
  follow();
  const auto fresh = writer_of(folder.path() / "fresh.sqlite");
  fresh->follow(*log, log->last()).value();
  EXPECT_EQ(dump_of(*writer_of(file)), dump_of(*fresh));
}

TEST_F(BoardOfADesk, IsReadWhileItIsWritten) {
  desk.append_some(100);
  const auto writer = writer_of(file);
  writer->follow(*log, Position{50}).value();
  const auto board = open_board(file).value();
  EXPECT_EQ(board->position().value(), Position{50});
  writer->follow(*log, Position{100}).value();
  EXPECT_EQ(board->position().value(), Position{100});
  EXPECT_EQ(board->list({}).value().position, Position{100});
}

TEST_F(BoardOfADesk, SetsAFileAsideThatIsNoBoard) {
  desk.append_some(50);
  for (const std::string& content :
       {std::string("this is no database at all, it is a sentence"), std::string(5'000, 'x')}) {
    std::filesystem::remove(file);
    std::ofstream(file) << content;
    const auto writer = writer_of(file);
    EXPECT_EQ(writer->position(), Position{0});
    EXPECT_EQ(writer->findings().size(), 1U);
    EXPECT_TRUE(std::filesystem::exists(file.string() + ".set-aside"));
    EXPECT_TRUE(writer->follow(*log, log->last()));
  }
}

TEST_F(BoardOfADesk, IsMadeAnewWhenItsPagesAreDamaged) {
  desk.append_some(5'000);
  follow();
  const auto size = std::filesystem::file_size(file);
  std::fstream damaged(file, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t at = 8'192; at + 100 < size; at += 4'096) {
    damaged.seekp(static_cast<std::streamoff>(at));
    damaged << std::string(100, '\x7f');
  }
  damaged.close();
  desk.append_some(5'000, 2);
  const auto reader = open_board(file);
  const auto writer = writer_of(file);
  writer->follow(*log, log->last()).value();
  EXPECT_EQ(writer->findings().size(), 1U);
  const auto fresh = writer_of(folder.path() / "fresh.sqlite");
  fresh->follow(*log, log->last()).value();
  EXPECT_EQ(dump_of(*writer), dump_of(*fresh));
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->position().value(), log->last()) << "who had it open reads the new file";
}

TEST_F(BoardOfADesk, IsMadeAnewWhenItCameFromAnotherLog) {
  desk.append_some(100);
  follow();
  const auto other = log::memory_log();
  Desk(*other).append_some(150, 7);
  const auto writer = writer_of(file);
  writer->follow(*other, other->last()).value();
  EXPECT_EQ(writer->findings().size(), 1U);
  const auto fresh = writer_of(folder.path() / "fresh.sqlite");
  fresh->follow(*other, other->last()).value();
  EXPECT_EQ(dump_of(*writer), dump_of(*fresh));
}

TEST_F(BoardOfADesk, IsNotThereBeforeItWasMade) {
  EXPECT_EQ(open_board(file).error().fault, Fault::not_found);
  std::ofstream(file) << "";
  EXPECT_EQ(open_board(file).error().fault, Fault::not_found);
}

TEST_F(BoardOfADesk, RefusesPagesOutOfBounds) {
  follow();
  const auto board = open_board(file).value();
  for (const std::size_t limit : {std::size_t{0}, page_max + 1}) {
    Query query;
    query.workflow = support::desk_workflow;
    query.limit = limit;
    EXPECT_EQ(board->list(query).error().fault, Fault::invalid);
  }
}

TEST_F(BoardOfADesk, RefusesCursorsThatAreNotOfTheQuery) {
  desk.append_some(200);
  follow();
  const auto board = open_board(file).value();
  Query query;
  query.workflow = support::desk_workflow;
  query.limit = 10;
  const std::string cursor = board->list(query).value().next;
  ASSERT_FALSE(cursor.empty());
  query.cursor = cursor;
  query.limit = 20;  // the size of the page is free
  EXPECT_TRUE(board->list(query));
  Query other = query;
  other.areas = {"area1"};
  EXPECT_EQ(board->list(other).error().fault, Fault::invalid);
  other = query;
  other.sort = Sort::due;
  EXPECT_EQ(board->list(other).error().fault, Fault::invalid);
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    other = query;
    other.cursor[i] = other.cursor[i] == '0' ? '1' : '0';
    EXPECT_EQ(board->list(other).error().fault, Fault::invalid) << i;
  }
  for (const char* wrong : {"x", "abc", "00", "道", "000000000000000000000000000000000000000000"}) {
    other.cursor = wrong;
    EXPECT_EQ(board->list(other).error().fault, Fault::invalid) << wrong;
  }
}

TEST_F(BoardOfADesk, ListsTheCardsOfOneWorkflowAlone) {
  constexpr WorkflowId other{2};
  desk.append({{.stream = 1, .title = "路灯不亮"},
               {.stream = 1, .title = "路灯会诊", .workflow = other},
               {.stream = 2, .title = "路灯移位", .workflow = other}});
  follow();
  const auto board = open_board(file).value();
  Query query;
  const auto streams = [&] {
    Streams out;
    const Page page = board->list(query).value();
    for (const Row& row : page.rows) {
      EXPECT_EQ(row.stream.workflow, query.workflow);
      out.insert(row.stream.number);
    }
    EXPECT_EQ(board->count(query).value(), out.size());
    return out;
  };
  for (const Sort sort : {Sort::opened, Sort::changed, Sort::due, Sort::number}) {
    query.sort = sort;
    for (const char* text : {"", "路灯"}) {
      query.text = text;
      query.workflow = support::desk_workflow;
      EXPECT_EQ(streams(), Streams{1});
      query.workflow = other;
      EXPECT_EQ(streams(), (Streams{1, 2}));
    }
  }
  query.limit = 1;
  query.cursor = board->list(query).value().next;
  query.workflow = support::desk_workflow;
  EXPECT_EQ(board->list(query).error().fault, Fault::invalid) << "the cursor is of another list";
}

TEST_F(BoardOfADesk, KnowsOneStream) {
  desk.append({{.stream = 7,
                .stage = 3,
                .dims = {"330304001", "road", "wecom", "water"},
                .opened_at = 100,
                .occurred_at = 200,
                .due_at = 300,
                .title = "积水"}});
  follow();
  const auto board = open_board(file).value();
  EXPECT_FALSE(board->find({support::desk_workflow, 8}).value());
  const auto row = board->find({support::desk_workflow, 7}).value();
  ASSERT_TRUE(row);
  EXPECT_EQ(row->number, "no7");
  EXPECT_EQ(row->title, "积水");
  EXPECT_EQ(row->stage, "stage3");
  EXPECT_EQ(row->dims, (log::Dims{"330304001", "road", "wecom", "water"}));
  EXPECT_EQ(to_ms(row->opened_at), 100);
  EXPECT_EQ(to_ms(row->changed_at), 200);
  EXPECT_EQ(to_ms(row->due_at), 300);
  EXPECT_EQ(row->version, Version{1});
  EXPECT_EQ(row->position, Position{1});
  EXPECT_TRUE(row->open);
}

}  // namespace
