#include "adapters/chat/news.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "workflows/issue/issue_generated.h"
#include "workflows/issue/number.hpp"

namespace adapters::chat {

namespace fb = workflows::issue::fb;
using engine::log::RecordView;
using engine::outbox::Draft;
using engine::schema::Object;
using engine::schema::Value;
using workflows::issue::Timeline;
using workflows::issue::TimelineStep;

namespace {

bool entered(const RecordView& record, fb::Stage stage) {
  return record.stage_after() == static_cast<std::uint8_t>(stage) &&
         record.stage_before() != record.stage_after();
}

// A meeting's conclusion says the same as the fact of its own would. Of two issues that are merged
// the one that goes on has nothing to tell.
std::optional<std::string> kind_by_stage(const RecordView& record) {
  if (entered(record, fb::Stage::handed_over)) return "handed_over";
  if (entered(record, fb::Stage::resolved)) return "resolved";
  if (entered(record, fb::Stage::merged)) return "merged";
  return std::nullopt;
}

std::optional<std::string> kind_of(const RecordView& record) {
  switch (static_cast<fb::Fact>(record.type().value)) {
    case fb::Fact::Accepted:
      return "accepted";
    case fb::Fact::Declined:
      return "declined";
    case fb::Fact::HandedOver:
      return "handed_over";
    case fb::Fact::Reassigned:
      return "reassigned";
    case fb::Fact::ExtensionGranted:
      return "extension_granted";
    case fb::Fact::Resolved:
      return "resolved";
    case fb::Fact::ConsultationHeld:
    case fb::Fact::NegotiationHeld:
    case fb::Fact::Merged:
      return kind_by_stage(record);
    case fb::Fact::Reworked:
      return "reworked";
    case fb::Fact::Reopened:
      return "reopened";
    // The service's own doing, or what the resident has said himself.
    case fb::Fact::NONE:
    case fb::Fact::Reported:
    case fb::Fact::Supplemented:
    case fb::Fact::Withdrawn:
    case fb::Fact::Unmerged:
    case fb::Fact::Claimed:
    case fb::Fact::Released:
    case fb::Fact::ConsultationCalled:
    case fb::Fact::Signed:
    case fb::Fact::Returned:
    case fb::Fact::CoUnitAdded:
    case fb::Fact::NegotiationCalled:
    case fb::Fact::ProgressNoted:
    case fb::Fact::ExtensionRequested:
    case fb::Fact::ExtensionRefused:
    case fb::Fact::Paused:
    case fb::Fact::Resumed:
    case fb::Fact::FollowedUp:
    case fb::Fact::Closed:
    case fb::Fact::Urged:
    case fb::Fact::Supervised:
    case fb::Fact::Escalated:
    case fb::Fact::DeadlineSet:
    case fb::Fact::DeadlineMissed:
    case fb::Fact::Corrected:
    case fb::Fact::Warned:
    case fb::Fact::MeetingCalledOff:
      return std::nullopt;
  }
  return std::nullopt;  // a later program's fact
}

// In hexadecimal digits. Who gave no account is nobody in particular: the issue stands for him.
std::string address_of(const RecordView& record) {
  constexpr char digits[] = "0123456789abcdef";
  const engine::PersonId person = record.person();
  if (person == engine::PersonId{}) {
    return "issue:" + workflows::issue::format_number(record.stream().number);
  }
  std::string out = "person:";
  for (const std::uint8_t byte : person) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 0xf]);
  }
  return out;
}

const Value* member(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

// The words as they were corrected, if they were; "" where there are none (any more).
std::string words_of(const TimelineStep& step, std::string_view name) {
  for (auto it = step.corrections.rbegin(); it != step.corrections.rend(); ++it) {
    if (it->field == name) return it->code.empty() ? it->is : it->code;
  }
  const Value* value = member(step.details, name);
  return value == nullptr || value->string() == nullptr ? std::string() : *value->string();
}

// Without blanks around it, and at most so long, no character cut in two.
std::string quoted(std::string text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!text.empty() && is_blank(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_blank));
  if (text.size() <= quoted_bytes_max) return text;
  std::size_t end = quoted_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "……（文字较长，以上为部分内容）";
}

bool ends_a_sentence(std::string_view text) {
  constexpr std::array<std::string_view, 6> ends{"。", "！", "？", "…", "）", "."};
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return text.ends_with(end); });
}

std::string sentence(std::string_view label, const std::string& said) {
  if (said.empty()) return {};
  return std::string(label) + said + (ends_a_sentence(said) ? "" : "。");
}

// "2026年3月9日" of an RFC 3339 time; "" of anything else.
std::string day_of(const std::string& time, int offset_minutes) {
  const auto at = engine::parse_rfc3339(time);
  if (!at) return {};
  const auto local = *at + std::chrono::minutes{offset_minutes};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(local)};
  return std::to_string(static_cast<int>(day.year())) + "年" +
         std::to_string(static_cast<unsigned>(day.month())) + "月" +
         std::to_string(static_cast<unsigned>(day.day())) + "日";
}

std::string outcome_words(std::string_view outcome) {
  if (outcome == "solved") return "办理结果：已解决。";
  if (outcome == "explained") return "办理结果：已作说明。";
  if (outcome == "cannot_solve") return "办理结果：目前无法解决。";
  if (outcome == "out_of_scope") return "办理结果：不属于本单位职责范围。";
  if (outcome == "refused_by_resident") return "办理结果：按您的意见结束办理。";
  return {};
}

std::string by_department(const TimelineStep& step, const DepartmentName& department,
                          std::string_view verb) {
  const std::string code = words_of(step, "department");
  std::string name = code.empty() ? std::string() : department(code);
  if (name.empty()) name = "有关部门";
  return std::string(verb) + name + "办理。";
}

std::string body_of(std::string_view kind, const TimelineStep& step,
                    const DepartmentName& department, int offset_minutes) {
  if (kind == "accepted") return "已受理，我们会尽快办理。";
  if (kind == "declined") {
    return "经研究不予受理。" + sentence("原因：", quoted(words_of(step, "reason"))) +
           sentence("依据：", quoted(words_of(step, "ground"))) + "如有疑问，请联系我们。";
  }
  if (kind == "handed_over") return by_department(step, department, "已交由");
  if (kind == "reassigned") return by_department(step, department, "已改由");
  if (kind == "extension_granted") {
    const std::string until = day_of(words_of(step, "until"), offset_minutes);
    return until.empty() ? "需要延期办理，请您谅解。"
                         : "需要延期办理，预计" + until + "前办结，请您谅解。";
  }
  if (kind == "resolved") {
    return "已办结。" + outcome_words(words_of(step, "outcome")) +
           sentence("答复：", quoted(words_of(step, "reply")));
  }
  if (kind == "merged") return "与其他人反映的是同一个问题，已合并办理。";
  if (kind == "reworked") return "将重新办理。";
  if (kind == "reopened") return "已重新启动办理。";
  return {};
}

// Why nobody can be told; "" if `to` can.
std::string find_receiver(const Timeline& timeline, std::string_view channel, Outgoing& to) {
  const TimelineStep& reported = timeline.steps.front();
  if (words_of(reported, "channel") != channel) return "the report came in by another channel";
  to.group = words_of(reported, "group");
  const Value* account = member(timeline.state.reporter, "account");
  if (account != nullptr && account->string() == nullptr) {
    return "the words of who reported it were erased";
  }
  if (account != nullptr) to.account = *account->string();
  if (to.account.empty() && to.group.empty()) return "nobody gave an account to answer to";
  return {};
}

}  // namespace

std::vector<Draft> news_of(const RecordView& record, const std::vector<std::string>& channels) {
  if (record.stream().workflow != workflows::issue::workflow_id) return {};
  const auto kind = kind_of(record);
  if (!kind) return {};
  const auto channel = std::find(channels.begin(), channels.end(), record.channel());
  if (channel == channels.end()) return {};
  const Draft draft{*channel, address_of(record), record.stream().number, *kind};
  if (*kind != "resolved") return {draft};
  Draft question = draft;
  question.kind = "follow_up";
  return {draft, std::move(question)};
}

News news_text(std::string_view kind, engine::Position cause, std::string_view channel,
               const Timeline& timeline, const DepartmentName& department, int offset_minutes) {
  const auto step = std::find_if(timeline.steps.begin(), timeline.steps.end(),
                                 [&](const auto& each) { return each.position == cause; });
  ENSURE(step != timeline.steps.end());
  News out;
  out.why = find_receiver(timeline, channel, out.message);
  if (!out.why.empty()) return out;
  const std::string number = workflows::issue::format_number(timeline.state.number);
  if (kind == "follow_up") {
    // Asked already, or not done any more.
    const bool is_open = timeline.state.marks.stage() == fb::Stage::resolved &&
                         timeline.state.marks.followed_up_at() == 0;
    if (!is_open) {
      out.why = "whether it is solved is not asked any more: the issue went on";
      return out;
    }
    out.message.text = "请您评价编号 " + number + " 的办理情况：满意请回复“满意 5 " + number +
                       "”（1–5 分，5 分最满意）；不满意请回复“不满意 " + number + " 原因”。";
    return out;
  }
  const std::string body = body_of(kind, *step, department, offset_minutes);
  if (body.empty()) {
    out.why = "this program has no words for \"" + std::string(kind) + "\"";
    return out;
  }
  out.message.text = "您好，您反映的问题（编号 " + number + "）" + body;
  return out;
}

}  // namespace adapters::chat
