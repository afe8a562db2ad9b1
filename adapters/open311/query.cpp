#include "adapters/open311/query.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

#include "workflows/issue/issue.hpp"

namespace adapters::open311 {

using engine::Instant;
using engine::board::Sort;

namespace {

constexpr std::chrono::hours span_max = std::chrono::days(span_days_max);
constexpr std::chrono::milliseconds moment{1};

struct Asking {
  const Arguments& arguments;
  int offset_minutes;
  RequestQuery out;

  void wrong(const std::string& description) {
    out.flaws.push_back({number_field("400"), text_field(description)});
  }

  std::optional<Instant> time(const char* name, bool end_of_day) {
    const std::string_view text = arguments.one(name);
    if (text.empty()) return std::nullopt;
    const auto time = time_in(text, offset_minutes, end_of_day);
    if (!time) {
      wrong(std::string(name) + " must be a time in W3C format, like 2010-01-01T00:00:00Z.");
    }
    return time;
  }

  std::size_t number(const char* name, std::size_t otherwise, std::size_t most) {
    const std::string_view text = arguments.one(name);
    if (text.empty()) return otherwise;
    std::size_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = failed == std::errc{} && end == text.data() + text.size();
    if (whole && number >= 1 && number <= most) return number;
    wrong(std::string(name) + " must be a number from 1 to " + std::to_string(most) + ".");
    return otherwise;
  }
};

struct Span {
  Instant from, to;  // both included
};

// The most recent days where nothing is said; where one end is, the days beside it.
std::optional<Span> span(Asking& asking, Instant now) {
  const auto from = asking.time("start_date", false);
  const auto to = asking.time("end_date", true);
  if (!asking.out.flaws.empty()) return std::nullopt;
  if (from && to && *to < *from) {
    asking.wrong("end_date lies before start_date.");
    return std::nullopt;
  }
  if (from && to && *to - *from > span_max + std::chrono::days(1)) {
    asking.wrong("start_date and end_date may span at most " + std::to_string(span_days_max) +
                 " days.");
    return std::nullopt;
  }
  if (from) return Span{*from, to.value_or(*from + span_max)};
  const Instant end = to.value_or(now);
  return Span{end - span_max, end};
}

void take_numbers(Asking& asking) {
  const auto numbers = asking.arguments.list("service_request_id");
  if (numbers.empty()) return;
  if (numbers.size() > requests_max) {
    return asking.wrong("service_request_id may name at most " + std::to_string(requests_max) +
                        ".");
  }
  for (const std::string& each : numbers) {
    const auto number = workflows::issue::parse_number(each);
    auto& known = asking.out.by_number;
    if (number && std::find(known.begin(), known.end(), *number) == known.end()) {
      known.push_back(*number);
    }
  }
  asking.out.nothing = asking.out.by_number.empty();
}

void take_status(Asking& asking) {
  bool open = false;
  bool closed = false;
  for (std::string each : asking.arguments.list("status")) {
    std::transform(each.begin(), each.end(), each.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    open = open || each == "open";
    closed = closed || each == "closed";
    if (each != "open" && each != "closed") asking.wrong("status must be open or closed.");
  }
  if (open != closed) asking.out.query.open = open;
}

void take_pages(Asking& asking) {
  RequestQuery& out = asking.out;
  out.page = asking.number("page", 1, rows_walked_max);
  out.page_size = asking.number("page_size", requests_max, requests_max);
  if (out.page * out.page_size > rows_walked_max + requests_max) {
    asking.wrong("page and page_size reach at most " + std::to_string(rows_walked_max) +
                 " requests; narrow start_date and end_date.");
  }
}

RequestQuery start(const Config& config) {
  RequestQuery out;
  out.query.workflow = workflows::issue::workflow_id;
  out.query.channels = config.channels;
  out.query.limit = engine::board::page_max;
  out.query.descending = true;
  return out;
}

}  // namespace

RequestQuery request_query(const Arguments& arguments, const Config& config, Instant now,
                           int offset_minutes) {
  Asking asking{arguments, offset_minutes, start(config)};
  RequestQuery& out = asking.out;
  take_numbers(asking);
  if (!out.by_number.empty() || out.nothing || !out.flaws.empty()) return out;
  out.query.categories = arguments.list("service_code");
  take_status(asking);
  take_pages(asking);
  out.updated_after = asking.time("updated_after", false);
  out.updated_before = asking.time("updated_before", true);
  const bool by_change = out.updated_after || out.updated_before;
  if (by_change) out.query.sort = Sort::changed;
  const bool dated = !arguments.one("start_date").empty() || !arguments.one("end_date").empty();
  if (by_change && !dated) return out;
  if (const auto days = span(asking, now)) {
    out.query.opened_from = days->from;
    out.query.opened_to = days->to + moment;
  }
  return out;
}

RequestQuery update_query(const Arguments& arguments, const Config& config, Instant now,
                          int offset_minutes) {
  Asking asking{arguments, offset_minutes, start(config)};
  RequestQuery& out = asking.out;
  out.query.sort = Sort::changed;
  out.page_size = changed_max;
  if (const auto days = span(asking, now)) {
    out.updated_after = days->from;
    out.until = days->to;
  }
  return out;
}

}  // namespace adapters::open311
