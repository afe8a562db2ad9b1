#include "workflows/issue/statistics_ledger.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

#include "workflows/issue/varint.hpp"

namespace workflows::issue {

using engine::Error;
using engine::Fault;
using engine::Result;

namespace {

auto said(const Entry& entry) {
  return std::tuple(entry.time, static_cast<PlaceId>(entry.place), entry.span);
}

// An object, so that sorting calls it without a jump.
constexpr auto in_order = [](const Entry& a, const Entry& b) {
  if (a.time != b.time) return a.time < b.time;
  if (a.place != b.place) return a.place < b.place;
  if (a.span != b.span) return a.span < b.span;
  return a.struck < b.struck;
};

// Requires: in order. Of each that is said, only what is left over stays.
void cancel(std::vector<Entry>& entries) {
  auto kept = entries.begin();
  for (auto first = entries.begin(); first != entries.end();) {
    const auto alike = [&](const Entry& each) { return said(each) == said(*first); };
    const auto last = std::find_if_not(first, entries.end(), alike);
    const auto middle =
        std::find_if(first, last, [](const Entry& each) { return each.struck != 0; });
    const auto added = middle - first;
    const auto struck = last - middle;
    const Entry left = added > struck ? *first : *std::prev(last);
    kept = std::fill_n(kept, added > struck ? added - struck : struck - added, left);
    first = last;
  }
  entries.erase(kept, entries.end());
}

Error corrupt() { return {Fault::corrupt, "statistics: a saved row of entries is not one"}; }

}  // namespace

Day day_of(std::int64_t time) {
  const std::int64_t day = time / day_ms - (time % day_ms < 0 ? 1 : 0);
  return static_cast<Day>(std::clamp<std::int64_t>(day, std::numeric_limits<Day>::min(),
                                                   std::numeric_limits<Day>::max()));
}

void Ledger::take_in(Ledger& other, std::span<const PlaceId> places) {
  other.settle();
  for (auto day = other.days_.begin(); day != other.days_.end(); day = other.days_.erase(day)) {
    for (Entry& entry : day->second) entry.place = places[entry.place] & Places::most;
    // Other numbers may be in another order, where two happened at the same time.
    if (!std::is_sorted(day->second.begin(), day->second.end(), in_order)) {
      std::sort(day->second.begin(), day->second.end(), in_order);
    }
    put(day->first, day->second);
  }
}

// Requires: in order, all of that day.
void Ledger::put(Day day, std::span<const Entry> more) {
  std::vector<Entry>& entries = days_[day];
  std::vector<Entry> both;
  both.reserve(entries.size() + more.size());
  std::merge(entries.begin(), entries.end(), more.begin(), more.end(), std::back_inserter(both),
             in_order);
  cancel(both);
  both.shrink_to_fit();
  entries = std::move(both);
  if (entries.empty()) days_.erase(day);
  if (settled_.empty() || settled_.back() != day) settled_.push_back(day);
}

void Ledger::settle() {
  if (tail_.empty()) return;
  std::sort(tail_.begin(), tail_.end(), in_order);
  for (auto first = tail_.begin(); first != tail_.end();) {
    const Day day = day_of(first->time);
    const auto last = std::find_if(first, tail_.end(),
                                   [day](const Entry& each) { return day_of(each.time) != day; });
    put(day, {first, last});
    first = last;
  }
  tail_.clear();
}

std::vector<Day> Ledger::changed() {
  settle();
  std::sort(settled_.begin(), settled_.end());
  settled_.erase(std::unique(settled_.begin(), settled_.end()), settled_.end());
  return std::exchange(settled_, {});
}

std::vector<Day> Ledger::days() const {
  std::vector<Day> out;
  out.reserve(days_.size());
  for (const auto& [day, entries] : days_) out.push_back(day);
  return out;
}

std::string Ledger::day_bytes(Day day) const {
  std::string out;
  const auto found = days_.find(day);
  if (found == days_.end()) return out;
  std::int64_t last = day * day_ms;
  for (const Entry& entry : found->second) {
    put_varint(out, static_cast<std::uint64_t>(entry.time - last));
    put_varint(out, std::uint64_t{entry.place} << 1 | entry.struck);
    put_varint(out, zigzag(entry.span));
    last = entry.time;
  }
  return out;
}

Result<void> Ledger::load_day(Day day, std::string_view bytes, std::size_t places) {
  std::vector<Entry> entries;
  std::int64_t last = day * day_ms;
  while (!bytes.empty()) {
    const auto time = take_varint(bytes);
    const auto place = take_varint(bytes);
    const auto span = take_varint(bytes);
    if (!time || !place || !span || *time >= static_cast<std::uint64_t>(day_ms)) return corrupt();
    if (*place >> 1 >= places || *span > std::numeric_limits<std::uint32_t>::max()) {
      return corrupt();
    }
    Entry& entry = entries.emplace_back();
    entry.time = last += static_cast<std::int64_t>(*time);
    entry.struck = *place & 1;
    entry.place = *place >> 1 & Places::most;
    entry.span = static_cast<std::int32_t>(unzigzag(*span));
  }
  const bool ordered = std::is_sorted(entries.begin(), entries.end(), in_order);
  if (entries.empty() || !ordered || day_of(last) != day || days_.contains(day)) return corrupt();
  days_.emplace(day, std::move(entries));
  return {};
}

}  // namespace workflows::issue
