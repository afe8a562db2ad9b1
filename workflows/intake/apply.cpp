#include "workflows/intake/apply.hpp"

#include <string>

#include "workflows/intake/intake.hpp"

namespace workflows::intake {
namespace {

std::string text(const flatbuffers::String* from) { return from == nullptr ? "" : from->str(); }

}  // namespace

void apply(Standing& standing, engine::FactType type, std::string_view fact,
           engine::Instant occurred_at) {
  const fb::Marks before = standing.marks;
  const std::int64_t at = engine::to_ms(occurred_at);
  const auto ended = [&](std::uint64_t issue, fb::Stage stage) {
    standing.marks = fb::Marks(before.held_at(), at, issue, before.size(), before.reason(), stage);
  };
  switch (static_cast<fb::Fact>(type.value)) {
    case fb::Fact::LetterHeld: {
      const auto& held = *flatbuffers::GetRoot<fb::LetterHeld>(fact.data());
      standing.marks = fb::Marks(at, before.ended_at(), before.issue(), held.size(), held.reason(),
                                 fb::Stage::held);
      standing.dims.area = text(held.area());
      standing.dims.channel = text(held.channel());
      standing.dims.category = reason_name(held.reason());
      break;
    }
    case fb::Fact::LetterAdmitted:
      ended(flatbuffers::GetRoot<fb::LetterAdmitted>(fact.data())->issue(), fb::Stage::admitted);
      break;
    case fb::Fact::LetterDropped:
      ended(before.issue(), fb::Stage::dropped);
      break;
    case fb::Fact::NONE:
      break;
  }
}

}  // namespace workflows::intake
