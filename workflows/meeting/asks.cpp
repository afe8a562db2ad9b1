#include "workflows/meeting/asks.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"

namespace workflows::meeting {

using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Refusal;
using engine::writer::Step;

namespace {

using Planned = std::variant<Plan, Refusal>;

// What a kind of meeting asks of issues; nullptr: nothing.
struct Verbs {
  const char* stage;  // where an issue waits for it
  const char* call;
  const char* hold;
  const char* words;  // the member of `hold` that takes the next step
};

Verbs verbs_of(fb::Kind kind) {
  switch (kind) {
    case fb::Kind::consultation:
      return {"consulting", "call_consultation", "hold_consultation", "minutes"};
    case fb::Kind::negotiation:
      return {"negotiating", "call_negotiation", "hold_negotiation", "minutes"};
    case fb::Kind::handover:
    case fb::Kind::none:
      break;
  }
  return {nullptr, nullptr, "hand_over", "note"};
}

std::uint64_t issue_in(const Value& value) {
  std::uint64_t number = 0;
  if (const std::string* text = value.string()) {
    std::from_chars(text->data(), text->data() + text->size(), number);
  }
  return number;
}

Value member_of(const Object& object, std::string_view name) {
  const auto found = std::find_if(object.begin(), object.end(),
                                  [&](const auto& each) { return each.first == name; });
  return found == object.end() ? Value() : found->second;
}

std::string text_of(const Object& object, std::string_view name) {
  const Value value = member_of(object, name);
  return value.string() == nullptr ? std::string() : *value.string();
}

class Planning {
 public:
  Planning(Step own, const fb::Marks& meeting, const Issues& issues, const Look& look)
      : meeting_(meeting), issues_(issues), look_(look) {
    const auto* table = schema().by_type(own.verb);
    if (table != nullptr) {
      said_ = schema().show(*table, own.body, engine::offset_minutes_default);
    }
    plan_.steps.push_back(std::move(own));
    plan_.pointers.emplace_back();
  }

  Result<Planned> run() {
    Result<void> done;
    switch (static_cast<fb::Fact>(own().verb.value)) {
      case fb::Fact::MeetingCalled:
        call();
        break;
      case fb::Fact::MeetingHeld:
        done = hold();
        break;
      case fb::Fact::MeetingCancelled:
        done = cancel();
        break;
      case fb::Fact::NONE:
        break;
    }
    if (!done) return done.error();
    if (refusal_) return Planned(*std::move(refusal_));
    return Planned(std::move(plan_));
  }

 private:
  Step& own() { return plan_.steps.front(); }

  void call() {
    const auto kind = flatbuffers::GetRoot<fb::MeetingCalled>(own().body.data())->kind();
    const Verbs verbs = verbs_of(kind);
    if (verbs.call == nullptr) return;
    const Value agenda = member_of(said_, "agenda");
    if (agenda.list() == nullptr) return;
    for (std::size_t i = 0; i < agenda.list()->size(); ++i) {
      Object body{{"at", member_of(said_, "at")},
                  {"place", member_of(said_, "place")},
                  // Known to nobody before the engine names it.
                  {"meeting", std::uint64_t{0}}};
      if (kind == fb::Kind::consultation) {
        if (Value units = member_of(said_, "units"); units.list() != nullptr) {
          body.emplace_back("units", std::move(units));
        }
      }
      Step* step = ask(issue_in((*agenda.list())[i]), verbs.call, std::move(body),
                       "/agenda/" + std::to_string(i));
      if (step == nullptr) continue;
      const auto* table = issues_.schema.by_verb(verbs.call);
      step->first_number_at = issues_.schema.place_of(*table, step->body, "meeting");
      ENSURE(step->first_number_at.has_value());
    }
  }

  Result<void> hold() {
    const Value conclusions = member_of(said_, "conclusions");
    if (conclusions.list() == nullptr) return {};
    for (std::size_t i = 0; i < conclusions.list()->size(); ++i) {
      const std::string pointer = "/conclusions/" + std::to_string(i);
      const Object& each = *(*conclusions.list())[i].object();
      const std::string next_step = take_words("conclusions/" + std::to_string(i) + "/next_step");
      if (auto done = conclude(each, next_step, pointer); !done) return done;
    }
    return {};
  }

  Result<void> conclude(const Object& said, const std::string& next_step,
                        const std::string& pointer) {
    const Verbs verbs = verbs_of(meeting_.kind());
    const std::uint64_t issue = issue_in(member_of(said, "issue"));
    if (text_of(said, "conclusion") == "not_discussed") {
      if (!next_step.empty()) {
        refuse(issue, "invalid", pointer + "/next_step", "goes with an issue that was discussed");
      }
      return call_off(issue, pointer);
    }
    Object body;
    if (verbs.call != nullptr) body.emplace_back("conclusion", member_of(said, "conclusion"));
    for (const char* name : {"department", "co_units", "outcome", "by", "due"}) {
      const bool known = verbs.call != nullptr || std::string_view(name) == "department" ||
                         std::string_view(name) == "co_units";
      if (Value value = member_of(said, name); known && !(value == Value())) {
        body.emplace_back(name, std::move(value));
      }
    }
    body.emplace_back("meeting", own().stream.number);
    if (!next_step.empty()) body.emplace_back(verbs.words, next_step);
    Step* step = ask(issue, verbs.hold, std::move(body), pointer);
    if (step != nullptr && verbs.call != nullptr && waits()) {
      const auto seen = look_(issue);
      if (!seen) return seen.error();
      step->expected = seen->version;
      const bool elsewhere =
          seen->stage == verbs.stage && seen->meeting != 0 && seen->meeting != own().stream.number;
      if (elsewhere) {
        refuse(issue, "elsewhere", pointer + "/issue",
               "waits for the meeting " + format_number(seen->meeting) +
                   " now; conclude not_discussed here, and hold that one 该诉求已列入另一会议");
      }
    }
    if (Value due = member_of(said, "due"); step != nullptr && !(due == Value())) {
      ask(issue, "set_deadline", {{"kind", "solve"}, {"due", std::move(due)}}, pointer);
    }
    return {};
  }

  Result<void> cancel() {
    for (const std::uint64_t issue : agenda_of(meeting_)) {
      if (auto done = call_off(issue, ""); !done) return done;
    }
    return {};
  }

  // As if the meeting had not been, for an issue that still waits for it.
  Result<void> call_off(std::uint64_t issue, const std::string& pointer) {
    const Verbs verbs = verbs_of(meeting_.kind());
    if (verbs.stage == nullptr || !waits()) {
      plan_.left_alone.push_back(issue);
      return {};
    }
    const auto seen = look_(issue);
    if (!seen) return seen.error();
    if (seen->stage != verbs.stage || seen->meeting != own().stream.number) {
      plan_.left_alone.push_back(issue);
      return {};
    }
    Step* step = ask(issue, "call_off_meeting", {{"meeting", own().stream.number}}, pointer);
    if (step == nullptr) return {};
    step->expected = seen->version;
    step->consequence = true;
    return {};
  }

  // nullptr: refused. Codes are left to the meeting's own step, which has them all.
  Step* ask(std::uint64_t issue, const char* verb, Object body, const std::string& pointer) {
    const auto* table = issues_.schema.by_verb(verb);
    ENSURE(table != nullptr);
    auto made = issues_.schema.compose(*table, Value(std::move(body)));
    if (!made.composed) {
      const auto& flaw = made.flaws.front();
      refuse(issue, "invalid", pointer + flaw.pointer, flaw.detail);
      return nullptr;
    }
    Step step;
    step.workflow = issues_.workflow;
    step.verb = table->type;
    step.stream = {issues_.workflow, issue};
    step.occurred_at = own().occurred_at;
    step.body = std::move(made.composed->body);
    step.personal = std::move(made.composed->personal);
    plan_.steps.push_back(std::move(step));
    plan_.pointers.push_back(pointer);
    return &plan_.steps.back();
  }

  // An end that was repeated is answered by the engine; nobody need be looked at for it.
  bool waits() const { return meeting_.stage() == fb::Stage::called; }

  void refuse(std::uint64_t issue, const char* code, std::string pointer, std::string what) {
    Refusal no;
    no.code = code;
    no.detail = pointer + " " + std::move(what) + ".";
    no.pointer = std::move(pointer);
    no.stream = {issues_.workflow, issue};
    if (refusal_) {
      refusal_->also.push_back(std::move(no));
    } else {
      refusal_ = std::move(no);
    }
  }

  // What is to be done next is said of the issue and its resident, so it is sealed with the issue's
  // words, not with the meeting's.
  std::string take_words(const std::string& field) {
    auto& personal = own().personal;
    const auto found = std::find_if(personal.begin(), personal.end(),
                                    [&](const auto& each) { return each.field == field; });
    if (found == personal.end()) return {};
    std::string out = std::move(found->words);
    personal.erase(found);
    return out;
  }

  const fb::Marks& meeting_;
  const Issues& issues_;
  const Look& look_;
  Object said_;
  Plan plan_;
  std::optional<Refusal> refusal_;
};

}  // namespace

Result<Planned> plan(Step own, const fb::Marks& meeting, const Issues& issues, const Look& look) {
  return Planning(std::move(own), meeting, issues, look).run();
}

Refusal in_terms_of(const Plan& plan, Refusal refusal) {
  const auto place = [&](Refusal& each) {
    if (each.step > 0 && each.step < plan.pointers.size()) {
      each.pointer = plan.pointers[each.step] + each.pointer;
    }
  };
  place(refusal);
  for (Refusal& each : refusal.also) place(each);
  // Where the meeting itself says no, what its issues say follows from that.
  if (refusal.step == 0 && refusal.stream.workflow == workflow_id) refusal.also.clear();
  return refusal;
}

std::vector<std::string> verbs_of(const Plan& plan, const Issues& issues) {
  std::vector<std::string> out;
  for (const Step& step : plan.steps) {
    if (step.workflow != issues.workflow) continue;
    const std::string& verb = issues.schema.by_type(step.verb)->verb;
    if (std::find(out.begin(), out.end(), verb) == out.end()) out.push_back(verb);
  }
  return out;
}

}  // namespace workflows::meeting
