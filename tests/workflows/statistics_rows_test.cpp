// The rows that the statistics are saved in: what is none is refused.
#include <gtest/gtest.h>

#include "tests/workflows/statistics_histories.hpp"

namespace {

using namespace statistics_test;

TEST(StatisticsRows, WhatIsNoRowIsRefused) {
  const auto statistics = make_statistics();
  for (const std::string& key :
       {std::string(), std::string("x"), std::string("c"), std::string("c\0\0\0\0\0\0\0\x01", 9),
        std::string("a"), std::string("b\0\0\0\x01", 5), std::string("a\x09\0\0\0\0", 6)}) {
    EXPECT_EQ(statistics->load(key, "\x01").error().fault, engine::Fault::corrupt);
  }
}

TEST(StatisticsRows, ARowThatIsCutOffOrLiesIsRefused) {
  support::IssueHistory history;
  const auto number = support::IssueHistory::number(1);
  history.fact(number, "report", {{"text", "t"}, {"area", "a1"}}, "2025-03-01 09:00");
  history.fact(number, "accept", {}, "2025-03-01 10:00");
  Rows rows = saved(*fold(records_of(history), 0, 2));
  const std::string last = rows.rbegin()->first;
  const std::string whole = std::exchange(rows.rbegin()->second, "");
  ASSERT_EQ(last.front(), 'c');
  rows.erase(last);
  const auto refused = [&](const std::string& key, std::string_view value) {
    const auto statistics = make_statistics();
    for (const auto& [known, row] : rows) EXPECT_TRUE(statistics->load(known, row).has_value());
    return !statistics->load(key, value).has_value();
  };
  EXPECT_FALSE(refused(last, whole));
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    const std::string cut = whole.substr(0, bytes);
    // What happened comes last: a row may end before it, and then says so when it is saved again.
    Rows again = rows;
    if (!refused(last, cut)) {
      again[last] = cut;
      EXPECT_EQ(saved(*loaded(again)), again) << bytes << " bytes";
    }
  }
  EXPECT_TRUE(refused(last, whole.substr(0, whole.size() - 1)));
  EXPECT_TRUE(refused(last, ""));
  std::string elsewhere = whole;
  elsewhere.back() = '\x07';
  EXPECT_TRUE(refused(last, elsewhere)) << "a place that nobody named";
  EXPECT_TRUE(refused(std::string("c\xff\0\0\0\0\0\0\x01", 9), whole)) << "no such number";
  EXPECT_TRUE(refused(std::string("c\0\0\0\0\0\0\0\0", 9), whole.substr(0, 8) + whole));
}

}  // namespace
