#include <cstddef>
#include <string>
#include <utility>

#include <flatbuffers/flatbuffers.h>

#include "engine/schema/check.hpp"
#include "engine/schema/schema.hpp"

namespace engine::schema {
namespace {

void put_scalar(flatbuffers::FlatBufferBuilder& builder, const Slot& slot, const Cell& cell) {
  const auto put = [&](auto zero) {
    using Number = decltype(zero);
    // force_defaults is on, so the default given here does not matter.
    builder.AddElement<Number>(slot.offset, static_cast<Number>(cell.integer), Number{});
  };
  switch (slot.base) {
    case reflection::Bool:
    case reflection::UByte:
      return put(std::uint8_t{});
    case reflection::Byte:
      return put(std::int8_t{});
    case reflection::Short:
      return put(std::int16_t{});
    case reflection::UShort:
      return put(std::uint16_t{});
    case reflection::Int:
      return put(std::int32_t{});
    case reflection::UInt:
      return put(std::uint32_t{});
    case reflection::ULong:
      return put(std::uint64_t{});
    case reflection::Float:
      builder.AddElement<float>(slot.offset, static_cast<float>(cell.real), 0.0F);
      return;
    case reflection::Double:
      builder.AddElement<double>(slot.offset, cell.real, 0.0);
      return;
    default:
      return put(std::int64_t{});
  }
}

// What was given stands in the buffer even where it equals the default, so that showing the fact
// gives back what was asked, no more and no less.
std::string build(const Table& table, const Layout& layout, const std::vector<Cell>& cells) {
  flatbuffers::FlatBufferBuilder builder(512);
  builder.ForceDefaults(true);
  std::vector<flatbuffers::Offset<void>> targets(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Field& field = table.fields[i];
    if (!cells[i].given || field.personal) continue;
    if (field.kind == Kind::text) {
      targets[i] = builder.CreateString(cells[i].text.data(), cells[i].text.size()).Union();
    } else if (field.kind == Kind::list_of_text) {
      std::vector<flatbuffers::Offset<flatbuffers::String>> items;
      for (const std::string_view item : cells[i].texts) {
        items.push_back(builder.CreateString(item.data(), item.size()));
      }
      targets[i] = builder.CreateVector(items).Union();
    }
  }
  const flatbuffers::uoffset_t start = builder.StartTable();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].given || table.fields[i].personal) continue;
    if (targets[i].o != 0) {
      builder.AddOffset(layout[i].offset, targets[i]);
    } else {
      put_scalar(builder, layout[i], cells[i]);
    }
  }
  builder.Finish(flatbuffers::Offset<flatbuffers::Table>(builder.EndTable(start)));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

}  // namespace

Schema::ComposeResult Schema::compose(const Table& table, const Value& body, bool lenient) const {
  ComposeResult out;
  const Object* members = body.object();
  if (members == nullptr) {
    out.flaws.push_back({"", "must be an object with the members of " + table.verb});
    return out;
  }
  const Layout& layout = impl_->layout(table);
  const std::vector<Cell> cells = check(table, layout, *members, lenient, out.flaws);
  if (!out.flaws.empty()) return out;

  Composed composed;
  composed.body = build(table, layout, cells);
  std::size_t size = composed.body.size();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Field& field = table.fields[i];
    if (!cells[i].given) continue;
    if (field.personal) {
      size += cells[i].text.size();
      composed.personal.push_back({field.name, std::string(cells[i].text)});
    }
    if (field.code.empty()) continue;
    if (field.kind == Kind::text) {
      composed.codes.push_back({"/" + field.name, field.code, std::string(cells[i].text)});
    }
    for (std::size_t j = 0; j < cells[i].texts.size(); ++j) {
      composed.codes.push_back(
          {"/" + field.name + "/" + std::to_string(j), field.code, std::string(cells[i].texts[j])});
    }
  }
  if (size > writer::payload_bytes_max) {
    out.flaws.push_back({"", "is " + std::to_string(size) + " bytes long; at most " +
                                 std::to_string(writer::payload_bytes_max) + " may be given"});
    return out;
  }
  out.composed = std::move(composed);
  return out;
}

}  // namespace engine::schema
