#include "adapters/chat/words.hpp"

#include <array>
#include <chrono>
#include <utility>

#include "workflows/issue/clocks.hpp"
#include "workflows/issue/number.hpp"

namespace adapters::chat::words {

using engine::Instant;
using engine::writer::Refusal;
using workflows::issue::format_number;
namespace fb = workflows::issue::fb;

namespace {

constexpr std::array<std::string_view, 5> grades{"非常不满意", "不满意", "基本满意", "满意",
                                                 "非常满意"};

std::string rate_how(const std::string& number) {
  return "满意请发：满意 1到5 " + number + "（5分最好）；不满意请发：不满意 " + number + " 原因";
}

std::string two(unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// How to say it rightly.
std::string form(Verb verb) {
  switch (verb) {
    case Verb::progress:
      return "进度 编号";
    case Verb::supplement:
      return "补充 编号 要补充的内容";
    case Verb::withdraw:
      return "撤回 编号 原因";
    case Verb::rate:
      return "满意 1到5 编号";
    case Verb::complain:
      return "不满意 编号 原因";
    case Verb::accept:
      return "受理 编号 类别";
    case Verb::claim:
      return "认领 编号";
    case Verb::resolve:
      return "办结 编号 结果 答复";
    case Verb::consult:
      return "会诊 编号";
    case Verb::none:
    case Verb::help:
      break;
  }
  return "帮助";
}

std::string no_number(Verb verb) {
  std::string out = "请问是哪一件？请带上13位编号再发一次：" + form(verb) + "。";
  if (verb == Verb::rate || verb == Verb::complain || verb == Verb::progress) {
    out += "如果是要反映新的问题，请直接写明地点和情况。";
  }
  return out;
}

std::string wrong_number(const Unclear& unclear) {
  if (unclear.digits == format_number(0).size()) {
    return "号码好像抄错了一位，请对照收到时给您的编号，再发一次。";
  }
  return "编号是13位数字，您发的是" + std::to_string(unclear.digits) + "位，请核对后再发一次。";
}

std::string unsure(const std::string& number) {
  return "您提到编号 " + number + "，请问要做什么？查进度请发：进度 " + number +
         "；补充情况请发：补充 " + number + " 内容；要反映新的问题，请直接写明地点和情况。";
}

constexpr std::string_view outcomes_known = "已解决、已解释、无法解决、超出职责、群众拒绝";

struct Done {
  std::string by;

  static std::string about(std::uint64_t number) { return "编号 " + format_number(number); }

  std::string operator()(const Supplement& it) const {
    return "已补充到" + about(it.number) + "，谢谢。";
  }
  std::string operator()(const Withdraw& it) const {
    return about(it.number) + " 已按您的要求撤回。以后有需要可以再反映。";
  }
  std::string operator()(const Rate& it) const {
    return "谢谢您的评价：" + std::to_string(it.grade) + "分（" +
           std::string(grades[it.grade - 1]) + "），已记到" + about(it.number) + "。";
  }
  std::string operator()(const Complain& it) const {
    return "已记下您不满意的原因（" + about(it.number) + "），会有人再看这件事。";
  }
  std::string operator()(const Accept& it) const { return about(it.number) + " 已受理。"; }
  std::string operator()(const Claim& it) const {
    return about(it.number) + " 已由" + by + "认领。";
  }
  std::string operator()(const Resolve& it) const {
    return about(it.number) + " 已办结：" + std::string(outcome(it.outcome)) + "。";
  }
  std::string operator()(const Consult& it) const { return about(it.number) + " 已转会诊。"; }
  // Those that record nothing on an issue.
  std::string operator()(const Report&) const { return "已收到。"; }
  std::string operator()(const Progress&) const { return "已查询。"; }
  std::string operator()(const Help&) const { return help(Reader::resident); }
  std::string operator()(const Unclear& it) const { return question(it); }
};

// What is asked instead, where the issue stands elsewhere than the verb needs.
std::string instead(Verb verb, fb::Stage at, const std::string& number) {
  if (at == fb::Stage::merged) return "请按并入的那一件查询和评价。";
  if (workflows::issue::ended(at)) return "如有新的情况，请直接写明地点和情况，重新反映。";
  switch (verb) {
    case Verb::rate:
    case Verb::complain:
      return "办结以后再请您评价；现在可以补充情况：补充 " + number + " 内容。";
    case Verb::withdraw:
      return rate_how(number) + "。";
    case Verb::accept:
      return at == fb::Stage::resolved ? "已经办结，不用再受理。" : "已经受理过了。";
    case Verb::claim:
    case Verb::consult:
    case Verb::resolve:
      if (at == fb::Stage::reported) return "请先受理：受理 " + number + " 类别。";
      return "查进度请发：进度 " + number + "。";
    case Verb::none:
    case Verb::progress:
    case Verb::supplement:
    case Verb::help:
      break;
  }
  return "查进度请发：进度 " + number + "。";
}

}  // namespace

std::string_view stage(fb::Stage stage) {
  constexpr std::array<std::string_view, 14> names{"还没有登记",
                                                   "已登记，等待受理",
                                                   "已受理，正在安排",
                                                   "有人认领，就地办理中",
                                                   "正在会诊",
                                                   "已交给部门，等待部门签收",
                                                   "部门正在办理",
                                                   "正在和当事人当面协商",
                                                   "暂时挂起，等条件具备",
                                                   "已办结",
                                                   "已办结归档",
                                                   "不予受理",
                                                   "已撤回",
                                                   "已并入另一件一起办理"};
  const auto at = static_cast<std::size_t>(stage);
  return at < names.size() ? names[at] : "正在办理";
}

std::string_view outcome(fb::Outcome outcome) {
  constexpr std::array<std::string_view, 6> names{"没有结果", "已解决",   "已解释",
                                                  "无法解决", "超出职责", "群众拒绝"};
  const auto at = static_cast<std::size_t>(outcome);
  return at < names.size() ? names[at] : "已办理";
}

std::string time(Instant at, int offset_minutes) {
  using namespace std::chrono;
  const auto local = at + minutes(offset_minutes);
  const auto day = floor<days>(local);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<minutes>(local - day));
  return std::to_string(static_cast<int>(date.year())) + "年" +
         std::to_string(static_cast<unsigned>(date.month())) + "月" +
         std::to_string(static_cast<unsigned>(date.day())) + "日 " +
         two(static_cast<unsigned>(clock.hours().count())) + ":" +
         two(static_cast<unsigned>(clock.minutes().count()));
}

std::string received(std::uint64_t number) {
  const std::string digits = format_number(number);
  return "已收到，编号 " + digits + "。查进度请发：进度 " + digits + "。";
}

std::string progress(const Standing& standing, int offset_minutes) {
  const fb::Marks& marks = standing.marks;
  const fb::Stage at = marks.stage();
  const std::string number = format_number(standing.number);
  std::string out = "编号 " + number + "：" + std::string(stage(at));
  if (marks.stage_since() != 0) {
    out += "（" + time(engine::from_ms(marks.stage_since()), offset_minutes) + "起）";
  }
  out += "。";
  const bool ended = workflows::issue::ended(at);
  if (!standing.department.empty() && !ended) out += "承办部门：" + standing.department + "。";
  if (at == fb::Stage::resolved || at == fb::Stage::closed) {
    out += "结果：" + std::string(outcome(marks.outcome())) + "。";
  }
  if (at == fb::Stage::resolved && marks.followed_up_at() == 0) out += rate_how(number) + "。";
  if (at == fb::Stage::merged && marks.merged_into() != 0) {
    out += "一起办理的是编号 " + format_number(marks.merged_into()) + "。";
  }
  const Instant due = workflows::issue::running_due(
      marks, at == fb::Stage::reported ? fb::DeadlineKind::accept : fb::DeadlineKind::solve);
  if (due != Instant{}) {
    out += (at == fb::Stage::reported ? "受理时限：" : "办理时限：") + time(due, offset_minutes) +
           "。";
  }
  return out;
}

std::string done(const Intent& intent, std::string_view by) {
  return std::visit(Done{std::string(by)}, intent);
}

std::string question(const Unclear& unclear) {
  const std::string number = format_number(unclear.number);
  switch (unclear.doubt) {
    case Doubt::nothing_said:
    case Doubt::greeting:
      return "您好！请直接写明地点和情况，例如：锦绣路18号门口路灯不亮。查进度请发：进度 编号。"
             "更多请发：帮助。";
    case Doubt::too_short:
      return "您说的太短，我还看不明白，没有登记。请写明在哪里、是什么情况，至少" +
             std::to_string(report_characters_min) + "个字。更多请发：帮助。";
    case Doubt::too_long:
      return "内容太长，没有登记。请先写明地点和主要情况，其余的用“补充 编号 内容”分几次发。";
    case Doubt::no_number:
      return no_number(unclear.verb);
    case Doubt::wrong_number:
      return wrong_number(unclear);
    case Doubt::two_numbers:
      return "一次请只写一个编号，分几次发：" + form(unclear.verb) + "。";
    case Doubt::unsure:
      return unsure(number);
    case Doubt::no_grade:
      return "谢谢！请打个分：满意 1到5 " + number + "（5分最好）。";
    case Doubt::bad_grade:
      return "请打一个1到5的分：满意 1到5 " + number + "（5分最好）；不满意请发：不满意 " + number +
             " 原因。";
    case Doubt::no_reason:
      return "请写明不满意的原因：不满意 " + number + " 原因。";
    case Doubt::no_words:
      return "请写明要补充的内容：补充 " + number + " 内容。";
    case Doubt::no_outcome:
      return "请写明办理结果：办结 " + number + " 结果 答复。结果有：" +
             std::string(outcomes_known) + "。";
    case Doubt::unknown_outcome:
      return "没有看懂办理结果，没有办结。请写：办结 " + number + " 结果 答复。结果有：" +
             std::string(outcomes_known) + "。";
  }
  return help(Reader::resident);
}

std::string help(Reader reader) {
  std::string out =
      "反映问题：直接写明地点和情况，可以带图片和位置，马上给您编号。\n"
      "进度 编号：查办到哪一步\n"
      "补充 编号 内容：补充情况\n"
      "撤回 编号 原因：不用办了\n"
      "满意 1到5 编号：办结后打分，5分最好\n"
      "不满意 编号 原因：办结后说说哪里不满意";
  if (reader == Reader::resident) return out;
  out += "\n——工作人员——\n受理 编号 类别";
  if (reader == Reader::liaison) out += "\n认领 编号";
  out += "\n办结 编号 结果 答复（结果：" + std::string(outcomes_known) + "）\n会诊 编号";
  return out;
}

std::string unknown_category(std::string_view given, const std::vector<std::string>& nearest) {
  std::string out = "没有“" + std::string(given) + "”这个类别，没有受理。";
  if (!nearest.empty()) {
    out += "相近的有：";
    for (std::size_t i = 0; i < nearest.size(); ++i) out += (i == 0 ? "" : "、") + nearest[i];
    out += "。";
  }
  return out + "也可以不写类别，直接发：受理 编号。";
}

std::string refused(const Refusal& refusal, Verb verb) {
  const std::string number = format_number(refusal.stream.number);
  const auto at = static_cast<fb::Stage>(refusal.stage);
  if (refusal.code == "not_found") return not_for_you(refusal.stream.number, verb);
  if (refusal.code == "not_at_this_stage" || refusal.code == "condition_not_met") {
    return "编号 " + number + " 现在是“" + std::string(stage(at)) + "”，这一步做不了。" +
           instead(verb, at, number);
  }
  if (refusal.code == "too_large") return question({Doubt::too_long, verb, 0, 0});
  return "编号 " + number + " 这一步没有办成，请联系工作人员。查进度请发：进度 " + number + "。";
}

std::string not_for_you(std::uint64_t number, Verb verb) {
  const std::string said = "没有查到您可以" +
                           std::string(verb == Verb::progress ? "查询" : "操作") + "的编号 " +
                           format_number(number) + "。";
  if (verb == Verb::progress) return said + "请在当初反映的群里查，或由反映人本人查。";
  return said + "请核对编号，或由反映人本人来发。";
}

std::string members_only(Verb verb) {
  return "“" + form(verb) + "”只有已登记的联系人和经办人可以发。要反映问题，请直接写明地点和情况。";
}

std::string held() { return "已收到，还不能自动登记，已转给工作人员处理，请留意后续消息。"; }

std::string later() { return "系统现在忙，这一条没有记下，请过几分钟再发一次。"; }

std::string unknown_fate() {
  return "系统出了故障，这一条不一定已经记下。恢复后请原样再发一次，不会重复登记。";
}

std::string stopping() { return "系统正在维护，这一条没有记下，请过几分钟再发一次。"; }

}  // namespace adapters::chat::words
