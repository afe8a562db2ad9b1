#include "engine/writer/record_maker.hpp"

#include <cstring>

#include "engine/log/record_generated.h"

namespace engine::writer {

namespace fb = log::fb;

namespace {

using Text = flatbuffers::Offset<flatbuffers::String>;
using Bytes = flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>>;

template <class Struct, class Array>
Struct struct_of(const Array& bytes) {
  static_assert(sizeof(Struct) == sizeof(Array));
  Struct out;
  std::memcpy(static_cast<void*>(&out), bytes.data(), sizeof out);
  return out;
}

fb::Head head_of(const RecordParts& parts) {
  const Draft& draft = parts.draft;
  return {parts.position.value,
          draft.stream.number,
          to_ms(parts.recorded_at),
          to_ms(draft.occurred_at),
          to_ms(draft.opened_at),
          to_ms(draft.due_at),
          parts.workflow.machine(),
          next(parts.before.version).value,
          draft.type.value,
          parts.workflow.schema_version(),
          draft.stream.workflow.value,
          parts.before.stage,
          draft.stage_after,
          parts.more,
          0};
}

struct Dim {
  Text now;
  Text before;  // only where this fact changed it
};

}  // namespace

std::string_view RecordMaker::make(const RecordParts& parts) {
  flatbuffers::FlatBufferBuilder& b = builder_;
  b.Clear();
  const auto text = [&b](const std::string& s) { return s.empty() ? Text{} : b.CreateString(s); };
  const auto bytes = [&b](const std::string& s) {
    return b.CreateVector(reinterpret_cast<const std::uint8_t*>(s.data()), s.size());
  };
  const auto dim = [&](std::string log::Dims::*member) {
    const std::string& now = parts.draft.dims.*member;
    const std::string& before = parts.before.dims.*member;
    return Dim{text(now), now == before ? Text{} : b.CreateString(before)};
  };

  std::vector<flatbuffers::Offset<fb::Commitment>> commitments;
  commitments.reserve(parts.sealed.size());
  for (const keys::SealedField& each : parts.sealed) {
    const auto field = b.CreateString(each.sealed.field);
    const auto digest = struct_of<fb::Digest>(each.commitment);
    const auto person = struct_of<fb::Person>(each.sealed.person);
    commitments.push_back(fb::CreateCommitment(b, field, &digest, &person, each.key_version));
  }
  const auto personal =
      commitments.empty() ? decltype(b.CreateVector(commitments)){} : b.CreateVector(commitments);
  const Bytes fact = bytes(parts.draft.fact);
  const Bytes before = parts.before.version.value == 0 ? Bytes{} : bytes(parts.before.summary);
  const Bytes after = bytes(parts.draft.summary);
  const Dim area = dim(&log::Dims::area);
  const Dim category = dim(&log::Dims::category);
  const Dim channel = dim(&log::Dims::channel);
  const Dim department = dim(&log::Dims::department);
  const auto actor = b.CreateString(parts.submission.actor.name);
  const Text on_behalf_of = text(parts.submission.actor.on_behalf_of);
  const Text source = text(parts.submission.source);
  const Text command_id = text(parts.submission.id);
  const fb::Head head = head_of(parts);
  const auto person = struct_of<fb::Person>(parts.person);

  fb::RecordBuilder out(b);
  out.add_head(&head);
  out.add_actor(actor);
  out.add_on_behalf_of(on_behalf_of);
  out.add_source(source);
  out.add_command_id(command_id);
  out.add_area(area.now);
  out.add_category(category.now);
  out.add_channel(channel.now);
  out.add_department(department.now);
  out.add_area_before(area.before);
  out.add_category_before(category.before);
  out.add_channel_before(channel.before);
  out.add_department_before(department.before);
  out.add_after(after);
  out.add_before(before);
  out.add_fact(fact);
  if (parts.person != PersonId{}) out.add_person(&person);
  out.add_personal(personal);
  fb::FinishRecordBuffer(b, out.Finish());
  return {reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize()};
}

}  // namespace engine::writer
