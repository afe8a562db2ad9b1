#include "replay/rules.hpp"

#include <cstring>

#include "workflows/directory/directory.hpp"
#include "workflows/intake/apply.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/apply.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/meeting/apply.hpp"
#include "workflows/meeting/meeting.hpp"

namespace replay {

using engine::log::RecordView;
using workflows::issue::fb::Marks;

namespace {

struct Member {
  const char* name;
  std::uint64_t (*of)(const Marks&);
};

// Every member of the marks, so that a difference can be named.
// clang-format off
#define MEMBER(name) {#name, [](const Marks& m) { return static_cast<std::uint64_t>(m.name()); }}
constexpr Member members[] = {
    MEMBER(opened_at), MEMBER(accepted_at), MEMBER(handed_over_at), MEMBER(signed_at),
    MEMBER(resolved_at), MEMBER(followed_up_at), MEMBER(ended_at), MEMBER(stage_since),
    MEMBER(due_at), MEMBER(accept_due_at), MEMBER(sign_due_at), MEMBER(follow_up_due_at),
    MEMBER(merged_into), MEMBER(returns), MEMBER(reworks), MEMBER(reopens), MEMBER(urges),
    MEMBER(hand_overs), MEMBER(consultations), MEMBER(negotiations), MEMBER(absorbed),
    MEMBER(stage), MEMBER(stage_before_pause), MEMBER(stage_before_merge), MEMBER(supervision),
    MEMBER(stage_before_resolve), MEMBER(stage_before_meeting), MEMBER(level), MEMBER(outcome),
    MEMBER(reached), MEMBER(solved), MEMBER(satisfaction), MEMBER(extension_pending),
    MEMBER(escalations), MEMBER(supervisions), MEMBER(warned_of), MEMBER(missed),
    MEMBER(urges_unanswered), MEMBER(emergency),
};
#undef MEMBER
// clang-format on

std::string marks_difference(std::string_view is, std::string_view should_be) {
  const auto stored = engine::log::summary<Marks>(is);
  const auto made = engine::log::summary<Marks>(should_be);
  std::string out;
  for (const Member& member : members) {
    if (member.of(stored) == member.of(made)) continue;
    out += (out.empty() ? " leaves " : ", ") + std::string(member.name) + " " +
           std::to_string(member.of(stored)) + " instead of " + std::to_string(member.of(made));
  }
  return out.empty() ? " leaves a summary of another form" : out;
}

std::optional<Applied> apply_issue(const RecordView& record) {
  workflows::issue::Standing standing{
      engine::log::summary<Marks>(record.before()),
      {std::string(record.area_before()), std::string(record.category_before()),
       std::string(record.channel_before()), std::string(record.department_before())}};
  workflows::issue::apply(standing, record.type(), record.fact(), record.occurred_at());
  Applied out{std::string(sizeof(Marks), '\0'), std::move(standing.dims)};
  std::memcpy(out.summary.data(), &standing.marks, sizeof(Marks));
  return out;
}

Rules issue_rules() {
  Rules rules;
  rules.workflow = workflows::issue::workflow_id;
  rules.schema = &workflows::issue::schema();
  rules.stream_name = [](std::uint64_t number) {
    return "issue " + workflows::issue::format_number(number);
  };
  rules.table_has = workflows::issue::table_has;
  rules.applied = apply_issue;
  rules.difference = marks_difference;
  return rules;
}

Rules directory_rules() {
  Rules rules;
  rules.workflow = workflows::directory::workflow_id;
  rules.schema = &workflows::directory::schema();
  rules.stream_name = [](std::uint64_t number) {
    return "directory entry " + std::to_string(number);
  };
  rules.table_has = workflows::directory::table_has;
  return rules;
}

using MeetingMarks = workflows::meeting::fb::Marks;

std::string meeting_difference(std::string_view is, std::string_view should_be) {
  const auto stored = engine::log::summary<MeetingMarks>(is);
  const auto made = engine::log::summary<MeetingMarks>(should_be);
  std::string out;
  const auto hold = [&](const char* name, auto was, auto would_be) {
    if (was == would_be) return;
    out += (out.empty() ? " leaves " : ", ") + std::string(name) + " " +
           std::to_string(static_cast<std::int64_t>(was)) + " instead of " +
           std::to_string(static_cast<std::int64_t>(would_be));
  };
  hold("called_at", stored.called_at(), made.called_at());
  hold("at", stored.at(), made.at());
  hold("held_at", stored.held_at(), made.held_at());
  hold("ended_at", stored.ended_at(), made.ended_at());
  hold("issues", stored.issues(), made.issues());
  hold("concluded", stored.concluded(), made.concluded());
  hold("kind", stored.kind(), made.kind());
  hold("stage", stored.stage(), made.stage());
  for (flatbuffers::uoffset_t i = 0; i < workflows::meeting::agenda_max; ++i) {
    const std::string name = "agenda " + std::to_string(i);
    hold(name.c_str(), stored.agenda()->Get(i), made.agenda()->Get(i));
  }
  return out.empty() ? " leaves a summary of another form" : out;
}

std::optional<Applied> apply_meeting(const RecordView& record) {
  workflows::meeting::Standing standing{
      engine::log::summary<MeetingMarks>(record.before()),
      {std::string(record.area_before()), std::string(record.category_before()),
       std::string(record.channel_before()), std::string(record.department_before())}};
  workflows::meeting::apply(standing, record.type(), record.fact(), record.occurred_at());
  Applied out{std::string(sizeof(MeetingMarks), '\0'), std::move(standing.dims)};
  std::memcpy(out.summary.data(), &standing.marks, sizeof(MeetingMarks));
  return out;
}

Rules meeting_rules() {
  Rules rules;
  rules.workflow = workflows::meeting::workflow_id;
  rules.schema = &workflows::meeting::schema();
  rules.stream_name = [](std::uint64_t number) {
    return "meeting " + workflows::meeting::format_number(number);
  };
  rules.table_has = workflows::meeting::table_has;
  rules.applied = apply_meeting;
  rules.difference = meeting_difference;
  return rules;
}

using LetterMarks = workflows::intake::fb::Marks;

std::string letter_difference(std::string_view is, std::string_view should_be) {
  const auto stored = engine::log::summary<LetterMarks>(is);
  const auto made = engine::log::summary<LetterMarks>(should_be);
  std::string out;
  const auto hold = [&](const char* name, auto was, auto would_be) {
    if (was == would_be) return;
    out += (out.empty() ? " leaves " : ", ") + std::string(name) + " " +
           std::to_string(static_cast<std::int64_t>(was)) + " instead of " +
           std::to_string(static_cast<std::int64_t>(would_be));
  };
  hold("held_at", stored.held_at(), made.held_at());
  hold("ended_at", stored.ended_at(), made.ended_at());
  hold("issue", stored.issue(), made.issue());
  hold("size", stored.size(), made.size());
  hold("reason", stored.reason(), made.reason());
  hold("stage", stored.stage(), made.stage());
  return out.empty() ? " leaves a summary of another form" : out;
}

std::optional<Applied> apply_letter(const RecordView& record) {
  workflows::intake::Standing standing{
      engine::log::summary<LetterMarks>(record.before()),
      {std::string(record.area_before()), std::string(record.category_before()),
       std::string(record.channel_before()), std::string(record.department_before())}};
  workflows::intake::apply(standing, record.type(), record.fact(), record.occurred_at());
  Applied out{std::string(sizeof(LetterMarks), '\0'), std::move(standing.dims)};
  std::memcpy(out.summary.data(), &standing.marks, sizeof(LetterMarks));
  return out;
}

Rules letter_rules() {
  Rules rules;
  rules.workflow = workflows::intake::workflow_id;
  rules.schema = &workflows::intake::schema();
  rules.stream_name = [](std::uint64_t number) {
    return "letter " + workflows::intake::format_number(number);
  };
  rules.table_has = workflows::intake::table_has;
  rules.applied = apply_letter;
  rules.difference = letter_difference;
  return rules;
}

}  // namespace

std::vector<Rules> all_rules() {
  return {issue_rules(), directory_rules(), meeting_rules(), letter_rules()};
}

}  // namespace replay
