// Lays a decided fact down as a stored record.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <flatbuffers/flatbuffers.h>

#include "engine/keys/vault.hpp"
#include "engine/writer/command.hpp"
#include "engine/writer/workflow.hpp"

namespace engine::writer {

struct RecordParts {
  Position position;
  Instant recorded_at{};
  const Draft& draft;
  const StreamState& before;  // version 0: the stream begins with this fact
  PersonId person{};          // whom the stream is about
  const Workflow& workflow;
  const Submission& submission;
  const std::vector<keys::SealedField>& sealed;
  std::uint8_t more = 0;  // facts of the same submission that follow
};

class RecordMaker {
 public:
  // The bytes are valid until the next call.
  std::string_view make(const RecordParts& parts);

 private:
  flatbuffers::FlatBufferBuilder builder_{4'096};  // kept for its memory
};

}  // namespace engine::writer
