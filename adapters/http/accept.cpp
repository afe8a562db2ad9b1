#include "adapters/http/accept.hpp"

#include <algorithm>
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

// q in thousandths; 1000 without one.
int quality(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view each = cut(parameters, ';');
    if (each.size() < 3 || lower(each[0]) != 'q' || each[1] != '=') continue;
    std::string_view digits = each.substr(2);
    if (digits.front() != '0') return 1000;
    digits.remove_prefix(std::min<std::size_t>(2, digits.size()));
    int out = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const bool digit = i < digits.size() && digits[i] >= '0' && digits[i] <= '9';
      out = out * 10 + (digit ? digits[i] - '0' : 0);
    }
    return out;
  }
  return 1000;
}

struct Fit {
  int closeness = 0;  // of the closest range; 0: none fits
  int quality = 0;
};

Fit fit(std::string_view header, std::string_view type) {
  type = type.substr(0, type.find(';'));
  Fit out;
  while (!header.empty()) {
    std::string_view range = cut(header, ',');
    const std::string_view name = cut(range, ';');
    const int close = closeness(name, type);
    if (close > out.closeness) out = {close, quality(range)};
  }
  return out;
}

}  // namespace

bool accepts(std::optional<std::string_view> header, std::string_view type) {
  if (!header || trimmed(*header).empty()) return true;
  return fit(*header, type).quality > 0;
}

bool prefers(std::optional<std::string_view> header, std::string_view type,
             std::string_view other) {
  if (!header) return false;
  const Fit wanted = fit(*header, type);
  const Fit instead = fit(*header, other);
  if (wanted.quality != instead.quality) return wanted.quality > instead.quality;
  return wanted.closeness > instead.closeness;
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
