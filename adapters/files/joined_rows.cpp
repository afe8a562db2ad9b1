#include "adapters/files/joined_rows.hpp"

#include <utility>

namespace adapters::files {

bool RowsAhead::next() {
  if (!looks_ahead_) {
    row_ = Row{};
    return reader_.next(row_);
  }
  if (!begun_) more_ = reader_.next(behind_);
  begun_ = true;
  if (!more_) return false;
  row_ = std::move(behind_);
  behind_ = Row{};
  more_ = reader_.next(behind_);
  return true;
}

const Row* RowsAhead::behind() const { return more_ && behind_.flaw.empty() ? &behind_ : nullptr; }

void JoinedRows::name(MappedRow& row) {
  if (!mapping_.joins_rows()) return;
  if (mapping_.one_issue) {
    if (first_.empty()) first_ = row.submission.id;
    row.issue = first_;
  }
  if (row.reports) row.submission.id = name_of(row.issue);
}

std::string JoinedRows::place(MappedRow& row) {
  if (row.issue.empty() || row.reports) return {};
  auto found = issues_.find(row.issue);
  if (found == issues_.end()) {
    Issue issue{std::nullopt, "no row before it begins its issue " + row.issue};
    if (listener_.issue_of) {
      issue.stream = listener_.issue_of(row.submission.source, name_of(row.issue));
    }
    found = issues_.emplace(row.issue, std::move(issue)).first;
  }
  if (!found->second.stream) return found->second.why;
  for (auto& step : row.submission.steps) step.stream = *found->second.stream;
  return {};
}

void JoinedRows::became(const MappedRow& row, std::optional<engine::StreamId> stream) {
  issues_.insert_or_assign(
      row.issue, Issue{stream, "the row that begins its issue " + row.issue + " was not taken in"});
}

void JoinedRows::stands_elsewhere(const MappedRow& row) {
  if (row.issue.empty() || !row.reports) return;
  issues_.insert_or_assign(
      row.issue, Issue{std::nullopt, "its issue " + row.issue +
                                         " was imported before; a trial cannot add to it"});
}

}  // namespace adapters::files
