// A plain tree of values: what a body looks like between a notation (JSON, a CSV row) and a
// FlatBuffer. No notation's words in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace engine::schema {

struct Value;
using List = std::vector<Value>;
using Object =
    std::vector<std::pair<std::string, Value>>;  // in the order they came; names may repeat

struct Value {
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, List, Object>
      it;

  Value() = default;
  Value(bool v) : it(v) {}
  Value(std::int64_t v) : it(v) {}
  Value(std::uint64_t v) : it(v) {}
  Value(int v) : it(std::int64_t{v}) {}
  Value(double v) : it(v) {}
  Value(std::string v) : it(std::move(v)) {}
  Value(std::string_view v) : it(std::string(v)) {}
  Value(const char* v) : it(std::string(v)) {}
  Value(List v) : it(std::move(v)) {}
  Value(Object v) : it(std::move(v)) {}

  const Object* object() const { return std::get_if<Object>(&it); }
  const List* list() const { return std::get_if<List>(&it); }
  const std::string* string() const { return std::get_if<std::string>(&it); }
  // The member of that name, or nothing. Requires nothing: no object has no members.
  const Value* find(std::string_view name) const;

  friend bool operator==(const Value&, const Value&) = default;
};

}  // namespace engine::schema
