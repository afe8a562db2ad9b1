// New York's two layouts and the Chinese petitions, end to end.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/import_bench.hpp"
#include "tests/support/plain_csv.hpp"
#include "workflows/issue/timeline.hpp"

namespace {

using adapters::files::ImportCounts;
using adapters::files::shipped_mapping;

void expect_all_in_and_none_twice(const char* folder, const char* file, const char* mapping,
                                  std::uint64_t rows) {
  const auto data = support::real_data(folder);
  if (!data) GTEST_SKIP() << "skipped: no real data";
  support::ImportBench bench;
  const ImportCounts first = bench.import(*data / file, *shipped_mapping(mapping));
  EXPECT_EQ(first.rows, rows);
  EXPECT_EQ(first.accepted, rows);
  EXPECT_EQ(first.rejected, 0U);
  const ImportCounts second = bench.import(*data / file, *shipped_mapping(mapping));
  EXPECT_EQ(second.duplicates, rows);
  EXPECT_EQ(second.events, 0U);
}

TEST(NewYork, TheDownloadOf2022GoesInWhole) {
  expect_all_in_and_none_twice("nyc-311", "nyc_311_2022-05.csv", "nyc-311-2022", 924);
}

TEST(NewYork, TheApisRowsOf2024GoInWhole) {
  expect_all_in_and_none_twice("nyc-311", "nyc_311_2024-04_socrata.csv", "nyc-311-2024", 1'000);
}

std::optional<std::string> unseal(const support::ImportBench& bench,
                                  const engine::log::RecordView& record, std::string_view field) {
  auto& open = const_cast<support::ImportBench&>(bench);
  const auto sealed = open.log().sealed(record.person(), record.position(), field);
  if (!sealed || !sealed->has_value()) return std::nullopt;
  const auto words =
      open.vault().unseal({record.person(), record.position(), std::string(field), **sealed});
  return words ? std::optional<std::string>(*words) : std::nullopt;
}

TEST(Petitions, EveryWordOfEveryMessageAndReplyIsKept) {
  const auto data = support::real_data("cn-petitions");
  if (!data) GTEST_SKIP() << "skipped: no real data";
  const auto file = *data / "petitions_with_replies.csv";
  support::ImportBench bench;
  const ImportCounts counts = bench.import(file, *shipped_mapping("cn-petitions"));
  EXPECT_EQ(counts.accepted, 2'816U);
  EXPECT_EQ(counts.rejected, 0U);

  // id → (message, reply, time of the reply), from the log.
  struct Kept {
    std::string text, reply;
    engine::Instant replied{};
  };
  std::map<std::string, Kept> kept;
  const auto& schema = workflows::issue::schema();
  bench.log()
      .read(engine::Position{0}, bench.log().last(),
            [&](engine::Position, std::string_view bytes) {
              const engine::log::RecordView record(bytes);
              if (record.stream().workflow != workflows::issue::workflow_id) return true;
              Kept& one = kept[std::string(record.command_id())];
              const auto& fact = schema.by_type(record.type())->fact;
              if (fact == "reported") one.text = unseal(bench, record, "text").value_or("lost");
              if (fact == "resolved") {
                one.reply = unseal(bench, record, "reply").value_or("lost");
                one.replied = record.occurred_at();
              }
              return true;
            })
      .value();

  const auto rows = support::read_plainly(support::contents(file));
  ASSERT_EQ(rows.size(), 2'817U);
  // 留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间. No word is shown when one
  // differs.
  std::size_t different = 0;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto found = kept.find(rows[i][0]);
    ASSERT_NE(found, kept.end()) << "row " << i;
    different += found->second.text == rows[i][4] && found->second.reply == rows[i][5] ? 0U : 1U;
  }
  EXPECT_EQ(different, 0U);
  EXPECT_EQ(kept.at("27610").replied, engine::parse_rfc3339("2018-04-24T00:00:00+08:00"))
      << "a date alone is the beginning of its day";
}

}  // namespace
