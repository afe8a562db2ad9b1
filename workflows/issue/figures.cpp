#include "workflows/issue/figures.hpp"

#include <algorithm>

#include "workflows/issue/issue_generated.h"

namespace workflows::issue {
namespace {

constexpr Figure figures[] = {
    {"reported", "上报",
     "Reports that came in, by the time of the report; each counts once, also one that was merged "
     "later.",
     "收到的诉求，按上报时间；并案者各计一次。", &Figures::reported},
    {"accepted", "受理", "Issues that were accepted, by the time of the acceptance.",
     "已受理的诉求，按受理时间。", &Figures::accepted},
    {"declined", "不予受理", "Issues that were declined, by the time of it.",
     "不予受理的诉求，按该时间。", &Figures::declined},
    {"withdrawn", "撤回", "Issues that the resident took back, by the time of it.",
     "已撤回的诉求，按撤回时间。", &Figures::withdrawn},
    {"merged", "并案",
     "Issues that are merged into another one, by the time of it; reported minus merged is the "
     "number of problems.",
     "已并入其他诉求的诉求，按并案时间；上报减并案即问题数。", &Figures::merged},
    {"in_hand", "在办",
     "Issues at one of the stages reported to paused: in time, overdue and without a deadline "
     "together.",
     "处于已上报至挂起各阶段的诉求：未超时、超时与无时限之和。", &Figures::in_hand},
    {"resolved", "办结",
     "Issues with a resolution that stands, by the time of it; what rework or reopening took back "
     "counts no more. On time, late and without a deadline together.",
     "办结有效的诉求，按办结时间；重办、重启撤销者不计。为按时、超时、无时限之和。",
     &Figures::resolved},
    {"closed", "归档",
     "Issues that are closed, by the time of it; what was reopened counts no more.",
     "已归档的诉求，按归档时间；重启者不计。", &Figures::closed},
    {"resolved_on_time", "按时办结", "Resolved, and not after the deadline that stood then.",
     "办结时间不晚于时限。", &Figures::resolved_on_time},
    {"resolved_late", "超时办结", "Resolved after the deadline.", "办结时间晚于时限。",
     &Figures::resolved_late},
    {"resolved_no_deadline", "无时限办结",
     "Resolved without ever having had a deadline; no part of any rate.",
     "办结而无时限，不计入比率。", &Figures::resolved_no_deadline},
    {"open_in_time", "在办未超时",
     "In hand, and the deadline has not passed at the moment asked for; a paused one is judged at "
     "the moment it was paused.",
     "在办且截至所问时刻未超时；挂起者按挂起时刻判定。", &Figures::open_in_time},
    {"open_overdue", "在办超时", "In hand, and the deadline has passed at the moment asked for.",
     "在办且截至所问时刻已超时。", &Figures::open_overdue},
    {"open_no_deadline", "在办无时限", "In hand without a deadline.", "在办而无时限。",
     &Figures::open_no_deadline},
    {"reopened", "重启", "How often closed issues were reopened, by the time of it.",
     "归档后重启的次数，按重启时间。", &Figures::reopened},
    {"returned", "退单",
     "How often departments returned issues, by the time of it, under the department that "
     "returned.",
     "部门退单次数，按退单时间，计入退单部门。", &Figures::returned},
    {"reworked", "重办", "How often resolved issues were taken up again, by the time of it.",
     "办结后重办的次数，按重办时间。", &Figures::reworked},
    {"on_time_rate", "按时办结率",
     "Resolved on time out of resolved on time, resolved late and open overdue; issues without a "
     "deadline are left out.",
     "按时办结 ÷（按时办结＋超时办结＋在办超时），无时限者不计。"},
    {"report_to_accept", "受理用时",
     "From the report to the acceptance, calendar time, of accepted issues.",
     "自上报至受理的自然时长。"},
    {"accept_to_resolve", "办理用时",
     "From the acceptance to the resolution that stands, calendar time.",
     "自受理至有效办结的自然时长。"},
    {"report_to_resolve", "全程用时",
     "From the report to the resolution that stands, calendar time.",
     "自上报至有效办结的自然时长。"},
    {"hand_over_to_sign", "签收用时", "From each hand-over to its signing, calendar time.",
     "自每次交办至签收的自然时长。"},
    {"in_stage", "阶段用时",
     "Calendar time of each stay in a stage (in_reported, in_accepted …) that has ended, by the "
     "time of leaving it.",
     "每次在某阶段停留的自然时长，按离开时间。"},
};

}  // namespace

std::span<const Figure> all_figures() { return figures; }

const Figure* find_figure(std::string_view name) {
  // Every stage has a figure of its own, and all of them one meaning.
  for (const fb::Stage stage : fb::EnumValuesStage()) {
    if (name.starts_with("in_") && name.substr(3) == fb::EnumNameStage(stage)) name = "in_stage";
  }
  const auto* found = std::find_if(std::begin(figures), std::end(figures),
                                   [&](const Figure& each) { return each.name == name; });
  return found == std::end(figures) ? nullptr : found;
}

std::optional<Rate> on_time_rate(const Figures& figures) {
  const std::int64_t n = figures.resolved_on_time + figures.resolved_late + figures.open_overdue;
  if (n <= 0) return std::nullopt;
  return Rate{static_cast<double>(figures.resolved_on_time) / static_cast<double>(n), n};
}

}  // namespace workflows::issue
