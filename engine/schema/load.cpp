#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <flatbuffers/flatbuffers.h>

#include "engine/schema/layout.hpp"
#include "engine/schema/schema.hpp"

namespace engine::schema {
namespace {

using Attributes = flatbuffers::Vector<flatbuffers::Offset<reflection::KeyValue>>;
using Docs = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;

std::optional<std::string> attribute(const Attributes* attributes, std::string_view key) {
  if (attributes == nullptr) return std::nullopt;
  // By hand: gcc 12 takes the library's own LookupByKey for an overread when it inlines it.
  for (const reflection::KeyValue* each : *attributes) {
    if (each->key()->string_view() != key) continue;
    return each->value() == nullptr ? std::string{} : each->value()->str();
  }
  return std::nullopt;
}

std::optional<std::int64_t> number(const Attributes* attributes, std::string_view key) {
  const std::optional<std::string> text = attribute(attributes, key);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failed != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return value;
}

std::string documentation(const Docs* lines) {
  std::string out;
  if (lines == nullptr) return out;
  for (const flatbuffers::String* line : *lines) {
    std::string_view text = line->string_view();
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (!out.empty()) out += ' ';
    out += text;
  }
  return out;
}

std::string last_part(std::string_view qualified) {
  return std::string(qualified.substr(qualified.rfind('.') + 1));
}

// "ConsultationCalled" → "consultation_called"
std::string snake_case(std::string_view pascal) {
  std::string out;
  for (const char c : pascal) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !out.empty()) out += '_';
    out += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

bool is_integer(reflection::BaseType base) {
  return base >= reflection::Byte && base <= reflection::ULong;
}

std::optional<Kind> kind_of(const reflection::Field& field) {
  const reflection::Type& type = *field.type();
  const auto marked = [&](const char* name) { return attribute(field.attributes(), name); };
  const reflection::BaseType base = type.base_type();
  if (base == reflection::Bool) return Kind::boolean;
  if (is_integer(base) && type.index() >= 0) return Kind::choice;
  if (base == reflection::Long && marked("time")) return Kind::time;
  if (base == reflection::ULong && marked("issue")) return Kind::issue;
  if (is_integer(base)) return Kind::integer;
  if (base == reflection::Float || base == reflection::Double) return Kind::real;
  if (base == reflection::String) return Kind::text;
  if (base != reflection::Vector) return std::nullopt;
  if (type.element() == reflection::String) return Kind::list_of_text;
  if (type.element() == reflection::ULong && marked("issue")) return Kind::list_of_issues;
  if (type.element() == reflection::Obj) return Kind::list_of_objects;
  return std::nullopt;
}

Enumeration enumeration_of(const reflection::Enum& from) {
  Enumeration out{last_part(from.name()->string_view()), documentation(from.documentation()), {}};
  for (const reflection::EnumVal* value : *from.values()) {
    out.choices.push_back(
        {value->name()->str(), value->value(), documentation(value->documentation())});
  }
  return out;
}

Error corrupt(std::string what) { return {Fault::corrupt, "schema: " + std::move(what)}; }

Result<std::pair<std::vector<Field>, Layout>> fields_of(const reflection::Schema& schema,
                                                        const reflection::Object& object,
                                                        bool nested);

std::size_t bound(const Attributes* attributes, std::string_view key, std::size_t otherwise) {
  return static_cast<std::size_t>(
      number(attributes, key).value_or(static_cast<std::int64_t>(otherwise)));
}

// A field and where it lies.
Result<std::pair<Field, Slot>> field_of(const reflection::Schema& schema,
                                        const reflection::Field& from, bool nested) {
  const std::optional<Kind> kind = kind_of(from);
  if (!kind || (nested && *kind == Kind::list_of_objects)) {
    return corrupt("field " + from.name()->str() + " has a type that bodies lack");
  }
  const Attributes* attributes = from.attributes();
  Field field;
  field.name = from.name()->str();
  field.id = from.id();
  field.kind = *kind;
  field.code = attribute(attributes, "code").value_or("");
  field.doc = documentation(from.documentation());
  field.required = from.required() || attribute(attributes, "needed").has_value();
  field.personal = attribute(attributes, "personal").has_value();
  field.longest = bound(attributes, "longest", 0);
  if (field.longest == 0 && !field.code.empty()) field.longest = code_bytes_max;
  field.least = number(attributes, "least");
  field.most = number(attributes, "most");
  field.fewest = bound(attributes, "fewest", 0);
  field.items = bound(attributes, "items", list_items_max);
  const auto index = static_cast<flatbuffers::uoffset_t>(from.type()->index());
  if (*kind == Kind::choice) {
    field.choices = last_part(schema.enums()->Get(index)->name()->string_view());
  }
  Slot slot{from.offset(), from.type()->base_type(), from.default_integer(), from.default_real(),
            nullptr};
  if (*kind == Kind::list_of_objects) {
    auto members = fields_of(schema, *schema.objects()->Get(index), true);
    if (!members) return members.error();
    field.members = std::move(members->first);
    slot.members = std::move(members->second);
  }
  return std::pair{std::move(field), std::move(slot)};
}

// In the order of their ids.
Result<std::pair<std::vector<Field>, Layout>> fields_of(const reflection::Schema& schema,
                                                        const reflection::Object& object,
                                                        bool nested) {
  std::vector<std::pair<Field, Slot>> fields;
  for (const reflection::Field* from : *object.fields()) {
    auto field = field_of(schema, *from, nested);
    if (!field) return field.error();
    fields.push_back(std::move(*field));
  }
  std::sort(fields.begin(), fields.end(),
            [](const auto& a, const auto& b) { return a.first.id < b.first.id; });
  std::pair<std::vector<Field>, Layout> out;
  for (auto& [field, slot] : fields) {
    out.first.push_back(std::move(field));
    out.second.push_back(std::move(slot));
  }
  return out;
}

Result<std::pair<Table, Layout>> table_of(const reflection::Schema& schema,
                                          const reflection::EnumVal& member) {
  const auto index = static_cast<flatbuffers::uoffset_t>(member.union_type()->index());
  const reflection::Object& object = *schema.objects()->Get(index);
  Table table;
  table.name = member.name()->str();
  table.fact = snake_case(table.name);
  table.verb = attribute(object.attributes(), "verb").value_or("");
  table.type = FactType{static_cast<std::uint16_t>(member.value())};
  table.doc = documentation(object.documentation());
  table.by_system = attribute(object.attributes(), "by") == "system";
  if (table.verb.empty()) return corrupt("table " + table.name + " names no verb");
  auto fields = fields_of(schema, object, false);
  if (!fields) return fields.error();
  table.fields = std::move(fields->first);
  return std::pair{std::move(table), std::move(fields->second)};
}

void find_choices(const std::vector<Enumeration>& all, const std::vector<Field>& fields,
                  Layout& layout) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    for (const Enumeration& each : all) {
      if (each.name == fields[i].choices) layout[i].choices = &each;
    }
    find_choices(all, fields[i].members, layout[i].members);
  }
}

}  // namespace

Schema::Schema() : impl_(std::make_unique<Impl>()) {}
Schema::~Schema() = default;

Result<std::shared_ptr<const Schema>> Schema::load(std::span<const unsigned char> bfbs) {
  flatbuffers::Verifier verifier(bfbs.data(), bfbs.size());
  if (!reflection::VerifySchemaBuffer(verifier)) return corrupt("the bytes are no .bfbs");
  const reflection::Schema& schema = *reflection::GetSchema(bfbs.data());

  std::shared_ptr<Schema> out(new Schema());
  const reflection::Enum* facts = nullptr;
  for (const reflection::Enum* each : *schema.enums()) {
    if (!each->is_union()) {
      out->impl_->enumerations.push_back(enumeration_of(*each));
    } else if (last_part(each->name()->string_view()) == "Fact") {
      facts = each;
    }
  }
  if (facts == nullptr) return corrupt("it has no union named Fact");

  Impl& impl = *out->impl_;
  for (const reflection::EnumVal* member : *facts->values()) {
    if (member->value() == 0) continue;  // NONE
    auto table = table_of(schema, *member);
    if (!table) return table.error();
    impl.tables.push_back(std::move(table->first));
    impl.layouts.push_back(std::move(table->second));
  }
  for (std::size_t i = 0; i < impl.tables.size(); ++i) {
    const std::size_t type = impl.tables[i].type.value;
    if (impl.by_type.size() <= type) impl.by_type.resize(type + 1, impl.tables.size());
    impl.by_type[type] = i;
    find_choices(impl.enumerations, impl.tables[i].fields, impl.layouts[i]);
  }
  return std::shared_ptr<const Schema>(std::move(out));
}

}  // namespace engine::schema
