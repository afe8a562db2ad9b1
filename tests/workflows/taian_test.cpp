// A work order of another city's 12345 line, as its system tells it, must have a life here.
#include <fstream>
#include <istream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/places.hpp"
#include "tests/workflows/issue_desk.hpp"

namespace workflows::issue {
namespace {

// One state of the order. The file is a JSON list of flat objects; no more of JSON is needed here.
struct State {
  std::string name, unit;
  engine::Instant when;
};

std::vector<State> read_states(std::istream& in) {
  std::vector<State> out;
  State state;
  for (std::string line; std::getline(in, line);) {
    const auto value = [&](const std::string& member) -> std::string {
      const auto begin = line.find("\"" + member + "\": \"");
      if (begin == std::string::npos) return "";
      const auto from = begin + member.size() + 5;
      return line.substr(from, line.find('"', from) - from);
    };
    if (const auto name = value("ps_caption"); !name.empty()) state.name = name;
    if (const auto unit = value("di_title_o"); !unit.empty()) state.unit = unit;
    if (const auto date = value("date"); !date.empty()) state.when = CaseDesk::shanghai(date);
    if (line.find('}') != std::string::npos) out.push_back(state);
  }
  return out;
}

class Taian : public IssueDesk {
 protected:
  // The steps that a state of theirs stands for, each with what it says.
  static std::vector<std::pair<const char*, CaseDesk::Object>> steps(const State& state) {
    if (state.name == "受理") return {{"report", {{"text", "原话不在数据中"}}}, {"accept", {}}};
    if (state.name == "预审") return {{"hand_over", {{"department", "泰山区政府"}}}};
    if (state.name == "处置")
      return {{"sign", {{"by", state.unit}}}, {"resolve", {{"outcome", "solved"}}}};
    if (state.name == "回访") return {{"follow_up", {{"reached", "yes"}, {"solved", "yes"}}}};
    if (state.name == "结案") return {{"close", {}}};
    return {};
  }
};

TEST_F(Taian, order_goes_through_its_life_at_its_own_times) {
  const auto folder = support::real_data("cn-12345-taian");
  if (!folder) GTEST_SKIP() << "skipped: no real data";
  std::ifstream in(*folder / "workorder_flow.json");
  const std::vector<State> flow = read_states(in);
  ASSERT_EQ(flow.size(), 5U);
  desk_.it_is("2026-01-01 00:00");
  for (const State& state : flow) {
    const auto ours = steps(state);
    ASSERT_FALSE(ours.empty()) << state.name;
    for (const auto& [verb, body] : ours) {
      auto step = desk_.step(lamp_, verb, body);
      step.occurred_at = state.when;
      const auto answer = desk_.ask(step);
      ASSERT_FALSE(answer.refusal) << state.name << ": " << answer.refusal->detail;
      EXPECT_EQ(answer.facts.front().occurred_at, state.when);
    }
  }
  EXPECT_EQ(flow[3].when, flow[4].when);  // asked and filed in the same second
  EXPECT_EQ(desk_.stage(lamp_), "closed");
  const auto marks = desk_.marks(lamp_);
  EXPECT_EQ(engine::from_ms(marks.accepted_at()), CaseDesk::shanghai("2025-09-11 09:24:15"));
  EXPECT_EQ(engine::from_ms(marks.handed_over_at()), CaseDesk::shanghai("2025-09-11 09:41:25"));
  EXPECT_EQ(engine::from_ms(marks.resolved_at()), CaseDesk::shanghai("2025-09-11 14:29:14"));
  EXPECT_EQ(engine::from_ms(marks.ended_at()), CaseDesk::shanghai("2025-09-11 15:14:09"));
  EXPECT_EQ(marks.solved(), fb::Answer::yes);
}

}  // namespace
}  // namespace workflows::issue
