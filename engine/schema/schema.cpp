#include "engine/schema/schema.hpp"

#include <flatbuffers/flatbuffers.h>

#include "engine/schema/layout.hpp"

namespace engine::schema {
namespace {

using Texts = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;

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

// Whether the string or list that a field points to lies within the buffer. `bytes_left` falls by
// what the texts are long, since texts that overlap would make a small fact show as a huge one.
bool target_holds(flatbuffers::Verifier& verifier, const std::uint8_t* bytes,
                  const flatbuffers::Table& table, const Slot& slot, bool list,
                  std::size_t& bytes_left) {
  const flatbuffers::voffset_t at = table.GetOptionalFieldOffset(slot.offset);
  const auto* field = reinterpret_cast<const std::uint8_t*>(&table) + at;
  if (verifier.VerifyOffset(static_cast<std::size_t>(field - bytes)) == 0) return false;
  const auto text_holds = [&](const flatbuffers::String* text) {
    if (!verifier.VerifyString(text) || text->size() > bytes_left) return false;
    bytes_left -= text->size();
    return true;
  };
  if (!list) return text_holds(table.GetPointer<const flatbuffers::String*>(slot.offset));
  const auto* texts = table.GetPointer<const Texts*>(slot.offset);
  if (!verifier.VerifyVector(texts)) return false;
  for (flatbuffers::uoffset_t i = 0; i < texts->size(); ++i) {
    const auto* item = texts->Data() + i * sizeof(flatbuffers::uoffset_t);
    if (verifier.VerifyOffset(static_cast<std::size_t>(item - bytes)) == 0) return false;
    if (!text_holds(texts->Get(i))) return false;
  }
  return true;
}

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

// flatbuffers::Verify() by reflection would want the required words that are sealed elsewhere, so
// the table is walked here; each single check is the library's.
Result<void> Schema::verify(const Table& table, std::string_view fact) const {
  const auto refused = [&](std::string_view what) {
    return Error{Fault::corrupt, "a fact of type " + table.fact + " " + std::string(what)};
  };
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(fact.data());
  if (fact.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) return refused("is too large");
  flatbuffers::Verifier verifier(bytes, fact.size());
  const flatbuffers::uoffset_t root = verifier.VerifyOffset(0);
  if (root == 0 || !verifier.VerifyTableStart(bytes + root)) return refused("is no FlatBuffer");
  const auto& view = *reinterpret_cast<const flatbuffers::Table*>(bytes + root);

  std::size_t bytes_left = 2 * writer::payload_bytes_max;
  const Layout& layout = impl_->layout(table);
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const Field& field = table.fields[i];
    const Slot& slot = layout[i];
    const flatbuffers::voffset_t at = view.GetOptionalFieldOffset(slot.offset);
    const bool text = field.kind == Kind::text || field.kind == Kind::list_of_text;
    if (at == 0) {
      // A scalar that is not there has its default value; words are sealed elsewhere.
      if (text && field.required && !field.personal) return refused("lacks " + field.name);
      continue;
    }
    const std::size_t size = text ? sizeof(flatbuffers::uoffset_t) : scalar_bytes(slot.base);
    const bool holds = verifier.VerifyFieldStruct(bytes + root, at, size, size) &&
                       (!text || target_holds(verifier, bytes, view, slot,
                                              field.kind == Kind::list_of_text, bytes_left));
    if (!holds) return refused("has a broken member " + field.name);
  }
  return {};
}

}  // namespace engine::schema
