#include "workflows/issue/figures.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "engine/core/ensure.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/statistics_shares.hpp"

namespace workflows::issue {
namespace {

constexpr std::string_view stage_prefix = "in_";

// The stage of "in_handling"; none: it is no such name.
fb::Stage stage_of(std::string_view name) {
  if (!name.starts_with(stage_prefix)) return fb::Stage::none;
  for (const fb::Stage stage : fb::EnumValuesStage()) {
    if (name.substr(stage_prefix.size()) == fb::EnumNameStage(stage)) return stage;
  }
  return fb::Stage::none;
}

}  // namespace

bool applies(const Figure& figure, By by) {
  if (figure.books != 0) return true;
  switch (by) {
    case By::area:
    case By::town:
    case By::district:
    case By::total:
      return true;
    case By::month:
      return figure.count != &Figures::areas_without_meeting;
    case By::category:
    case By::channel:
    case By::department:
      return false;
  }
  return false;
}

const Figure* find_figure(std::string_view name) {
  // Every stage has a figure of its own, and all of them one meaning.
  if (stage_of(name) != fb::Stage::none) name = "in_stage";
  const auto figures = all_figures();
  const auto found = std::find_if(figures.begin(), figures.end(),
                                  [&](const Figure& each) { return each.name == name; });
  return found == figures.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> books_behind(std::string_view name) {
  if (const fb::Stage stage = stage_of(name); stage != fb::Stage::none) {
    return books(stay_in(stage));
  }
  const Figure* figure = find_figure(name);
  if (figure == nullptr || figure->books == 0) return std::nullopt;
  return figure->books;
}

std::vector<TimeKind> all_times() {
  std::vector<TimeKind> out;
  for (const char* name : {"report_to_accept", "accept_to_resolve", "report_to_resolve",
                           "hand_over_to_sign", "unsigned"}) {
    out.push_back({name, find_figure(name)->books, true});
  }
  for (auto stage = static_cast<std::uint8_t>(fb::Stage::reported);
       stage <= static_cast<std::uint8_t>(fb::Stage::MAX); ++stage) {
    out.push_back({std::string(stage_prefix) + stage_name(stage),
                   books(stay_in(static_cast<fb::Stage>(stage))), false});
  }
  return out;
}

Rate rate_of(const Figure& figure, const Figures& figures) {
  ENSURE(figure.part != nullptr);
  Rate out;
  out.k = figures.*figure.part;
  for (const FigureCount count : figure.whole) {
    if (count != nullptr) out.n += figures.*count;
  }
  if (out.n <= 0) return out;
  out.value = static_cast<double>(out.k) / static_cast<double>(out.n);
  if (out.k <= out.n) std::tie(out.low, out.high) = wilson(out.k, out.n);
  return out;
}

std::pair<double, double> wilson(std::int64_t k, std::int64_t n) {
  constexpr double z = 1.959963984540054;  // 97.5 % of a normal distribution lie below
  const auto of = static_cast<double>(n);
  const double p = static_cast<double>(k) / of;
  const double middle = p + z * z / (2 * of);
  const double half = z * std::sqrt(p * (1 - p) / of + z * z / (4 * of * of));
  const double scale = 1 + z * z / of;
  return {std::max(0.0, (middle - half) / scale), std::min(1.0, (middle + half) / scale)};
}

void rank(std::vector<StatisticsRow>& rows, const Figure& figure) {
  // What cannot be compared comes behind all that can, by no order.
  const auto height = [&](const StatisticsRow& row) {
    if (figure.count != nullptr) return static_cast<double>(row.figures.*figure.count);
    const Rate rate = rate_of(figure, row.figures);
    return rate.comparable() ? *rate.value : -1.0;
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const StatisticsRow& a, const StatisticsRow& b) {
    return height(a) > height(b);
  });
}

}  // namespace workflows::issue
