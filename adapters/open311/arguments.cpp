#include "adapters/open311/arguments.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "engine/core/rfc3339.hpp"

namespace adapters::open311 {
namespace {

constexpr std::string_view blank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// The code in "attribute[CODE]", "attribute[CODE][]" and "attribute[CODE][3]"; "" if it is none.
std::string_view code_in(std::string_view name) {
  constexpr std::string_view begin = "attribute[";
  if (!name.starts_with(begin)) return {};
  name.remove_prefix(begin.size());
  const std::size_t end = name.find(']');
  if (end == std::string_view::npos) return {};
  const std::string_view rest = name.substr(end + 1);
  if (!rest.empty() && (rest.size() < 2 || rest.front() != '[' || rest.back() != ']')) return {};
  return name.substr(0, end);
}

std::string offset_text(int minutes) {
  const auto two = [](int number) {
    return std::string(number < 10 ? "0" : "") + std::to_string(number);
  };
  const int far = std::abs(minutes);
  return (minutes < 0 ? "-" : "+") + two(far / 60) + ":" + two(far % 60);
}

}  // namespace

Arguments::Arguments(http::Fields body, const http::Fields& query) : fields_(std::move(body)) {
  fields_.insert(fields_.end(), query.begin(), query.end());
}

std::string_view Arguments::one(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (field != name) continue;
    if (const std::string_view text = trimmed(value); !text.empty()) return text;
  }
  return {};
}

std::vector<std::string> Arguments::all(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [field, value] : fields_) {
    const bool same = field == name || (field.ends_with("[]") && std::string_view(field).substr(
                                                                     0, field.size() - 2) == name);
    const std::string_view text = trimmed(value);
    if (same && !text.empty()) out.emplace_back(text);
  }
  return out;
}

std::vector<std::string> Arguments::list(std::string_view name) const {
  std::vector<std::string> out;
  for (const std::string& each : all(name)) {
    std::string_view rest = each;
    while (!rest.empty()) {
      const std::string_view part = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
      if (const std::string_view text = trimmed(part); !text.empty()) out.emplace_back(text);
    }
  }
  return out;
}

std::vector<Said> Arguments::attributes() const {
  std::vector<Said> out;
  for (const auto& [field, value] : fields_) {
    const std::string_view code = code_in(field);
    const std::string_view text = trimmed(value);
    if (code.empty() || text.empty()) continue;
    auto found = std::find_if(out.begin(), out.end(),
                              [code = code](const Said& each) { return each.code == code; });
    if (found == out.end()) found = out.insert(out.end(), Said{std::string(code), {}});
    found->values.emplace_back(text);
  }
  return out;
}

std::optional<engine::Instant> time_in(std::string_view given, int offset_minutes,
                                       bool end_of_day) {
  std::string text(given);
  constexpr std::size_t day_bytes = 10;     // "2010-01-01"
  constexpr std::size_t minute_bytes = 16;  // "2010-01-01T08:15"
  if (text.size() == day_bytes) {
    auto day = engine::parse_rfc3339(text + "T00:00:00" + offset_text(offset_minutes));
    if (day && end_of_day) *day += std::chrono::days(1) - std::chrono::milliseconds(1);
    return day;
  }
  if (const std::size_t plus = text.find(' ', day_bytes + 1); plus != std::string::npos) {
    text[plus] = '+';
  }
  if (text.size() > minute_bytes && text[minute_bytes] != ':') text.insert(minute_bytes, ":00");
  return engine::parse_rfc3339(text);
}

}  // namespace adapters::open311
