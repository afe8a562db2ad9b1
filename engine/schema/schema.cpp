#include "engine/schema/schema.hpp"

#include <flatbuffers/flatbuffers.h>

#include "engine/schema/layout.hpp"

namespace engine::schema {
namespace {

using Texts = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;
using Tables = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::Table>>;
using Numbers = flatbuffers::Vector<std::uint64_t>;

std::size_t scalar_bytes(reflection::BaseType base) {
  switch (base) {
    case reflection::Bool:
    case reflection::Byte:
    case reflection::UByte:
      return 1;
    case reflection::Short:
    case reflection::UShort:
      return 2;
    case reflection::Int:
    case reflection::UInt:
    case reflection::Float:
      return 4;
    default:
      return 8;
  }
}

// Walks a table and what it points to; each single check is the library's.
struct Walk {
  flatbuffers::Verifier& verifier;
  const std::uint8_t* bytes;
  // Falls by what the texts are long, since texts that overlap would make a small fact show as a
  // huge one.
  std::size_t bytes_left = 2 * writer::payload_bytes_max;

  // What is wrong, "" if nothing is. Requires: the table lies in the buffer.
  std::string table(const std::uint8_t* at, const std::vector<Field>& fields,
                    const Layout& layout) {
    if (!verifier.VerifyTableStart(at)) return "is no FlatBuffer";
    const auto& view = *reinterpret_cast<const flatbuffers::Table*>(at);
    for (std::size_t i = 0; i < layout.size(); ++i) {
      const Field& field = fields[i];
      const Slot& slot = layout[i];
      const flatbuffers::voffset_t place = view.GetOptionalFieldOffset(slot.offset);
      const bool pointed_to = is_pointed_to(field.kind);
      if (place == 0) {
        // A scalar that is not there has its default value; words are sealed elsewhere.
        if (pointed_to && field.required && !field.personal) return "lacks " + field.name;
        continue;
      }
      const std::size_t size =
          pointed_to ? sizeof(flatbuffers::uoffset_t) : scalar_bytes(slot.base);
      if (!verifier.VerifyFieldStruct(at, place, size, size)) return broken(field);
      if (pointed_to && !offset(at + place)) return broken(field);
      if (!pointed_to) continue;
      if (std::string wrong = target(view, field, slot); !wrong.empty()) return wrong;
    }
    verifier.EndTable();
    return {};
  }

 private:
  static std::string broken(const Field& field) { return "has a broken member " + field.name; }

  bool offset(const std::uint8_t* at) {
    return verifier.VerifyOffset(static_cast<std::size_t>(at - bytes)) != 0;
  }

  bool text(const flatbuffers::String* it) {
    if (!verifier.VerifyString(it) || it->size() > bytes_left) return false;
    bytes_left -= it->size();
    return true;
  }

  bool texts(const Texts* items) {
    if (!verifier.VerifyVector(items)) return false;
    for (flatbuffers::uoffset_t i = 0; i < items->size(); ++i) {
      if (!offset(items->Data() + i * sizeof(flatbuffers::uoffset_t))) return false;
      if (!text(items->Get(i))) return false;
    }
    return true;
  }

  std::string objects(const Tables* items, const Field& field, const Slot& slot) {
    if (!verifier.VerifyVector(items)) return broken(field);
    for (flatbuffers::uoffset_t i = 0; i < items->size(); ++i) {
      if (!offset(items->Data() + i * sizeof(flatbuffers::uoffset_t))) return broken(field);
      const auto* item = reinterpret_cast<const std::uint8_t*>(items->Get(i));
      if (std::string wrong = table(item, field.members, slot.members); !wrong.empty()) {
        return wrong + " in " + field.name;
      }
    }
    return {};
  }

  std::string target(const flatbuffers::Table& view, const Field& field, const Slot& slot) {
    bool holds = true;
    if (field.kind == Kind::text) {
      holds = text(view.GetPointer<const flatbuffers::String*>(slot.offset));
    } else if (field.kind == Kind::list_of_text) {
      holds = texts(view.GetPointer<const Texts*>(slot.offset));
    } else if (field.kind == Kind::list_of_issues) {
      holds = verifier.VerifyVector(view.GetPointer<const Numbers*>(slot.offset));
    } else {
      return objects(view.GetPointer<const Tables*>(slot.offset), field, slot);
    }
    return holds ? std::string() : broken(field);
  }
};

}  // namespace

const std::vector<Table>& Schema::tables() const { return impl_->tables; }
const std::vector<Enumeration>& Schema::enumerations() const { return impl_->enumerations; }

const Table* Schema::by_verb(std::string_view verb) const {
  for (const Table& table : impl_->tables) {
    if (table.verb == verb) return &table;
  }
  return nullptr;
}

const Table* Schema::by_fact(std::string_view fact) const {
  for (const Table& table : impl_->tables) {
    if (table.fact == fact) return &table;
  }
  return nullptr;
}

const Table* Schema::by_type(FactType type) const {
  if (type.value >= impl_->by_type.size()) return nullptr;
  const std::size_t index = impl_->by_type[type.value];
  return index < impl_->tables.size() ? &impl_->tables[index] : nullptr;
}

// flatbuffers::Verify() by reflection would want the required words that are sealed elsewhere.
Result<void> Schema::verify(const Table& table, std::string_view fact) const {
  const auto refused = [&](std::string_view what) {
    return Error{Fault::corrupt, "a fact of type " + table.fact + " " + std::string(what)};
  };
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(fact.data());
  if (fact.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) return refused("is too large");
  flatbuffers::Verifier verifier(bytes, fact.size());
  const flatbuffers::uoffset_t root = verifier.VerifyOffset(0);
  if (root == 0) return refused("is no FlatBuffer");
  const std::string wrong =
      Walk{verifier, bytes}.table(bytes + root, table.fields, impl_->layout(table));
  if (!wrong.empty()) return refused(wrong);
  return {};
}

}  // namespace engine::schema
