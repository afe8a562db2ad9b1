// A desk in memory at which issues are decided: what is recorded is folded in as the writer would,
// what is refused changes nothing. For tests of the workflow without a log.
#pragma once

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/schema/schema.hpp"
#include "workflows/issue/deadlines.hpp"
#include "workflows/issue/issue.hpp"

namespace support {

// Knows the codes that are put into it, by kind.
struct SomeCodes : engine::writer::CodeBook {
  std::map<std::string, std::vector<std::string>, std::less<>> codes;
  bool known(std::string_view kind, std::string_view code) const override {
    const auto found = codes.find(kind);
    return found != codes.end() &&
           std::find(found->second.begin(), found->second.end(), code) != found->second.end();
  }
  std::vector<std::string> nearest(std::string_view kind, std::string_view,
                                   std::size_t at_most) const override {
    const auto found = codes.find(kind);
    auto out = found == codes.end() ? std::vector<std::string>{} : found->second;
    if (out.size() > at_most) out.resize(at_most);
    return out;
  }
};

class CaseDesk {
 public:
  using Object = engine::schema::Object;
  using Draft = engine::writer::Draft;
  using Refusal = engine::writer::Refusal;
  using StreamState = engine::writer::StreamState;
  using Marks = workflows::issue::fb::Marks;

  struct Answer {
    std::vector<Draft> facts;
    std::optional<Refusal> refusal;

    // "returned escalated", or "condition_not_met /ground".
    std::string text() const {
      if (refusal) {
        return refusal->code + (refusal->pointer.empty() ? "" : " " + refusal->pointer);
      }
      std::string out;
      for (const Draft& fact : facts) {
        out += (out.empty() ? "" : " ") + workflows::issue::schema().by_type(fact.type)->fact;
      }
      return out;
    }
  };

  // `rules`: by which deadlines are set; nullptr: by hand only.
  explicit CaseDesk(std::shared_ptr<const workflows::issue::DeadlineRules> rules = nullptr)
      : workflow_(workflows::issue::make_issue_workflow(
            1, std::move(rules), [parents = parents](std::string_view code) {
              const auto found = parents->find(std::string(code));
              return found == parents->end() ? std::string() : found->second;
            })) {}

  static std::uint64_t number(std::uint32_t sequence) {  // of 2025, partition 1
    return workflows::issue::make_number({25, 1, sequence});
  }

  // "2025-03-04 09:12" or "2025-03-04 09:12:15" in Asia/Shanghai.
  static engine::Instant shanghai(std::string_view minute) {
    std::string text(minute);
    ENSURE(text.size() == 16 || text.size() == 19);
    text[10] = 'T';
    return engine::parse_rfc3339(text + (text.size() == 16 ? ":00" : "") + "+08:00").value();
  }

  // Time goes on to then, for all that is asked afterwards.
  void it_is(std::string_view minute) { now = shanghai(minute); }

  engine::writer::Step step(std::uint64_t issue, std::string_view verb, Object body) const {
    const auto& schema = workflows::issue::schema();
    const auto* table = schema.by_verb(verb);
    ENSURE(table != nullptr);
    auto made = schema.compose(*table, engine::schema::Value(std::move(body)));
    for (const auto& flaw : made.flaws) {
      std::fprintf(stderr, "%s %s\n", flaw.pointer.c_str(), flaw.detail.c_str());
    }
    ENSURE(made.composed.has_value());
    engine::writer::Step out;
    out.workflow = workflows::issue::workflow_id;
    out.verb = table->type;
    out.stream = {workflows::issue::workflow_id, issue};
    out.body = std::move(made.composed->body);
    out.personal = std::move(made.composed->personal);
    out.codes = std::move(made.composed->codes);
    return out;
  }

  // Asks and, if it is recorded, folds in.
  Answer ask(const engine::writer::Step& step) {
    const std::vector<engine::StreamId> others = workflow_->addresses(step);
    const engine::writer::Desk desk{
        [&](const engine::StreamId& id) -> const StreamState& {
          ENSURE(id == step.stream || std::find(others.begin(), others.end(), id) != others.end());
          return states_[id];
        },
        now, &codes};
    auto decision = workflow_->decide(desk, step);
    Answer answer;
    if (auto* refused = std::get_if<Refusal>(&decision)) {
      answer.refusal = std::move(*refused);
      return answer;
    }
    answer.facts = std::get<std::vector<Draft>>(std::move(decision));
    for (const Draft& fact : answer.facts) take(fact);
    return answer;
  }

  Answer ask(std::uint64_t issue, std::string_view verb, Object body = {}) {
    return ask(step(issue, verb, std::move(body)));
  }

  // What became of it, in a line.
  std::string told(std::uint64_t issue, std::string_view verb, Object body = {}) {
    return ask(issue, verb, std::move(body)).text();
  }

  // What must be recorded for a test to begin.
  void given(std::uint64_t issue, std::string_view verb, Object body = {}) {
    const Answer answer = ask(issue, verb, std::move(body));
    if (answer.refusal) std::fprintf(stderr, "%s\n", answer.refusal->detail.c_str());
    ENSURE(!answer.refusal);
  }

  const StreamState& state(std::uint64_t issue) {
    return states_[{workflows::issue::workflow_id, issue}];
  }
  Marks marks(std::uint64_t issue) { return engine::log::summary<Marks>(state(issue).summary); }
  std::string stage(std::uint64_t issue) {
    return workflows::issue::stage_name(state(issue).stage);
  }
  std::string supervision(std::uint64_t issue) {
    return workflows::issue::fb::EnumNameSupervision(marks(issue).supervision());
  }
  // Every fact, in the order of recording.
  const std::vector<Draft>& facts() const { return facts_; }

  engine::Instant now = shanghai("2025-03-04 09:00");
  SomeCodes codes;
  // What categories lie below, as the directory would know.
  std::shared_ptr<std::map<std::string, std::string>> parents =
      std::make_shared<std::map<std::string, std::string>>();

 private:
  void take(const Draft& fact) {
    StreamState& state = states_[fact.stream];
    state.version = engine::next(state.version);
    state.occurred_at = fact.occurred_at;
    state.opened_at = fact.opened_at;
    state.due_at = fact.due_at;
    state.stage = fact.stage_after;
    state.dims = fact.dims;
    state.summary = fact.summary;
    facts_.push_back(fact);
  }

  std::unique_ptr<engine::writer::Workflow> workflow_;
  std::map<engine::StreamId, StreamState> states_;
  std::vector<Draft> facts_;
};

}  // namespace support
