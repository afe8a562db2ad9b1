// How each plot goes.
#include <algorithm>
#include <iterator>
#include <string>

#include "engine/core/ensure.hpp"
#include "tools/sihe/demo_telling.hpp"

namespace tools::demo {

namespace {

constexpr std::string_view not_ours = "现场核实不属于我单位职责范围，建议转有权单位办理。";
constexpr std::string_view duties = "区级部门职责清单（2024年版）";

void to_department(Telling& t) {
  t.report().after(1, 16).accept().deadline(5).after(1, 6).hand_over(t.department());
  t.after(1, 7).sign();
}

void settled_locally(Telling& t, int turn) {
  t.report();
  if (turn % 6 == 1) {
    t.sometime(0, 1).resident_does("supplement", {{"text", "补充一下：就在路口右手边，有照片。"}});
  }
  t.after(1, 16).accept().deadline(5).after(1, 10).claim();
  if (turn % 8 == 3) {
    t.after(2, 8).release().after(1, 5).hand_over(t.department()).after(1, 7).sign();
  }
  if (turn % 2 == 0) t.after(3, 20).progress();
  t.after(4, 60).resolve().happy_end();
}

void explained(Telling& t) {
  t.report().after(1, 8).accept().deadline(2).after(1, 4).claim().after(1, 9);
  t.resolve("explained", "已把政策规定和办理材料当面讲清楚，并留下经办人电话。").happy_end();
}

void by_department(Telling& t, int turn) {
  t.report().after(1, 16).accept().deadline(5).after(1, 6);
  if (turn % 6 == 2) {
    const std::string right(t.department());
    t.hand_over(t.other_department()).after(1, 4).reassign(right);
  } else {
    t.hand_over(t.department(), turn % 3 == 0 ? "请三日内到现场并联系群众。" : "");
  }
  t.after(1, 7).sign();
  if (turn % 4 == 1) {
    t.supervisor_does("add_co_unit",
                      {{"department", t.other_department()}, {"note", "请配合现场施工。"}});
  }
  t.after(6, 40).progress().after(8, 50).resolve().happy_end();
}

void just_resolved(Telling& t) {
  t.report().after(1, 8).accept().deadline(5).after(1, 6).claim().after(4, 30).resolve();
}

void consulted(Telling& t, int turn) {
  t.report().after(1, 16).accept().deadline(7).after(2, 10).call_consultation().after(24, 60);
  if (turn % 4 == 2) {
    t.hold_consultation("local").after(4, 40).progress();
  } else if (turn % 4 == 3) {
    t.hold_consultation("negotiate").after(1, 8).call_negotiation();
    t.after(24, 60).hold_negotiation("hand_over").after(1, 7).sign();
  } else {
    t.hold_consultation("hand_over").after(1, 8).sign().after(5, 40).progress();
  }
  t.after(8, 50).resolve().happy_end();
}

void consulted_settled(Telling& t) {
  t.report().after(1, 16).accept().deadline(7).after(2, 10).call_consultation().after(24, 72);
  t.hold_consultation("resolve").happy_end();
}

void negotiated(Telling& t, int turn) {
  if (turn % 3 == 0) {
    t.report().after(1, 16).accept().deadline(7).after(2, 10).claim();
    t.after(2, 16)
        .call_negotiation()
        .after(24, 60)
        .hold_negotiation("local")
        .after(4, 40)
        .resolve();
  } else {
    to_department(t);
    t.after(4, 20).call_negotiation().after(24, 60).hold_negotiation("resolve");
  }
  t.happy_end();
}

void returned(Telling& t, int times) {
  const std::string right(t.department());
  t.report().after(1, 16).accept().deadline(7).after(1, 6);
  for (int i = 0; i < times; ++i) {
    const std::string_view wrong = t.other_department();
    t.hand_over(i == 1 ? "petitions" : wrong).after(2, 16).give_back(not_ours, duties).after(1, 5);
  }
  if (times > 2) {
    t.supervisor_does("supervise", {{"text", "三次退单，由督查室牵头明确责任单位，限期答复。"},
                                    {"answer_by", as_time(weekdays_after(t.now(), 2))}});
    t.after(2, 8);
  }
  t.hand_over(right, "经区府办协调，明确由你单位牵头。").after(1, 5).sign();
  t.after(6, 40).progress().after(8, 50).resolve().happy_end();
}

void extended(Telling& t, bool granted) {
  to_department(t);
  t.after(4, 16).progress().after(2, 12).extend(granted ? 6 : 15).after(1, 5);
  if (granted) {
    t.granted().sometime(4, 6).progress();
  } else {
    t.supervisor_does("refuse_extension", {{"reason", "现场条件具备，应按原时限办结。"}});
  }
  t.after(8, 30).resolve().happy_end();
}

void waited(Telling& t, int turn) {
  constexpr std::string_view reasons[] = {"等待汛期过后水位下降再施工。",
                                          "等待检测报告，约需十个工作日。",
                                          "当事人外出务工，约定月底返乡后面商。"};
  to_department(t);
  t.after(4, 20).holder_does("pause", {{"reason", reasons[turn % 3]}});
  t.sometime(9, 20).after(0, 3).holder_does("resume", {{"note", "条件已具备，恢复办理。"}});
  t.after(6, 40).resolve().happy_end();
}

void reworked(Telling& t, int times) {
  to_department(t);
  t.after(6, 40).progress();
  for (int i = 0; i < times; ++i) {
    t.after(8, 30).resolve("solved", "已处理完毕，请群众查看。").after(8, 30);
    t.follow_up(true, false, 1, "根本没修好，还是老样子。").after(1, 3);
    t.supervisor_does("rework", {{"reason", "回访群众不认可，请重新办理并附前后对比照片。"}});
    t.after(4, 30).progress();
  }
  t.after(4, 30).resolve().happy_end();
}

void reopened(Telling& t) {
  to_department(t);
  t.after(6, 40).progress().after(8, 40).resolve().happy_end();
  t.sometime(12, 30).resident_does("reopen", {{"reason", "修好没几天又坏了，请再来看看。"}});
  t.after(1, 6).deadline(3).hand_over(t.department()).after(1, 5).sign();
  t.after(6, 30).progress("返场检查，原配件质量问题，已向厂家索赔更换。");
  t.after(4, 20).resolve().happy_end();
}

void overdue(Telling& t) {
  to_department(t);
  t.after(6, 20).progress().warned().missed().after(1, 6);
  t.supervisor_does("urge", {{"text", "已超时限，请今日说明原因并告知群众。"}});
}

void late(Telling& t, int turn) {
  overdue(t);
  if (turn % 2 == 0) {
    t.after(8, 30).supervisor_does(
        "supervise",
        {{"text", "列入本周督办清单。"}, {"answer_by", as_time(weekdays_after(t.now(), 2))}});
  }
  t.after(8, 40).progress().after(8, 60).resolve().happy_end();
}

void host(Telling& t) {
  to_department(t);
  t.sometime(8, 12).after(0, 3).progress().after(8, 40).resolve().happy_end();
}

void merged(Telling& t, const Telling& first, bool parts) {
  t.take_matter(first.matter());
  t.start_after(first);
  t.sometime(1, 2).report().after(1, 10);
  t.merge("merge", "into", "与前一件为同一地点同一问题。");
  if (!parts) return;
  t.after(2, 10).merge("unmerge", "from", "现场核实是两处，分开办理。");
  t.after(1, 4).accept().deadline(5).after(1, 6).claim().after(4, 40).resolve().happy_end();
}

void corrected(Telling& t, int turn) {
  t.report().after(1, 16).accept().deadline(5).after(1, 5);
  const std::string reason = "与群众核实后更正。";
  switch (turn % 4) {
    case 0:
      t.supervisor_does("correct", {{"version", t.accepted_version()},
                                    {"field", "category"},
                                    {"is", "噪声油烟"},
                                    {"code", "noise"},
                                    {"reason", reason}});
      break;
    case 1:
      t.supervisor_does("correct", {{"version", 1},
                                    {"field", "place"},
                                    {"is", t.community().name + "环村路21号门前"},
                                    {"reason", reason}});
      break;
    case 2:
      t.supervisor_does("correct", {{"version", 1},
                                    {"field", "channel"},
                                    {"is", "来访"},
                                    {"code", "visit"},
                                    {"reason", reason}});
      break;
    default:
      t.supervisor_does("correct", {{"version", 1},
                                    {"field", "title"},
                                    {"is", t.matter().title + "（两处）"},
                                    {"reason", reason}});
  }
  t.after(1, 6).hand_over(t.department()).after(1, 7).sign().after(6, 40).progress();
  t.after(8, 40).resolve().happy_end();
}

void declined(Telling& t, int turn) {
  t.report().after(1, 9);
  if (turn % 2 == 0) {
    t.supervisor_does("decline", {{"reason", "该事项已进入诉讼程序，应由法院依法处理。"},
                                  {"ground", "《信访工作条例》第二十二条"}});
  } else {
    t.supervisor_does("decline", {{"reason", "同一事项已作出复核意见，无新的事实和理由。"},
                                  {"ground", "《信访工作条例》第三十六条"}});
  }
}

void withdrawn(Telling& t, int turn) {
  t.report();
  if (turn % 2 == 0) t.after(1, 16).accept();
  t.sometime(0, 2).resident_does("withdraw", {{"reason", "自己解决了，不用处理了，谢谢。"}});
}

// Stories that are not over yet.
void open_end(Telling& t, Plot plot, int turn) {
  if (plot == Plot::just_reported || plot == Plot::accepted || plot == Plot::in_village) {
    t.report();
    if (plot == Plot::just_reported) return;
    t.after(1, 16).accept().deadline(5);
    if (plot == Plot::in_village) t.after(1, 10).claim();
    if (plot == Plot::in_village && turn % 2 == 0) t.after(3, 10).progress();
  } else if (plot == Plot::consulting) {
    t.report().after(1, 16).accept().deadline(7).after(2, 10).call_consultation();
  } else if (plot == Plot::awaiting_sign) {
    t.report().after(1, 16).accept().deadline(5).after(1, 6);
    if (turn % 4 == 3) {
      t.hand_over("petitions").after(2, 16).give_back(not_ours, duties).after(1, 5);
    }
    t.hand_over(t.department(), "请签收后联系群众。");
  } else {
    to_department(t);
    t.after(4, 16).progress();
    if (plot == Plot::negotiating) t.after(1, 8).call_negotiation();
    if (plot == Plot::paused) {
      t.after(1, 8).holder_does("pause", {{"reason", "等待上级部门批复用地手续。"}});
    }
    if (plot == Plot::handling && turn % 4 == 1) t.after(1, 6).extend(5);
  }
}

void overdue_still(Telling& t, int turn) {
  overdue(t);
  if (turn % 2 == 0) {
    t.after(30, 80).supervisor_does("escalate", {{"to", turn % 4 == 0 ? "town" : "district"},
                                                 {"reason", "逾期未结，提级办理。"}});
  }
}

// When stories of this plot may begin: all are told by the end of February 2026.
void begin(Telling& t, Plot plot) {
  switch (plot) {
    case Plot::just_reported:
      return t.start(local(2026, 2, 25, 0, 0), 3);
    case Plot::accepted:
    case Plot::awaiting_sign:
      return t.start(local(2026, 2, 16, 0, 0), 7);
    case Plot::in_village:
    case Plot::just_resolved:
    case Plot::consulting:
    case Plot::handling:
      return t.start(local(2026, 2, 6, 0, 0), 11);
    case Plot::negotiating:
      return t.start(local(2026, 2, 2, 0, 0), 14);
    case Plot::paused:
      return t.start(local(2026, 1, 5, 0, 0), 25);
    case Plot::handling_late:
      return t.start(local(2025, 11, 20, 0, 0), 60);
    default:
      return t.start(local(2025, 3, 3, 0, 0), 275);
  }
}

using Tell = void (*)(Telling&, int turn);

template <Plot plot>
void open_ended(Telling& t, int turn) {
  open_end(t, plot, turn);
}

struct Chapter {
  Plot plot;
  Tell tell;
};

// clang-format off
constexpr Chapter chapters[] = {
    {Plot::settled_locally,   settled_locally},
    {Plot::explained,         [](Telling& t, int) { explained(t); }},
    {Plot::by_department,     by_department},
    {Plot::just_resolved,     [](Telling& t, int) { just_resolved(t); }},
    {Plot::consulted,         consulted},
    {Plot::consulted_settled, [](Telling& t, int) { consulted_settled(t); }},
    {Plot::negotiated,        negotiated},
    {Plot::returned_once,     [](Telling& t, int turn) { returned(t, 1 + turn % 2); }},
    {Plot::returned_thrice,   [](Telling& t, int) { returned(t, 3); }},
    {Plot::extended,          [](Telling& t, int) { extended(t, true); }},
    {Plot::extension_refused, [](Telling& t, int) { extended(t, false); }},
    {Plot::waited,            waited},
    {Plot::reworked,          [](Telling& t, int) { reworked(t, 1); }},
    {Plot::reworked_thrice,   [](Telling& t, int) { reworked(t, 3); }},
    {Plot::reopened,          [](Telling& t, int) { reopened(t); }},
    {Plot::late,              late},
    {Plot::host,              [](Telling& t, int) { host(t); }},
    {Plot::parted_host,       [](Telling& t, int) { host(t); }},
    {Plot::corrected,         corrected},
    {Plot::just_reported,     open_ended<Plot::just_reported>},
    {Plot::accepted,          open_ended<Plot::accepted>},
    {Plot::in_village,        open_ended<Plot::in_village>},
    {Plot::consulting,        open_ended<Plot::consulting>},
    {Plot::awaiting_sign,     open_ended<Plot::awaiting_sign>},
    {Plot::handling,          open_ended<Plot::handling>},
    {Plot::handling_late,     overdue_still},
    {Plot::negotiating,       open_ended<Plot::negotiating>},
    {Plot::paused,            open_ended<Plot::paused>},
    {Plot::declined,          declined},
    {Plot::withdrawn,         withdrawn},
};
// clang-format on

}  // namespace

Story tell(const std::vector<Outline>& all, std::size_t index, std::uint64_t seed,
           const workflows::issue::DeadlineRules* rules) {
  const Outline& outline = all[index];
  Telling t(seed, index, outline, rules);
  if (outline.plot == Plot::duplicate || outline.plot == Plot::parted) {
    const Outline& other = all[outline.other];
    Telling first(seed, outline.other, other, rules);
    begin(first, other.plot);
    merged(t, first, outline.plot == Plot::parted);
    Story story = t.finish();
    story.other = outline.other;
    return story;
  }
  begin(t, outline.plot);
  const auto* chapter = std::find_if(std::begin(chapters), std::end(chapters),
                                     [&](const Chapter& c) { return c.plot == outline.plot; });
  ENSURE(chapter != std::end(chapters));
  chapter->tell(t, outline.turn);
  return t.finish();
}

}  // namespace tools::demo
