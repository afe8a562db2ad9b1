#include "engine/writer/deciding.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"

namespace engine::writer {

namespace {

constexpr std::size_t nearest_max = 5;

const StreamState& nothing_yet() {
  static const StreamState empty;
  return empty;
}

Answer refuse(const Step& step, std::size_t index, std::string code, std::string detail,
              std::string pointer = {}) {
  Refusal refusal;
  refusal.code = std::move(code);
  refusal.detail = std::move(detail);
  refusal.pointer = std::move(pointer);
  refusal.stream = step.stream;
  refusal.step = index;
  return refusal;
}

// What can be said of a submission before anything is looked up.
std::optional<Answer> shape_flaw(const Submission& submission) {
  const Step none;
  if (submission.steps.empty() || submission.steps.size() > steps_max) {
    return refuse(none, 0, "invalid",
                  "a submission has 1 to " + std::to_string(steps_max) + " steps, not " +
                      std::to_string(submission.steps.size()));
  }
  for (std::size_t i = 0; i < submission.steps.size(); ++i) {
    const Step& step = submission.steps[i];
    std::size_t bytes = step.body.size();
    for (const PersonalField& each : step.personal) bytes += each.words.size();
    if (bytes > payload_bytes_max) {
      return refuse(step, i, "too_large",
                    "a command has at most " + std::to_string(payload_bytes_max) +
                        " bytes; this one has " + std::to_string(bytes));
    }
  }
  return std::nullopt;
}

StreamState state_after(const Draft& draft, const StreamState& before, const PersonId& person) {
  StreamState out;
  out.version = next(before.version);
  out.occurred_at = draft.occurred_at;
  out.opened_at = draft.opened_at;
  out.due_at = draft.due_at;
  out.stage = draft.stage_after;
  out.dims = draft.dims;
  out.person = person;
  out.summary = draft.summary;
  return out;
}

}  // namespace

Deciding::Deciding(const log::EventLog& log, keys::Vault& vault, std::vector<Workflow*> workflows,
                   const CodeBook& codes, std::size_t hot_streams_max)
    : log_(log),
      vault_(vault),
      workflows_(std::move(workflows)),
      codes_(codes),
      hot_(hot_streams_max) {}

Result<void> Deciding::restore() {
  const Position last = log_.last();
  if (last.value > 0) {
    const auto bytes = log_.at(last);
    if (!bytes) return bytes.error();
    recorded_at_ = log::RecordView(*bytes).recorded_at();
  }
  decided_last_ = last;
  for (Workflow* workflow : workflows_) {
    if (auto restored = workflow->restore(log_); !restored) return restored;
  }
  return {};
}

Position Deciding::begin(Instant clock) {
  recorded_at_ = std::max(recorded_at_, clock);
  expected_last_ = decided_last_;
  batch_.entries.clear();
  batch_.dedups.clear();
  batch_.sealed.clear();
  const Position durable = log_.last();
  while (!memos_until_.empty() && memos_until_.front().first <= durable) {
    memos_.erase(memos_until_.front().second);
    memos_until_.pop_front();
  }
  return expected_last_;
}

Workflow* Deciding::workflow_of(WorkflowId id) const {
  const auto found = std::find_if(workflows_.begin(), workflows_.end(),
                                  [&](const Workflow* each) { return each->id() == id; });
  return found == workflows_.end() ? nullptr : *found;
}

Result<Answer> Deciding::decide(Submission& submission) {
  if (auto flaw = shape_flaw(submission)) return *std::move(flaw);
  auto before = answered_before(submission);
  if (!before) return before.error();
  if (*before) return **std::move(before);

  steps_ = std::move(submission.steps);
  made_.clear();
  left_.clear();
  auto refused = decide_steps();
  if (!refused) return refused.error();
  if (*refused) return **std::move(refused);
  const std::size_t entries = batch_.entries.size();
  auto no = record(submission);
  if (!no) return no.error();
  if (*no) return **std::move(no);
  return Answer(keep(batch_.entries.size() - entries));
}

// Goes on after a refusal, to tell all of them at once: who asks for fifty issues together need not
// ask fifty times. What follows on a stream that refused is a consequence and is not told.
Result<Deciding::No> Deciding::decide_steps() {
  std::optional<Refusal> first;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (first && follows_refused(steps_[i], *first)) continue;
    auto no = decide_step(i);
    if (!no) return no.error();
    if (!*no) continue;
    auto* refusal = std::get_if<Refusal>(&**no);
    if (refusal == nullptr && !first) return no;
    if (refusal == nullptr) continue;
    if (first) {
      first->also.push_back(std::move(*refusal));
    } else {
      first = std::move(*refusal);
    }
  }
  if (first) return No{*std::move(first)};
  return No{};
}

bool Deciding::follows_refused(const Step& step, const Refusal& first) const {
  const std::uint64_t number =
      step.stream.number == 0 ? steps_[0].stream.number : step.stream.number;
  const StreamId stream{step.workflow, number};
  const auto stood_on = [&](const Refusal& each) { return steps_[each.step].stream == stream; };
  return stood_on(first) || std::any_of(first.also.begin(), first.also.end(), stood_on);
}

// The first answer again, if (source, id) came before, in this batch or ever.
Result<Deciding::No> Deciding::answered_before(const Submission& submission) {
  key_.clear();
  if (submission.id.empty()) return No{};
  auto key = log::dedup_key(submission.source, submission.id);
  if (!key) return No{refuse({}, 0, "bad_command_id", key.error().detail)};
  key_ = *std::move(key);
  asked_ = fingerprint(submission, vault_);
  std::optional<Memo> memo;
  if (const auto found = memos_.find(key_); found != memos_.end()) {
    memo = found->second;
  } else {
    const auto kept = log_.find(key_);
    if (!kept) return kept.error();
    if (*kept) {
      auto decoded = decode_memo(**kept);
      if (!decoded) return decoded.error();
      memo = *decoded;
    }
  }
  if (!memo) return No{};
  if (memo->asked != asked_) {
    return No{Failed{Failure::reused_id,
                     "the id " + submission.id +
                         " came before with another content; a new command needs a new id"}};
  }
  memo->answer.repeated = true;
  return No{memo->answer};
}

// Brings a stream's state to where state() finds it.
Result<void> Deciding::load(const StreamId& id, bool is_new) {
  if (is_new || hot_.find(id) != nullptr) return {};
  const auto last = log_.last_of(id);
  if (!last) return last.error();
  if (*last) hot_.put(id, state_of(log::RecordView(**last)));
  return {};
}

const StreamState& Deciding::state(const StreamId& id) {
  for (auto each = left_.rbegin(); each != left_.rend(); ++each) {
    if (each->first == id) return each->second;
  }
  const StreamState* hot = hot_.find(id);
  return hot == nullptr ? nothing_yet() : *hot;
}

Deciding::No Deciding::check_step(Step& step, std::size_t index, const StreamState& state) const {
  if (step.expected && *step.expected != state.version) {
    return Answer(Moved{step.stream, *step.expected, state.version});
  }
  if (step.occurred_at && *step.occurred_at > recorded_at_ + occurred_ahead_max) {
    return refuse(step, index, "in_the_future",
                  "it cannot have happened at " +
                      format_rfc3339(*step.occurred_at, offset_minutes_default) + ": it is " +
                      format_rfc3339(recorded_at_, offset_minutes_default) + " now");
  }
  for (const CodeRef& ref : step.codes) {
    if (codes_.known(ref.kind, ref.code)) continue;
    auto nearest = codes_.nearest(ref.kind, ref.code, nearest_max);
    std::string detail = "unknown " + ref.kind + " code '" + ref.code + "'";
    for (std::size_t i = 0; i < nearest.size(); ++i) {
      detail += (i == 0 ? "; nearest: " : ", ") + nearest[i];
    }
    Answer no = refuse(step, index, "unknown_code", std::move(detail), ref.pointer);
    std::get<Refusal>(no).allowed = std::move(nearest);
    std::get<Refusal>(no).stage = state.stage;
    return no;
  }
  return std::nullopt;
}

Result<Deciding::No> Deciding::decide_step(std::size_t index) {
  Step& step = steps_[index];
  Workflow* workflow = workflow_of(step.workflow);
  if (workflow == nullptr) {
    return No{refuse(step, index, "unknown_workflow",
                     "there is no workflow number " + std::to_string(step.workflow.value))};
  }
  step.stream.workflow = step.workflow;
  bool is_new = false;
  if (step.stream.number == 0 && index == 0) {
    step.stream = workflow->fresh(step, recorded_at_);
    is_new = workflow->fresh_is_new();
  } else if (step.stream.number == 0) {
    step.stream = steps_[0].stream;
  }
  if (step.first_number_at) {
    ENSURE(*step.first_number_at + sizeof(std::uint64_t) <= step.body.size());
    for (std::size_t i = 0; i < sizeof(std::uint64_t); ++i) {
      step.body[*step.first_number_at + i] = static_cast<char>(steps_[0].stream.number >> 8 * i);
    }
  }
  if (auto loaded = load(step.stream, is_new); !loaded) return loaded.error();
  for (const StreamId& other : workflow->addresses(step)) {
    if (auto loaded = load(other, false); !loaded) return loaded.error();
  }
  const StreamState& now = state(step.stream);
  if (auto no = check_step(step, index, now)) return no;

  const Desk desk{[this](const StreamId& id) -> const StreamState& { return state(id); },
                  recorded_at_, &codes_};
  Decision decision = workflow->decide(desk, step);
  if (auto* refusal = std::get_if<Refusal>(&decision)) {
    refusal->step = index;
    if (refusal->stream == StreamId{}) refusal->stream = step.stream;
    return No{std::move(*refusal)};
  }
  for (Draft& draft : std::get<std::vector<Draft>>(decision)) {
    const StreamState& before = state(draft.stream);
    ENSURE(before.version.value == 0 || draft.occurred_at >= before.occurred_at);
    PersonId person = before.person;
    if (before.version.value == 0) {
      if (!step.person.empty()) {
        person = vault_.person_id(step.person);
      } else if (!step.personal.empty()) {
        person = vault_.anonymous();
      }
    }
    left_.emplace_back(draft.stream, state_after(draft, before, person));
    made_.push_back({std::move(draft), &before, index});
    if (made_.size() > facts_max) {
      return No{refuse(step, index, "too_large",
                       "a submission makes at most " + std::to_string(facts_max) + " facts")};
    }
  }
  return No{};
}

// Seals a step's words for whoever said them, else for whom the stream is about. Whoever was
// erased stays erased: what is said of him now is sealed for a person that nobody knows.
Result<std::vector<keys::SealedField>> Deciding::seal(const Step& step, PersonId& person,
                                                      Position at) {
  std::vector<keys::SealedField> out;
  PersonId speaker = step.person.empty() ? person : vault_.person_id(step.person);
  if (speaker == PersonId{}) speaker = vault_.anonymous();
  for (const PersonalField& each : step.personal) {
    auto sealed = vault_.seal(speaker, at, each.field, each.words);
    if (!sealed && sealed.error().fault == Fault::not_found) {
      const PersonId stranger = vault_.anonymous();
      if (person == speaker) person = stranger;
      speaker = stranger;
      sealed = vault_.seal(speaker, at, each.field, each.words);
    }
    if (!sealed) return sealed.error();
    out.push_back(*std::move(sealed));
  }
  return out;
}

// Lays the facts down behind those of the batch. Refuses a fact that is too large, with nothing of
// the submission left in the batch.
Result<Deciding::No> Deciding::record(const Submission& submission) {
  const std::size_t entries = batch_.entries.size();
  const std::size_t sealed_before = batch_.sealed.size();
  for (std::size_t i = 0; i < made_.size(); ++i) {
    Made& made = made_[i];
    StreamState& after = left_[i].second;
    const Step& step = steps_[made.step];
    const Position at{expected_last_.value + batch_.entries.size() + 1};
    std::vector<keys::SealedField> sealed;
    if (made.draft.carries_personal) {
      auto done = seal(step, after.person, at);
      if (!done) return done.error();
      sealed = *std::move(done);
      for (auto& [id, later] : left_) {
        if (id == made.draft.stream) later.person = after.person;
      }
    }
    const std::string_view bytes = maker_.make(
        {at, recorded_at_, made.draft, *made.before, after.person, *workflow_of(step.workflow),
         submission, sealed, static_cast<std::uint8_t>(made_.size() - 1 - i)});
    if (bytes.size() > log::record_bytes_max) {
      batch_.entries.resize(entries);
      batch_.sealed.resize(sealed_before);
      return No{refuse(step, made.step, "too_large",
                       "the fact would take " + std::to_string(bytes.size()) +
                           " bytes in the log; at most " + std::to_string(log::record_bytes_max) +
                           " fit")};
    }
    batch_.entries.push_back({at, made.draft.stream, after.version, std::string(bytes)});
    for (keys::SealedField& each : sealed) batch_.sealed.push_back(std::move(each.sealed));
  }
  return No{};
}

// From here on the submission counts for those behind it.
Recorded Deciding::keep(std::size_t facts) {
  const auto first = batch_.entries.end() - static_cast<std::ptrdiff_t>(facts);
  Recorded answer;
  answer.stream = steps_[0].stream;
  answer.first = facts == 0 ? expected_last_ : first->position;
  answer.last = facts == 0 ? expected_last_ : batch_.entries.back().position;
  if (facts > 0) decided_last_ = answer.last;
  for (auto each = first; each != batch_.entries.end(); ++each) {
    workflow_of(each->stream.workflow)->recorded(log::RecordView(each->bytes));
  }
  const StreamState& now = state(answer.stream);
  answer.version = now.version;
  answer.stage = now.stage;
  for (auto& [id, after] : left_) hot_.put(id, std::move(after));
  if (!key_.empty() && facts > 0) {
    const Memo memo{asked_, answer};
    batch_.dedups.push_back({key_, encode_memo(memo)});
    memos_.emplace(key_, memo);
    memos_until_.emplace_back(answer.last, key_);
  }
  return answer;
}

}  // namespace engine::writer
