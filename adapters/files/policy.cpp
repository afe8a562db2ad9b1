#include "adapters/files/policy.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/files/calendar.hpp"
#include "adapters/files/toml_reader.hpp"

namespace adapters::files {
namespace {

using engine::Result;
using std::chrono::minutes;
using workflows::issue::Limit;
using workflows::issue::Limits;
using workflows::issue::OfficeHours;
using workflows::issue::Policy;
using workflows::issue::SolveFrom;
using workflows::issue::StartRule;
using workflows::issue::fb::Level;

constexpr std::size_t spans_max = 8;
constexpr std::int64_t urges_max = 100;

// "08:30"; 24:00 is the end of the day.
std::optional<minutes> parse_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  int hour = 0;
  int minute = 0;
  const char* begin = text.data();
  const auto hours = std::from_chars(begin, begin + 2, hour);
  const auto rest = std::from_chars(begin + 3, begin + 5, minute);
  if (hours.ec != std::errc{} || hours.ptr != begin + 2) return std::nullopt;
  if (rest.ec != std::errc{} || rest.ptr != begin + 5) return std::nullopt;
  const minutes out = std::chrono::hours{hour} + minutes{minute};
  if (hour < 0 || minute < 0 || minute > 59 || out > std::chrono::hours{24}) return std::nullopt;
  return out;
}

std::optional<OfficeHours::Span> parse_span(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_clock(text.substr(0, dash));
  const auto to = parse_clock(text.substr(dash + 1));
  if (!from || !to || *from >= *to) return std::nullopt;
  return OfficeHours::Span{*from, *to};
}

class Reader {
 public:
  Reader(Policy& out, Problems& problems) : out_(out), problems_(problems) {}

  void read(const toml::table& root) {
    const TomlTable top(root, "a policy",
                        {"version", "about", "office", "count", "limits", "emergency", "category",
                         "escalate", "answer"},
                        problems_);
    out_.version = top.needed("version");
    if (out_.version.size() > 64) top.wrong("version", "is longer than 64 bytes");
    top.text("about");
    if (const auto* office = needed_table(top, "office")) read_office(*office);
    if (const auto* count = needed_table(top, "count")) read_count(*count);
    if (const auto* limits = needed_table(top, "limits")) {
      out_.limits = read_limits(kinds(*limits, "[limits]"));
    }
    if (const auto* emergency = top.table("emergency")) {
      out_.emergency = read_limits(kinds(*emergency, "[emergency]"));
    }
    for (const toml::table* each : top.tables("category")) read_category(*each);
    if (const auto* escalate = top.table("escalate")) read_escalate(*escalate);
    if (const auto* answer = top.table("answer")) read_answer(*answer);
  }

 private:
  const toml::table* needed_table(const TomlTable& top, std::string_view key) {
    if (top.node(key) == nullptr) {
      problems_.add(top.raw(), "a policy lacks [" + std::string(key) + "]");
    }
    return top.table(key);
  }

  void read_office(const toml::table& table) {
    const TomlTable office(table, "[office]", {"hours", "half_days"}, problems_);
    if (office.node("hours") == nullptr) office.wrong("hours", "are needed");
    const auto spans = office.texts("hours");
    if (spans && spans->size() > spans_max) office.wrong("hours", "are more than 8 spans");
    for (const std::string& text : spans.value_or(std::vector<std::string>{})) {
      const auto span = parse_span(text);
      if (!span) {
        office.wrong("hours", "must be spans like \"08:30-12:00\", not \"" + text + "\"");
      } else if (!out_.office.spans.empty() && span->from <= out_.office.spans.back().to) {
        office.wrong("hours", "must follow one another with a break between: " + text);
      } else {
        out_.office.spans.push_back(*span);
      }
    }
    const toml::node* half_days = office.node("half_days");
    if (half_days == nullptr) return;
    const toml::array* items = half_days->as_array();
    if (items == nullptr) return office.wrong("half_days", "must be a list of dates");
    for (const toml::node& item : *items) {
      const auto* text = item.as_string();
      const auto date = text == nullptr ? std::nullopt : parse_date(text->get());
      if (!date) {
        problems_.add(item, "half_days must list dates like \"2026-02-13\"");
      } else {
        out_.office.half_days.insert(*date);
      }
    }
  }

  void read_count(const toml::table& table) {
    const TomlTable count(table, "[count]", {"start", "solve_from", "warning"}, problems_);
    const std::string start = count.needed("start");
    if (start == "the same day") {
      out_.office.start = StartRule::same_day;
    } else if (start == "at once") {
      out_.office.start = StartRule::at_once;
    } else if (start != "the day after" && !start.empty()) {
      count.wrong("start", "must be the day after, the same day or at once");
    }
    const std::string from = count.text("solve_from").value_or("accept");
    if (from == "report") {
      out_.solve_from = SolveFrom::report;
    } else if (from != "accept") {
      count.wrong("solve_from", "must be accept or report");
    }
    out_.warning = limit(count, "warning").value_or(Limit{});
    if (out_.warning.unit == Limit::Unit::same_day) {
      count.wrong("warning", "must be a working time, not the same day");
    }
  }

  TomlTable kinds(const toml::table& table, std::string what) {
    return {table, std::move(what), {"accept", "sign", "solve", "rework", "follow_up"}, problems_};
  }

  Limits read_limits(const TomlTable& table) const {
    Limits out;
    for (std::size_t kind = 0; kind < workflows::issue::deadline_kinds; ++kind) {
      out.of[kind] =
          limit(table,
                workflows::issue::kind_name(static_cast<workflows::issue::fb::DeadlineKind>(kind)));
    }
    return out;
  }

  void read_category(const toml::table& table) {
    const TomlTable category(table, "[[category]]",
                             {"codes", "accept", "sign", "solve", "rework", "follow_up"},
                             problems_);
    if (category.node("codes") == nullptr) category.wrong("codes", "are needed");
    const auto codes = category.texts("codes");
    const Limits limits = read_limits(category);
    for (const std::string& code : codes.value_or(std::vector<std::string>{})) {
      if (code.empty()) {
        category.wrong("codes", "must not be empty");
      } else if (!out_.categories.emplace(code, limits).second) {
        category.wrong("codes", "name a category a second time: " + code);
      }
    }
  }

  void read_escalate(const toml::table& table) {
    const TomlTable escalate(table, "[escalate]", {"urges_without_step", "town", "district"},
                             problems_);
    if (const toml::node* node = escalate.node("urges_without_step")) {
      const auto* number = node->as_integer();
      if (number == nullptr || number->get() < 0 || number->get() > urges_max) {
        escalate.wrong("urges_without_step", "must be a number from 0 (never) to 100");
      } else {
        out_.press.urges_without_step = static_cast<std::uint32_t>(number->get());
      }
    }
    read_levels(escalate, out_.press.overdue_by);
  }

  void read_answer(const toml::table& table) {
    const TomlTable answer(table, "[answer]", {"urge", "supervise", "town", "district"}, problems_);
    out_.press.urge_answer = limit(answer, "urge").value_or(Limit{});
    out_.press.supervise_answer = limit(answer, "supervise").value_or(Limit{});
    read_levels(answer, out_.press.escalate_answer);
  }

  static void read_levels(const TomlTable& table, std::array<Limit, 3>& out) {
    out[static_cast<std::size_t>(Level::town)] = limit(table, "town").value_or(Limit{});
    out[static_cast<std::size_t>(Level::district)] = limit(table, "district").value_or(Limit{});
  }

  static std::optional<Limit> limit(const TomlTable& table, std::string_view key) {
    const auto text = table.text(key);
    if (!text) return std::nullopt;
    const auto out = workflows::issue::parse_limit(*text);
    if (!out) {
      table.wrong(key, "must be " + std::string(workflows::issue::limit_forms()) + "; it is \"" +
                           *text + "\"");
    }
    return out;
  }

  Policy& out_;
  Problems& problems_;
};

}  // namespace

Result<Policy> read_policy(std::string_view toml, std::string_view name) {
  const std::string what = "the policy " + std::string(name);
  const auto table = read_toml(toml, policy_bytes_max, what);
  if (!table) return table.error();
  Policy out;
  Problems problems;
  Reader(out, problems).read(*table);
  if (!problems.none()) return cannot_be_used(what, problems.text());
  return out;
}

}  // namespace adapters::files
