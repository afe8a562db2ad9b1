#include "engine/schema/value.hpp"

namespace engine::schema {

const Value* Value::find(std::string_view name) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& [member, value] : *members) {
    if (member == name) return &value;
  }
  return nullptr;
}

}  // namespace engine::schema
