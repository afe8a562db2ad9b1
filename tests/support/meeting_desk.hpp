// Meetings and issues decided by the real writer on a log in memory, asked in words. For tests of
// the two workflows together.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/log/open.hpp"
#include "engine/writer/writer.hpp"
#include "tests/support/case_desk.hpp"
#include "workflows/issue/calls.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/meeting/asks.hpp"
#include "workflows/meeting/history.hpp"
#include "workflows/meeting/meeting.hpp"

namespace support {

class MeetingDesk {
 public:
  using Object = engine::schema::Object;
  using List = engine::schema::List;
  using Value = engine::schema::Value;
  using Answer = engine::writer::Answer;

  MeetingDesk() {
    codes.codes["area"] = {"330304010001", "330304010002"};
    codes.codes["category"] = {"lamp"};
    codes.codes["department"] = {"power", "water", "roads"};
    writer_.start().value();
  }
  ~MeetingDesk() { writer_.stop(); }

  // --- issues -----------------------------------------------------------------------------------

  std::uint64_t reported() {
    return std::get<engine::writer::Recorded>(
               issue(0, "report", {{"text", "路灯不亮"}, {"channel", "hotline"}}))
        .stream.number;
  }
  std::uint64_t accepted() {
    const auto number = reported();
    given(number, "accept", {{"area", "330304010001"}});
    return number;
  }
  std::uint64_t handling() {
    const auto number = accepted();
    given(number, "hand_over", {{"department", "power"}});
    given(number, "sign");
    return number;
  }
  Answer issue(std::uint64_t number, std::string_view verb, Object body = {}) {
    auto step = composed(workflows::issue::schema(), verb, std::move(body));
    step.workflow = workflows::issue::workflow_id;
    step.stream = {step.workflow, number};
    return writer_.ask({"test", "", {"clerk", ""}, {std::move(step)}});
  }
  void given(std::uint64_t number, std::string_view verb, Object body = {}) {
    const Answer answer = issue(number, verb, std::move(body));
    ENSURE(std::holds_alternative<engine::writer::Recorded>(answer));
  }
  std::string stage(std::uint64_t issue) const {
    return workflows::issue::stage_name(last({workflows::issue::workflow_id, issue}).stage_after());
  }
  workflows::issue::fb::Marks marks(std::uint64_t issue) const {
    return engine::log::summary<workflows::issue::fb::Marks>(
        last({workflows::issue::workflow_id, issue}).after());
  }
  // The facts of an issue, as "consultation_called 260100000198" where they name a meeting.
  std::vector<std::string> facts(std::uint64_t issue) const {
    std::vector<std::string> out;
    const auto& schema = workflows::issue::schema();
    const auto visit = [&](engine::Position, std::string_view bytes) {
      const engine::log::RecordView record(bytes);
      const auto* table = schema.by_type(record.type());
      std::string fact = table->fact;
      for (const auto& [name, value] : schema.show(*table, record.fact(), 480)) {
        if (name != "meeting") continue;
        fact += " " + std::to_string(std::get<std::int64_t>(value.it));
      }
      out.push_back(std::move(fact));
      return true;
    };
    log_->read_stream({workflows::issue::workflow_id, issue}, engine::Version{0}, visit).value();
    return out;
  }

  // --- meetings ---------------------------------------------------------------------------------

  static Object called(std::string_view kind, const std::vector<std::uint64_t>& issues) {
    return {{"kind", kind},        {"area", "330304010001"}, {"at", "2026-03-04T14:00:00+08:00"},
            {"place", "文化礼堂"}, {"chair", "林建国"},      {"agenda", numbers(issues)}};
  }
  static List numbers(const std::vector<std::uint64_t>& issues) {
    List out;
    for (const auto each : issues) out.emplace_back(workflows::issue::format_number(each));
    return out;
  }
  static Object concluded(std::uint64_t issue, std::string_view conclusion) {
    Object out{{"issue", workflows::issue::format_number(issue)}, {"conclusion", conclusion}};
    if (conclusion == "hand_over") out.emplace_back("department", "water");
    if (conclusion == "local") out.emplace_back("by", "林建国");
    if (conclusion == "resolve") out.emplace_back("outcome", "solved");
    return out;
  }
  static Object held(std::vector<Object> conclusions) {
    List list;
    for (Object& each : conclusions) list.emplace_back(std::move(each));
    return {{"conclusions", std::move(list)}};
  }

  // number 0: a new one.
  Answer meeting(std::uint64_t number, std::string_view verb, Object body, std::string id = {}) {
    auto own = composed(workflows::meeting::schema(), verb, std::move(body));
    own.workflow = workflows::meeting::workflow_id;
    own.stream = {own.workflow, number};
    workflows::meeting::fb::Marks marks{};
    if (number != 0) marks = meeting_marks(number);
    const workflows::meeting::Issues issues{workflows::issue::workflow_id,
                                            workflows::issue::schema()};
    auto planned = workflows::meeting::plan(std::move(own), marks, issues, look()).value();
    if (auto* refusal = std::get_if<engine::writer::Refusal>(&planned)) return *refusal;
    plan = std::move(std::get<workflows::meeting::Plan>(planned));
    Answer answer = writer_.ask({"test", std::move(id), {"clerk", ""}, plan.steps});
    if (auto* refusal = std::get_if<engine::writer::Refusal>(&answer)) {
      return workflows::meeting::in_terms_of(plan, std::move(*refusal));
    }
    return answer;
  }
  std::uint64_t call(std::string_view kind, const std::vector<std::uint64_t>& issues) {
    const Answer answer = meeting(0, "call_meeting", called(kind, issues));
    if (const auto* no = std::get_if<engine::writer::Refusal>(&answer)) {
      std::fprintf(stderr, "%s\n", no->detail.c_str());
    }
    return std::get<engine::writer::Recorded>(answer).stream.number;
  }
  Answer hold(std::uint64_t number, std::vector<Object> conclusions) {
    return meeting(number, "hold_meeting", held(std::move(conclusions)));
  }
  Answer cancel(std::uint64_t number) {
    return meeting(number, "cancel_meeting", {{"reason", "当事人外出"}});
  }
  workflows::meeting::fb::Marks meeting_marks(std::uint64_t number) const {
    return engine::log::summary<workflows::meeting::fb::Marks>(
        last({workflows::meeting::workflow_id, number}).after());
  }
  std::string meeting_stage(std::uint64_t number) const {
    return workflows::meeting::stage_name(
        last({workflows::meeting::workflow_id, number}).stage_after());
  }

  // "recorded", or "condition_not_met /conclusions/1/department", each refusal behind a comma.
  static std::string told(const Answer& answer) {
    const auto* refusal = std::get_if<engine::writer::Refusal>(&answer);
    if (refusal == nullptr) {
      return std::holds_alternative<engine::writer::Recorded>(answer) ? "recorded" : "failed";
    }
    std::string out = refusal->code + " " + refusal->pointer;
    for (const auto& each : refusal->also) out += ", " + each.code + " " + each.pointer;
    return out;
  }

  engine::log::EventLog& log() { return *log_; }

  engine::Instant now = *engine::parse_rfc3339("2026-03-02T09:00:00+08:00");
  SomeCodes codes;
  workflows::meeting::Plan plan;  // the last one that was made

 private:
  static engine::writer::Step composed(const engine::schema::Schema& schema, std::string_view verb,
                                       Object body) {
    const auto* table = schema.by_verb(verb);
    ENSURE(table != nullptr);
    auto made = schema.compose(*table, Value(std::move(body)));
    for (const auto& flaw : made.flaws) {
      std::fprintf(stderr, "%s %s\n", flaw.pointer.c_str(), flaw.detail.c_str());
    }
    ENSURE(made.composed.has_value());
    engine::writer::Step out;
    out.verb = table->type;
    out.body = std::move(made.composed->body);
    out.personal = std::move(made.composed->personal);
    out.codes = std::move(made.composed->codes);
    return out;
  }

  workflows::meeting::Look look() {
    return [this](std::uint64_t issue) -> engine::Result<workflows::meeting::OnAgenda> {
      const auto seen = workflows::issue::read_call(*log_, issue);
      if (!seen) return seen.error();
      return workflows::meeting::OnAgenda{seen->version, workflows::issue::stage_name(seen->stage),
                                          seen->meeting};
    };
  }

  engine::log::RecordView last(const engine::StreamId& stream) const {
    kept_ = log_->last_of(stream).value().value();
    return engine::log::RecordView(kept_);
  }

  mutable std::string kept_;
  std::unique_ptr<engine::log::EventLog> log_ = engine::log::memory_log();
  std::unique_ptr<engine::keys::Vault> vault_ = engine::keys::memory_vault();
  std::unique_ptr<engine::writer::Workflow> issues_ = workflows::issue::make_issue_workflow();
  std::unique_ptr<engine::writer::Workflow> meetings_ =
      workflows::meeting::make_meeting_workflow(workflows::issue::workflow_id);
  engine::writer::Writer writer_{
      *log_, *vault_, {issues_.get(), meetings_.get()}, codes, [this] { return now; }};
};

}  // namespace support
