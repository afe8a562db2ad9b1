#include "workflows/meeting/apply.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

namespace workflows::meeting {
namespace {

// fb::Marks with members that can be set: the same fields in the same places.
struct Sheet {
  std::int64_t called_at, at, held_at, ended_at;
  std::array<std::uint64_t, 50> agenda;
  std::uint16_t issues, concluded;
  fb::Kind kind;
  fb::Stage stage;
  std::uint16_t spare;
};
static_assert(sizeof(Sheet) == sizeof(fb::Marks) && alignof(Sheet) == alignof(fb::Marks));
static_assert(std::is_trivially_copyable_v<fb::Marks>);
static_assert(std::endian::native == std::endian::little);

// A fact inside a record lies at any address, so the numbers are copied out.
void take_agenda(const flatbuffers::Vector<std::uint64_t>* given, Sheet& now) {
  now.agenda = {};
  const std::size_t count =
      given == nullptr ? 0 : std::min<std::size_t>(given->size(), now.agenda.size());
  now.issues = static_cast<std::uint16_t>(count);
  if (count > 0) std::memcpy(now.agenda.data(), given->Data(), count * sizeof(std::uint64_t));
}

void on(const fb::MeetingCalled& fact, std::int64_t at, Sheet& now, engine::log::Dims& dims) {
  now.called_at = at;
  now.at = fact.at();
  now.kind = fact.kind();
  now.stage = fb::Stage::called;
  take_agenda(fact.agenda(), now);
  if (fact.area() != nullptr) dims.area = fact.area()->string_view();
  const std::string_view kind = fb::EnumNameKind(fact.kind());
  dims.category = kind.empty() ? "kind-" + std::to_string(static_cast<int>(fact.kind())) : kind;
}

void on(const fb::MeetingHeld& fact, std::int64_t at, Sheet& now, engine::log::Dims&) {
  now.held_at = now.ended_at = at;
  now.stage = fb::Stage::held;
  now.concluded = 0;
  if (fact.conclusions() == nullptr) return;
  for (const fb::Concluded* each : *fact.conclusions()) {
    if (each->conclusion() != fb::Conclusion::not_discussed) ++now.concluded;
  }
}

void on(const fb::MeetingCancelled&, std::int64_t at, Sheet& now, engine::log::Dims&) {
  now.ended_at = at;
  now.stage = fb::Stage::cancelled;
}

}  // namespace

void apply(Standing& standing, engine::FactType type, std::string_view fact,
           engine::Instant occurred_at) {
  Sheet now = std::bit_cast<Sheet>(standing.marks);
  const std::int64_t at = engine::to_ms(occurred_at);
  const auto take = [&]<class Fact>(const Fact* table) { on(*table, at, now, standing.dims); };
  switch (static_cast<fb::Fact>(type.value)) {
    case fb::Fact::MeetingCalled:
      take(flatbuffers::GetRoot<fb::MeetingCalled>(fact.data()));
      break;
    case fb::Fact::MeetingHeld:
      take(flatbuffers::GetRoot<fb::MeetingHeld>(fact.data()));
      break;
    case fb::Fact::MeetingCancelled:
      take(flatbuffers::GetRoot<fb::MeetingCancelled>(fact.data()));
      break;
    case fb::Fact::NONE:
      break;
  }
  standing.marks = std::bit_cast<fb::Marks>(now);
}

}  // namespace workflows::meeting
