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

flatbuffers::Offset<flatbuffers::Table> put_table(flatbuffers::FlatBufferBuilder& builder,
                                                  const std::vector<Field>& fields,
                                                  const Layout& layout,
                                                  const std::vector<Cell>& cells);

// What a field points to; 0 if it is a number.
flatbuffers::Offset<void> put_target(flatbuffers::FlatBufferBuilder& builder, const Field& field,
                                     const Slot& slot, const Cell& cell) {
  switch (field.kind) {
    case Kind::text:
      return builder.CreateString(cell.text.data(), cell.text.size()).Union();
    case Kind::list_of_text: {
      std::vector<flatbuffers::Offset<flatbuffers::String>> items;
      for (const std::string_view item : cell.texts) {
        items.push_back(builder.CreateString(item.data(), item.size()));
      }
      return builder.CreateVector(items).Union();
    }
    case Kind::list_of_issues:
      return builder.CreateVector(cell.numbers).Union();
    case Kind::list_of_objects: {
      std::vector<flatbuffers::Offset<flatbuffers::Table>> items;
      for (const std::vector<Cell>& item : cell.objects) {
        items.push_back(put_table(builder, field.members, slot.members, item));
      }
      return builder.CreateVector(items).Union();
    }
    default:
      return {};
  }
}

// What was given stands in the buffer even where it equals the default, so that showing the fact
// gives back what was asked, no more and no less.
flatbuffers::Offset<flatbuffers::Table> put_table(flatbuffers::FlatBufferBuilder& builder,
                                                  const std::vector<Field>& fields,
                                                  const Layout& layout,
                                                  const std::vector<Cell>& cells) {
  std::vector<flatbuffers::Offset<void>> targets(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].given || fields[i].personal) continue;
    targets[i] = put_target(builder, fields[i], layout[i], cells[i]);
  }
  const flatbuffers::uoffset_t start = builder.StartTable();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].given || fields[i].personal) continue;
    if (targets[i].o != 0) {
      builder.AddOffset(layout[i].offset, targets[i]);
    } else {
      put_scalar(builder, layout[i], cells[i]);
    }
  }
  return {builder.EndTable(start)};
}

std::string build(const Table& table, const Layout& layout, const std::vector<Cell>& cells) {
  flatbuffers::FlatBufferBuilder builder(512);
  builder.ForceDefaults(true);
  builder.Finish(put_table(builder, table.fields, layout, cells));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

// Words and codes of the fields that were given; gives how many bytes the words have. `at`: where
// they stand in the body, "" or "conclusions/3/".
std::size_t gather(const std::vector<Field>& fields, const std::vector<Cell>& cells,
                   const std::string& at, Composed& out) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Field& field = fields[i];
    const Cell& cell = cells[i];
    if (!cell.given) continue;
    const std::string name = at + field.name;
    if (field.personal) {
      size += cell.text.size();
      out.personal.push_back({name, std::string(cell.text)});
    }
    for (std::size_t j = 0; j < cell.objects.size(); ++j) {
      size += gather(field.members, cell.objects[j], name + "/" + std::to_string(j) + "/", out);
    }
    if (field.code.empty()) continue;
    if (field.kind == Kind::text) {
      out.codes.push_back({"/" + name, field.code, std::string(cell.text)});
    }
    for (std::size_t j = 0; j < cell.texts.size(); ++j) {
      out.codes.push_back(
          {"/" + name + "/" + std::to_string(j), field.code, std::string(cell.texts[j])});
    }
  }
  return size;
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
  const std::size_t size = composed.body.size() + gather(table.fields, cells, "", composed);
  if (size > writer::payload_bytes_max) {
    out.flaws.push_back({"", "is " + std::to_string(size) + " bytes long; at most " +
                                 std::to_string(writer::payload_bytes_max) + " may be given"});
    return out;
  }
  out.composed = std::move(composed);
  return out;
}

std::optional<std::size_t> Schema::place_of(const Table& table, std::string_view body,
                                            std::string_view field) const {
  const auto& view = *flatbuffers::GetRoot<flatbuffers::Table>(body.data());
  for (std::size_t i = 0; i < table.fields.size(); ++i) {
    if (table.fields[i].name != field || is_pointed_to(table.fields[i].kind)) continue;
    const auto at = view.GetOptionalFieldOffset(impl_->layout(table)[i].offset);
    if (at == 0) return std::nullopt;
    const auto root = reinterpret_cast<const char*>(&view) - body.data();
    return static_cast<std::size_t>(root) + at;
  }
  return std::nullopt;
}

}  // namespace engine::schema
