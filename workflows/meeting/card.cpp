#include "workflows/meeting/card.hpp"

#include <cstdio>
#include <string>

#include "workflows/meeting/meeting.hpp"

namespace workflows::meeting {

using engine::board::Card;

namespace {

void append(std::string& text, const flatbuffers::String* words) {
  if (words != nullptr && words->size() != 0) text.append("\n").append(words->string_view());
}

// As issue numbers are written.
std::string issue_digits(std::uint64_t number) {
  char digits[24];
  std::snprintf(digits, sizeof digits, "%013llu", static_cast<unsigned long long>(number));
  return digits;
}

}  // namespace

std::optional<Card> describe(const engine::log::RecordView& record, const engine::board::Words&) {
  if (record.stream().workflow != workflow_id) return std::nullopt;
  const auto marks = engine::log::summary<fb::Marks>(record.after());
  Card card;
  card.number = format_number(record.stream().number);
  card.stage = stage_name(record.stage_after());
  card.open = record.stage_after() == static_cast<std::uint8_t>(fb::Stage::called);
  if (record.type().value != static_cast<std::uint16_t>(fb::Fact::MeetingCalled)) return card;
  const auto& fact = *flatbuffers::GetRoot<fb::MeetingCalled>(record.fact().data());
  const std::string place = fact.place() == nullptr ? "" : fact.place()->str();
  card.title =
      kind_name_zh(marks.kind()) + " " + place + "（" + std::to_string(marks.issues()) + "件）";
  card.text = "";
  for (const std::uint64_t issue : agenda_of(marks)) *card.text += " " + issue_digits(issue);
  append(*card.text, fact.chair());
  return card;
}

}  // namespace workflows::meeting
