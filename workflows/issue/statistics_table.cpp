// From ledgers to rows of figures.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <set>
#include <utility>

#include "workflows/issue/figures.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/statistics_fold.hpp"

namespace workflows::issue {
namespace {

constexpr std::int64_t long_ago = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

// "2025-03" for every moment, quick for those that follow one another.
class Months {
 public:
  explicit Months(int offset_minutes) : offset_(std::chrono::minutes(offset_minutes)) {}

  const std::string& of(std::int64_t time) {
    if (time < first_ || time >= end_) find(time);
    return name_;
  }

 private:
  void find(std::int64_t time) {
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

  std::chrono::milliseconds offset_;
  std::int64_t first_ = 0;
  std::int64_t end_ = 0;
  std::string name_;
};

// Spans on their way to n, median, percentile and maximum.
struct Spans {
  std::vector<std::int32_t> added;
  std::vector<std::int32_t> struck;

  void take(std::int32_t span, bool is_struck) { (is_struck ? struck : added).push_back(span); }
  void take(const Spans& other) {
    added.insert(added.end(), other.added.begin(), other.added.end());
    struck.insert(struck.end(), other.struck.begin(), other.struck.end());
  }

  // Requires: every struck span was added, too.
  void cancel() {
    if (struck.empty()) return;
    std::sort(added.begin(), added.end());
    std::sort(struck.begin(), struck.end());
    std::vector<std::int32_t> left;
    std::set_difference(added.begin(), added.end(), struck.begin(), struck.end(),
                        std::back_inserter(left));
    added = std::move(left);
    struck.clear();
  }

  // Nearest rank: the smallest value that at least the share of all values do not exceed.
  TimeFigures figures() {
    cancel();
    TimeFigures out;
    out.n = added.size();
    if (added.empty()) return out;
    const auto ranked = [this](std::size_t hundredths) {
      const std::size_t rank = (added.size() * hundredths + 99) / 100;
      const auto at = added.begin() + static_cast<std::ptrdiff_t>(rank - 1);
      std::nth_element(added.begin(), at, added.end());
      return static_cast<double>(*at);
    };
    out.median_s = ranked(50);
    out.p90_s = ranked(90);
    out.max_s = *std::max_element(added.begin(), added.end());
    return out;
  }
};

class Table {
 public:
  Table(const Books& books, const StatisticsQuery& query, const Naming& naming)
      : books_(books),
        query_(query),
        naming_(naming),
        from_(query.from ? engine::to_ms(*query.from) : long_ago),
        to_(query.to ? engine::to_ms(*query.to) : never),
        months_(query.offset_minutes) {
    sort_places();
  }

  StatisticsTable make() {
    count_flows();
    count_open();
    times("report_to_accept", {Book::accepted});
    times("accept_to_resolve", {Book::accept_to_resolve});
    times("report_to_resolve",
          {Book::resolved_on_time, Book::resolved_late, Book::resolved_no_deadline});
    times("hand_over_to_sign", {Book::hand_over_to_sign});
    for (auto stage = static_cast<std::uint8_t>(fb::Stage::reported);
         stage <= static_cast<std::uint8_t>(fb::Stage::MAX); ++stage) {
      times(("in_" + stage_name(stage)).c_str(), {stay_in(static_cast<fb::Stage>(stage))});
    }
    return finished();
  }

 private:
  static constexpr std::size_t left_out = std::numeric_limits<std::size_t>::max();

  struct Row {
    std::string key;
    Figures figures;
    Spans spans;  // of the figure that is being made
  };

  std::size_t row(const std::string& key) {
    const auto [found, fresh] = by_key_.try_emplace(key, rows_.size());
    if (fresh) rows_.push_back({key, {}, {}});
    return found->second;
  }

  // Which row each place goes to; with months, only whether it is asked for.
  void sort_places() {
    const std::set<std::string_view> areas(query_.areas.begin(), query_.areas.end());
    row_of_.reserve(books_.places.size());
    for (PlaceId place = 0; place < books_.places.size(); ++place) {
      const bool asked = areas.empty() || areas.contains(books_.places.text(place, Dim::area));
      row_of_.push_back(!asked ? left_out : query_.by == By::month ? 0 : row(key_of(place)));
    }
  }

  std::string key_of(PlaceId place) const {
    switch (query_.by) {
      case By::area:
        return books_.places.text(place, Dim::area);
      case By::town:
        return naming_.town_of(books_.places.text(place, Dim::area));
      case By::category:
        return books_.places.text(place, Dim::category);
      case By::channel:
        return books_.places.text(place, Dim::channel);
      case By::department:
        return books_.places.text(place, Dim::department);
      case By::month:
      case By::total:
        break;
    }
    return {};
  }

  // The row of an entry whose own time is `time`; nullptr if it is not asked for.
  Row* row_of(const Entry& entry, std::int64_t time) {
    const std::size_t at = row_of_[entry.place];
    if (at == left_out) return nullptr;
    return &rows_[query_.by == By::month ? month_row(time) : at];
  }

  std::size_t month_row(std::int64_t time) {
    const std::string& month = months_.of(time);
    if (last_month_ == left_out || rows_[last_month_].key != month) last_month_ = row(month);
    return last_month_;
  }

  static std::int64_t one(const Entry& entry) { return entry.struck != 0 ? -1 : 1; }

  void count(Book book, std::int64_t Figures::*figure) {
    books_.of(book).visit(from_, to_, [&](const Entry& entry) {
      if (Row* row = row_of(entry, entry.time)) row->figures.*figure += one(entry);
    });
  }

  void count_flows() {
    count(Book::reported, &Figures::reported);
    count(Book::accepted, &Figures::accepted);
    count(Book::declined, &Figures::declined);
    count(Book::withdrawn, &Figures::withdrawn);
    count(Book::merged, &Figures::merged);
    count(Book::resolved_on_time, &Figures::resolved_on_time);
    count(Book::resolved_late, &Figures::resolved_late);
    count(Book::resolved_no_deadline, &Figures::resolved_no_deadline);
    count(Book::closed, &Figures::closed);
    count(Book::returned, &Figures::returned);
    count(Book::reworked, &Figures::reworked);
    count(Book::reopened, &Figures::reopened);
    for (Row& row : rows_) {
      row.figures.resolved = row.figures.resolved_on_time + row.figures.resolved_late +
                             row.figures.resolved_no_deadline;
    }
  }

  // What is in hand, by the time of its report; it counts unless it was reported after the period.
  void count_open() {
    const std::int64_t at = engine::to_ms(query_.at);
    const auto put = [&](const Entry& entry, std::int64_t opened, std::int64_t Figures::*figure) {
      if (opened >= to_) return;
      Row* row = row_of(entry, opened);
      if (row == nullptr) return;
      row->figures.*figure += one(entry);
      row->figures.in_hand += one(entry);
    };
    const auto opened = [](const Entry& entry) {
      return (whole_seconds(entry.time) - entry.span) * 1000;
    };
    books_.of(Book::open_due).visit(long_ago, never, [&](const Entry& entry) {
      put(entry, opened(entry), at > entry.time ? &Figures::open_overdue : &Figures::open_in_time);
    });
    books_.of(Book::open_stopped).visit(long_ago, never, [&](const Entry& entry) {
      put(entry, opened(entry), &Figures::open_in_time);
    });
    books_.of(Book::open_no_deadline).visit(long_ago, never, [&](const Entry& entry) {
      put(entry, entry.time, &Figures::open_no_deadline);
    });
  }

  void times(const char* name, std::initializer_list<Book> books) {
    for (const Book book : books) {
      books_.of(book).visit(from_, to_, [&](const Entry& entry) {
        if (Row* row = row_of(entry, entry.time)) row->spans.take(entry.span, entry.struck != 0);
      });
    }
    Spans whole;
    for (Row& row : rows_) {
      whole.take(row.spans);
      keep(row.figures, name, std::exchange(row.spans, {}));
    }
    keep(total_, name, std::move(whole));
  }

  // The four between stages always stand there, those in a stage where there are some.
  static void keep(Figures& figures, const std::string& name, Spans spans) {
    const TimeFigures made = spans.figures();
    if (made.n != 0 || !name.starts_with("in_")) figures.times.emplace(name, made);
  }

  std::string name_of(const std::string& key) const {
    switch (query_.by) {
      case By::area:
      case By::town:
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

  static bool empty(const Figures& figures) {
    for (const Figure& figure : all_figures()) {
      if (figure.count != nullptr && figures.*figure.count != 0) return false;
    }
    return std::all_of(figures.times.begin(), figures.times.end(),
                       [](const auto& each) { return each.second.n == 0; });
  }

  StatisticsTable finished() {
    StatisticsTable out;
    for (Row& row : rows_) {
      for (const Figure& figure : all_figures()) {
        if (figure.count != nullptr) total_.*figure.count += row.figures.*figure.count;
      }
      if (empty(row.figures)) continue;
      out.rows.push_back({row.key, name_of(row.key), std::move(row.figures)});
    }
    std::sort(out.rows.begin(), out.rows.end(),
              [](const StatisticsRow& a, const StatisticsRow& b) { return a.key < b.key; });
    out.total = std::move(total_);
    return out;
  }

  const Books& books_;
  const StatisticsQuery& query_;
  const Naming& naming_;
  std::int64_t from_;
  std::int64_t to_;
  Months months_;
  std::map<std::string, std::size_t> by_key_;
  std::vector<Row> rows_;
  std::vector<std::size_t> row_of_;
  std::size_t last_month_ = left_out;
  Figures total_;
};

}  // namespace

StatisticsTable make_table(const Books& books, const StatisticsQuery& query, const Naming& naming) {
  return Table(books, query, naming).make();
}

}  // namespace workflows::issue
