#include "tools/sihe/stats_print.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "adapters/json/statistics.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {

using workflows::issue::all_figures;
using workflows::issue::By;
using workflows::issue::Figure;
using workflows::issue::Figures;
using workflows::issue::StatisticsTable;
using workflows::issue::TimeFigures;

namespace {

// What fits on a line; --json and --csv have everything.
constexpr std::string_view shown[] = {"reported",      "accepted", "in_hand",
                                      "open_overdue",  "resolved", "resolved_on_time",
                                      "resolved_late", "closed",   "returned"};
constexpr std::string_view time_shown = "report_to_resolve";

std::string head_of(By by) {
  switch (by) {
    case By::area:
      return "区域 area";
    case By::town:
      return "镇街 town";
    case By::district:
      return "区 district";
    case By::category:
      return "类别 category";
    case By::channel:
      return "渠道 channel";
    case By::department:
      return "部门 department";
    case By::month:
      return "月份 month";
    case By::total:
      break;
  }
  return "";
}

std::string label(const std::string& key, const std::string& name) {
  return key.empty() || key == name ? name : key + " " + name;
}

// "83 %", with its n where that is small; "—" where there is nothing to divide by.
std::string rate_text(const Figures& figures) {
  const auto rate = rate_of(*workflows::issue::find_figure("on_time_rate"), figures);
  if (!rate.value) return "—";
  const auto percent = [](double part) { return std::to_string(std::lround(part * 100)); };
  const std::string value = percent(*rate.value) + " %";
  if (rate.comparable() || !rate.low || !rate.high) return value;
  return value + " (" + percent(*rate.low) + "–" + percent(*rate.high) +
         ", n=" + std::to_string(rate.n) + ")";
}

std::string span_text(double seconds) {
  return span(std::chrono::milliseconds(std::llround(seconds * 1000)));
}

std::vector<std::string> cells(const Figures& figures, std::string name) {
  std::vector<std::string> out{std::move(name)};
  for (const std::string_view each : shown) {
    out.push_back(std::to_string(figures.*workflows::issue::find_figure(each)->count));
  }
  out.push_back(rate_text(figures));
  const auto found = figures.times.find(std::string(time_shown));
  const bool some = found != figures.times.end() && found->second.n != 0;
  out.push_back(some ? span_text(found->second.median_s) : "—");
  out.push_back(some ? span_text(found->second.p90_s) : "—");
  return out;
}

// Numbers stand flush right, so that their size can be seen.
void align_right(std::vector<std::vector<std::string>>& rows) {
  for (std::size_t column = 1; column < rows.front().size(); ++column) {
    std::size_t widest = 0;
    for (const auto& row : rows) widest = std::max(widest, width(row[column]));
    for (auto& row : rows) row[column].insert(0, widest - width(row[column]), ' ');
  }
}

std::string csv_cell(std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(cell);
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string number_text(double number) {
  const auto whole = std::llround(number);
  return static_cast<double>(whole) == number ? std::to_string(whole) : std::to_string(number);
}

bool has(const Figure& figure, By by) {
  return figure.count != nullptr && workflows::issue::applies(figure, by);
}

std::string definition(const Figure& figure) {
  return std::string(figure.zh) + " " + std::string(figure.name) + "\n  " +
         std::string(figure.zh_text) + "\n  " + std::string(figure.en) + "\n";
}

}  // namespace

std::string stats_table(const StatisticsTable& table, By by, std::size_t columns, bool colour) {
  std::vector<std::vector<std::string>> rows{{head_of(by)}};
  std::string legend;
  for (const std::string_view each : shown) {
    const Figure& figure = *workflows::issue::find_figure(each);
    rows.front().emplace_back(figure.zh);
    legend += std::string(figure.zh) + " " + std::string(each) + " · ";
  }
  for (const char* each : {"按时率", "中位用时", "九成用时"}) rows.front().emplace_back(each);
  legend += "按时率 on_time_rate · 中位/九成用时 median/p90 of " + std::string(time_shown);
  if (by != By::total) {
    for (const auto& row : table.rows) rows.push_back(cells(row.figures, label(row.key, row.name)));
  }
  rows.push_back(cells(table.total, "合计 total"));
  align_right(rows);
  TextTable text(rows.front());
  for (std::size_t i = 1; i < rows.size(); ++i) text.add(std::move(rows[i]));
  const Paint paint(colour);
  std::string out = text.text(columns, 0, paint);
  for (const std::string& line : wrapped(legend, columns)) out += paint.dim(line) + "\n";
  return out;
}

std::string stats_csv(const StatisticsTable& table, By by) {
  std::set<std::string> times;
  for (const auto& row : table.rows) {
    for (const auto& [name, figures] : row.figures.times) times.insert(name);
  }
  std::string out = std::string(adapters::json::by_name(by)) + ",name";
  for (const Figure& figure : all_figures()) {
    if (has(figure, by)) out += "," + std::string(figure.name);
  }
  for (const std::string& name : times) {
    for (const char* part : {"_n", "_median_s", "_p90_s", "_max_s"}) out += "," + name + part;
  }
  out += "\r\n";
  for (const auto& row : table.rows) {
    out += csv_cell(row.key) + "," + csv_cell(row.name);
    for (const Figure& figure : all_figures()) {
      if (has(figure, by)) out += "," + std::to_string(row.figures.*figure.count);
    }
    for (const std::string& name : times) {
      const auto found = row.figures.times.find(name);
      const TimeFigures time = found == row.figures.times.end() ? TimeFigures{} : found->second;
      out += "," + std::to_string(time.n);
      for (const double each : {time.median_s, time.p90_s, time.max_s}) {
        out += "," + (time.n == 0 ? std::string() : number_text(each));
      }
    }
    out += "\r\n";
  }
  return out;
}

std::string stats_definition(const std::string& figure) {
  std::string out;
  if (figure == "all") {
    for (const Figure& each : all_figures()) out += definition(each);
  } else if (const Figure* found = workflows::issue::find_figure(figure)) {
    out = definition(*found);
  }
  return out;
}

}  // namespace tools
