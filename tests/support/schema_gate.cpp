#include "tests/support/schema_gate.hpp"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <utility>

#include <flatbuffers/reflection_generated.h>

namespace support {
namespace {

std::string text_of(const flatbuffers::String* text) { return text == nullptr ? "" : text->str(); }

const reflection::Schema& schema_in(std::string_view bfbs) {
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bfbs.data()), bfbs.size());
  if (!reflection::VerifySchemaBuffer(verifier)) throw std::runtime_error("this is no .bfbs file");
  return *reflection::GetSchema(bfbs.data());
}

using Attributes = std::map<std::string, std::string>;

template <class Described>
Attributes attributes_of(const Described& described) {
  Attributes out;
  if (described.attributes() == nullptr) return out;
  for (const auto* each : *described.attributes()) out[each->key()->str()] = text_of(each->value());
  return out;
}

class Gate {
 public:
  Gate(const reflection::Schema& released, const reflection::Schema& current)
      : released_(released), current_(current) {}

  std::vector<std::string> breaches() && {
    hold_root();
    for (const auto* object : *released_.objects()) hold_object(*object);
    for (const auto* enumeration : *released_.enums()) hold_enum(*enumeration);
    for (const auto* object : *current_.objects()) hold_ids(*object);
    return std::move(found_);
  }

 private:
  void same(const std::string& where, const std::string& what, const std::string& was,
            const std::string& is) {
    if (was != is)
      found_.push_back(where + ": " + what + " was \"" + was + "\", is \"" + is + "\"");
  }
  template <class Number>
  void same_number(const std::string& where, const std::string& what, Number was, Number is) {
    same(where, what, std::to_string(was), std::to_string(is));
  }
  void same_attributes(const std::string& where, const Attributes& was, const Attributes& is) {
    for (const auto& [key, value] : was) {
      const auto found = is.find(key);
      same(where, key, value, found == is.end() ? "(gone)" : found->second);
    }
    for (const auto& [key, value] : is) {
      if (!was.contains(key)) same(where, key, "(absent)", value);
    }
  }

  void hold_root() {
    const auto root = [](const reflection::Schema& schema) {
      return schema.root_table() == nullptr ? "" : schema.root_table()->name()->str();
    };
    same("schema", "root", root(released_), root(current_));
    same("schema", "file identifier", text_of(released_.file_ident()),
         text_of(current_.file_ident()));
  }

  void hold_object(const reflection::Object& was) {
    const std::string name = was.name()->str();
    const auto* is = current_.objects()->LookupByKey(name.c_str());
    if (is == nullptr) {
      found_.push_back(name + ": was removed");
      return;
    }
    same_number(name, "struct", int{was.is_struct()}, int{is->is_struct()});
    same_attributes(name, attributes_of(was), attributes_of(*is));
    if (was.is_struct()) {
      same_number(name, "size", was.bytesize(), is->bytesize());
      same_number(name, "alignment", was.minalign(), is->minalign());
      same_number(name, "fields", was.fields()->size(), is->fields()->size());
    }
    for (const auto* field : *was.fields()) hold_field(name, *field, by_id(*is, field->id()));
    if (!was.is_struct()) hold_new_fields(was, *is);
  }

  void hold_field(const std::string& object, const reflection::Field& was,
                  const reflection::Field* is) {
    const std::string where = object + "." + was.name()->str();
    if (is == nullptr) {
      found_.push_back(where + ": was removed");
      return;
    }
    same(where, "name", was.name()->str(), is->name()->str());
    same(where, "type", type_name(released_, *was.type()), type_name(current_, *is->type()));
    same_number(where, "offset", was.offset(), is->offset());
    same_number(where, "default", was.default_integer(), is->default_integer());
    same_number(where, "default", was.default_real(), is->default_real());
    same_number(where, "required", int{was.required()}, int{is->required()});
    same_number(where, "optional", int{was.optional()}, int{is->optional()});
    same_number(where, "deprecated", int{was.deprecated()}, int{is->deprecated()});
    same_attributes(where, attributes_of(was), attributes_of(*is));
  }

  // What was written before a field was there does not have it.
  void hold_new_fields(const reflection::Object& was, const reflection::Object& is) {
    for (const auto* field : *is.fields()) {
      if (by_id(was, field->id()) == nullptr && field->required()) {
        found_.push_back(is.name()->str() + "." + field->name()->str() +
                         ": is new and required, which nothing written before can be");
      }
    }
  }

  // The order of lines shall mean nothing.
  void hold_ids(const reflection::Object& object) {
    if (object.is_struct()) return;
    for (const auto* field : *object.fields()) {
      if (!attributes_of(*field).contains("id")) {
        found_.push_back(object.name()->str() + "." + field->name()->str() + ": has no (id: …)");
      }
    }
  }

  void hold_enum(const reflection::Enum& was) {
    const std::string name = was.name()->str();
    const auto* is = current_.enums()->LookupByKey(name.c_str());
    if (is == nullptr) {
      found_.push_back(name + ": was removed");
      return;
    }
    same_number(name, "union", int{was.is_union()}, int{is->is_union()});
    same(name, "type", type_name(released_, *was.underlying_type()),
         type_name(current_, *is->underlying_type()));
    same_attributes(name, attributes_of(was), attributes_of(*is));
    for (const auto* value : *was.values()) {
      const std::string where = name + "." + value->name()->str();
      const auto* now = is->values()->LookupByKey(value->value());
      if (now == nullptr) {
        found_.push_back(where + ": was removed");
        continue;
      }
      same(where, "name", value->name()->str(), now->name()->str());
      if (!was.is_union() || !is->is_union()) continue;
      same(where, "member", type_name(released_, *value->union_type()),
           type_name(current_, *now->union_type()));
    }
  }

  static const reflection::Field* by_id(const reflection::Object& object, std::uint16_t id) {
    for (const auto* field : *object.fields()) {
      if (field->id() == id) return field;
    }
    return nullptr;
  }

  // Names, since the numbers by which a type refers to others change with every addition.
  static std::string type_name(const reflection::Schema& schema, const reflection::Type& type) {
    const auto part = [&](reflection::BaseType base) -> std::string {
      const std::string plain = reflection::EnumNameBaseType(base);
      if (type.index() < 0) return plain;
      const auto index = static_cast<flatbuffers::uoffset_t>(type.index());
      if (base == reflection::Obj) return schema.objects()->Get(index)->name()->str();
      const bool has_enum = base == reflection::UType || base == reflection::Union ||
                            (base >= reflection::Byte && base <= reflection::ULong);
      return has_enum ? plain + " " + schema.enums()->Get(index)->name()->str() : plain;
    };
    if (type.base_type() == reflection::Vector) return "[" + part(type.element()) + "]";
    if (type.base_type() == reflection::Array) {
      return "[" + part(type.element()) + ":" + std::to_string(type.fixed_length()) + "]";
    }
    return part(type.base_type());
  }

  const reflection::Schema& released_;
  const reflection::Schema& current_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> schema_breaches(std::string_view released_bfbs,
                                         std::string_view current_bfbs) {
  return Gate(schema_in(released_bfbs), schema_in(current_bfbs)).breaches();
}

}  // namespace support
