#include "replay/deadline_checks.hpp"

#include <algorithm>

#include "engine/core/rfc3339.hpp"
#include "workflows/issue/deadline_replay.hpp"
#include "workflows/issue/issue.hpp"

namespace replay {

using engine::Instant;
using engine::log::RecordView;
using workflows::issue::Deadline;
using workflows::issue::DeadlineRules;
using workflows::issue::Standing;
namespace fb = workflows::issue::fb;

namespace {

constexpr auto deadline_set_type = static_cast<std::uint16_t>(fb::Fact::DeadlineSet);

std::string text_of(const flatbuffers::String* text) {
  return text == nullptr ? std::string() : text->str();
}

std::string time_text(Instant at) {
  if (at == Instant{}) return "never";
  return engine::format_rfc3339(at, engine::offset_minutes_default);
}

Finding about(const RecordView& record, std::string what) {
  return {record.position(), "issue " + workflows::issue::format_number(record.stream().number),
          "version " + std::to_string(record.version().value) + ": " + std::move(what)};
}

Standing standing_of(std::string_view summary, std::string_view area, std::string_view category,
                     std::string_view channel, std::string_view department) {
  return {
      engine::log::summary<fb::Marks>(summary),
      {std::string(area), std::string(category), std::string(channel), std::string(department)}};
}

}  // namespace

DeadlineChecks::DeadlineChecks(const engine::log::LogReader& log,
                               std::shared_ptr<const DeadlineRules> rules)
    : log_(log),
      rules_(std::move(rules)),
      parent_of_([this](std::string_view category) {
        const auto* entry = tree_.find("category", category);
        return entry == nullptr ? std::string() : entry->parent;
      }),
      check_("deadlines", "every deadline what its policy and calendar make of it") {}

void DeadlineChecks::take(const RecordView& record) {
  if (!rules_) return;
  if (more_ == 0) end_of_cause();
  if (record.stream().workflow == workflows::directory::workflow_id) tree_.apply(record);
  if (record.stream().workflow == workflows::issue::workflow_id) take_issue(record);
  more_ = record.raw()->head()->more();
}

void DeadlineChecks::take_issue(const RecordView& record) {
  if (record.type().value == deadline_set_type) {
    return take_deadline(record, *flatbuffers::GetRoot<fb::DeadlineSet>(record.fact().data()));
  }
  // An escalation stands between a fact and the deadlines that it sets.
  if (record.type().value == static_cast<std::uint16_t>(fb::Fact::Escalated) &&
      record.stream() == stream_ && !due_to_follow_.empty()) {
    return;
  }
  end_of_cause();
  const Standing before =
      standing_of(record.before(), record.area_before(), record.category_before(),
                  record.channel_before(), record.department_before());
  const Standing after = standing_of(record.after(), record.area(), record.category(),
                                     record.channel(), record.department());
  due_to_follow_ = deadlines_set_by(
      *rules_, {record.type(), record.fact(), before, after, record.occurred_at()}, parent_of_);
  stream_ = record.stream();
  at_ = record.position();
}

void DeadlineChecks::take_deadline(const RecordView& record, const fb::DeadlineSet& fact) {
  if (!workflows::issue::set_by_policy(fact)) return;  // by hand
  const std::string policy = text_of(fact.policy());
  const std::string calendar = text_of(fact.calendar());
  if (policy != rules_->policy_digest() || !calendar.starts_with(rules_->calendar_digest())) {
    ++others_[{policy, calendar}];
    return;
  }
  ++check_.count;
  const auto wanted =
      record.stream() == stream_
          ? std::find_if(due_to_follow_.begin(), due_to_follow_.end(),
                         [&](const Deadline& each) { return each.kind == fact.kind(); })
          : due_to_follow_.end();
  if (wanted == due_to_follow_.end()) return reckon_alone(record, fact);
  by_these_rules_ = true;
  hold_against(record, fact, &*wanted);
  due_to_follow_.erase(wanted);
}

void DeadlineChecks::hold_against(const RecordView& record, const fb::DeadlineSet& fact,
                                  const Deadline* wanted) {
  const std::string kind = fb::EnumNameDeadlineKind(fact.kind());
  if (wanted == nullptr) {
    check_.find(about(record, "the policy sets no deadline to " + kind + " there"));
    return;
  }
  const Instant due = engine::from_ms(fact.due());
  const Instant warn_at = engine::from_ms(fact.warn_at());
  if (due != wanted->due) {
    check_.find(about(
        record, kind + " is due " + time_text(due) + " instead of " + time_text(wanted->due)));
  } else if (warn_at != wanted->warn_at) {
    check_.find(about(record, kind + " is warned of " + time_text(warn_at) + " instead of " +
                                  time_text(wanted->warn_at)));
  } else if (text_of(fact.calendar()) != wanted->calendar) {
    check_.find(about(record, kind + " names the calendar " + text_of(fact.calendar()) +
                                  " instead of " + wanted->calendar));
  }
}

// One that stands on its own: a policy was applied to what was open already.
void DeadlineChecks::reckon_alone(const RecordView& record, const fb::DeadlineSet& fact) {
  workflows::issue::DeadlineReplay replay(*rules_, parent_of_);
  const auto read = log_.read_stream(record.stream(), engine::Version{0},
                                     [&](engine::Position at, std::string_view bytes) {
                                       if (at >= record.position()) return false;
                                       replay.take(RecordView(bytes));
                                       return true;
                                     });
  if (!read) return check_.find(about(record, read.error().detail));
  const auto& wanted = replay.by_rule(fact.kind());
  hold_against(record, fact, wanted ? &*wanted : nullptr);
}

// Who set one by these rules has set them all.
void DeadlineChecks::end_of_cause() {
  if (by_these_rules_) {
    for (const Deadline& missing : due_to_follow_) {
      check_.find({at_, "issue " + workflows::issue::format_number(stream_.number),
                   std::string("its deadline to ") + fb::EnumNameDeadlineKind(missing.kind) +
                       " was not set"});
    }
  }
  due_to_follow_.clear();
  by_these_rules_ = false;
  stream_ = {};
}

void DeadlineChecks::finish(Report& report) {
  if (!rules_) return;
  end_of_cause();
  for (const auto& [digests, facts] : others_) {
    check_.notes.push_back(std::to_string(facts) + " by policy " + digests.first +
                           " and calendar " + digests.second +
                           ", which are not at hand: not reckoned again");
  }
  report.checks.push_back(std::move(check_));
}

}  // namespace replay
