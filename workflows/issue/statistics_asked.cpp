#include "workflows/issue/statistics_asked.hpp"

#include <cstdio>

namespace workflows::issue {
namespace {

// The row's key by the area alone; nothing: the area does not tell.
std::optional<std::string> key_of(const std::string& area, By by, const Naming& naming) {
  switch (by) {
    case By::area:
      return area;
    case By::town:
      return naming.town_of(area);
    case By::district:
      return naming.district_of(area);
    case By::month:
    case By::total:
      return std::string();
    case By::category:
    case By::channel:
    case By::department:
      break;
  }
  return std::nullopt;
}

std::string key_of(const Places& places, PlaceId place, By by, const Naming& naming) {
  if (by == By::category) return places.text(place, Dim::category);
  if (by == By::channel) return places.text(place, Dim::channel);
  if (by == By::department) return places.text(place, Dim::department);
  return key_of(places.text(place, Dim::area), by, naming).value_or("");
}

}  // namespace

void Months::find(std::int64_t time) {
  using namespace std::chrono;
  const auto there = engine::from_ms(time) + offset_;
  const year_month_day day{floor<days>(there)};
  const year_month month{day.year(), day.month()};
  const auto begin = [&](year_month each) {
    const sys_time<milliseconds> local = sys_days{each / 1};
    return engine::to_ms(local - offset_);
  };
  first_ = begin(month);
  end_ = begin(month + months{1});
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u", static_cast<int>(month.year()),
                static_cast<unsigned>(month.month()));
  name_ = text;
}

Asked::Asked(const Places& places, const StatisticsQuery& query, const Naming& naming)
    : query_(query),
      naming_(naming),
      areas_(query.areas.begin(), query.areas.end()),
      from_(query.from ? engine::to_ms(*query.from) : std::numeric_limits<std::int64_t>::min()),
      to_(query.to ? engine::to_ms(*query.to) : std::numeric_limits<std::int64_t>::max()),
      by_month_(query.by == By::month),
      months_(query.offset_minutes) {
  row_of_.reserve(places.size());
  for (PlaceId place = 0; place < places.size(); ++place) {
    const bool asked = areas_.empty() || areas_.contains(places.text(place, Dim::area));
    row_of_.push_back(!asked      ? left_out
                      : by_month_ ? 0
                                  : row(key_of(places, place, query.by, naming)));
  }
}

std::size_t Asked::row_of(const std::string& area, std::int64_t time) {
  if (time < from_ || time >= to_) return left_out;
  if (!areas_.empty() && !areas_.contains(area)) return left_out;
  const auto key = key_of(area, query_.by, naming_);
  if (!key) return left_out;
  return by_month_ ? month_row(time) : row(*key);
}

std::size_t Asked::month_row(std::int64_t time) {
  const std::string& month = months_.of(time);
  if (last_month_ == left_out || keys_[last_month_] != month) last_month_ = row(month);
  return last_month_;
}

std::size_t Asked::row(const std::string& key) {
  const auto [found, added] = by_key_.emplace(key, keys_.size());
  if (added) keys_.push_back(key);
  return found->second;
}

}  // namespace workflows::issue
