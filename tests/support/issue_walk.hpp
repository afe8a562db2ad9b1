// Issues led through their lives by chance: what is asked next follows from a number, so that the
// same numbers are the same walk. Asks mostly what could be taken, and now and then anything.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/case_desk.hpp"
#include "workflows/issue/clocks.hpp"

namespace support {

class IssueWalk {
 public:
  static constexpr std::uint32_t issues = 4;

  explicit IssueWalk(std::shared_ptr<const workflows::issue::DeadlineRules> rules = nullptr)
      : desk(std::move(rules)) {
    desk.codes.codes["area"] = {"330304010001", "330304010002"};
    desk.codes.codes["category"] = {"lamp", "road"};
    desk.codes.codes["department"] = {"power", "water"};
  }

  // The next thing to be asked. Time goes on a little with it.
  engine::writer::Step next(std::uint64_t chance) {
    chance_ = chance;
    if (one_in(3)) desk.now += std::chrono::minutes(below(3 * 24 * 60));
    const std::uint64_t issue = any_issue();
    const std::string verb = any_verb(issue);
    auto step = desk.step(issue, verb, body(issue, verb));
    if (one_in(8)) step.occurred_at = desk.now - std::chrono::minutes(below(24 * 60));
    return step;
  }

  CaseDesk desk;

 private:
  // splitmix64: each draw from the one number is another.
  std::uint64_t draw() {
    std::uint64_t x = chance_ += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
  }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(draw() % limit); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  template <class... Text>
  std::string one_of(Text... texts) {
    const std::array<std::string_view, sizeof...(texts)> all{std::string_view(texts)...};
    return std::string(all[below(sizeof...(texts))]);
  }

  std::uint64_t any_issue() { return CaseDesk::number(1 + below(issues)); }
  std::string some_time() {
    return engine::format_rfc3339(
        desk.now + std::chrono::minutes(below(5 * 24 * 60)) - std::chrono::minutes(12 * 60), 480);
  }
  std::string any_kind() { return one_of("solve", "accept", "sign", "rework", "follow_up"); }

  std::string any_verb(std::uint64_t issue) {
    const std::uint8_t stage = desk.state(issue).stage;
    if (one_in(10)) {
      const auto& tables = workflows::issue::schema().tables();
      return tables[below(static_cast<std::uint32_t>(tables.size()))].verb;
    }
    if (stage != 0 && one_in(8)) return one_of("warn", "miss_deadline");
    std::vector<std::string> allowed = workflows::issue::allowed_at(stage);
    // Most ends come late, or no issue would live long.
    if (!one_in(6)) {
      std::erase_if(allowed, [](const std::string& verb) {
        return verb == "decline" || verb == "withdraw" || verb == "merge" || verb == "correct";
      });
    }
    if (allowed.empty()) return "correct";
    return allowed[below(static_cast<std::uint32_t>(allowed.size()))];
  }

  // The deadline in force as a fact names it, or now and then another.
  CaseDesk::Object clock_body(std::uint64_t issue) {
    namespace fb = workflows::issue::fb;
    const auto marks = desk.marks(issue);
    std::vector<fb::DeadlineKind> running;
    for (const auto kind : fb::EnumValuesDeadlineKind()) {
      if (workflows::issue::running_due(marks, kind) != engine::Instant{}) running.push_back(kind);
    }
    if (running.empty() || one_in(8)) return {{"kind", any_kind()}, {"due", some_time()}};
    const auto kind = running[below(static_cast<std::uint32_t>(running.size()))];
    const auto due = workflows::issue::running_due(marks, kind);
    if (one_in(2)) desk.now = std::max(desk.now, due);
    return {{"kind", fb::EnumNameDeadlineKind(kind)}, {"due", engine::format_rfc3339(due, 480)}};
  }

  CaseDesk::Object meeting_body() {
    CaseDesk::Object out{{"conclusion", one_of("accept", "hand_over", "negotiate", "local",
                                               "resolve", "go_on", "go_on")}};
    if (!one_in(5)) out.emplace_back("department", one_of("power", "water"));
    if (!one_in(5)) out.emplace_back("by", "林建国");
    if (!one_in(5)) out.emplace_back("outcome", one_of("solved", "explained"));
    return out;
  }

  CaseDesk::Object correction(std::uint64_t issue) {
    CaseDesk::Object out{
        {"version", static_cast<std::int64_t>(below(desk.state(issue).version.value + 2))},
        {"is", "另一个"}};
    const std::string field = one_of("area", "category", "department", "channel", "outcome",
                                     "reached", "solved", "satisfaction", "text", "colour");
    out.emplace_back("field", field);
    if (one_in(3)) return out;
    out.emplace_back("code", one_of("330304010002", "road", "water", "wechat", "explained", "no",
                                    "yes", "4", "nobody"));
    return out;
  }

  CaseDesk::Object body(std::uint64_t issue, const std::string& verb) {
    const std::string reason = one_in(10) ? " " : "有理由";
    const std::string department = one_of("power", "water", "enforcement");
    if (verb == "report") {
      return {{"text", "路灯不亮"},
              {"channel", one_of("hotline", "wecom", "patrol")},
              {"emergency", one_in(5)}};
    }
    if (verb == "accept") return {{"area", one_of("330304010001", "330304010002")}};
    if (verb == "decline" || verb == "return") return {{"reason", reason}, {"ground", "三定方案"}};
    if (verb == "merge") return {{"into", workflows::issue::format_number(any_issue())}};
    if (verb == "unmerge") {
      const auto into = desk.marks(issue).merged_into();
      const bool right = into != 0 && !one_in(6);
      return {{"from", workflows::issue::format_number(right ? into : any_issue())}};
    }
    if (verb == "hold_consultation" || verb == "hold_negotiation") return meeting_body();
    if (verb == "hand_over" || verb == "reassign" || verb == "add_co_unit") {
      return {{"department", department}};
    }
    if (verb == "claim") return {{"by", "林建国"}};
    if (verb == "request_extension" || verb == "grant_extension") {
      const auto due = engine::from_ms(desk.marks(issue).due_at());
      const auto later = std::max(due, desk.now) + std::chrono::minutes(below(5 * 24 * 60));
      CaseDesk::Object out{{"until", engine::format_rfc3339(later, 480)}};
      if (verb == "request_extension") out.emplace_back("reason", "待料");
      return out;
    }
    if (verb == "resolve") return {{"outcome", one_of("solved", "explained", "cannot_solve")}};
    if (verb == "follow_up") {
      return {{"reached", one_of("yes", "no", "yes", "unknown")},
              {"solved", one_of("yes", "no", "unknown")},
              {"satisfaction", static_cast<int>(below(6))}};
    }
    if (verb == "escalate") return {{"to", one_of("village", "town", "district")}};
    if (verb == "set_deadline") {
      CaseDesk::Object out{{"kind", any_kind()}, {"due", some_time()}};
      if (one_in(2)) out.emplace_back("warn_at", some_time());
      return out;
    }
    if (verb == "warn" || verb == "miss_deadline") return clock_body(issue);
    if (verb == "correct") return correction(issue);
    if (verb == "supervise" && one_in(2)) return {{"text", "请办"}, {"answer_by", some_time()}};
    if (verb == "supplement" || verb == "note_progress" || verb == "supervise") {
      return {{"text", "更多"}};
    }
    if (verb == "release" || verb == "pause" || verb == "rework" || verb == "reopen" ||
        verb == "refuse_extension") {
      return {{"reason", reason}};
    }
    return {};
  }

  std::uint64_t chance_ = 0;
};

}  // namespace support
