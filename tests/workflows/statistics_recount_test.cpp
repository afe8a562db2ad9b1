// The figures against a count of its own, issue by issue, over random histories.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/workflows/statistics_histories.hpp"
#include "workflows/issue/issue.hpp"

namespace {

using namespace statistics_test;
using workflows::issue::fb::Answer;
using workflows::issue::fb::Marks;
using workflows::issue::fb::Outcome;
using workflows::issue::fb::Stage;

struct FollowUp {
  Answer reached;
  Answer solved;
  int satisfaction;
};

// The last marks of every issue, where it belongs, and what was answered after its resolutions.
struct Standing {
  Marks marks{};
  std::string area;
  std::vector<FollowUp> follow_ups;
  bool met = false;
};

// What a fact adds to the counts of what happened.
void happen(Figures& wanted, Standing& issue, const Marks& now, const std::string& fact) {
  const Marks& was = issue.marks;
  wanted.returned += fact == "returned" ? 1 : 0;
  wanted.reworked += fact == "reworked" ? 1 : 0;
  wanted.reopened += fact == "reopened" ? 1 : 0;
  wanted.hand_overs += fact == "handed_over" ? 1 : 0;
  wanted.consultations_called += fact == "consultation_called" ? 1 : 0;
  wanted.consultations_held += fact == "consultation_held" ? 1 : 0;
  wanted.negotiations_called += fact == "negotiation_called" ? 1 : 0;
  wanted.negotiations_held += fact == "negotiation_held" ? 1 : 0;
  issue.met = issue.met || fact == "consultation_held" || fact == "negotiation_held";
  const auto begins = [](std::int64_t before, std::int64_t after) {
    return after != 0 && after != before;
  };
  wanted.resolutions += begins(was.resolved_at(), now.resolved_at()) ? 1 : 0;
  wanted.closings += now.stage() == Stage::closed && was.stage() != Stage::closed ? 1 : 0;
  const FollowUp answers{now.reached(), now.solved(), now.satisfaction()};
  if (begins(was.followed_up_at(), now.followed_up_at())) {
    issue.follow_ups.push_back(answers);
  } else if (now.followed_up_at() != 0) {
    issue.follow_ups.back() = answers;
  }
}

void stand(Figures& wanted, const Standing& issue, std::int64_t at) {
  const Marks& marks = issue.marks;
  wanted.problems += marks.stage() != Stage::merged ? 1 : 0;
  wanted.unsigned_now += marks.stage() == Stage::handed_over ? 1 : 0;
  wanted.issues_with_meeting += issue.met ? 1 : 0;
  for (const FollowUp& each : issue.follow_ups) {
    const bool reached = each.reached == Answer::yes;
    ++wanted.follow_ups;
    wanted.follow_ups_reached += reached ? 1 : 0;
    wanted.follow_ups_solved += reached && each.solved == Answer::yes ? 1 : 0;
    wanted.rated += each.satisfaction > 0 ? 1 : 0;
    wanted.satisfied += each.satisfaction > 3 ? 1 : 0;
  }
  if (marks.resolved_at() != 0) {
    wanted.outcome_solved += marks.outcome() == Outcome::solved ? 1 : 0;
    wanted.outcome_explained += marks.outcome() == Outcome::explained ? 1 : 0;
    wanted.outcome_cannot_solve += marks.outcome() == Outcome::cannot_solve ? 1 : 0;
    wanted.outcome_out_of_scope += marks.outcome() == Outcome::out_of_scope ? 1 : 0;
    wanted.outcome_refused_by_resident += marks.outcome() == Outcome::refused_by_resident ? 1 : 0;
    wanted.resolved_reached += marks.reached() == Answer::yes ? 1 : 0;
  }
  const std::int64_t limit = marks.accept_due_at();
  if (limit == 0) return;
  if (marks.accepted_at() != 0 || marks.stage() == Stage::declined) {
    const std::int64_t answered = marks.accepted_at() != 0 ? marks.accepted_at() : marks.ended_at();
    ++(answered > limit ? wanted.responded_late : wanted.responded_in_time);
  } else if (marks.stage() == Stage::reported) {
    wanted.response_overdue += at > limit ? 1 : 0;
  } else if (marks.stage() == Stage::merged || marks.stage() == Stage::withdrawn) {
    wanted.response_overdue += marks.ended_at() > limit ? 1 : 0;
  }
}

RC_GTEST_PROP(StatisticsAlways, CountingIssueByIssueGivesTheSame, ()) {
  const auto log = some_log();
  std::map<std::uint64_t, Standing> issues;
  Figures wanted;
  for (const std::string& bytes : log) {
    const RecordView record(bytes);
    Standing& issue = issues[record.stream().number];
    const auto now = engine::log::summary<Marks>(record.after());
    happen(wanted, issue, now, workflows::issue::schema().by_type(record.type())->fact);
    issue.marks = now;
    issue.area = record.area();
  }
  const std::int64_t at = engine::to_ms(support::shanghai("2025-03-02 00:00"));
  std::map<std::string, std::int64_t> by_area;
  std::map<std::string, bool> met;  // whether there was a meeting on any issue of the area
  for (const auto& [number, issue] : issues) {
    met[issue.area] = met[issue.area] || issue.met;
    const Marks& marks = issue.marks;
    stand(wanted, issue, at);
    ++wanted.reported;
    ++by_area[issue.area];
    wanted.accepted += marks.accepted_at() != 0 ? 1 : 0;
    wanted.declined += marks.stage() == Stage::declined ? 1 : 0;
    wanted.withdrawn += marks.stage() == Stage::withdrawn ? 1 : 0;
    wanted.merged += marks.stage() == Stage::merged ? 1 : 0;
    wanted.closed += marks.stage() == Stage::closed ? 1 : 0;
    if (marks.resolved_at() != 0) {
      ++wanted.resolved;
      ++(marks.due_at() == 0                    ? wanted.resolved_no_deadline
         : marks.resolved_at() > marks.due_at() ? wanted.resolved_late
                                                : wanted.resolved_on_time);
    }
    if (!workflows::issue::in_hand(static_cast<std::uint8_t>(marks.stage()))) continue;
    ++wanted.in_hand;
    const std::int64_t judged =
        marks.stage() == Stage::paused ? std::min(at, marks.stage_since()) : at;
    ++(marks.due_at() == 0       ? wanted.open_no_deadline
       : judged > marks.due_at() ? wanted.open_overdue
                                 : wanted.open_in_time);
  }
  wanted.areas_without_meeting = std::count_if(
      met.begin(), met.end(), [](const auto& area) { return !area.first.empty() && !area.second; });
  const auto whole = fold(log, 0, log.size());
  const StatisticsTable got = table(*whole);
  for (const Figure& figure : all_figures()) {
    if (figure.count == nullptr) continue;
    RC_LOG() << figure.name << "\n";
    const std::int64_t is = got.total.*figure.count;
    const std::int64_t should_be = wanted.*figure.count;
    RC_ASSERT(is == should_be);
  }
  for (const auto& row : got.rows) {
    RC_ASSERT(row.figures.reported == (by_area.contains(row.key) ? by_area[row.key] : 0));
  }
}

}  // namespace
