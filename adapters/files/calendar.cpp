#include "adapters/files/calendar.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/files/toml_reader.hpp"

namespace adapters::files {
namespace {

using engine::Result;
using std::chrono::days;
using workflows::issue::Date;
using workflows::issue::Holidays;

constexpr int year_least = 1900;
constexpr int year_most = 9999;

bool weekend(Date date) { return std::chrono::weekday{date}.iso_encoding() > 5; }

class Reader {
 public:
  Reader(Holidays& out, Problems& problems) : out_(out), problems_(problems) {}

  void read(const toml::table& root) {
    const TomlTable top(root, "a calendar", {"version", "about", "year"}, problems_);
    out_.version = top.needed("version");
    if (out_.version.size() > 64) top.wrong("version", "is longer than 64 bytes");
    top.text("about");
    const auto years = top.tables("year");
    if (years.empty() && top.node("year") == nullptr) {
      problems_.add(root, "a calendar needs at least one [[year]]");
    }
    for (const toml::table* each : years) read_year(*each);
    std::sort(out_.years.begin(), out_.years.end());
  }

 private:
  void read_year(const toml::table& table) {
    const TomlTable top(table, "[[year]]", {"year", "off", "worked"}, problems_);
    const auto* number = table["year"].as_integer();
    if (number == nullptr || number->get() < year_least || number->get() > year_most) {
      top.wrong("year", "must be a year, such as 2026");
      return;
    }
    const int year = static_cast<int>(number->get());
    if (std::find(out_.years.begin(), out_.years.end(), year) != out_.years.end()) {
      top.wrong("year", "comes a second time: " + std::to_string(year));
      return;
    }
    out_.years.push_back(year);
    if (top.node("off") == nullptr) top.wrong("off", "is needed: the holidays of that year");
    read_days(top, "off", year, false);
    read_days(top, "worked", year, true);
  }

  void read_days(const TomlTable& top, std::string_view key, int year, bool worked) {
    const toml::node* node = top.node(key);
    if (node == nullptr) return;
    const toml::array* items = node->as_array();
    if (items == nullptr) return top.wrong(key, "must be a list of days");
    for (const toml::node& item : *items) {
      const auto* text = item.as_string();
      if (text == nullptr || !take(item, text->get(), year, worked)) {
        problems_.add(
            item, std::string(key) + " must list days of the year, \"10-01\" or \"10-01..10-07\"");
      }
    }
  }

  // False if the text is no day and no range of days.
  bool take(const toml::node& where, std::string_view text, int year, bool worked) {
    const std::string prefix = std::to_string(year) + "-";
    const std::size_t dots = text.find("..");
    const auto first = parse_date(prefix + std::string(text.substr(0, dots)));
    const auto last = dots == std::string_view::npos
                          ? first
                          : parse_date(prefix + std::string(text.substr(dots + 2)));
    if (!first || !last || *last < *first) return false;
    for (Date date = *first; date <= *last; date += days{1}) {
      const std::string named = workflows::issue::date_text(date);
      if (worked && !weekend(date)) {
        problems_.add(where, named + " is a weekday: worked anyway, no make-up day");
      } else if (!out_.days.emplace(date, worked).second) {
        problems_.add(where, named + " stands in the calendar already");
      }
    }
    return true;
  }

  Holidays& out_;
  Problems& problems_;
};

// Exactly `digits` digits.
std::optional<unsigned> number_of(std::string_view text, std::size_t digits) {
  unsigned out = 0;
  if (text.size() != digits) return std::nullopt;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number_of(text.substr(0, 4), 4);
  const auto month = number_of(text.substr(5, 2), 2);
  const auto day = number_of(text.substr(8, 2), 2);
  if (!year || !month || !day || *year < year_least) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                         std::chrono::month{*month}, std::chrono::day{*day}};
  if (!date.ok()) return std::nullopt;
  return Date{date};
}

Result<Holidays> read_calendar(std::string_view toml, std::string_view name) {
  const std::string what = "the calendar " + std::string(name);
  const auto table = read_toml(toml, calendar_bytes_max, what);
  if (!table) return table.error();
  Holidays out;
  Problems problems;
  Reader(out, problems).read(*table);
  if (!problems.none()) return cannot_be_used(what, problems.text());
  return out;
}

}  // namespace adapters::files
