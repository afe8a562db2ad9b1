#include "workflows/issue/statistics_issues.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "engine/core/big_endian.hpp"
#include "workflows/issue/number.hpp"
#include "workflows/issue/varint.hpp"

namespace workflows::issue {

using engine::Error;
using engine::Fault;
using engine::Result;

namespace {

constexpr char pages_key = 'c';  // behind the places' own: they are loaded first
constexpr std::uint64_t check_digits = 100;

Error corrupt() { return {Fault::corrupt, "statistics: a saved row of issues is not one"}; }

std::string key_of(std::uint64_t page) {
  std::string key{pages_key};
  engine::put_big_endian(key, page);
  return key;
}

bool is_number(const IssueSlot& at) {
  constexpr std::uint64_t pages_max = std::uint64_t{1} << 31;  // beyond the last of year 99
  if (at.page >= pages_max) return false;
  const NumberParts parts = parts_of((at.page * Page::slots + at.slot) * check_digits);
  return parts.year < 100 && parts.sequence != 0;
}

// The times of a stand but the first, which the others are told from.
template <class AStand>
auto times_of(AStand& it) {
  return std::array{&it.accepted_at, &it.resolved_at, &it.followed_up_at, &it.ended_at,
                    &it.stage_since, &it.due_at,      &it.accept_due_at};
}

void put_signed(std::string& out, std::int64_t number) { put_varint(out, zigzag(number)); }

void put_stand(std::string& out, const Stand& it) {
  put_signed(out, it.opened_at);
  for (const std::int64_t* time : times_of(it)) {
    put_varint(out, *time == 0 ? 0 : zigzag(*time - it.opened_at) + 1);
  }
  put_varint(out, static_cast<std::uint32_t>(it.answers));
  put_varint(out, static_cast<std::uint8_t>(it.stage));
  put_varint(out, static_cast<std::uint8_t>(it.outcome));
}

// Takes numbers off the front of a row; once one is missing or too large, all that follow are 0.
class Taking {
 public:
  explicit Taking(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number(std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
    const auto taken = ok_ ? take_varint(bytes_) : std::nullopt;
    ok_ = taken && *taken <= most;
    return ok_ ? *taken : 0;
  }
  std::int64_t signed_number() { return unzigzag(number()); }
  bool ok() const { return ok_; }
  bool done() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

constexpr std::uint64_t byte_most = std::numeric_limits<std::uint8_t>::max();

Stand take_stand(Taking& row) {
  Stand out;
  out.opened_at = row.signed_number();
  for (std::int64_t* time : times_of(out)) {
    const std::uint64_t told = row.number();
    if (told == 0) continue;
    // Nothing overflows, whatever the row says.
    *time = static_cast<std::int64_t>(static_cast<std::uint64_t>(out.opened_at) +
                                      static_cast<std::uint64_t>(unzigzag(told - 1)));
  }
  out.answers = static_cast<std::int32_t>(row.number(std::numeric_limits<std::int32_t>::max()));
  out.stage = static_cast<fb::Stage>(row.number(byte_most));
  out.outcome = static_cast<fb::Outcome>(row.number(byte_most));
  return out;
}

std::string bytes_of(const Page& page) {
  std::string out;
  engine::put_big_endian(out, page.present);
  for (std::size_t slot = 0; slot < Page::slots; ++slot) {
    if (!page.has(slot)) continue;
    put_varint(out, page.places[slot]);
    put_stand(out, page.stands[slot]);
  }
  for (const Happening& each : page.happened) {
    put_varint(out, std::uint64_t{each.slot});
    put_varint(out, std::uint64_t{each.book});
    put_signed(out, each.time() - page.stands[each.slot].opened_at);
    put_signed(out, each.span);
    put_varint(out, each.place);
  }
  return out;
}

}  // namespace

void Page::add(std::size_t slot, const Share& share, PlaceId place) {
  Happening& each = happened.emplace_back();
  const std::int64_t time = std::clamp(share.time, Happening::zero_ms, -Happening::zero_ms - 1);
  each.since_zero = static_cast<std::uint64_t>(time - Happening::zero_ms) & Happening::ms_most;
  each.slot = slot & (slots - 1);
  each.book = static_cast<std::uint8_t>(share.book);
  each.span = share.span;
  each.place = place;
}

IssueSlot slot_of(std::uint64_t number) {
  const std::uint64_t place = number / check_digits;
  return {place / Page::slots, static_cast<std::size_t>(place % Page::slots)};
}

std::uint64_t number_of(const IssueSlot& at) {
  return make_number(parts_of((at.page * Page::slots + at.slot) * check_digits));
}

Page& Issues::find(std::uint64_t page) {
  std::unique_ptr<Page>& found = pages_[page];
  if (found == nullptr) found = std::make_unique<Page>();
  last_page_ = page;
  last_ = found.get();
  return *found;
}

void Issues::take_in(Issues& other, std::span<const PlaceId> places) {
  for (auto& [number, theirs] : other.pages_) {
    for (std::size_t slot = 0; slot < Page::slots; ++slot) {
      if (theirs->has(slot)) theirs->places[slot] = places[theirs->places[slot]];
    }
    for (Happening& each : theirs->happened) each.place = places[each.place];
    std::unique_ptr<Page>& ours = pages_[number];
    if (ours == nullptr) {
      ours = std::move(theirs);
    } else {
      for (std::size_t slot = 0; slot < Page::slots; ++slot) {
        if (!theirs->has(slot)) continue;
        ours->stands[slot] = theirs->stands[slot];
        ours->places[slot] = theirs->places[slot];
      }
      ours->present |= theirs->present;
      ours->happened.insert(ours->happened.end(), theirs->happened.begin(), theirs->happened.end());
    }
    ours->changed = true;
  }
  other.pages_.clear();
  other.last_ = nullptr;
}

void Issues::save(const engine::view::PutRow& put, bool all) {
  for (auto& [number, page] : pages_) {
    if (!all && !page->changed) continue;
    put(key_of(number), bytes_of(*page));
    page->changed = false;
  }
}

bool Issues::owns(std::string_view key) { return !key.empty() && key.front() == pages_key; }

Result<void> Issues::load(std::string_view key, std::string_view value, std::size_t places) {
  constexpr std::size_t present_bytes = sizeof(std::uint64_t);
  if (key.size() != 1 + sizeof(std::uint64_t) || value.size() < present_bytes) return corrupt();
  const auto number = engine::get_big_endian<std::uint64_t>(key.substr(1));
  if (places == 0 || pages_.contains(number)) return corrupt();
  auto page = std::make_unique<Page>();
  page->present = engine::get_big_endian<std::uint64_t>(value.substr(0, present_bytes));
  Taking row(value.substr(present_bytes));
  for (std::size_t slot = 0; slot < Page::slots && row.ok(); ++slot) {
    if (!page->has(slot)) continue;
    if (!is_number({number, slot})) return corrupt();
    page->places[slot] = static_cast<PlaceId>(row.number(places - 1));
    page->stands[slot] = take_stand(row);
  }
  while (row.ok() && !row.done()) {
    const std::uint64_t slot = row.number(Page::slots - 1);
    const std::uint64_t book = row.number(static_cast<std::uint64_t>(Book::stored_end) - 1);
    const std::uint64_t time = static_cast<std::uint64_t>(page->stands[slot].opened_at) +
                               static_cast<std::uint64_t>(row.signed_number());
    const std::int64_t span = row.signed_number();
    const std::uint64_t place = row.number(places - 1);
    if (!page->has(slot) || span != static_cast<std::int32_t>(span)) return corrupt();
    page->add(
        slot,
        {static_cast<Book>(book), static_cast<std::int32_t>(span), static_cast<std::int64_t>(time)},
        static_cast<PlaceId>(place));
  }
  if (!row.ok() || page->present == 0) return corrupt();
  pages_.emplace(number, std::move(page));
  return {};
}

}  // namespace workflows::issue
