// The figures: of now from the projection that follows the log, of the past by folding it anew.
#include <charconv>
#include <functional>
#include <optional>
#include <utility>

#include "adapters/http/area_scope.hpp"
#include "adapters/http/parameters.hpp"
#include "adapters/http/reads.hpp"
#include "adapters/json/statistics.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/figures.hpp"
#include "workflows/issue/statistics.hpp"
#include "workflows/meeting/book.hpp"

namespace adapters::http {

using engine::Instant;
using engine::Position;
using engine::Result;
using workflows::directory::Tree;
using workflows::issue::FoldFilter;
using workflows::issue::Statistics;
using workflows::issue::StatisticsQuery;

namespace {

class TreeNaming final : public workflows::issue::Naming {
 public:
  explicit TreeNaming(const Tree& tree) : tree_(tree) {}
  std::string name(std::string_view kind, std::string_view code) const override {
    const auto* entry = tree_.find(kind, code);
    return entry == nullptr ? std::string() : entry->name;
  }
  std::string town_of(std::string_view area) const override { return tree_.town_of(area); }
  std::string district_of(std::string_view area) const override { return tree_.district_of(area); }

 private:
  const Tree& tree_;
};

// Which past is asked for.
struct Past {
  FoldFilter filter;
  Position up_to;
  Instant at{};  // when deadlines are judged
};

// The last position recorded until then; times of recording never go back.
Result<Position> position_at(const engine::log::LogReader& log, Instant time) {
  std::uint64_t low = 0;
  std::uint64_t high = log.last().value;
  while (low < high) {
    const std::uint64_t middle = low + (high - low + 1) / 2;
    const auto bytes = log.at(Position{middle});
    if (!bytes) return bytes.error();
    if (engine::log::RecordView(*bytes).recorded_at() <= time) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return Position{low};
}

// as_of: a position, or a time.
Result<void> take_as_of(const ApiParts& parts, Parameters& parameters, Past& past) {
  const auto given = parameters.text("as_of");
  if (!given) return {};
  std::uint64_t position = 0;
  const auto [end, failed] =
      std::from_chars(given->data(), given->data() + given->size(), position);
  if (failed == std::errc{} && end == given->data() + given->size()) {
    if (position > parts.log.last().value) {
      parameters.wrong("as_of", "lies beyond the end of the log, which is at " +
                                    std::to_string(parts.log.last().value));
      return {};
    }
    past.up_to = Position{position};
    if (position == 0) return {};
    const auto bytes = parts.log.at(past.up_to);
    if (!bytes) return bytes.error();
    past.at = engine::log::RecordView(*bytes).recorded_at();
    return {};
  }
  const auto time = parameters.time("as_of", true);
  if (!time) return {};
  const auto found = position_at(parts.log, *time);
  if (!found) return found.error();
  past.up_to = *found;
  past.at = *time;
  return {};
}

// What is asked of the folds.
using Meetings = std::vector<workflows::issue::CountedMeeting>;
using Answering = std::function<Outcome(const Statistics&, Meetings, Position)>;

Meetings counted(const engine::view::Projection& book) {
  return json::counted_meetings(static_cast<const workflows::meeting::Book&>(book));
}

Outcome folded(const ApiParts& parts, const Past& past, std::mutex& folding,
               const Answering& answering) {
  const std::unique_lock lock(folding, std::try_to_lock);
  if (!lock.owns_lock()) {
    Problem out{"overloaded", "Figures of the past are being computed already; ask again soon."};
    out.headers = {{"Retry-After", "2"}};
    return out;
  }
  const auto empty = workflows::issue::make_statistics(past.filter);
  const auto fold = engine::view::fold_parallel(parts.log, *empty, past.up_to, 0, {});
  if (!fold) return problem_of(fold.error());
  const auto book =
      workflows::meeting::make_book({past.filter.occurred_until, past.filter.recorded_until});
  const auto meetings = engine::view::fold_parallel(parts.log, *book, past.up_to, 0, {});
  if (!meetings) return problem_of(meetings.error());
  return answering(static_cast<const Statistics&>(**fold), counted(**meetings), past.up_to);
}

// The figure that is wanted; a problem is noted where there is none of that name.
workflows::issue::ListQuery wanted_in(Parameters& parameters) {
  workflows::issue::ListQuery out;
  out.figure = std::string(parameters.text("figure").value_or(""));
  out.key = parameters.text("key");
  if (!workflows::issue::books_behind(out.figure)) {
    const bool of_others = workflows::issue::find_figure(out.figure) != nullptr;
    parameters.wrong(
        "figure", of_others ? "counts no issues: meetings are listed by /v1/meetings, areas by "
                              "/v1/statistics?by=area"
                            : "must be one of those in /v1/statistics/definitions, like resolved");
  }
  return out;
}

}  // namespace

Outcome read_statistics(const ApiParts& parts, const Call& call, std::mutex& folding) {
  const Endpoint endpoint = call.match.route->endpoint;
  Parameters parameters(call.request.query, endpoint, parts.offset_minutes);
  const auto tree = parts.directory.tree();
  StatisticsQuery query;
  query.by = json::parse_by(parameters.text("by").value_or("area")).value_or(query.by);
  query.areas = spread(*tree, parameters, "area");
  query.from = parameters.time("from");
  query.to = parameters.time("to");
  query.offset_minutes = parts.offset_minutes;
  if (query.from && query.to && *query.to <= *query.from) {
    parameters.wrong("to", "must be later than from");
  }
  std::optional<workflows::issue::ListQuery> wanted;
  if (endpoint == Endpoint::statistics_issues) wanted = wanted_in(parameters);
  Past past{{}, parts.log.last(), parts.clock()};
  if (auto taken = take_as_of(parts, parameters, past); !taken) return problem_of(taken.error());
  if (const auto at = parameters.time("at", true)) past.filter.occurred_until = past.at = *at;
  if (auto problem = parameters.problem()) return *std::move(problem);
  if (auto problem = narrow(*call.token, *tree, query.areas)) return *std::move(problem);
  query.at = past.at;
  if (!wanted) query.working = parts.working;
  const Answering answering = [&](const Statistics& statistics, Meetings meetings,
                                  Position position) -> Outcome {
    const TreeNaming naming(*tree);
    query.meetings = std::move(meetings);
    if (wanted) {
      return json_response(json::statistics_list_value(statistics.list(query, naming, *wanted),
                                                       *wanted, position, query.at,
                                                       query.offset_minutes));
    }
    return json_response(json::statistics_value(statistics.table(query, naming), query.by, position,
                                                query.at, query.offset_minutes));
  };
  if (parameters.text("at") || parameters.text("as_of")) {
    return folded(parts, past, folding, answering);
  }
  Outcome out;
  Meetings meetings;
  parts.projector.use(workflows::meeting::book_view, [&](const engine::view::Projection& now,
                                                         Position) { meetings = counted(now); });
  const auto empty = workflows::issue::make_statistics();
  parts.projector.use(empty->name(), [&](const engine::view::Projection& now, Position position) {
    out = answering(static_cast<const Statistics&>(now), std::move(meetings), position);
  });
  return out;
}

}  // namespace adapters::http
