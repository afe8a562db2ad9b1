// The records that a writer would have made of what a CaseDesk decided, in order.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/writer/record_maker.hpp"
#include "tests/support/case_desk.hpp"

namespace support {

inline std::vector<std::string> records_of(const std::vector<engine::writer::Draft>& drafts) {
  const auto workflow = workflows::issue::make_issue_workflow();
  const engine::writer::Submission submission{"test", "", {"clerk", ""}, {}};
  engine::writer::RecordMaker maker;
  std::map<engine::StreamId, engine::writer::StreamState> states;
  std::vector<std::string> out;
  for (const auto& draft : drafts) {
    auto& state = states[draft.stream];
    const engine::Position position{out.size() + 1};
    out.emplace_back(
        maker.make({position, draft.occurred_at, draft, state, {}, *workflow, submission, {}, 0}));
    state = engine::writer::state_of(engine::log::RecordView(out.back()));
  }
  return out;
}

}  // namespace support
