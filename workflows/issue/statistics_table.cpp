// From shares to rows of figures.
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <utility>

#include "workflows/issue/figures.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/statistics_asked.hpp"

namespace workflows::issue {
namespace {

using Spans = std::vector<std::int32_t>;

// Nearest rank: the smallest value that at least the share of all values do not exceed.
// Requires: there are some.
Spread spread_of(Spans& spans) {
  const auto ranked = [&](std::size_t hundredths) {
    const std::size_t rank = (spans.size() * hundredths + 99) / 100;
    const auto at = spans.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(spans.begin(), at, spans.end());
    return static_cast<double>(*at);
  };
  Spread out;
  out.median_s = ranked(50);
  out.p90_s = ranked(90);
  out.max_s = *std::max_element(spans.begin(), spans.end());
  for (const std::int32_t span : spans) out.sum_s += span;
  return out;
}

// One time's values in one row.
struct Series {
  Spans calendar;
  Spans working;

  void take(const Series& other) {
    calendar.insert(calendar.end(), other.calendar.begin(), other.calendar.end());
    working.insert(working.end(), other.working.begin(), other.working.end());
  }

  TimeFigures figures() {
    TimeFigures out;
    out.n = calendar.size();
    if (calendar.empty()) return out;
    static_cast<Spread&>(out) = spread_of(calendar);
    if (!working.empty()) out.working = spread_of(working);
    return out;
  }
};

// Which counts and which times the shares of a book go into.
struct Uses {
  std::vector<std::int64_t Figures::*> counts;
  std::vector<std::size_t> times;
};

class Table {
 public:
  Table(const Kept& kept, const StatisticsQuery& query, const Naming& naming)
      : kept_(kept),
        query_(query),
        naming_(naming),
        at_(engine::to_ms(query.at)),
        asked_(kept.places, query, naming),
        times_(all_times()) {
    for (unsigned i = 0; i < uses_.size(); ++i) {
      const auto book = static_cast<Book>(i);
      for (const Figure& figure : all_figures()) {
        if (figure.count != nullptr && among(book, figure.books)) {
          uses_[i].counts.push_back(figure.count);
        }
      }
      for (std::size_t time = 0; time < times_.size(); ++time) {
        if (among(book, times_[time].books)) uses_[i].times.push_back(time);
      }
    }
  }

  StatisticsTable make() {
    each_share(kept_, at_, [this](const Share& share, PlaceId place, const IssueSlot&) {
      const std::size_t at = asked_.row_of(share, place);
      if (at == Asked::left_out) return;
      count(share, at);
      if (share.book == Book::reported) note(at, place, reported_here);
      if (share.book == Book::met) note(at, place, met_here);
    });
    for (const CountedMeeting& each : query_.meetings) count(each);
    if (applies(*find_figure("areas_without_meeting"), query_.by)) {
      for (Row& row : rows_) row.figures.areas_without_meeting = areas_without_meeting(row);
    }
    return finished();
  }

 private:
  static constexpr std::uint8_t reported_here = 1;
  static constexpr std::uint8_t met_here = 2;

  struct Row {
    Figures figures;
    std::vector<Series> times;
    std::vector<std::uint8_t> places;                   // by place: what is known of it
    std::map<std::string, std::uint8_t> meeting_areas;  // likewise, of meetings of their own
  };

  Row& row_at(std::size_t at) {
    if (at >= rows_.size()) rows_.resize(asked_.keys().size());
    return rows_[at];
  }

  void note(std::size_t at, PlaceId place, std::uint8_t what) {
    Row& row = row_at(at);
    if (row.places.empty()) row.places.resize(kept_.places.size());
    row.places[place] |= what;
  }

  void count(const CountedMeeting& meeting) {
    constexpr std::array called{&Figures::consultation_meetings_called,
                                &Figures::handover_meetings_called,
                                &Figures::negotiation_meetings_called};
    constexpr std::array held{&Figures::consultation_meetings_held,
                              &Figures::handover_meetings_held,
                              &Figures::negotiation_meetings_held};
    const auto kind = static_cast<std::size_t>(meeting.kind);
    const std::size_t at = asked_.row_of(meeting.area, engine::to_ms(meeting.called_at));
    if (at != Asked::left_out) ++(row_at(at).figures.*called[kind]);
    if (meeting.held_at == engine::Instant{}) return;
    const std::size_t then = asked_.row_of(meeting.area, engine::to_ms(meeting.held_at));
    if (then == Asked::left_out) return;
    ++(row_at(then).figures.*held[kind]);
    row_at(then).meeting_areas[meeting.area] |= met_here;
  }

  std::int64_t areas_without_meeting(const Row& row) const {
    auto areas = row.meeting_areas;
    for (PlaceId place = 0; place < row.places.size(); ++place) {
      if (row.places[place] != 0) areas[kept_.places.text(place, Dim::area)] |= row.places[place];
    }
    return std::count_if(areas.begin(), areas.end(), [](const auto& each) {
      return !each.first.empty() && each.second == reported_here;
    });
  }

  void count(const Share& share, std::size_t at) {
    Row& row = row_at(at);
    const Uses& uses = uses_[static_cast<std::size_t>(share.book)];
    for (const auto figure : uses.counts) ++(row.figures.*figure);
    if (uses.times.empty()) return;
    row.times.resize(times_.size());
    const std::int32_t working = query_.working ? working_span(share) : 0;
    for (const std::size_t time : uses.times) {
      row.times[time].calendar.push_back(share.span);
      if (query_.working) row.times[time].working.push_back(working);
    }
  }

  std::int32_t working_span(const Share& share) const {
    const bool stands = among(share.book, standing_books);
    const engine::Instant end = stands ? query_.at : engine::from_ms(share.time);
    const engine::Instant begin =
        stands ? engine::from_ms(share.time) : end - std::chrono::seconds(share.span);
    if (begin >= end) return 0;
    return static_cast<std::int32_t>(std::min<std::int64_t>(
        query_.working(begin, end), std::numeric_limits<std::int32_t>::max()));
  }

  std::string name_of(const std::string& key) const {
    switch (query_.by) {
      case By::area:
      case By::town:
      case By::district:
        return name_of("area", key, "(unplaced)");
      case By::category:
        return name_of("category", key, "(none)");
      case By::channel:
        return name_of("channel", key, "(none)");
      case By::department:
        return name_of("department", key, "(none)");
      case By::month:
        return key;
      case By::total:
        return "total";
    }
    return key;
  }

  // A code that nobody has a name for is called by itself.
  std::string name_of(std::string_view kind, const std::string& key, const char* without) const {
    if (key.empty()) return without;
    std::string name = naming_.name(kind, key);
    return name.empty() ? key : name;
  }

  // The four between stages always stand there, the others where there are some.
  void keep(Figures& figures, std::vector<Series>& series) const {
    series.resize(times_.size());
    for (std::size_t i = 0; i < times_.size(); ++i) {
      const TimeFigures made = series[i].figures();
      if (made.n != 0 || times_[i].always) figures.times.emplace(times_[i].name, made);
    }
  }

  static bool empty(const Row& row) {
    for (const Figure& figure : all_figures()) {
      if (figure.count != nullptr && row.figures.*figure.count != 0) return false;
    }
    return std::all_of(row.times.begin(), row.times.end(),
                       [](const Series& each) { return each.calendar.empty(); });
  }

  StatisticsTable finished() {
    StatisticsTable out;
    std::vector<Series> whole(times_.size());
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      Row row = std::move(rows_[at]);
      if (empty(row)) continue;
      for (const Figure& figure : all_figures()) {
        if (figure.count != nullptr) out.total.*figure.count += row.figures.*figure.count;
      }
      for (std::size_t i = 0; i < row.times.size(); ++i) whole[i].take(row.times[i]);
      keep(row.figures, row.times);
      const std::string& key = asked_.keys()[at];
      out.rows.push_back({key, name_of(key), std::move(row.figures)});
    }
    keep(out.total, whole);
    std::sort(out.rows.begin(), out.rows.end(),
              [](const StatisticsRow& a, const StatisticsRow& b) { return a.key < b.key; });
    return out;
  }

  const Kept& kept_;
  const StatisticsQuery& query_;
  const Naming& naming_;
  std::int64_t at_;
  Asked asked_;
  std::vector<TimeKind> times_;
  std::array<Uses, static_cast<std::size_t>(Book::end)> uses_;
  std::vector<Row> rows_;
};

}  // namespace

StatisticsTable make_table(const Kept& kept, const StatisticsQuery& query, const Naming& naming) {
  return Table(kept, query, naming).make();
}

}  // namespace workflows::issue
