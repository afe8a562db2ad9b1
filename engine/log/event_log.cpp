#include "engine/log/event_log.hpp"

#include "engine/core/ensure.hpp"

namespace engine::log {

Result<std::string> dedup_key(std::string_view source, std::string_view id) {
  if (source.empty() || id.empty()) {
    return Error{Fault::invalid, "a command id needs a source and an id, neither empty"};
  }
  // NUL parts the two, so neither may hold one: otherwise two pairs could give the same key.
  if (source.find('\0') != std::string_view::npos || id.find('\0') != std::string_view::npos) {
    return Error{Fault::invalid, "a NUL byte in a command's source or id"};
  }
  if (source.size() + 1 + id.size() > dedup_key_bytes_max) {
    return Error{Fault::invalid, "source and id of a command together have " +
                                     std::to_string(source.size() + id.size()) +
                                     " bytes; at most " + std::to_string(dedup_key_bytes_max - 1) +
                                     " are kept"};
  }
  std::string key;
  key.reserve(source.size() + 1 + id.size());
  key.append(source).push_back('\0');
  key.append(id);
  return key;
}

void check_batch(Position expected_last, const Batch& batch) {
  ENSURE(!batch.entries.empty() && batch.entries.size() <= batch_records_max);
  Position position = expected_last;
  for (const Entry& entry : batch.entries) {
    position = next(position);
    ENSURE(entry.position == position && entry.version.value > 0);
    ENSURE(!entry.bytes.empty() && entry.bytes.size() <= record_bytes_max);
  }
  for (const Dedup& dedup : batch.dedups) {
    ENSURE(!dedup.key.empty() && dedup.key.size() <= dedup_key_bytes_max);
  }
  for (const Sealed& sealed : batch.sealed) {
    ENSURE(sealed.bytes.size() <= sealed_bytes_max);
    ENSURE(sealed.position > expected_last && sealed.position <= position);
  }
}

}  // namespace engine::log
