#include "engine/writer/workflow.hpp"

namespace engine::writer {

StreamState state_of(const log::RecordView& last) {
  const auto& head = *last.raw()->head();
  StreamState state;
  state.version = last.version();
  state.occurred_at = last.occurred_at();
  state.opened_at = from_ms(head.opened_at());
  state.due_at = from_ms(head.due_at());
  state.stage = last.stage_after();
  state.dims = {std::string(last.area()), std::string(last.category()), std::string(last.channel()),
                std::string(last.department())};
  state.person = last.person();
  state.summary = last.after();
  return state;
}

}  // namespace engine::writer
