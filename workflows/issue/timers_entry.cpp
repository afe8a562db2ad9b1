#include "workflows/issue/timers_entry.hpp"

#include <algorithm>
#include <limits>

#include "workflows/issue/varint.hpp"

namespace workflows::issue {
namespace {

using engine::log::RecordView;

// Bits of TimerEntry::known. Those of the clocks come first, one each.
constexpr std::size_t clocks_count = TimerEntry::clocks.size();
constexpr unsigned warn_known(std::size_t clock) { return 1U << clock; }
constexpr unsigned armed_known(std::size_t clock) { return 1U << (clocks_count + clock); }
constexpr unsigned urged_known = 1U << 8;
constexpr unsigned supervised_known = 1U << 9;
constexpr unsigned escalated_known = 1U << 10;
constexpr unsigned urge_rises_known = 1U << 11;
constexpr unsigned rework_known = 1U << 12;
constexpr unsigned answers_known = urged_known | supervised_known | escalated_known;

void know(TimerEntry& entry, unsigned what) {
  entry.known = static_cast<std::uint16_t>(entry.known | what);
}

void count(std::uint8_t& counter) {
  if (counter < std::numeric_limits<std::uint8_t>::max()) ++counter;
}

std::uint8_t sum(std::uint8_t a, std::uint8_t b) {
  return static_cast<std::uint8_t>(
      std::min<unsigned>(unsigned{a} + b, std::numeric_limits<std::uint8_t>::max()));
}

template <class Fact>
const Fact* as(const RecordView& record) {
  if (record.type().value != static_cast<std::uint16_t>(fb::FactTraits<Fact>::enum_value)) {
    return nullptr;
  }
  return flatbuffers::GetRoot<Fact>(record.fact().data());
}

// The deadline that is still to pass; 0: none.
std::int64_t to_pass(const fb::Marks& marks, fb::DeadlineKind kind) {
  if ((marks.missed() & clock_bit(kind)) != 0) return 0;
  return engine::to_ms(running_due(marks, kind));
}

void take_clocks(TimerEntry& entry, const RecordView& record, const fb::Marks& before,
                 const fb::Marks& after) {
  const auto* set = as<fb::DeadlineSet>(record);
  for (std::size_t i = 0; i < clocks_count; ++i) {
    const fb::DeadlineKind kind = TimerEntry::clocks[i];
    TimerEntry::Timer& timer = entry.timers[i];
    timer.due = engine::to_ms(running_due(after, kind));
    const bool is_set = set != nullptr && clock_bit(set->kind()) == clock_bit(kind);
    if (is_set || due_of(before, kind) != due_of(after, kind)) {
      timer.warn_at = is_set && set->warn_at() < set->due() ? set->warn_at() : 0;
      know(entry, warn_known(i));
    }
    if (is_set || to_pass(before, kind) != to_pass(after, kind)) {
      timer.armed = record.version().value;
      know(entry, armed_known(i));
    }
    if (is_set && i == 0) {
      entry.rework = set->kind() == fb::DeadlineKind::rework;
      know(entry, rework_known);
    }
  }
}

// What fb::Marks::urges_unanswered counts from: those who have it in hand did something.
bool is_step(const RecordView& record, const fb::Marks& before, const fb::Marks& after) {
  if (before.stage() != after.stage()) return true;
  const auto fact = static_cast<fb::Fact>(record.type().value);
  return fact == fb::Fact::ProgressNoted || fact == fb::Fact::CoUnitAdded ||
         fact == fb::Fact::Reassigned;
}

void await_nothing(TimerEntry& entry) {
  entry.urged_at = entry.supervised_at = entry.escalated_at = entry.answer_by = 0;
  know(entry, answers_known);
}

// Whoever was asked before need not answer any more: the level above does.
void take_escalation(TimerEntry& entry, const fb::Escalated& fact) {
  await_nothing(entry);
  entry.escalated_at = entry.last_at;
  if (fact.rule() == nullptr) return;
  if (fact.rule()->string_view().ends_with(urges_rule)) count(entry.urge_rises);
}

void take_pressing(TimerEntry& entry, const RecordView& record, const fb::Marks& before,
                   const fb::Marks& after) {
  if (is_step(record, before, after)) {
    await_nothing(entry);
    entry.urge_rises = 0;
    know(entry, urge_rises_known);
  }
  if (as<fb::Urged>(record) != nullptr) {
    entry.urged_at = entry.last_at;
    know(entry, urged_known);
  }
  if (const auto* fact = as<fb::Supervised>(record)) {
    entry.supervised_at = entry.last_at;
    entry.answer_by = fact->answer_by();
    know(entry, supervised_known);
  }
  if (const auto* fact = as<fb::Escalated>(record)) take_escalation(entry, *fact);
}

}  // namespace

bool stays_on(fb::Stage stage) {
  return stage >= fb::Stage::reported && stage <= fb::Stage::resolved;
}

void TimerEntry::take(const RecordView& record, const fb::Marks& before, const fb::Marks& after) {
  number = record.stream().number;
  version = record.version().value;
  last_at = engine::to_ms(record.occurred_at());
  stage = after.stage();
  level = after.level();
  warned = after.warned_of();
  missed = after.missed();
  urges = after.urges_unanswered();
  take_clocks(*this, record, before, after);
  take_pressing(*this, record, before, after);
}

void TimerEntry::follow(const TimerEntry& earlier) {
  const auto lacks = [this](unsigned what) { return (known & what) == 0; };
  for (std::size_t i = 0; i < clocks.size(); ++i) {
    if (lacks(warn_known(i))) timers[i].warn_at = earlier.timers[i].warn_at;
    if (lacks(armed_known(i))) timers[i].armed = earlier.timers[i].armed;
  }
  if (lacks(urged_known)) urged_at = earlier.urged_at;
  if (lacks(supervised_known)) {
    supervised_at = earlier.supervised_at;
    answer_by = earlier.answer_by;
  }
  if (lacks(escalated_known)) escalated_at = earlier.escalated_at;
  if (lacks(urge_rises_known)) urge_rises = sum(earlier.urge_rises, urge_rises);
  if (lacks(rework_known)) rework = earlier.rework;
  know(*this, earlier.known);
}

bool TimerEntry::pending(std::size_t clock) const {
  return timers[clock].due != 0 && (missed & clock_bit(clocks[clock])) == 0;
}

std::size_t TimerEntry::pending_count() const {
  std::size_t out = 0;
  for (std::size_t i = 0; i < clocks.size(); ++i) out += pending(i) ? 1 : 0;
  return out;
}

fb::DeadlineKind TimerEntry::kind(std::size_t clock) const {
  return clock == 0 && rework ? fb::DeadlineKind::rework : clocks[clock];
}

std::int64_t TimerEntry::moment(Wait wait) const {
  std::int64_t first = 0;
  const auto or_at = [&first](std::int64_t at) {
    if (at != 0 && (first == 0 || at < first)) first = at;
  };
  switch (wait) {
    case Wait::clock:
      for (std::size_t i = 0; i < clocks.size(); ++i) {
        if (!pending(i)) continue;
        or_at(warns(i) ? timers[i].warn_at : timers[i].due);
      }
      if (can_rise()) or_at(answer_by);
      break;
    case Wait::overdue_village:
    case Wait::overdue_town:
      if (level != (wait == Wait::overdue_village ? fb::Level::village : fb::Level::town)) break;
      for (std::size_t i = 0; i < clocks.size(); ++i) {
        if ((missed & clock_bit(clocks[i])) != 0) or_at(timers[i].due);
      }
      break;
    case Wait::urged:
      if (can_rise()) or_at(urged_at);
      break;
    case Wait::supervised:
      if (can_rise() && answer_by == 0) or_at(supervised_at);
      break;
    case Wait::escalated:
      if (can_rise()) or_at(escalated_at);
      break;
  }
  return first;
}

// --- as bytes -----------------------------------------------------------------------------------
// number, flags, version, last_at, small numbers, clocks, answers: what is zero costs a bit.

namespace {

// The moments, which may well be zero, in their order.
template <class Entry, class Visit>
void each_moment(Entry& entry, const Visit& visit) {
  visit(entry.urged_at);
  visit(entry.supervised_at);
  visit(entry.escalated_at);
  visit(entry.answer_by);
  for (auto& timer : entry.timers) {
    visit(timer.due);
    visit(timer.warn_at);
  }
}

// Moments lie near one another. Unsigned, so that what no clock ever said wraps around and back.
std::uint64_t apart(std::int64_t at, std::int64_t from) {
  return zigzag(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(at) - static_cast<std::uint64_t>(from)));
}
std::int64_t back(std::uint64_t apart, std::int64_t from) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(unzigzag(apart)) +
                                   static_cast<std::uint64_t>(from));
}

}  // namespace

void put_entry(std::string& out, const TimerEntry& entry, std::uint64_t number_before) {
  put_varint(out, entry.number - number_before);
  put_varint(out, entry.version);
  put_varint(out, zigzag(entry.last_at));
  for (const std::uint8_t small :
       {static_cast<std::uint8_t>(entry.stage), static_cast<std::uint8_t>(entry.level),
        entry.warned, entry.missed, entry.urges, entry.urge_rises,
        static_cast<std::uint8_t>(entry.rework ? 1 : 0)}) {
    out.push_back(static_cast<char>(small));
  }
  std::uint64_t there = 0;
  unsigned bit = 0;
  each_moment(entry, [&](std::int64_t at) { there |= std::uint64_t{at != 0} << bit++; });
  put_varint(out, there);
  each_moment(entry, [&](std::int64_t at) {
    if (at != 0) put_varint(out, apart(at, entry.last_at));
  });
  for (const TimerEntry::Timer& timer : entry.timers) put_varint(out, timer.armed);
}

std::optional<TimerEntry> take_entry(std::string_view& bytes, std::uint64_t number_before) {
  TimerEntry entry;
  const auto number = take_varint(bytes);
  const auto version = take_varint(bytes);
  const auto last_at = take_varint(bytes);
  constexpr std::size_t smalls = 7;
  if (!number || !version || !last_at || bytes.size() < smalls) return std::nullopt;
  entry.number = number_before + *number;
  entry.version = static_cast<std::uint32_t>(*version);
  entry.last_at = unzigzag(*last_at);
  std::array<std::uint8_t, smalls> small{};
  for (std::size_t i = 0; i < smalls; ++i) small[i] = static_cast<std::uint8_t>(bytes[i]);
  bytes.remove_prefix(smalls);
  entry.stage = static_cast<fb::Stage>(small[0]);
  entry.level = static_cast<fb::Level>(small[1]);
  entry.warned = small[2];
  entry.missed = small[3];
  entry.urges = small[4];
  entry.urge_rises = small[5];
  entry.rework = small[6] != 0;
  const auto there = take_varint(bytes);
  if (!there) return std::nullopt;
  bool whole = true;
  unsigned bit = 0;
  each_moment(entry, [&](std::int64_t& at) {
    if ((*there >> bit++ & 1) == 0) return;
    const auto given = take_varint(bytes);
    whole = whole && given;
    if (given) at = back(*given, entry.last_at);
  });
  for (TimerEntry::Timer& timer : entry.timers) {
    const auto given = take_varint(bytes);
    whole = whole && given;
    if (given) timer.armed = static_cast<std::uint32_t>(*given);
  }
  if (!whole || !stays_on(entry.stage)) return std::nullopt;
  entry.known = all_known;
  return entry;
}

}  // namespace workflows::issue
