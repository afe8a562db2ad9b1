#include "engine/log/record.hpp"

#include "engine/log/event_log.hpp"

namespace engine::log {

Result<void> verify_record(std::string_view bytes) {
  // The shortest thing that can hold a root offset, the identifier and a head.
  constexpr std::size_t record_bytes_min = 2 * sizeof(flatbuffers::uoffset_t) + sizeof(fb::Head);
  if (bytes.size() < record_bytes_min || bytes.size() > record_bytes_max) {
    return Error{Fault::corrupt, "a record of " + std::to_string(bytes.size()) +
                                     " bytes: it must have " + std::to_string(record_bytes_min) +
                                     " to " + std::to_string(record_bytes_max)};
  }
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  flatbuffers::Verifier verifier(data, bytes.size());
  if (!fb::VerifyRecordBuffer(verifier)) {
    return Error{Fault::corrupt, "the bytes are no well-formed record (identifier " +
                                     std::string(fb::RecordIdentifier()) + ")"};
  }
  return {};
}

}  // namespace engine::log
