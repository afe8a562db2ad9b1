// The conditions of the table ("only if"): each says what was wrong with what was asked, and where.
// Pure, like all that a decision rests on. Internal to workflows/meeting.
#pragma once

#include <algorithm>
#include <array>

#include "workflows/meeting/asked.hpp"

namespace workflows::meeting::when {

// All of them, in this order.
template <class... C>
struct all {};

inline bool filled(const flatbuffers::String* text) { return text != nullptr && text->size() != 0; }

// --- the agenda ---------------------------------------------------------------------------------

struct agenda_once {
  static constexpr Condition about{"agenda_once", "/agenda", "",
                                   "an issue stands on the agenda only once",
                                   "同一诉求不能重复列入"};
  static bool holds(const auto& ask) {
    const auto& agenda = *ask.fact.agenda();
    for (flatbuffers::uoffset_t i = 0; i < agenda.size(); ++i) {
      for (flatbuffers::uoffset_t j = 0; j < i; ++j) {
        if (agenda.Get(i) == agenda.Get(j)) return ask.asked.no(i, agenda.Get(i));
      }
    }
    return true;
  }
};

struct agenda_there {
  static constexpr Condition about{"agenda_there", "/agenda", "",
                                   "there must be an issue of that number", "须为已有的诉求编号"};
  static bool holds(const auto& ask) {
    const auto& agenda = *ask.fact.agenda();
    for (flatbuffers::uoffset_t i = 0; i < agenda.size(); ++i) {
      const engine::StreamId issue{ask.asked.issues, agenda.Get(i)};
      if (ask.asked.desk.state(issue).version.value == 0) return ask.asked.no(i, issue.number);
    }
    return true;
  }
};

// --- the conclusions ----------------------------------------------------------------------------

inline bool on_list(const fb::Marks& marks, std::uint64_t issue) {
  for (std::uint16_t i = 0; i < marks.issues(); ++i) {
    if (marks.agenda()->Get(i) == issue) return true;
  }
  return false;
}

// Holds for each conclusion, or says which it does not hold for.
template <class Test>
bool for_each(const auto& ask, Test test) {
  const auto& conclusions = *ask.fact.conclusions();
  for (flatbuffers::uoffset_t i = 0; i < conclusions.size(); ++i) {
    const fb::Concluded& each = *conclusions.Get(i);
    if (!test(each)) return ask.asked.no(i, each.issue());
  }
  return true;
}

struct on_agenda {
  static constexpr Condition about{"on_agenda", "/conclusions", "/issue",
                                   "a conclusion must be about an issue on the agenda",
                                   "结论须针对议程内的诉求"};
  static bool holds(const auto& ask) {
    return for_each(ask, [&](const auto& each) { return on_list(ask.asked.marks, each.issue()); });
  }
};

struct concluded_once {
  static constexpr Condition about{"concluded_once", "/conclusions", "/issue",
                                   "an issue comes to one conclusion", "同一诉求只能有一个结论"};
  static bool holds(const auto& ask) {
    const auto& all = *ask.fact.conclusions();
    for (flatbuffers::uoffset_t i = 0; i < all.size(); ++i) {
      for (flatbuffers::uoffset_t j = 0; j < i; ++j) {
        if (all.Get(i)->issue() == all.Get(j)->issue()) return ask.asked.no(i, all.Get(i)->issue());
      }
    }
    return true;
  }
};

struct all_concluded {
  static constexpr Condition about{"all_concluded", "/conclusions", "",
                                   "each issue on the agenda needs its conclusion, be it "
                                   "not_discussed",
                                   "议程内的每件诉求都须有结论"};
  static bool holds(const auto& ask) {
    const auto& conclusions = *ask.fact.conclusions();
    const fb::Marks& marks = ask.asked.marks;
    for (std::uint16_t i = 0; i < marks.issues(); ++i) {
      const std::uint64_t issue = marks.agenda()->Get(i);
      const bool there =
          std::any_of(conclusions.begin(), conclusions.end(),
                      [&](const fb::Concluded* each) { return each->issue() == issue; });
      if (!there) return ask.asked.no(std::nullopt, issue);
    }
    return true;
  }
};

inline bool can_reach(fb::Kind kind, fb::Conclusion conclusion) {
  using enum fb::Conclusion;
  if (conclusion == none || conclusion > fb::Conclusion::MAX) return false;
  if (conclusion == not_discussed || conclusion == hand_over) return true;
  switch (kind) {
    case fb::Kind::consultation:
      return conclusion != go_on;
    case fb::Kind::negotiation:
      return conclusion != negotiate;
    case fb::Kind::handover:
    case fb::Kind::none:
      break;
  }
  return false;
}

struct reachable {
  static constexpr Condition about{
      "reachable", "/conclusions", "/conclusion",
      "the conclusion must be one that a meeting of this kind can reach: all hand_over and "
      "not_discussed, a consultation also accept, negotiate, local and resolve, a negotiation also "
      "accept, go_on, local and resolve",
      "须为本类会议可作出的结论"};
  static bool holds(const auto& ask) {
    return for_each(ask, [&](const auto& each) {
      return can_reach(ask.asked.marks.kind(), each.conclusion());
    });
  }
};

struct department_named {
  static constexpr Condition about{"department_named", "/conclusions", "/department",
                                   "the department that gets it must be named", "须写明承办部门"};
  static bool holds(const auto& ask) {
    return for_each(ask, [](const auto& each) {
      return each.conclusion() != fb::Conclusion::hand_over || filled(each.department());
    });
  }
};

struct taker_named {
  static constexpr Condition about{"taker_named", "/conclusions", "/by",
                                   "who takes it on must be named", "须写明由谁就地办理"};
  static bool holds(const auto& ask) {
    return for_each(ask, [](const auto& each) {
      return each.conclusion() != fb::Conclusion::local || filled(each.by());
    });
  }
};

struct outcome_given {
  static constexpr Condition about{"outcome_given", "/conclusions", "/outcome",
                                   "an outcome must be given", "须写明办理结果"};
  static bool holds(const auto& ask) {
    return for_each(ask, [](const auto& each) {
      return each.conclusion() != fb::Conclusion::resolve || each.outcome() != fb::Outcome::none;
    });
  }
};

struct due_ahead {
  static constexpr Condition about{
      "due_ahead", "/conclusions", "/due",
      "a due date goes with an issue that goes on, and lies after the meeting",
      "时限只适用于继续办理的诉求，且须晚于会议时间"};
  static bool holds(const auto& ask) {
    return for_each(ask, [&](const auto& each) {
      const bool goes_on = each.conclusion() != fb::Conclusion::resolve &&
                           each.conclusion() != fb::Conclusion::not_discussed;
      return each.due() == 0 || (goes_on && each.due() > engine::to_ms(ask.asked.occurred_at));
    });
  }
};

// --- cancelling ---------------------------------------------------------------------------------

struct reason_given {
  static constexpr Condition about{"reason_given", "/reason", "", "a reason must be given",
                                   "须写明理由"};
  static bool holds(const auto& ask) {
    return ask.asked.says("reason") || ask.asked.no(std::nullopt);
  }
};

}  // namespace workflows::meeting::when
