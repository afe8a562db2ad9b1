// The conditions of the table ("only if"). A *choice* picks among rows for the same command and
// says nothing when it does not hold; a *demand* says what was wrong with what was asked. In a row,
// choices stand before demands. Pure, like all that a decision rests on.
// Internal to workflows/issue.
#pragma once

#include <algorithm>
#include <string_view>

#include "engine/schema/schema.hpp"
#include "workflows/issue/asked.hpp"
#include "workflows/issue/choices.hpp"
#include "workflows/issue/clocks.hpp"
#include "workflows/issue/issue.hpp"

namespace workflows::issue::when {

struct Choice {
  static constexpr bool demand = false;
};
struct Demand {
  static constexpr bool demand = true;
};

// No condition.
struct always : Choice {
  static constexpr Condition about{"-", "", "", ""};
  static bool holds(const auto&) { return true; }
};

// The other side of a choice. MSM tries the last row first; a pair made with `unless` cannot both
// hold, so that order never matters.
template <class C>
struct unless : Choice {
  static constexpr Condition about{C::about.name, "", "", ""};
  static bool holds(const auto& ask) { return !C::holds(ask); }
};

// All of them, in this order.
template <class... C>
struct all {};

// --- meetings -----------------------------------------------------------------------------------

template <fb::Conclusion conclusion>
struct concludes : Choice {
  static constexpr Condition about{"concludes", "/conclusion",
                                   "the conclusion must be one that this meeting can reach",
                                   "会议结论须为本次会议可作出的结论"};
  static bool holds(const auto& ask) { return ask.fact.conclusion() == conclusion; }
};

inline bool filled(const flatbuffers::String* text) { return text != nullptr && text->size() != 0; }

struct department_named : Demand {
  static constexpr Condition about{"department_named", "/department",
                                   "the department that gets it must be named", "须写明承办部门"};
  static bool holds(const auto& ask) { return filled(ask.fact.department()); }
};

struct taker_named : Demand {
  static constexpr Condition about{"taker_named", "/by", "who takes it on must be named",
                                   "须写明由谁就地办理"};
  static bool holds(const auto& ask) { return filled(ask.fact.by()); }
};

struct outcome_given : Demand {
  static constexpr Condition about{"outcome_given", "/outcome", "an outcome must be given",
                                   "须写明办理结果"};
  static bool holds(const auto& ask) { return ask.fact.outcome() != fb::Outcome::none; }
};

// --- where it was before ------------------------------------------------------------------------

template <fb::Stage stage>
struct called_from : Choice {
  static constexpr Condition about{"called_from", "", "", ""};
  static bool holds(const auto& ask) { return ask.asked.marks.stage_before_meeting() == stage; }
};

template <fb::Stage stage>
struct paused_in : Choice {
  static constexpr Condition about{"paused_in", "", "", ""};
  static bool holds(const auto& ask) { return ask.asked.marks.stage_before_pause() == stage; }
};

template <fb::Stage stage>
struct merged_in : Choice {
  static constexpr Condition about{"merged_in", "", "", ""};
  static bool holds(const auto& ask) { return ask.asked.marks.stage_before_merge() == stage; }
};

template <fb::Stage stage>
struct worked_in : Choice {
  static constexpr Condition about{"worked_in", "", "", ""};
  static bool holds(const auto& ask) { return ask.asked.marks.stage_before_resolve() == stage; }
};

// --- reasons ------------------------------------------------------------------------------------

struct reason_given : Demand {
  static constexpr Condition about{"reason_given", "/reason", "a reason must be given",
                                   "须写明理由"};
  static bool holds(const auto& ask) { return ask.asked.says("reason"); }
};

struct ground_given : Demand {
  static constexpr Condition about{"ground_given", "/ground", "the legal ground must be named",
                                   "须写明依据"};
  static bool holds(const auto& ask) {
    return filled(ask.fact.ground()) &&
           ask.fact.ground()->string_view().find_first_not_of(" \t\r\n") != std::string_view::npos;
  }
};

// --- what the engine does of itself -------------------------------------------------------------

inline constexpr unsigned patience = 3;

inline bool can_rise(const fb::Marks& marks) { return marks.level() < fb::Level::district; }

// This is the third return or a later one, and there is a level above.
struct third_return : Choice {
  static constexpr Condition about{"third_return", "", "", ""};
  static constexpr const char* rule = "third return";
  static bool holds(const auto& ask) {
    return ask.asked.marks.returns() + 1U >= patience && can_rise(ask.asked.marks);
  }
};

struct third_rework : Choice {
  static constexpr Condition about{"third_rework", "", "", ""};
  static constexpr const char* rule = "third rework";
  static bool holds(const auto& ask) {
    return ask.asked.marks.reworks() + 1U >= patience && can_rise(ask.asked.marks);
  }
};

// --- extensions ---------------------------------------------------------------------------------

struct none_pending : Demand {
  static constexpr Condition about{"none_pending", "",
                                   "an extension was requested already and is not answered yet",
                                   "已有延期申请待答复"};
  static bool holds(const auto& ask) { return !ask.asked.marks.extension_pending(); }
};

struct one_pending : Demand {
  static constexpr Condition about{"one_pending", "", "no extension was requested that waits",
                                   "没有待答复的延期申请"};
  static bool holds(const auto& ask) { return ask.asked.marks.extension_pending(); }
};

struct before_deadline : Demand {
  static constexpr Condition about{"before_deadline", "",
                                   "an extension must be requested before the deadline, and there "
                                   "must be one",
                                   "须在时限届满前申请延期"};
  static bool holds(const auto& ask) {
    return ask.asked.marks.due_at() != 0 && ask.asked.at() < ask.asked.marks.due_at();
  }
};

struct later_than_due : Demand {
  static constexpr Condition about{"later_than_due", "/until",
                                   "the new deadline must be later than the present one",
                                   "新时限须晚于现时限"};
  static bool holds(const auto& ask) { return ask.fact.until() > ask.asked.marks.due_at(); }
};

// --- deadlines ----------------------------------------------------------------------------------

struct due_given : Demand {
  static constexpr Condition about{"due_given", "/due", "the deadline must be given", "须写明时限"};
  static bool holds(const auto& ask) { return ask.fact.due() != 0; }
};

struct for_follow_up : Demand {
  static constexpr Condition about{"for_follow_up", "/kind",
                                   "of a resolved issue only the follow-up has a deadline",
                                   "已办结的诉求只能设定回访时限"};
  static bool holds(const auto& ask) { return ask.fact.kind() == fb::DeadlineKind::follow_up; }
};

struct due_in_force : Demand {
  static constexpr Condition about{"due_in_force", "/due",
                                   "it must be the deadline of that kind that is in force, and its "
                                   "clock must run",
                                   "须为该类现行时限且正在计时"};
  static bool holds(const auto& ask) {
    const fb::DeadlineKind kind = ask.fact.kind();
    return ask.fact.due() != 0 &&
           ask.fact.due() == engine::to_ms(running_due(ask.asked.marks, kind));
  }
};

struct due_passed : Demand {
  static constexpr Condition about{"due_passed", "/due", "the deadline must have passed",
                                   "时限须已届满"};
  static bool holds(const auto& ask) { return ask.asked.at() >= ask.fact.due(); }
};

struct due_ahead : Demand {
  static constexpr Condition about{"due_ahead", "/due", "the deadline must not have passed yet",
                                   "时限须尚未届满"};
  static bool holds(const auto& ask) { return ask.asked.at() <= ask.fact.due(); }
};

struct not_warned : Demand {
  static constexpr Condition about{"not_warned", "/due", "it was warned of already", "已经预警"};
  static bool holds(const auto& ask) {
    return ((ask.asked.marks.warned_of() | ask.asked.marks.missed()) &
            clock_bit(ask.fact.kind())) == 0;
  }
};

struct not_missed : Demand {
  static constexpr Condition about{"not_missed", "/due", "that it was missed is recorded already",
                                   "已经记录超时"};
  static bool holds(const auto& ask) {
    return (ask.asked.marks.missed() & clock_bit(ask.fact.kind())) == 0;
  }
};

// Nothing was warned of or missed that this does not settle.
struct none_late : Choice {
  static constexpr Condition about{"none_late", "", "", ""};
  static bool holds(const auto& ask) {
    return ((ask.asked.marks.warned_of() | ask.asked.marks.missed()) & ~settled_by(ask.fact)) == 0;
  }
};

// Nothing was missed that this does not settle, but something was warned of.
struct one_warned : Choice {
  static constexpr Condition about{"one_warned", "", "", ""};
  static bool holds(const auto& ask) {
    return (ask.asked.marks.missed() & ~settled_by(ask.fact)) == 0 && !none_late::holds(ask);
  }
};

// --- supervision --------------------------------------------------------------------------------

// Not at an end. Stands in the rows of supervision, whose own states do not know the stage; that it
// does not hold is a stage's "no", not a condition's.
struct going_on : Choice {
  static constexpr Condition about{"going_on", "", "", ""};
  static constexpr bool at(fb::Stage stage) {
    return stage >= fb::Stage::reported && stage <= fb::Stage::resolved;
  }
  static bool holds(const auto& ask) { return at(ask.asked.marks.stage()); }
};

// A clock can run: it is not at an end, and not paused.
struct ticking : Choice {
  static constexpr Condition about{"ticking", "", "", ""};
  static constexpr bool at(fb::Stage stage) {
    return going_on::at(stage) && stage != fb::Stage::paused;
  }
  static bool holds(const auto& ask) { return at(ask.asked.marks.stage()); }
};

struct upwards : Demand {
  static constexpr Condition about{
      "upwards", "/to", "the level must be above the one it has: village, town, district",
      "只能向上提级"};
  static bool holds(const auto& ask) { return ask.fact.to() > ask.asked.marks.level(); }
};

// --- follow-up ----------------------------------------------------------------------------------

struct reached_said : Demand {
  static constexpr Condition about{"reached_said", "/reached",
                                   "whether the resident was reached must be said: yes or no",
                                   "须写明是否联系到群众"};
  static bool holds(const auto& ask) { return ask.fact.reached() != fb::Answer::unknown; }
};

struct solved_if_reached : Demand {
  static constexpr Condition about{"solved_if_reached", "/solved",
                                   "only a resident who was reached can say whether it is solved",
                                   "未联系到群众时不能写明是否解决"};
  static bool holds(const auto& ask) {
    return ask.fact.reached() == fb::Answer::yes || ask.fact.solved() == fb::Answer::unknown;
  }
};

struct rated_if_reached : Demand {
  static constexpr Condition about{"rated_if_reached", "/satisfaction",
                                   "only a resident who was reached can be satisfied",
                                   "未联系到群众时不能写明满意度"};
  static bool holds(const auto& ask) {
    return ask.fact.reached() == fb::Answer::yes || ask.fact.satisfaction() == 0;
  }
};

struct satisfaction_in_range : Demand {
  static constexpr Condition about{"satisfaction_in_range", "/satisfaction",
                                   "satisfaction goes from 1 to 5", "满意度为1至5"};
  static bool holds(const auto& ask) { return ask.fact.satisfaction() <= 5; }
};

// --- merging ------------------------------------------------------------------------------------

struct into_another : Demand {
  static constexpr Condition about{"into_another", "/into",
                                   "the issue that goes on must be named, and be another one",
                                   "须写明并入的另一诉求"};
  static bool holds(const auto& ask) {
    return ask.fact.into() != 0 && ask.fact.into() != ask.asked.step.stream.number;
  }
};

struct only_into : Demand {
  static constexpr Condition about{"only_into", "/absorbed",
                                   "ask it of the issue that ends: the other half is recorded "
                                   "by itself",
                                   "请在被并入的诉求上操作"};
  static bool holds(const auto& ask) { return ask.fact.absorbed() == 0; }
};

struct from_that_one : Demand {
  static constexpr Condition about{"from_that_one", "/from",
                                   "it must be the issue that this one was merged into",
                                   "须为本诉求所并入的诉求"};
  static bool holds(const auto& ask) {
    return ask.fact.from() != 0 && ask.fact.from() == ask.asked.marks.merged_into();
  }
};

struct only_from : Demand {
  static constexpr Condition about{"only_from", "/released",
                                   "ask it of the issue that is released: the other half is "
                                   "recorded by itself",
                                   "请在被并入的诉求上操作"};
  static bool holds(const auto& ask) { return ask.fact.released() == 0; }
};

// --- corrections --------------------------------------------------------------------------------

struct version_there : Demand {
  static constexpr Condition about{"version_there", "/version",
                                   "it must be the version of a fact that the issue has",
                                   "须为本诉求已有的记录版本"};
  static bool holds(const auto& ask) {
    return ask.fact.version() >= 1 && ask.fact.version() <= ask.asked.state.version.value;
  }
};

struct field_known : Demand {
  static constexpr Condition about{"field_known", "/field",
                                   "it must be the name of a field that facts have",
                                   "须为记录中已有的字段"};
  static bool holds(const auto& ask) {
    if (ask.fact.field() == nullptr) return false;
    const std::string_view field = ask.fact.field()->string_view();
    const auto& tables = schema().tables();
    return std::any_of(tables.begin(), tables.end(), [&](const auto& table) {
      return std::any_of(table.fields.begin(), table.fields.end(),
                         [&](const auto& each) { return each.name == field; });
    });
  }
};

struct code_fits : Demand {
  static constexpr Condition about{"code_fits", "/code",
                                   "a code goes with area, category and department, and with the "
                                   "choices of channel, outcome, reached, solved and satisfaction",
                                   "该字段不能填代码，或代码不是其可选值"};
  static bool holds(const auto& ask) {
    if (ask.fact.code() == nullptr || ask.fact.field() == nullptr) return true;
    const std::string_view field = ask.fact.field()->string_view();
    if (!takes_code(field)) return false;
    return !code_kind(field).empty() || is_choice(field, ask.fact.code()->string_view());
  }
};

}  // namespace workflows::issue::when
