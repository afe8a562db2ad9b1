#include "workflows/issue/calls.hpp"

#include <string_view>

#include "engine/log/record.hpp"
#include "workflows/issue/issue_generated.h"
#include "workflows/issue/number.hpp"

namespace workflows::issue {

using engine::log::RecordView;

namespace {

template <class Fact>
std::uint64_t meeting_of(const RecordView& record) {
  return flatbuffers::GetRoot<Fact>(record.fact().data())->meeting();
}

void take(const RecordView& record, CalledTo& out) {
  out.version = record.version();
  out.stage = record.stage_after();
  switch (static_cast<fb::Fact>(record.type().value)) {
    case fb::Fact::ConsultationCalled:
      out.meeting = meeting_of<fb::ConsultationCalled>(record);
      break;
    case fb::Fact::NegotiationCalled:
      out.meeting = meeting_of<fb::NegotiationCalled>(record);
      break;
    case fb::Fact::ConsultationHeld:
    case fb::Fact::NegotiationHeld:
    case fb::Fact::MeetingCalledOff:
      out.meeting = 0;
      break;
    default:
      break;
  }
}

}  // namespace

engine::Result<CalledTo> read_call(const engine::log::LogReader& log, std::uint64_t issue) {
  CalledTo out;
  const auto read = log.read_stream({workflow_id, issue}, engine::Version{0},
                                    [&](engine::Position, std::string_view bytes) {
                                      take(RecordView(bytes), out);
                                      return true;
                                    });
  if (!read) return read.error();
  return out;
}

}  // namespace workflows::issue
