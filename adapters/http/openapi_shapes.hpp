// What the schemas of answers are put together from. Internal to adapters/http.
#pragma once

#include <string>
#include <utility>

#include "engine/schema/value.hpp"

namespace adapters::http::shapes {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

inline Object text() { return {{"type", "string"}}; }
inline Object time() { return {{"type", "string"}, {"format", "date-time"}}; }
inline Object count() { return {{"type", "integer"}, {"minimum", 0}}; }
inline Object flag() { return {{"type", "boolean"}}; }
inline Object any() { return {{"type", "object"}}; }

inline Object or_null(Object schema) {
  for (auto& [name, value] : schema) {
    if (name == "type") value = List{value, Value("null")};
  }
  return schema;
}

inline Object list_of(Object items) { return {{"type", "array"}, {"items", std::move(items)}}; }

inline Object to(const char* name) {
  return {{"$ref", std::string("#/components/schemas/") + name}};
}

// All members are there, always, unless `some` says that others are possible and none is needed.
inline Object object_of(Object members) {
  List required;
  for (const auto& [name, schema] : members) required.emplace_back(name);
  return {
      {"type", "object"}, {"properties", std::move(members)}, {"required", std::move(required)}};
}

// Words that a person wrote, or a sign that they are gone or not for this reader.
inline Object words() {
  Object sign{{"type", "object"},
              {"properties", Object{{"erased", flag()}, {"withheld", flag()}}},
              {"maxProperties", 1},
              {"minProperties", 1}};
  return {{"oneOf", List{text(), std::move(sign), Object{{"type", "null"}}}}};
}

}  // namespace adapters::http::shapes
