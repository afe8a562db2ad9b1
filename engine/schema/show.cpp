#include <cstdio>
#include <cstring>

#include <flatbuffers/flatbuffers.h>

#include "engine/core/rfc3339.hpp"
#include "engine/schema/layout.hpp"
#include "engine/schema/schema.hpp"

namespace engine::schema {
namespace {

// A fact inside a record lies at any address, so numbers are copied out, never read in place.
template <class Number>
Number scalar(const std::uint8_t* at) {
  Number out;
  std::memcpy(&out, at, sizeof out);
  return flatbuffers::EndianScalar(out);
}

std::int64_t integer_at(const std::uint8_t* at, reflection::BaseType base) {
  switch (base) {
    case reflection::Bool:
    case reflection::UByte:
      return scalar<std::uint8_t>(at);
    case reflection::Byte:
      return scalar<std::int8_t>(at);
    case reflection::Short:
      return scalar<std::int16_t>(at);
    case reflection::UShort:
      return scalar<std::uint16_t>(at);
    case reflection::Int:
      return scalar<std::int32_t>(at);
    case reflection::UInt:
      return scalar<std::uint32_t>(at);
    default:
      return scalar<std::int64_t>(at);  // unsigned ones by their bits
  }
}

Value whole(std::int64_t bits, reflection::BaseType base) {
  if (base == reflection::ULong && bits < 0) return static_cast<std::uint64_t>(bits);
  return bits;
}

std::string choice_name(const Enumeration& choices, std::int64_t number) {
  for (const Choice& each : choices.choices) {
    if (each.number == number) return each.name;
  }
  // A later program's choice: shown as what it is rather than as something else.
  return choices.name + "-" + std::to_string(number);
}

// Thirteen digits, as issue numbers are written (workflows/issue/number.hpp).
std::string issue_digits(std::uint64_t number) {
  char digits[24];
  const int length =
      std::snprintf(digits, sizeof digits, "%013llu", static_cast<unsigned long long>(number));
  return {digits, static_cast<std::size_t>(length)};
}

Value number_value(const Field& field, const Slot& slot, std::int64_t number, int offset_minutes) {
  switch (field.kind) {
    case Kind::boolean:
      return number != 0;
    case Kind::choice:
      return choice_name(*slot.choices, number);
    case Kind::time:
      return format_rfc3339(from_ms(number), offset_minutes);
    case Kind::issue:
      return issue_digits(static_cast<std::uint64_t>(number));
    default:
      return whole(number, slot.base);
  }
}

List texts_at(const flatbuffers::Table& table, const Slot& slot) {
  using Texts = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;
  List out;
  for (const flatbuffers::String* item : *table.GetPointer<const Texts*>(slot.offset)) {
    out.emplace_back(item->string_view());
  }
  return out;
}

List issues_at(const flatbuffers::Table& table, const Slot& slot) {
  const auto* numbers = table.GetPointer<const flatbuffers::Vector<std::uint64_t>*>(slot.offset);
  List out;
  for (flatbuffers::uoffset_t i = 0; i < numbers->size(); ++i) {
    out.emplace_back(
        issue_digits(scalar<std::uint64_t>(numbers->Data() + i * sizeof(std::uint64_t))));
  }
  return out;
}

Object shown(const flatbuffers::Table& view, const std::vector<Field>& fields, const Layout& layout,
             int offset_minutes);

List objects_at(const flatbuffers::Table& table, const Field& field, const Slot& slot,
                int offset_minutes) {
  using Tables = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::Table>>;
  List out;
  for (const flatbuffers::Table* item : *table.GetPointer<const Tables*>(slot.offset)) {
    out.emplace_back(shown(*item, field.members, slot.members, offset_minutes));
  }
  return out;
}

Value target_value(const flatbuffers::Table& view, const Field& field, const Slot& slot,
                   int offset_minutes) {
  switch (field.kind) {
    case Kind::list_of_text:
      return texts_at(view, slot);
    case Kind::list_of_issues:
      return issues_at(view, slot);
    case Kind::list_of_objects:
      return objects_at(view, field, slot, offset_minutes);
    default:
      return view.GetPointer<const flatbuffers::String*>(slot.offset)->string_view();
  }
}

Object shown(const flatbuffers::Table& view, const std::vector<Field>& fields, const Layout& layout,
             int offset_minutes) {
  Object out;
  out.reserve(layout.size());
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const Field& field = fields[i];
    const Slot& slot = layout[i];
    if (field.personal) continue;
    const flatbuffers::voffset_t at = view.GetOptionalFieldOffset(slot.offset);
    const auto* member = reinterpret_cast<const std::uint8_t*>(&view) + at;
    if (at == 0) {
      // A number that must be there but equals its default may have been left out of the buffer.
      if (field.required && !is_pointed_to(field.kind) && field.kind != Kind::time) {
        out.emplace_back(field.name,
                         field.kind == Kind::real
                             ? Value(slot.default_real)
                             : number_value(field, slot, slot.default_integer, offset_minutes));
      }
    } else if (is_pointed_to(field.kind)) {
      out.emplace_back(field.name, target_value(view, field, slot, offset_minutes));
    } else if (field.kind == Kind::real) {
      out.emplace_back(field.name, slot.base == reflection::Float
                                       ? static_cast<double>(scalar<float>(member))
                                       : scalar<double>(member));
    } else {
      const std::int64_t number = integer_at(member, slot.base);
      if (field.kind == Kind::time && number == 0) continue;  // 0 is no time
      out.emplace_back(field.name, number_value(field, slot, number, offset_minutes));
    }
  }
  return out;
}

}  // namespace

Object Schema::show(const Table& table, std::string_view fact, int offset_minutes) const {
  const auto& view = *flatbuffers::GetRoot<flatbuffers::Table>(fact.data());
  return shown(view, table.fields, impl_->layout(table), offset_minutes);
}

}  // namespace engine::schema
