#include "adapters/json/statistics.hpp"

#include <array>
#include <string>
#include <utility>

#include "engine/core/rfc3339.hpp"
#include "workflows/issue/figures.hpp"
#include "workflows/issue/number.hpp"

namespace adapters::json {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using workflows::issue::By;
using workflows::issue::Figures;

namespace {

constexpr std::array names{
    std::pair{By::area, "area"},         std::pair{By::town, "town"},
    std::pair{By::district, "district"}, std::pair{By::category, "category"},
    std::pair{By::channel, "channel"},   std::pair{By::department, "department"},
    std::pair{By::month, "month"},       std::pair{By::total, "total"}};

Value seconds_of(const workflows::issue::TimeFigures& time, double seconds) {
  return time.n == 0 ? Value() : Value(seconds);
}

Object time_value(const workflows::issue::TimeFigures& time) {
  Object out{{"n", time.n},
             {"median_s", seconds_of(time, time.median_s)},
             {"p90_s", seconds_of(time, time.p90_s)},
             {"max_s", seconds_of(time, time.max_s)},
             {"sum_s", seconds_of(time, time.sum_s)}};
  if (time.working) {
    out.emplace_back("working", Object{{"median_s", time.working->median_s},
                                       {"p90_s", time.working->p90_s},
                                       {"max_s", time.working->max_s},
                                       {"sum_s", time.working->sum_s}});
  }
  return out;
}

Object rate_value(const workflows::issue::Rate& rate) {
  const auto number = [](const std::optional<double>& value) {
    return value ? Value(*value) : Value();
  };
  return {{"k", rate.k},
          {"n", rate.n},
          {"value", number(rate.value)},
          {"low", number(rate.low)},
          {"high", number(rate.high)},
          {"comparable", rate.comparable()}};
}

void put_figures(const Figures& figures, By by, Object& out) {
  Object rates;
  for (const auto& figure : workflows::issue::all_figures()) {
    if (figure.count != nullptr && workflows::issue::applies(figure, by)) {
      out.emplace_back(std::string(figure.name), figures.*figure.count);
    }
    if (figure.part != nullptr) {
      rates.emplace_back(std::string(figure.name),
                         rate_value(workflows::issue::rate_of(figure, figures)));
    }
  }
  out.emplace_back("rates", std::move(rates));
  Object times;
  for (const auto& [name, time] : figures.times) times.emplace_back(name, time_value(time));
  out.emplace_back("times", std::move(times));
}

}  // namespace

std::string_view by_name(By by) {
  for (const auto& [each, name] : names) {
    if (each == by) return name;
  }
  return "";
}

std::optional<By> parse_by(std::string_view name) {
  for (const auto& [each, known] : names) {
    if (name == known) return each;
  }
  return std::nullopt;
}

std::vector<workflows::issue::CountedMeeting> counted_meetings(
    const workflows::meeting::Book& book) {
  using workflows::issue::MeetingKind;
  using Kind = workflows::meeting::fb::Kind;
  std::vector<workflows::issue::CountedMeeting> out;
  book.each([&](std::uint64_t, const workflows::meeting::BookEntry& entry) {
    if (entry.kind == Kind::none) return;
    const MeetingKind kind = entry.kind == Kind::consultation ? MeetingKind::consultation
                             : entry.kind == Kind::handover   ? MeetingKind::handover
                                                              : MeetingKind::negotiation;
    out.push_back({entry.area, kind, entry.called_at, entry.held_at});
  });
  return out;
}

Value statistics_value(const workflows::issue::StatisticsTable& table, By by,
                       engine::Position position, engine::Instant at, int offset_minutes) {
  List rows;
  for (const auto& row : table.rows) {
    Object out{{std::string(by_name(by)), row.key.empty() ? Value() : Value(row.key)},
               {"name", row.name}};
    put_figures(row.figures, by, out);
    rows.emplace_back(std::move(out));
  }
  Object total;
  put_figures(table.total, by, total);
  return Object{{"position", position.value},
                {"at", engine::format_rfc3339(at, offset_minutes)},
                {"rows", std::move(rows)},
                {"total", std::move(total)}};
}

Value statistics_list_value(const std::vector<workflows::issue::ListedIssue>& issues,
                            const workflows::issue::ListQuery& wanted, engine::Position position,
                            engine::Instant at, int offset_minutes) {
  std::int64_t count = 0;
  List listed;
  for (const auto& each : issues) {
    count += each.times;
    listed.emplace_back(
        Object{{"number", workflows::issue::format_number(each.number)}, {"times", each.times}});
  }
  return Object{{"position", position.value},
                {"at", engine::format_rfc3339(at, offset_minutes)},
                {"figure", wanted.figure},
                {"key", wanted.key ? Value(*wanted.key) : Value()},
                {"count", count},
                {"issues", std::move(listed)}};
}

}  // namespace adapters::json
