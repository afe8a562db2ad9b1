#include "adapters/open311/report_text.hpp"

#include <algorithm>

namespace adapters::open311 {
namespace {

constexpr std::string_view mark = "· ";
constexpr std::string_view further = "\n  ";  // the next line of the same answer
constexpr std::string_view begin = "\n\n· ";
constexpr std::string_view media_name = "media_url";

std::string one_line(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '\n', ' ');
  std::replace(out.begin(), out.end(), '\r', ' ');
  return out;
}

void put(std::string& out, std::string_view name, std::string_view value) {
  out += "\n" + std::string(mark) + one_line(name) + ": ";
  for (const char c : value) {
    if (c == '\n') {
      out += further;
    } else if (c != '\r') {
      out += c;
    }
  }
}

// Names may hold ": " (a question rarely does); then the first one parts them.
bool take_line(std::string_view line, ReportText& out) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  std::string value(line.substr(colon + 2));
  if (name == media_name) {
    out.media.push_back(std::move(value));
    return true;
  }
  for (std::size_t at = value.find(further); at != std::string::npos;
       at = value.find(further, at)) {
    value.replace(at++, further.size(), "\n");
  }
  out.lines.emplace_back(name, std::move(value));
  return true;
}

}  // namespace

std::string to_text(const ReportText& parts) {
  std::string out = parts.description;
  if (!parts.lines.empty() || !parts.media.empty()) out += '\n';
  for (const auto& [name, value] : parts.lines) put(out, name, value);
  for (const std::string& each : parts.media) put(out, media_name, each);
  return out;
}

ReportText from_text(std::string_view text) {
  const std::size_t end = text.rfind(begin);
  ReportText out{std::string(text.substr(0, end)), {}, {}};
  if (end == std::string_view::npos) return out;
  const std::string next = "\n" + std::string(mark);
  std::string_view rest = text.substr(end + begin.size());
  while (true) {
    const std::size_t stop = rest.find(next);
    if (!take_line(rest.substr(0, stop), out)) return {std::string(text), {}, {}};
    if (stop == std::string_view::npos) return out;
    rest.remove_prefix(stop + next.size());
  }
}

}  // namespace adapters::open311
