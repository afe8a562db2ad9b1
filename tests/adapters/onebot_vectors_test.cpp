// The published examples: they are read where they lie, not copied.
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "adapters/onebot/access.hpp"
#include "adapters/onebot/event.hpp"
#include "tests/support/places.hpp"

namespace adapters::onebot {
namespace {

using engine::schema::Value;

class OnebotVectors : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = support::real_data("onebot");
    if (!folder) GTEST_SKIP() << "skipped: no real data";
    folder_ = *folder;
  }

  std::string contents(const char* file) const { return support::contents(folder_ / file); }

  std::filesystem::path folder_;
};

TEST_F(OnebotVectors, CodesAndArraysSayTheSame) {
  const Value cases = json::parse(contents("cq_code_cases.json")).value();
  std::size_t compared = 0;
  for (const Value& each : *cases.list()) {
    const std::string& cq = *each.find("cq")->string();
    const Value* array = each.find("array");
    if (array == nullptr) continue;
    const Segments theirs = read_message(*array);
    EXPECT_EQ(read_cq(cq), theirs) << cq;
    EXPECT_EQ(write_cq(theirs), cq);
    EXPECT_EQ(write_array(theirs), *array);
    ++compared;
  }
  EXPECT_EQ(compared, 5U);
}

TEST_F(OnebotVectors, MalformedTailIsText) {
  const Value cases = json::parse(contents("cq_code_cases.json")).value();
  const Segments read = read_cq(*cases.list()->back().find("cq")->string());
  const Segments expected{{"face", {{"id", "115"}, {"text", "111"}}},
                          {"face", {{"id", "217"}}},
                          {"text", {{"text", "] "}}},
                          {"text", {{"text", "123"}}},
                          {"text", {{"text", " ["}}}};
  EXPECT_EQ(read, expected);
}

TEST_F(OnebotVectors, EventsAreRead) {
  std::istringstream lines(contents("events.jsonl"));
  std::vector<Event> events;
  for (std::string line; std::getline(lines, line);) events.push_back(read_event(line).value());
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].kind, "private");
  EXPECT_EQ(events[0].message_id, "12");
  EXPECT_EQ(plain_text(events[0].message), "你好～");
  EXPECT_EQ(events[1].kind, "group");
  EXPECT_EQ(events[1].group_id, "1");
  EXPECT_EQ(events[1].message.front(), (Segment{"at", {{"qq", "all"}}}));
  EXPECT_FALSE(events[1].anonymous);
  EXPECT_EQ(events[2].message_id, "1051176437");
  EXPECT_EQ(plain_text(events[2].message), "test");
  EXPECT_EQ(events[2].name, "Nickname");
}

TEST_F(OnebotVectors, SignatureIsTheOneComputedElsewhere) {
  const Value vector = json::parse(contents("signature_vector.json")).value();
  const auto text = [&](const char* name) { return *vector.find(name)->string(); };
  EXPECT_EQ(judge_signature(text("secret"), true, text("X-Signature"), text("body")),
            Access::granted);
  EXPECT_EQ(judge_signature(text("secret") + "x", true, text("X-Signature"), text("body")),
            Access::wrong);
  EXPECT_EQ(read_event(text("body"))->user_id, "12345678");
}

}  // namespace
}  // namespace adapters::onebot
