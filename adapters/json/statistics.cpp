#include "adapters/json/statistics.hpp"

#include <array>
#include <string>
#include <utility>

#include "engine/core/rfc3339.hpp"

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

void put_figures(const Figures& figures, Object& out) {
  const std::pair<const char*, std::int64_t> counts[] = {
      {"reported", figures.reported},
      {"accepted", figures.accepted},
      {"declined", figures.declined},
      {"withdrawn", figures.withdrawn},
      {"merged", figures.merged},
      {"in_hand", figures.in_hand},
      {"resolved", figures.resolved},
      {"closed", figures.closed},
      {"resolved_on_time", figures.resolved_on_time},
      {"resolved_late", figures.resolved_late},
      {"resolved_no_deadline", figures.resolved_no_deadline},
      {"open_in_time", figures.open_in_time},
      {"open_overdue", figures.open_overdue},
      {"open_no_deadline", figures.open_no_deadline},
      {"reopened", figures.reopened},
      {"returned", figures.returned},
      {"reworked", figures.reworked},
  };
  for (const auto& [name, count] : counts) out.emplace_back(name, count);
  Object times;
  for (const auto& [name, time] : figures.times) {
    const auto value = [&time = time](double seconds) {
      return time.n == 0 ? Value() : Value(seconds);
    };
    times.emplace_back(name, Object{{"n", time.n},
                                    {"median_s", value(time.median_s)},
                                    {"p90_s", value(time.p90_s)},
                                    {"max_s", value(time.max_s)}});
  }
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

Value statistics_value(const workflows::issue::StatisticsTable& table, By by,
                       engine::Position position, engine::Instant at, int offset_minutes) {
  List rows;
  for (const auto& row : table.rows) {
    Object out{{std::string(by_name(by)), row.key.empty() ? Value() : Value(row.key)},
               {"name", row.name}};
    put_figures(row.figures, out);
    rows.emplace_back(std::move(out));
  }
  Object total;
  put_figures(table.total, total);
  return Object{{"position", position.value},
                {"at", engine::format_rfc3339(at, offset_minutes)},
                {"rows", std::move(rows)},
                {"total", std::move(total)}};
}

}  // namespace adapters::json
