// What holds of meetings whatever is on their agendas and whatever is concluded: written into the
// meeting and into every issue, or into nothing; and both say the same.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/meeting_desk.hpp"

namespace {

using engine::writer::Recorded;
using engine::writer::Refusal;
using support::MeetingDesk;
using Object = MeetingDesk::Object;
using Chances = std::vector<std::uint32_t>;

// Takes one number after the other, then goes on with zeros.
class Dice {
 public:
  explicit Dice(Chances chances) : chances_(std::move(chances)) {}
  std::size_t below(std::size_t limit) {
    return at_ < chances_.size() ? chances_[at_++] % limit : 0;
  }
  bool over() const { return at_ >= chances_.size(); }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  Chances chances_;
  std::size_t at_ = 0;
};

const std::vector<std::string> kinds{"consultation", "handover", "negotiation"};
const std::vector<std::string> conclusions{"accept",  "hand_over", "negotiate",    "local",
                                           "resolve", "go_on",     "not_discussed"};

class Walk {
 public:
  explicit Walk(Chances chances) : dice_(std::move(chances)) {
    for (int i = 0; i < 6; ++i) {
      issues_.push_back(dice_.below(2) == 0 ? desk.accepted() : desk.handling());
    }
  }

  void run() {
    while (!dice_.over()) {
      switch (dice_.below(4)) {
        case 0:
          call();
          break;
        case 1:
          hold();
          break;
        case 2:
          end_or_disturb();
          break;
        default:
          disturb();
      }
    }
  }

  MeetingDesk desk;

 private:
  using Lengths = std::map<std::uint64_t, std::size_t>;
  Lengths lengths() const {
    Lengths out;
    for (const auto issue : issues_) out[issue] = desk.facts(issue).size();
    return out;
  }

  void call() {
    std::vector<std::uint64_t> agenda;
    for (const auto issue : issues_) {
      if (dice_.below(3) == 0) agenda.push_back(issue);
    }
    if (agenda.empty()) return;
    const std::string kind = dice_.one_of(kinds);
    const auto last = desk.log().last();
    const Lengths before = lengths();
    const auto answer = desk.meeting(0, "call_meeting", MeetingDesk::called(kind, agenda));
    if (!std::holds_alternative<Recorded>(answer)) return nothing(last, before);
    const auto number = std::get<Recorded>(answer).stream.number;
    meetings_.push_back(number);
    const Lengths after = lengths();
    for (const auto issue : issues_) {
      const bool on = std::count(agenda.begin(), agenda.end(), issue) == 1;
      const bool told = on && kind != "handover";
      RC_ASSERT(after.at(issue) == before.at(issue) + (told ? 1 : 0));
      if (told) RC_ASSERT(desk.facts(issue).back() == kind + "_called " + std::to_string(number));
    }
  }

  void hold() {
    if (meetings_.empty()) return;
    const auto number = dice_.one_of(meetings_);
    const auto agenda = workflows::meeting::agenda_of(desk.meeting_marks(number));
    std::vector<Object> said;
    std::map<std::uint64_t, std::string> concluded;
    for (const auto issue : agenda) {
      const std::string conclusion = dice_.one_of(conclusions);
      concluded[issue] = conclusion;
      said.push_back(MeetingDesk::concluded(issue, conclusion));
      if (dice_.below(3) == 0) said.back().emplace_back("due", "2026-04-01T09:00:00+08:00");
    }
    const auto last = desk.log().last();
    const Lengths before = lengths();
    const auto answer = desk.hold(number, said);
    if (!std::holds_alternative<Recorded>(answer)) {
      RC_ASSERT(std::holds_alternative<Refusal>(answer));
      RC_ASSERT(!std::get<Refusal>(answer).detail.empty());
      return nothing(last, before);
    }
    const std::string mark = " " + std::to_string(number);
    for (const auto issue : agenda) {
      const auto facts = desk.facts(issue);
      const auto of_it = std::count_if(facts.begin(), facts.end(), [&](const std::string& fact) {
        return fact == "consultation_held" + mark || fact == "negotiation_held" + mark ||
               fact == "handed_over" + mark;
      });
      RC_ASSERT(of_it == (concluded[issue] == "not_discussed" ? 0 : 1));
    }
    ended(number);
  }

  void end_or_disturb() {
    if (meetings_.empty() || dice_.below(3) != 0) return disturb();
    const auto number = dice_.one_of(meetings_);
    const auto last = desk.log().last();
    const Lengths before = lengths();
    const auto answer = desk.cancel(number);
    if (!std::holds_alternative<Recorded>(answer)) return nothing(last, before);
    ended(number);
  }

  // No issue waits for a meeting that is over.
  void ended(std::uint64_t number) {
    for (const auto issue : issues_) {
      const auto call = workflows::issue::read_call(desk.log(), issue).value();
      const auto stage = workflows::issue::stage_name(call.stage);
      RC_ASSERT(!((stage == "consulting" || stage == "negotiating") && call.meeting == number));
    }
  }

  // Something else happens to an issue, if it may.
  void disturb() {
    const auto issue = dice_.one_of(issues_);
    const std::vector<std::pair<std::string, Object>> others{
        {"claim", {{"by", "林建国"}}},
        {"sign", {}},
        {"pause", {{"reason", "待料"}}},
        {"resume", {}},
        {"hold_consultation", {{"conclusion", "accept"}}},
        {"return", {{"reason", "不属职责"}, {"ground", "三定方案"}}},
        {"rework", {{"reason", "又坏了"}}}};
    const auto& [verb, body] = dice_.one_of(others);
    desk.issue(issue, verb, body);
  }

  void nothing(engine::Position last, const Lengths& before) {
    RC_ASSERT(desk.log().last() == last);
    RC_ASSERT(lengths() == before);
  }

  Dice dice_;
  std::vector<std::uint64_t> issues_;
  std::vector<std::uint64_t> meetings_;
};

RC_GTEST_PROP(AnyAgenda, IsWrittenIntoTheMeetingAndEachIssueOrIntoNothing, ()) {
  Walk walk(*rc::gen::container<Chances>(
      *rc::gen::inRange<std::size_t>(0, 300),
      rc::gen::noShrink(rc::gen::resize(1'000, rc::gen::arbitrary<std::uint32_t>()))));
  walk.run();
}

}  // namespace
