#include "adapters/http/parameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/core/rfc3339.hpp"
#include "workflows/issue/desk.hpp"

namespace adapters::http {

using engine::Instant;

namespace {

using Kind = ParameterKind;

constexpr std::string_view stages =
    "reported|accepted|local|consulting|handed_over|handling|negotiating|paused|resolved|closed|"
    "declined|withdrawn|merged";
constexpr std::string_view channels =
    "other|hotline|wecom|wechat|qq|open311|web|app|letter|visit|liaison|patrol|system|social|email";
constexpr Endpoint list = Endpoint::list;
constexpr Endpoint meetings = Endpoint::meetings;
constexpr Endpoint letters = Endpoint::letters;
constexpr Endpoint outbox = Endpoint::outbox;
constexpr Endpoint figures = Endpoint::statistics;
constexpr Endpoint behind = Endpoint::statistics_issues;
constexpr Endpoint events = Endpoint::events;

constexpr std::array table{
    Parameter{list, "stage", Kind::choice, true, stages, "Only these stages."},
    Parameter{list, "area", Kind::text, true, "", "Only these areas and what lies in them."},
    Parameter{list, "category", Kind::text, true, "", "Only these categories and those below."},
    Parameter{list, "channel", Kind::choice, true, channels, "Only these channels."},
    Parameter{list, "department", Kind::text, true, "", "Only these departments and those below."},
    Parameter{list, "supervision", Kind::choice, true, "on_time|warned|overdue",
              "Only these, as recorded: whether a deadline was warned of or missed."},
    Parameter{list, "open", Kind::flag, false, "", "true: still in somebody's hand; false: not."},
    Parameter{list, "unplaced", Kind::flag, false, "", "true: only issues without an area."},
    Parameter{list, "due", Kind::choice, false, workflows::issue::desk_lists,
              "The supervisor's lists. By all deadlines that run (to accept, to sign, to solve, to "
              "follow up): one ends today; ends within seven days; has passed. Or: warned of; sent "
              "back by a department and with nobody since; escalated and in hand."},
    Parameter{list, "due_from", Kind::time, false, "", "Due then or later."},
    Parameter{list, "due_before", Kind::time, false, "", "Due earlier than that."},
    Parameter{list, "opened_from", Kind::time, false, "", "Opened then or later."},
    Parameter{list, "opened_to", Kind::time, false, "", "Opened earlier than that."},
    Parameter{list, "q", Kind::text, false, "",
              "Words or phrases that must all occur; two Chinese characters are enough."},
    Parameter{list, "sort", Kind::choice, false, "opened|changed|due|number", "By what."},
    Parameter{list, "order", Kind::choice, false, "asc|desc",
              "Without it: opened and changed the latest first, due and number the lowest first."},
    Parameter{list, "limit", Kind::number, false, "", "Issues a page, 1 to 500; 50 without it."},
    Parameter{list, "cursor", Kind::text, false, "", "Where the page before ended: its `next`."},
    Parameter{list, "count", Kind::flag, false, "", "true: with `count`, how many there are."},
    Parameter{Endpoint::issue, "at", Kind::moment, false, "",
              "A time or a version: the issue as it stood then."},
    Parameter{Endpoint::history, "at", Kind::moment, false, "",
              "A time or a version: the history until then."},
    Parameter{meetings, "kind", Kind::choice, true, "consultation|handover|negotiation",
              "Only these kinds."},
    Parameter{meetings, "stage", Kind::choice, true, "called|held|cancelled", "Only these stages."},
    Parameter{meetings, "area", Kind::text, true, "", "Only these areas and what lies in them."},
    Parameter{meetings, "issue", Kind::text, false, "",
              "Only those with this issue on the agenda."},
    Parameter{meetings, "from", Kind::time, false, "", "For which it is called: then or later."},
    Parameter{meetings, "to", Kind::time, false, "", "For which it is called: earlier than that."},
    Parameter{meetings, "q", Kind::text, false, "",
              "Words of the place or the chair that must all occur."},
    Parameter{meetings, "sort", Kind::choice, false, "at|called|changed|number",
              "By what; at, the time for which it is called, without it."},
    Parameter{meetings, "order", Kind::choice, false, "asc|desc", "The latest first without it."},
    Parameter{meetings, "limit", Kind::number, false, "", "Meetings a page, 1 to 500; 50 without."},
    Parameter{meetings, "cursor", Kind::text, false, "",
              "Where the page before ended: its `next`."},
    Parameter{meetings, "count", Kind::flag, false, "", "true: with `count`, how many there are."},
    Parameter{letters, "channel", Kind::text, true, "", "Only these channels, as wecom or onebot."},
    Parameter{letters, "reason", Kind::choice, true,
              "unverified|unreadable|unplaced|refused|call_back", "Only these reasons."},
    Parameter{letters, "stage", Kind::choice, true, "held|admitted|dropped", "Only these stages."},
    Parameter{letters, "order", Kind::choice, false, "asc|desc",
              "By the time when they came; the latest first without it."},
    Parameter{letters, "limit", Kind::number, false, "", "Letters a page, 1 to 500; 50 without."},
    Parameter{letters, "cursor", Kind::text, false, "", "Where the page before ended: its `next`."},
    Parameter{letters, "count", Kind::flag, false, "", "true: with `count`, how many there are."},
    Parameter{outbox, "state", Kind::choice, false, "waiting|sending|sent|failed|doubtful|dropped",
              "Only those that are so."},
    Parameter{outbox, "route", Kind::text, false, "",
              "Only those that go this way: qq, wecom, wechat, webhook:NAME."},
    Parameter{outbox, "issue", Kind::text, false, "", "Only those of this issue."},
    Parameter{outbox, "limit", Kind::number, false, "", "Messages a page, 1 to 1000; 50 without."},
    Parameter{outbox, "cursor", Kind::text, false, "", "Where the page before ended: its `next`."},
    Parameter{outbox, "counts", Kind::flag, false, "",
              "true: with `counts`, how many there are by route and state."},
    Parameter{Endpoint::entries, "retired", Kind::flag, false, "",
              "true: with those that are retired."},
    Parameter{figures, "by", Kind::choice, false,
              "area|town|district|category|channel|department|month|total",
              "What a row is; area without."},
    Parameter{figures, "area", Kind::text, true, "", "Only these areas and what lies in them."},
    Parameter{figures, "from", Kind::time, false, "", "Facts that happened then or later."},
    Parameter{figures, "to", Kind::time, false, "", "Facts that happened earlier than that."},
    Parameter{figures, "at", Kind::time, false, "", "The world at that time, as known now."},
    Parameter{figures, "as_of", Kind::moment, false, "",
              "A position or a time: what was known then."},
    Parameter{behind, "figure", Kind::text, false, "",
              "The figure's name as in its definition; of a rate, all it is of; needed."},
    Parameter{behind, "key", Kind::text, false, "", "Only those of this row, empty: unplaced."},
    Parameter{behind, "by", Kind::choice, false,
              "area|town|district|category|channel|department|month|total",
              "What a row is; area without."},
    Parameter{behind, "area", Kind::text, true, "", "Only these areas and what lies in them."},
    Parameter{behind, "from", Kind::time, false, "", "Facts that happened then or later."},
    Parameter{behind, "to", Kind::time, false, "", "Facts that happened earlier than that."},
    Parameter{behind, "at", Kind::time, false, "", "The world at that time, as known now."},
    Parameter{behind, "as_of", Kind::moment, false, "",
              "A position or a time: what was known then."},
    Parameter{events, "after", Kind::number, false, "",
              "Begin after this position (0: from the beginning); Last-Event-ID goes before it; "
              "without both only what is new."},
    Parameter{events, "workflow", Kind::choice, false, "issue|meeting|letter|directory",
              "Only its facts."},
    Parameter{events, "issue", Kind::text, false, "", "Only the facts of this issue."},
    Parameter{events, "words", Kind::flag, false, "",
              "true: with the personal words, where the role may read them; it is taken down."},
};

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::optional<bool> yes_or_no(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

std::vector<std::string_view> parts_of(std::string_view value, char mark) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t end = value.find(mark);
    out.push_back(value.substr(0, end));
    if (end == std::string_view::npos) return out;
    value.remove_prefix(end + 1);
  }
}

}  // namespace

std::span<const Parameter> all_parameters() { return table; }

std::vector<std::string_view> names_in(std::string_view choices) { return parts_of(choices, '|'); }

std::optional<Instant> parse_time(std::string_view text, int offset_minutes, bool end_of_day) {
  constexpr std::size_t day_characters = 10;
  std::string full(text);
  if (full.size() == day_characters) {
    const auto day = engine::parse_rfc3339(full + "T00:00:00Z");
    if (!day) return std::nullopt;
    const Instant first = *day - std::chrono::minutes(offset_minutes);
    return end_of_day ? first + std::chrono::days(1) - std::chrono::milliseconds(1) : first;
  }
  if (const std::size_t space = full.rfind(' '); space > day_characters && space < full.size()) {
    full[space] = '+';
  }
  return engine::parse_rfc3339(full);
}

Parameters::Parameters(const Fields& query, Endpoint endpoint, int offset_minutes)
    : query_(query), offset_minutes_(offset_minutes) {
  std::vector<std::string_view> seen;
  for (const auto& [given, value] : query) {
    const std::string_view name = given;
    const auto* known = std::find_if(table.begin(), table.end(), [&](const Parameter& each) {
      return each.endpoint == endpoint && each.name == name;
    });
    if (known == table.end()) {
      wrong(name, "is no parameter here");
      continue;
    }
    if (!known->many && std::find(seen.begin(), seen.end(), name) != seen.end()) {
      wrong(name, "is given twice");
      continue;
    }
    seen.push_back(name);
    check(*known, value);
  }
}

void Parameters::check(const Parameter& known, std::string_view value) {
  if (value.empty()) return wrong(known.name, "is empty; leave it out");
  if (known.kind != Kind::choice) return;
  const auto choices = names_in(known.choices);
  for (const std::string_view each : known.many ? parts_of(value, ',') : std::vector{value}) {
    if (std::find(choices.begin(), choices.end(), each) != choices.end()) continue;
    std::string one_of = "must be one of";
    for (const std::string_view name : choices) {
      one_of += (name == choices.front() ? " " : ", ") + std::string(name);
    }
    return wrong(known.name, one_of);
  }
}

std::optional<std::string_view> Parameters::text(std::string_view name) const {
  for (const auto& [key, value] : query_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string> Parameters::texts(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : query_) {
    if (key != name) continue;
    for (const std::string_view part : parts_of(value, ',')) out.emplace_back(part);
  }
  return out;
}

std::optional<bool> Parameters::maybe_flag(std::string_view name) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto out = yes_or_no(*given);
  if (!out) wrong(name, "must be true or false");
  return out;
}

bool Parameters::flag(std::string_view name, bool otherwise) {
  return maybe_flag(name).value_or(otherwise);
}

std::optional<std::uint64_t> Parameters::number(std::string_view name, std::uint64_t least,
                                                std::uint64_t most) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto out = whole(*given);
  if (out && *out >= least && *out <= most) return out;
  wrong(name,
        "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<Instant> Parameters::time(std::string_view name, bool end_of_day) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto out = parse_time(*given, offset_minutes_, end_of_day);
  if (!out) {
    wrong(name, "must be a time with its offset, like 2026-03-02T09:15:00+08:00, or a day");
  }
  return out;
}

void Parameters::wrong(std::string_view name, std::string_view detail) {
  constexpr std::size_t shown_max = 64;
  errors_.push_back(error_at("parameter", name.substr(0, shown_max), detail));
}

std::optional<Problem> Parameters::problem() const {
  if (errors_.empty()) return std::nullopt;
  const auto* first = errors_.front().find("parameter")->string();
  return Problem{"bad_parameter",
                 "The parameter " + *first + " " + *errors_.front().find("detail")->string() + ".",
                 errors_};
}

}  // namespace adapters::http
