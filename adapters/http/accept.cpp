#include "adapters/http/accept.hpp"

#include <cstddef>

namespace adapters::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// What stands before the mark; `rest` is what follows it.
std::string_view cut(std::string_view& rest, char mark) {
  const std::size_t end = rest.find(mark);
  const std::string_view out = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return trimmed(out);
}

// 3: the type itself, 2: its family, 1: anything, 0: another one.
int closeness(std::string_view range, std::string_view type) {
  if (same(range, type)) return 3;
  if (range == "*/*") return 1;
  const std::size_t slash = type.find('/');
  const bool family = range.size() == slash + 2 && range.ends_with("/*") &&
                      same(range.substr(0, slash), type.substr(0, slash));
  return family ? 2 : 0;
}

bool refused(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view each = cut(parameters, ';');
    if (each.size() < 3 || lower(each[0]) != 'q' || each[1] != '=') continue;
    return each.substr(2).find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

}  // namespace

bool accepts(std::optional<std::string_view> header, std::string_view type) {
  if (!header || trimmed(*header).empty()) return true;
  type = type.substr(0, type.find(';'));
  std::string_view rest = *header;
  int closest = 0;
  bool taken = false;
  while (!rest.empty()) {
    std::string_view range = cut(rest, ',');
    const std::string_view name = cut(range, ';');
    const int close = closeness(name, type);
    if (close <= closest) continue;
    closest = close;
    taken = !refused(range);
  }
  return taken;
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (authorization.size() <= scheme.size() ||
      !same(authorization.substr(0, scheme.size()), scheme)) {
    return {};
  }
  return trimmed(authorization.substr(scheme.size()));
}

}  // namespace adapters::http
