#include "workflows/issue/card.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "workflows/issue/clocks.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/timeline.hpp"

namespace workflows::issue {

using engine::board::Card;
using engine::board::Words;
using engine::log::RecordView;

namespace {

// The personal field of a fact that people search for.
std::string_view searched(fb::Fact fact) {
  switch (fact) {
    case fb::Fact::Supplemented:
    case fb::Fact::ProgressNoted:
      return "text";
    case fb::Fact::Resolved:
      return "reply";
    case fb::Fact::Corrected:
      return "is";
    default:
      return "";
  }
}

void describe_report(const RecordView& record, const Words& words, Card& card) {
  const std::string text = words(record, "text").value_or("");
  auto title = words(record, "title");
  card.text = text;
  if (title) *card.text += "\n" + *title;
  if (const auto place = words(record, "place")) *card.text += "\n" + *place;
  card.title = title ? std::move(title) : beginning(text);
}

}  // namespace

std::optional<Card> describe(const RecordView& record, const Words& words) {
  if (record.stream().workflow != workflow_id) return std::nullopt;
  const auto marks = engine::log::summary<fb::Marks>(record.after());
  Card card;
  card.number = format_number(record.stream().number);
  card.stage = stage_name(record.stage_after());
  card.supervision = fb::EnumNameSupervision(marks.supervision());
  card.level = fb::EnumNameLevel(marks.level());
  card.open = in_hand(record.stage_after());
  for (const auto kind : fb::EnumValuesDeadlineKind()) {
    const engine::Instant due = running_due(marks, kind);
    const bool is_first = card.next_due == engine::Instant{} || due < card.next_due;
    if (due != engine::Instant{} && is_first) card.next_due = due;
  }
  card.returned = marks.stage() == fb::Stage::accepted && marks.returns() > 0;
  const auto fact = static_cast<fb::Fact>(record.type().value);
  if (fact == fb::Fact::Reported) {
    describe_report(record, words, card);
    return card;
  }
  const std::string_view field = searched(fact);
  if (field.empty()) return card;
  card.text = words(record, field);
  if (fact == fb::Fact::Corrected) {
    const auto* corrected = flatbuffers::GetRoot<fb::Corrected>(record.fact().data());
    const auto* about = corrected->field();
    if (about != nullptr && about->string_view() == "title") card.title = card.text;
  }
  return card;
}

}  // namespace workflows::issue
