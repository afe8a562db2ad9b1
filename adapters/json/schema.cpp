#include <string>

#include "adapters/json/json.hpp"

namespace adapters::json {
namespace {

using engine::schema::Choice;
using engine::schema::Enumeration;
using engine::schema::Field;
using engine::schema::Kind;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

const Enumeration* find(const engine::schema::Schema& schema, const std::string& name) {
  for (const Enumeration& each : schema.enumerations()) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

// The names that may be given; "none" is no answer where one is needed.
Object choice_schema(const Enumeration& enumeration, bool needed) {
  List names;
  std::string meanings;
  for (const Choice& choice : enumeration.choices) {
    if (needed && choice.name == "none") continue;
    names.emplace_back(choice.name);
    if (choice.doc.empty()) continue;
    meanings += (meanings.empty() ? "" : " · ") + choice.name + ": " + choice.doc;
  }
  Object out{{"type", "string"}, {"enum", std::move(names)}};
  if (!meanings.empty()) out.emplace_back("description", std::move(meanings));
  return out;
}

Object text_schema(const Field& field) {
  Object out{{"type", "string"}};
  if (field.required || !field.code.empty()) out.emplace_back("minLength", 1);
  // The limit counts bytes of UTF-8; as characters it is an upper bound.
  if (field.longest > 0) out.emplace_back("maxLength", static_cast<std::int64_t>(field.longest));
  return out;
}

Object number_schema(const Field& field, const char* type) {
  Object out{{"type", type}};
  if (field.least) out.emplace_back("minimum", *field.least);
  if (field.most) out.emplace_back("maximum", *field.most);
  return out;
}

Object list_schema(const Field& field, Object items) {
  Object out{{"type", "array"}, {"items", std::move(items)}};
  if (field.fewest > 0) out.emplace_back("minItems", static_cast<std::int64_t>(field.fewest));
  out.emplace_back("maxItems", static_cast<std::int64_t>(field.items));
  return out;
}

Object issue_schema() { return {{"type", "string"}, {"pattern", "^[0-9]{1,20}$"}}; }

Object object_schema(const engine::schema::Schema& schema, const std::vector<Field>& fields);

Object kind_schema(const engine::schema::Schema& schema, const Field& field) {
  switch (field.kind) {
    case Kind::boolean:
      return {{"type", "boolean"}};
    case Kind::integer:
      return number_schema(field, "integer");
    case Kind::real:
      return number_schema(field, "number");
    case Kind::text:
      return text_schema(field);
    case Kind::choice: {
      const Enumeration* choices = find(schema, field.choices);
      return choices == nullptr ? Object{} : choice_schema(*choices, field.required);
    }
    case Kind::time:
      return {{"type", "string"}, {"format", "date-time"}};
    case Kind::issue:
      return issue_schema();
    case Kind::list_of_text:
      return list_schema(field, text_schema(field));
    case Kind::list_of_issues:
      return list_schema(field, issue_schema());
    case Kind::list_of_objects:
      return list_schema(field, object_schema(schema, field.members));
  }
  return {};
}

Object field_schema(const engine::schema::Schema& schema, const Field& field) {
  Object out = kind_schema(schema, field);
  if (!field.doc.empty()) {
    Value* described = nullptr;
    for (auto& [name, value] : out) {
      if (name == "description") described = &value;
    }
    if (described == nullptr) {
      out.emplace_back("description", field.doc);
    } else {
      *described = field.doc + " " + *described->string();
    }
  }
  if (field.personal) out.emplace_back("x-personal", true);
  if (!field.code.empty()) out.emplace_back("x-code", field.code);
  return out;
}

// What all objects say: their members, and that there are no others.
void put_members(const engine::schema::Schema& schema, const std::vector<Field>& fields,
                 Object& out) {
  Object members;
  List required;
  for (const Field& field : fields) {
    members.emplace_back(field.name, field_schema(schema, field));
    if (field.required) required.emplace_back(field.name);
  }
  out.emplace_back("properties", std::move(members));
  if (!required.empty()) out.emplace_back("required", std::move(required));
  out.emplace_back("additionalProperties", false);
}

Object object_schema(const engine::schema::Schema& schema, const std::vector<Field>& fields) {
  Object out{{"type", "object"}};
  put_members(schema, fields, out);
  return out;
}

}  // namespace

Value body_schema(const engine::schema::Schema& schema, const engine::schema::Table& table) {
  Object out{{"type", "object"}, {"title", table.name}};
  if (!table.doc.empty()) out.emplace_back("description", table.doc);
  put_members(schema, table.fields, out);
  return out;
}

Value enumeration_schema(const Enumeration& enumeration) {
  Object out = choice_schema(enumeration, false);
  out.emplace_back("title", enumeration.name);
  return out;
}

}  // namespace adapters::json
