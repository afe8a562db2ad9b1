// The meetings that figures count: folded whole, in parts, or from saved rows, they are the same.
#include "workflows/meeting/book.hpp"

#include <map>

#include <gtest/gtest.h>

#include "tests/support/meeting_desk.hpp"

namespace {

using workflows::meeting::Book;
using workflows::meeting::BookEntry;
using workflows::meeting::make_book;
using Kind = workflows::meeting::fb::Kind;
using Rows = std::map<std::string, std::string, std::less<>>;

class MeetingBook : public testing::Test {
 protected:
  std::unique_ptr<Book> folded(engine::Position after, engine::Position up_to,
                               workflows::meeting::BookFilter filter = {}) {
    auto out = make_book(filter);
    desk.log()
        .read(after, up_to,
              [&](engine::Position, std::string_view record) {
                out->apply(engine::log::RecordView(record));
                return true;
              })
        .value();
    return out;
  }
  static Rows saved(Book& book, bool all = true) {
    Rows out;
    book.save([&](std::string_view key, std::string_view value) { out[std::string(key)] = value; },
              all);
    return out;
  }
  static std::vector<BookEntry> entries(const Book& book) {
    std::vector<BookEntry> out;
    book.each([&](std::uint64_t, const BookEntry& entry) { out.push_back(entry); });
    return out;
  }

  support::MeetingDesk desk;
};

TEST_F(MeetingBook, HasEachMeetingOnceWithItsKindAreaAndTimes) {
  const auto lamp = desk.accepted(), road = desk.accepted();
  const auto held = desk.call("consultation", {lamp, road});
  desk.hold(held, {desk.concluded(lamp, "accept"), desk.concluded(road, "accept")});
  desk.call("handover", {lamp});
  const auto book = folded({}, desk.log().last());
  const auto all = entries(*book);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].kind, Kind::consultation);
  EXPECT_EQ(all[0].area, "330304010001");
  EXPECT_NE(all[0].held_at, engine::Instant{});
  EXPECT_GE(all[0].held_at, all[0].called_at);
  EXPECT_EQ(all[1].kind, Kind::handover);
  EXPECT_EQ(all[1].held_at, engine::Instant{}) << "it was called only";
}

TEST_F(MeetingBook, FoldedInPartsOrTakenBackFromItsRowsIsTheSame) {
  const auto lamp = desk.accepted();
  const auto first = desk.call("negotiation", {lamp});
  const auto cut = desk.log().last();
  desk.hold(first, {desk.concluded(lamp, "go_on")});
  desk.call("handover", {desk.accepted()});
  const auto whole = folded({}, desk.log().last());
  const auto begin = folded({}, cut);
  const Rows before = saved(*begin);
  begin->merge(*folded(cut, desk.log().last()));
  Rows both = before;
  for (const auto& [key, value] : saved(*begin, false)) both[key] = value;
  EXPECT_EQ(both, saved(*whole));
  const auto again = make_book();
  for (const auto& [key, value] : both) ASSERT_TRUE(again->load(key, value).has_value());
  EXPECT_EQ(saved(*again), saved(*whole));
  EXPECT_FALSE(again->load("short", "row").has_value());
}

}  // namespace
