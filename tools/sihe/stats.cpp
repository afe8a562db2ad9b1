// sihe stats.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/json.hpp"
#include "adapters/json/statistics.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/view/projector.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/rules.hpp"
#include "tools/sihe/stats_print.hpp"
#include "tools/sihe/terminal.hpp"
#include "workflows/issue/figures.hpp"
#include "workflows/issue/number.hpp"
#include "workflows/meeting/book.hpp"

namespace tools {
namespace {

using engine::Error;
using engine::Fault;
using engine::Instant;
using engine::Position;
using engine::Result;
using engine::log::LogReader;
using engine::log::RecordView;
using workflows::directory::Tree;
using workflows::issue::FoldFilter;
using workflows::issue::Statistics;
using workflows::issue::StatisticsQuery;

struct Options {
  std::string data;
  std::vector<std::string> areas;
  std::string from;
  std::string to;
  std::string at;
  std::string as_of;
  std::string by = "area";
  std::string define;
  std::string list;
  std::optional<std::string> key;
  std::string rank;
  std::string policy = default_policy;
  std::string calendar = default_calendar;
  bool json = false;
  bool csv = false;
};

// Which state of the log is asked for, and when overdue is judged.
struct Past {
  FoldFilter filter;
  Position up_to;
  Instant at{};
  bool now = true;
};

// A day or a minute of Asia/Shanghai stands for its beginning.
Result<std::optional<Instant>> parse_begin(const std::string& text) {
  if (text.empty()) return std::optional<Instant>();
  constexpr std::string_view day = "2025-03-04";
  constexpr std::string_view minute = "2025-03-04 09:12";
  std::string whole = text;
  if (text.size() == day.size()) {
    whole += "T00:00:00+08:00";
  } else if (text.size() == minute.size()) {
    whole[day.size()] = 'T';
    whole += ":00+08:00";
  }
  if (const auto time = engine::parse_rfc3339(whole)) return std::optional(*time);
  return Error{Fault::invalid, "\"" + printable(text) +
                                   "\" is no time (2025-03-04, \"2025-03-04 09:12\" or "
                                   "2025-03-04T09:12:00+08:00)"};
}

// A day or a minute counts to its end.
Result<Instant> parse_end(const std::string& text) {
  const auto moment = parse_moment(text);
  if (moment && moment->time) return *moment->time;
  auto begin = parse_begin(text);
  if (!begin) return begin.error();
  return Error{Fault::invalid, "\"" + printable(text) + "\" is no time"};
}

// The last position recorded until then: times of recording never go back.
Result<Position> position_at(const LogReader& log, Instant time) {
  std::uint64_t low = 0;
  std::uint64_t high = log.last().value;
  while (low < high) {
    const std::uint64_t middle = low + (high - low + 1) / 2;
    const auto bytes = log.at(Position{middle});
    if (!bytes) return bytes.error();
    if (RecordView(*bytes).recorded_at() <= time) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return Position{low};
}

Result<void> take_as_of(const LogReader& log, const std::string& text, Past& past) {
  std::uint64_t position = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (failed == std::errc{} && end == text.data() + text.size()) {
    if (position == 0 || position > log.last().value) {
      return Error{Fault::invalid, "the log's positions go from 1 to " +
                                       std::to_string(log.last().value) + ", not to " + text};
    }
    const auto bytes = log.at(Position{position});
    if (!bytes) return bytes.error();
    past.up_to = Position{position};
    past.at = RecordView(*bytes).recorded_at();
    return {};
  }
  const auto time = parse_end(text);
  if (!time) return time.error();
  const auto found = position_at(log, *time);
  if (!found) return found.error();
  past.up_to = *found;
  past.at = *time;
  return {};
}

Result<Past> past_of(const Options& options, const LogReader& log) {
  Past past;
  past.up_to = log.last();
  past.at = wall_clock()();
  past.now = options.at.empty() && options.as_of.empty();
  if (!options.as_of.empty()) {
    if (auto taken = take_as_of(log, options.as_of, past); !taken) return taken.error();
  }
  if (!options.at.empty()) {
    const auto at = parse_end(options.at);
    if (!at) return at.error();
    past.filter.occurred_until = past.at = *at;
  }
  return past;
}

// The directory as it stood then; what was not in it yet is called as it is now.
class PastNaming final : public workflows::issue::Naming {
 public:
  PastNaming(const Tree& then, const Tree& now) : then_(then), now_(now) {}
  std::string name(std::string_view kind, std::string_view code) const override {
    return of(kind, code).name(kind, code);
  }
  std::string town_of(std::string_view area) const override {
    return of("area", area).town_of(area);
  }
  std::string district_of(std::string_view area) const override {
    return of("area", area).district_of(area);
  }

 private:
  const DirectoryNaming& of(std::string_view kind, std::string_view code) const {
    return then_.name(kind, code).empty() ? now_ : then_;
  }
  DirectoryNaming then_;
  DirectoryNaming now_;
};

Result<Tree> tree_of(const Reading& reading, const Past& past) {
  if (past.now) return reading.tree;
  return workflows::directory::read_tree(*reading.log, [&past](const RecordView& record) {
    const auto& until = past.filter.occurred_until;
    return record.position() <= past.up_to && (!until || record.occurred_at() <= *until);
  });
}

// Codes stand for themselves and what lies below them.
Result<std::vector<std::string>> spread(const Tree& then, const Tree& now,
                                        const std::vector<std::string>& codes) {
  std::vector<std::string> out;
  for (const std::string& code : codes) {
    const Tree& tree = then.find("area", code) != nullptr ? then : now;
    if (tree.find("area", code) == nullptr) {
      constexpr std::size_t shown_max = 3;
      std::string nearest;
      for (const std::string& each : now.nearest("area", code, shown_max)) {
        nearest += (nearest.empty() ? "; nearest: " : ", ") + each;
      }
      return Error{Fault::invalid, "no area " + printable(code) + nearest};
    }
    for (std::string& each : tree.subtree("area", code)) out.push_back(std::move(each));
  }
  return out;
}

Result<StatisticsQuery> query_of(const Options& options, const Past& past) {
  StatisticsQuery query;
  query.by = *adapters::json::parse_by(options.by);
  query.at = past.at;
  query.offset_minutes = shown_offset_minutes;
  const auto from = parse_begin(options.from);
  if (!from) return from.error();
  const auto to = parse_begin(options.to);
  if (!to) return to.error();
  query.from = *from;
  query.to = *to;
  if (query.from && query.to && *query.to <= *query.from) {
    return Error{Fault::invalid, "--to must be later than --from"};
  }
  return query;
}

// Working time by the calendar; the first year that it does not know goes to `without`.
Result<void> count_working_time(const Options& options, StatisticsQuery& query, int& without) {
  const auto rules = load_rules(options.policy, options.calendar);
  if (!rules) return rules.error();
  if (!*rules) return {};
  query.working = [rules = *rules, &without](Instant from, Instant to) {
    const auto& calendar = rules->calendar();
    if (without == 0) without = calendar.assumed_year(from, to);
    return std::chrono::duration_cast<std::chrono::seconds>(calendar.worked_between(from, to))
        .count();
  };
  return {};
}

Error no_figure(const std::string& figure, bool all) {
  std::string known = all ? " all" : "";
  for (const auto& each : workflows::issue::all_figures()) known += " " + std::string(each.name);
  return {Fault::invalid, "no figure " + printable(figure) + "; there are:" + known};
}

Result<void> check_figures(const Options& options) {
  if (!options.list.empty() && !workflows::issue::books_behind(options.list)) {
    const bool counts_others = workflows::issue::find_figure(options.list) != nullptr;
    if (!counts_others) return no_figure(options.list, false);
    return Error{Fault::invalid, options.list +
                                     " counts no issues: meetings are listed by `sihe "
                                     "meeting list`, areas by `sihe stats --by area`"};
  }
  if (options.key && options.list.empty()) {
    return Error{Fault::invalid, "--key says of which row --list lists the issues"};
  }
  if (options.rank.empty()) return {};
  const auto* figure = workflows::issue::find_figure(options.rank);
  if (figure == nullptr) return no_figure(options.rank, false);
  if (figure->count == nullptr && figure->part == nullptr) {
    return Error{Fault::invalid, "rows are ranked by a count or a rate, not by times"};
  }
  return {};
}

std::string listed(const Statistics& statistics, const StatisticsQuery& query,
                   const workflows::issue::Naming& naming, const Options& options, Position at) {
  const workflows::issue::ListQuery wanted{options.list, options.key};
  const auto issues = statistics.list(query, naming, wanted);
  if (options.json) {
    return adapters::json::write_pretty(adapters::json::statistics_list_value(
               issues, wanted, at, query.at, query.offset_minutes)) +
           "\n";
  }
  std::string out;
  for (const auto& each : issues) {
    out += workflows::issue::format_number(each.number);
    if (each.times > 1) out += "  " + std::to_string(each.times) + " times";
    out += "\n";
  }
  return out;
}

Result<std::vector<workflows::issue::CountedMeeting>> meetings_of(
    const LogReader& log, const std::filesystem::path& views, const Past& past) {
  const auto empty =
      workflows::meeting::make_book({past.filter.occurred_until, past.filter.recorded_until});
  constexpr unsigned all_cores = 0;
  const auto fold = past.now ? engine::view::fold_from_saved(log, views, *empty, {})
                             : engine::view::fold_parallel(log, *empty, past.up_to, all_cores, {});
  if (!fold) return fold.error();
  return adapters::json::counted_meetings(static_cast<const workflows::meeting::Book&>(**fold));
}

Result<void> print(const Options& options) {
  if (const auto checked = check_figures(options); !checked) return checked;
  auto reading = open_folder(options.data);
  if (!reading) return reading.error();
  const LogReader& log = *(*reading)->log;
  const auto past = past_of(options, log);
  if (!past) return past.error();
  auto query = query_of(options, *past);
  if (!query) return query.error();
  const auto tree = tree_of(**reading, *past);
  if (!tree) return tree.error();
  auto areas = spread(*tree, (*reading)->tree, options.areas);
  if (!areas) return areas.error();
  query->areas = std::move(*areas);
  int without = 0;
  if (const auto counted = count_working_time(options, *query, without); !counted) return counted;

  constexpr unsigned all_cores = 0;
  const auto empty = workflows::issue::make_statistics(past->filter);
  const auto fold = past->now
                        ? engine::view::fold_from_saved(log, (*reading)->paths.view(), *empty, {})
                        : engine::view::fold_parallel(log, *empty, past->up_to, all_cores, {});
  if (!fold) return fold.error();
  const auto meetings = meetings_of(log, (*reading)->paths.view(), *past);
  if (!meetings) return meetings.error();
  query->meetings = *meetings;
  const PastNaming naming(*tree, (*reading)->tree);
  const auto& statistics = static_cast<const Statistics&>(**fold);
  if (!options.list.empty()) {
    std::fputs(listed(statistics, *query, naming, options, past->up_to).c_str(), stdout);
    return {};
  }
  auto table = statistics.table(*query, naming);
  if (!options.rank.empty()) {
    workflows::issue::rank(table.rows, *workflows::issue::find_figure(options.rank));
  }
  if (without != 0) {
    std::fprintf(stderr, "sihe: no calendar knows %d: its working time is counted in plain weeks\n",
                 without);
  }
  std::string out;
  if (options.json) {
    out = adapters::json::write_pretty(adapters::json::statistics_value(
              table, query->by, past->up_to, query->at, query->offset_minutes)) +
          "\n";
  } else if (options.csv) {
    out = stats_csv(table, query->by);
  } else {
    out = stats_table(table, query->by, columns_of(stdout, 160), shows_colour(stdout));
  }
  std::fputs(out.c_str(), stdout);
  return {};
}

Result<void> define(const std::string& figure) {
  const std::string text = stats_definition(figure);
  if (!text.empty()) {
    std::fputs(text.c_str(), stdout);
    return {};
  }
  return no_figure(figure, true);
}

void run(const Options& options) {
  Result<void> done;
  if (!options.define.empty()) {
    done = define(options.define);
  } else if (options.data.empty()) {
    done = Error{Fault::invalid, "--data is needed: the data folder"};
  } else {
    done = print(options);
  }
  if (!done) fail(exit_code_of(done.error()), "stats: " + done.error().detail);
}

void add_stats(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("stats", "Count issues by area, category and more.");
  command->add_option("--data", options->data, "The data folder");
  command->add_option("--area", options->areas, "Only these areas and what lies in them");
  command->add_option("--from", options->from, "Only facts from this time on (2025-03-04)");
  command->add_option("--to", options->to, "Only facts before this time");
  command->add_option("--at", options->at,
                      "As things stood at this time, by what is known now (a day: at its end)");
  command->add_option("--as-of", options->as_of,
                      "As was known at this position of the log, or at this time");
  command->add_option("--by", options->by, "What the rows stand for")
      ->check(CLI::IsMember(
          {"area", "town", "district", "category", "channel", "department", "month", "total"}))
      ->capture_default_str();
  command->add_option("--define", options->define, "Say what a figure means; all: each of them");
  command->add_option("--list", options->list, "The issues behind this figure, not the figures");
  command->add_option("--key", options->key, "With --list: only of this row (a code, a month)");
  command->add_option("--rank", options->rank,
                      "Rows by this figure, the highest first; rates of fewer than 20 come last");
  command->add_option("--policy", options->policy, "Whose office hours count as working time")
      ->capture_default_str();
  command->add_option("--calendar", options->calendar, "Whose working days count")
      ->capture_default_str();
  auto* json = command->add_flag("--json", options->json, "Print as JSON");
  command->add_flag("--csv", options->csv, "Print as CSV")->excludes(json);
  command->callback([options] { run(*options); });
}

const Command stats{60, add_stats};

}  // namespace
}  // namespace tools
