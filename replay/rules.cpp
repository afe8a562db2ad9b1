#include "replay/rules.hpp"

#include <cstring>

#include "workflows/directory/directory.hpp"
#include "workflows/issue/apply.hpp"
#include "workflows/issue/issue.hpp"

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
  return rules;
}

}  // namespace

std::vector<Rules> all_rules() { return {issue_rules(), directory_rules()}; }

}  // namespace replay
