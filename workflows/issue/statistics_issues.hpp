// What the statistics keep of every issue: how and where it stands, and what happened to it that
// its marks no longer tell. Internal to the statistics.
//
// Sixty-four issues whose numbers follow one another make a page, and a page is a saved row. What
// happened stands in the order of the log, so a fold of the whole log, and folds of its parts
// merged in order, give the same pages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/view/projection.hpp"
#include "workflows/issue/statistics_places.hpp"
#include "workflows/issue/statistics_shares.hpp"

namespace workflows::issue {

// 50 bits of ms, from zero_ms on, reach beyond any year that can be written with four digits.
struct Happening {
  static constexpr std::int64_t zero_ms = -(std::int64_t{1} << 49);
  static constexpr std::uint64_t ms_most = (std::uint64_t{1} << 50) - 1;

  std::uint64_t since_zero : 50 = 0;
  std::uint64_t slot : 6 = 0;  // which issue of its page
  std::uint64_t book : 8 = 0;
  std::int32_t span = 0;
  PlaceId place = 0;

  std::int64_t time() const { return static_cast<std::int64_t>(since_zero) + zero_ms; }
  Share share() const { return {static_cast<Book>(book), span, time()}; }
};
static_assert(sizeof(Happening) == 16);

struct Page {
  static constexpr std::size_t slots = 64;

  bool has(std::size_t slot) const { return (present >> slot & 1) != 0; }
  void add(std::size_t slot, const Share& share, PlaceId place);

  std::uint64_t present = 0;  // a bit for each issue that there is
  std::array<Stand, slots> stands{};
  std::array<PlaceId, slots> places{};
  std::vector<Happening> happened;  // as they came
  bool changed = false;             // since it was saved
};

// Where an issue stands: its page and which of the page's it is. The check digits are left out, so
// that issues that follow one another lie side by side.
struct IssueSlot {
  std::uint64_t page;
  std::size_t slot;
};
IssueSlot slot_of(std::uint64_t number);
std::uint64_t number_of(const IssueSlot& at);

class Issues {
 public:
  // The page of that number, a new one if there was none.
  Page& page(std::uint64_t page) {
    if (last_ != nullptr && last_page_ == page) return *last_;
    return find(page);
  }

  // Takes over what `other` knows of the time after, whose places have other numbers here.
  void take_in(Issues& other, std::span<const PlaceId> places);

  void save(const engine::view::PutRow& put, bool all);
  // Nothing: the key is none of its own.
  static bool owns(std::string_view key);
  // corrupt: it is no page, or names a place at or beyond `places`.
  engine::Result<void> load(std::string_view key, std::string_view value, std::size_t places);

  // Visits all pages, in no order.
  template <class Visit>
  void each(const Visit& visit) const {
    for (const auto& [number, page] : pages_) visit(number, *page);
  }

 private:
  Page& find(std::uint64_t page);

  std::unordered_map<std::uint64_t, std::unique_ptr<Page>> pages_;
  std::uint64_t last_page_ = 0;
  Page* last_ = nullptr;  // the page asked for last: issues come in swarms
};

}  // namespace workflows::issue
