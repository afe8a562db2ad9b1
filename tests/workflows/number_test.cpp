#include "workflows/issue/number.hpp"

#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace workflows::issue {
namespace {

rc::Gen<NumberParts> any_parts() {
  return rc::gen::construct<NumberParts>(rc::gen::inRange(0U, 100U), rc::gen::inRange(0U, 100U),
                                         rc::gen::inRange<std::uint32_t>(1, 10'000'000));
}

TEST(Number, has_thirteen_digits_of_which_the_last_two_check_the_others) {
  EXPECT_EQ(format_number(make_number({25, 1, 1})), "2501000000133");
  EXPECT_EQ(format_number(make_number({26, 1, 1})), "2601000000128");
  EXPECT_EQ(format_number(make_number({0, 0, 1})), "0000000000195");
  EXPECT_EQ(make_number({25, 1, 1}) % 97, 1U);  // ISO 7064 MOD 97-10
}

TEST(Number, is_read_with_spaces_and_dashes_as_people_write_it) {
  const std::uint64_t number = make_number({25, 1, 1});
  EXPECT_EQ(parse_number("2501000000133"), number);
  EXPECT_EQ(parse_number("25-01-0000001-33"), number);
  EXPECT_EQ(parse_number("25 01 0000001 33"), number);
}

TEST(Number, is_nothing_else) {
  for (const char* text :
       {"", "33", "250100000015", "25010000001330", "250100000015x", "2501000000057",
        "０123456789012", "-2501000000158", "0000000000098", "2501000000000", "2501000000136"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(Number, is_not_read_with_check_digits_that_only_leave_the_same_remainder) {
  // 00, 01 and 99 would leave what 97, 98 and 02 do.
  int seen = 0;
  for (std::uint32_t sequence = 1; sequence <= 1000; ++sequence) {
    const std::uint64_t number = make_number({25, 1, sequence});
    const std::uint64_t check = number % 100;
    EXPECT_TRUE(check >= 2 && check <= 98) << number;
    if (check >= 97) {
      EXPECT_EQ(parse_number(format_number(number - 97)), std::nullopt);
      ++seen;
    }
    if (check == 2) {
      EXPECT_EQ(parse_number(format_number(number + 97)), std::nullopt);
      ++seen;
    }
  }
  EXPECT_GT(seen, 10);
}

RC_GTEST_PROP(NumberOf, AnythingComesBackAsItsParts, ()) {
  const NumberParts parts = *any_parts();
  const auto read = parse_number(format_number(make_number(parts)));
  RC_ASSERT(read.has_value());
  RC_ASSERT(parts_of(*read).year == parts.year);
  RC_ASSERT(parts_of(*read).partition == parts.partition);
  RC_ASSERT(parts_of(*read).sequence == parts.sequence);
}

RC_GTEST_PROP(NumberOf, AnyIssueShowsEverySingleWrongDigit, ()) {
  const std::string right = format_number(make_number(*any_parts()));
  for (std::size_t at = 0; at < right.size(); ++at) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string wrong = right;
      wrong[at] = digit;
      RC_ASSERT(wrong == right || !parse_number(wrong));
    }
  }
}

RC_GTEST_PROP(NumberOf, AnyIssueShowsEveryExchangeOfTwoNeighbours, ()) {
  const std::string right = format_number(make_number(*any_parts()));
  for (std::size_t at = 0; at + 1 < right.size(); ++at) {
    std::string wrong = right;
    std::swap(wrong[at], wrong[at + 1]);
    RC_ASSERT(wrong == right || !parse_number(wrong));
  }
}

RC_GTEST_PROP(NumberOf, ALaterIssueOfTheSameYearIsTheHigher, ()) {
  NumberParts parts = *any_parts();
  RC_PRE(parts.sequence < 9'999'999U);
  const std::uint64_t earlier = make_number(parts);
  ++parts.sequence;
  RC_ASSERT(earlier < make_number(parts));
}

}  // namespace
}  // namespace workflows::issue
