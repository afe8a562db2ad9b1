#include "workflows/intake/card.hpp"

#include "workflows/intake/intake.hpp"

namespace workflows::intake {

using engine::board::Card;

std::optional<Card> describe(const engine::log::RecordView& record, const engine::board::Words&) {
  if (record.stream().workflow != workflow_id) return std::nullopt;
  Card card;
  card.number = format_number(record.stream().number);
  card.stage = stage_name(record.stage_after());
  card.open = record.stage_after() == static_cast<std::uint8_t>(fb::Stage::held);
  if (record.type().value != static_cast<std::uint16_t>(fb::Fact::LetterHeld)) return card;
  const auto& fact = *flatbuffers::GetRoot<fb::LetterHeld>(record.fact().data());
  card.title = fact.detail() == nullptr ? "" : fact.detail()->str();
  return card;
}

}  // namespace workflows::intake
