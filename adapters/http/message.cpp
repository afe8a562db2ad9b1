#include "adapters/http/message.hpp"

#include <algorithm>

namespace adapters::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<std::string_view> find_field(const Fields& fields, std::string_view name) {
  for (const auto& [field, value] : fields) {
    if (std::equal(field.begin(), field.end(), name.begin(), name.end(),
                   [](char a, char b) { return lower(a) == lower(b); })) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace adapters::http
