// `sihe bench chat` measures what it says: all of what was sent is answered and kept.
#include <cstdint>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using engine::schema::Value;

double number(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value.it)) return static_cast<double>(*whole);
  return std::get<double>(value.it);
}

TEST(BenchChat, TellsOfEveryMessageThatItSentEachWay) {
  const support::TemporaryFolder folder;
  for (const std::string way : {"post", "websocket", "both"}) {
    const auto ran = support::run_sihe({"bench", "chat", "--folder", folder.path().string(),
                                        "--rate", "200", "--seconds", "1", "--runs", "1", "--way",
                                        way, "--connections", "8", "--slow", "4", "--json"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    const Value figures = adapters::json::parse(ran.out).value();
    const auto figure = [&](const char* name) { return number(*figures.find(name)); };
    for (const char* name : {"not_accepted", "slow_not_accepted", "lost", "doubled"}) {
      EXPECT_EQ(figure(name), 0) << way << " " << name;
    }
    EXPECT_EQ(figure("offered_per_s"), 200) << way;
    EXPECT_GT(figure("answered_per_s"), 0) << way;
    EXPECT_EQ(figure("post_p99_ms") > 0, way != "websocket") << way;
    EXPECT_EQ(figure("websocket_p99_ms") > 0, way != "post") << way;
    EXPECT_LE(figure("p50_ms"), figure("max_ms")) << way;
    EXPECT_NE(figures.find("machine"), nullptr);
  }
}

TEST(BenchChat, ExplainsItsFigures) {
  const auto ran = support::run_sihe({"bench", "chat", "--help"});
  ASSERT_EQ(ran.code, 0);
  for (const char* name : {"offered_per_s", "answered_per_s", "p99_ms", "lost", "doubled",
                           "views_behind_s", "cores_used", "bare_p99_ms", "slow_cut_off"}) {
    EXPECT_NE(ran.out.find(name), std::string::npos) << name;
  }
}

}  // namespace
