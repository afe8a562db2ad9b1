// Which plots there are, how often, and where they play.
#include <algorithm>
#include <map>

#include "engine/core/ensure.hpp"
#include "tools/sihe/demo_chance.hpp"
#include "tools/sihe/demo_story.hpp"

namespace tools::demo {

namespace {

struct Share {
  Plot plot;
  std::size_t times;
  bool resolved;
  bool meeting;  // one was held
};

// Of 252 issues. A duplicate needs its host: each host stands for the pair.
constexpr Share shares[] = {
    {Plot::settled_locally, 40, true, false},
    {Plot::explained, 14, true, false},
    {Plot::by_department, 24, true, false},
    {Plot::just_resolved, 10, true, false},
    {Plot::consulted, 16, true, true},
    {Plot::consulted_settled, 6, true, true},
    {Plot::negotiated, 12, true, true},
    {Plot::returned_once, 6, true, false},
    {Plot::returned_thrice, 3, true, false},
    {Plot::extended, 6, true, false},
    {Plot::extension_refused, 2, true, false},
    {Plot::waited, 6, true, false},
    {Plot::reworked, 5, true, false},
    {Plot::reworked_thrice, 2, true, false},
    {Plot::reopened, 4, true, false},
    {Plot::late, 8, true, false},
    {Plot::host, 6, true, false},
    {Plot::parted_host, 1, true, false},
    {Plot::parted, 1, true, false},
    {Plot::corrected, 4, true, false},
    {Plot::just_reported, 9, false, false},
    {Plot::accepted, 8, false, false},
    {Plot::in_village, 12, false, false},
    {Plot::consulting, 4, false, false},
    {Plot::awaiting_sign, 8, false, false},
    {Plot::handling, 8, false, false},
    {Plot::handling_late, 4, false, false},
    {Plot::negotiating, 4, false, false},
    {Plot::paused, 4, false, false},
    {Plot::declined, 5, false, false},
    {Plot::withdrawn, 4, false, false},
    {Plot::duplicate, 6, false, false},
};

constexpr std::size_t sum(bool resolved_only) {
  std::size_t times = 0;
  for (const Share& each : shares) {
    if (each.resolved || !resolved_only) times += each.times;
  }
  return times;
}
static_assert(sum(false) == pilot_issues);
static_assert(sum(true) == pilot_resolved);

bool follows_a_host(Plot plot) { return plot == Plot::duplicate || plot == Plot::parted; }

bool has_meeting(Plot plot) {
  const auto* found = std::find_if(std::begin(shares), std::end(shares),
                                   [&](const Share& each) { return each.plot == plot; });
  ENSURE(found != std::end(shares));
  return found->meeting;
}

// The plots of 252 issues, shuffled; who is merged comes right after whom he is merged into.
std::vector<Plot> deal(Chance& chance) {
  std::vector<Plot> order;
  for (const Share& each : shares) {
    if (!follows_a_host(each.plot)) order.insert(order.end(), each.times, each.plot);
  }
  chance.shuffle(order);
  std::vector<Plot> out;
  for (const Plot plot : order) {
    out.push_back(plot);
    if (plot == Plot::host) out.push_back(Plot::duplicate);
    if (plot == Plot::parted_host) out.push_back(Plot::parted);
  }
  return out;
}

// Takes turns, so that every community gets its share, of meetings too.
class Places {
 public:
  explicit Places(bool pilots_only) {
    for (std::size_t i = 0; i < communities().size(); ++i) {
      if (!pilots_only || communities()[i].pilot) {
        places_.push_back(static_cast<std::uint16_t>(i));
      }
    }
  }
  std::uint16_t next(bool meeting) {
    std::size_t& turn = meeting ? meetings_ : others_;
    return places_[turn++ % places_.size()];
  }

 private:
  std::vector<std::uint16_t> places_;
  std::size_t meetings_ = 0;
  std::size_t others_ = 0;
};

}  // namespace

std::vector<Outline> outlines(std::size_t issues, std::uint64_t seed) {
  Places pilots(true);
  Places everywhere(false);
  std::map<Plot, std::uint16_t> turns;
  std::vector<Outline> out;
  out.reserve(issues + pilot_issues);
  Chance chance(seed);
  while (out.size() < issues) {
    Places& places = out.size() < pilot_issues ? pilots : everywhere;
    for (const Plot plot : deal(chance)) {
      Outline one;
      one.plot = plot;
      one.turn = turns[plot]++;
      if (follows_a_host(plot)) {
        one.other = static_cast<std::uint32_t>(out.size() - 1);
        one.community = out.back().community;
      } else {
        one.community = places.next(has_meeting(plot));
      }
      out.push_back(one);
    }
  }
  out.resize(issues);
  return out;
}

}  // namespace tools::demo
