#include "adapters/open311/words.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

namespace adapters::open311 {

using engine::log::RecordView;

namespace {

// What may leave at all. Who somebody is, and what the office says to itself, is not unsealed.
constexpr std::string_view shown_fields[] = {"text", "place", "reply", "reason", "is"};

}  // namespace

workflows::issue::Words WordReader::words() {
  if (!may_read_) return {};
  return [this](const RecordView& record, std::string_view field) { return unseal(record, field); };
}

std::optional<std::string> WordReader::unseal(const RecordView& record, std::string_view field) {
  if (std::find(std::begin(shown_fields), std::end(shown_fields), field) ==
      std::end(shown_fields)) {
    return std::nullopt;
  }
  const auto* commitments = record.raw()->personal();
  if (commitments == nullptr) return std::nullopt;
  for (const auto* each : *commitments) {
    if (each->field()->string_view() != field) continue;
    engine::log::Sealed sealed{{}, record.position(), std::string(field), {}};
    std::memcpy(sealed.person.data(), each->person(), sealed.person.size());
    auto bytes = parts_.log.sealed(sealed.person, sealed.position, field);
    if (!bytes || !*bytes) return std::nullopt;
    sealed.bytes = std::move(**bytes);
    auto words = parts_.vault.unseal(sealed);
    if (!words) return std::nullopt;
    const std::uint64_t number = record.stream().number;
    if (issues_.empty() || issues_.back() != number) issues_.push_back(number);
    return std::move(*words);
  }
  return std::nullopt;
}

bool WordReader::taken_down(const std::string& peer, const std::string& api_key_name) const {
  if (issues_.empty()) return true;
  return parts_.on_personal_read && parts_.on_personal_read(issues_, peer, api_key_name);
}

}  // namespace adapters::open311
