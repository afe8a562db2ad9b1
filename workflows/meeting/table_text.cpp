// The table for people and for audits: as text, as a matrix, as a diagram, as answers.
#include <algorithm>
#include <string>

#include "workflows/meeting/meeting.hpp"
#include "workflows/meeting/rows.hpp"
#include "workflows/meeting/table.hpp"

namespace workflows::meeting {
namespace {

using engine::FactType;

constexpr auto stages = static_cast<std::uint8_t>(fb::Stage::MAX);

template <class... C>
std::string names(when::all<C...>) {
  std::string out;
  ((out += (out.empty() ? "" : ", ") + std::string(C::about.name)), ...);
  return out;
}

template <fb::Stage from, class Asked, fb::Stage to, class Record, class OnlyIf>
RowInfo info(table::Row<table::At<from>, Asked, table::At<to>, Record, OnlyIf>) {
  const FactType type{static_cast<std::uint16_t>(fb::FactTraits<typename Asked::Fact>::enum_value)};
  return {from, to, type, schema().by_type(type)->verb, names(OnlyIf{})};
}

template <class... R>
std::vector<RowInfo> collect(table::Rows<R...>) {
  return {info(R{})...};
}

std::string name(fb::Stage stage) { return fb::EnumNameStage(stage); }

}  // namespace

const std::vector<RowInfo>& rows() {
  static const std::vector<RowInfo> all_rows = collect(table::Life{});
  return all_rows;
}

bool has_row(fb::Stage stage, FactType type) {
  return std::any_of(rows().begin(), rows().end(),
                     [&](const RowInfo& row) { return row.from == stage && row.type == type; });
}

std::string machine_text() {
  std::string out;
  for (const RowInfo& row : rows()) {
    out += "meeting | " + name(row.from) + " | " + row.asked + " | " + name(row.to) + " | " +
           schema().by_type(row.type)->fact + " | " + row.only_if + "\n";
  }
  return out;
}

std::string machine_matrix() {
  std::string out = "| asked |";
  for (int stage = 0; stage <= stages; ++stage) out += " " + std::to_string(stage) + " |";
  out += "\n|---|";
  for (int stage = 0; stage <= stages; ++stage) out += "---|";
  out += "\n";
  for (const auto& command : schema().tables()) {
    out += "| " + command.verb + " " + fact_name_zh(command.fact) + " |";
    for (std::uint8_t stage = 0; stage <= stages; ++stage) {
      std::string to;
      for (const RowInfo& row : rows()) {
        if (row.type == command.type && row.from == static_cast<fb::Stage>(stage)) {
          to += " " + std::to_string(static_cast<int>(row.to));
        }
      }
      out += to + " |";
    }
    out += "\n";
  }
  out += "\nStages:";
  for (std::uint8_t stage = 0; stage <= stages; ++stage) {
    out += (stage == 0 ? " " : " · ") + std::to_string(stage) + " " + stage_name(stage) + " " +
           stage_name_zh(stage);
  }
  return out + "\n";
}

std::string machine_mermaid() {
  std::string out = "stateDiagram-v2\n  state meeting {\n";
  for (std::uint8_t stage = 1; stage <= stages; ++stage) {
    out += "    state \"" + stage_name(stage) + " " + stage_name_zh(stage) + "\" as " +
           stage_name(stage) + "\n";
  }
  for (const RowInfo& row : rows()) {
    out += "    " + (row.from == fb::Stage::none ? "[*]" : name(row.from)) + " --> " +
           name(row.to) + ": " + row.asked + "\n";
  }
  return out + "  }\n";
}

std::vector<std::string> allowed_at(std::uint8_t stage) {
  std::vector<std::string> out;
  for (const RowInfo& row : rows()) {
    if (static_cast<std::uint8_t>(row.from) == stage) out.push_back(row.asked);
  }
  return out;
}

std::optional<bool> table_has(std::uint64_t machine, std::uint8_t before, FactType type,
                              std::uint8_t after) {
  if (machine != machine_digest()) return std::nullopt;
  return std::any_of(rows().begin(), rows().end(), [&](const RowInfo& row) {
    return static_cast<std::uint8_t>(row.from) == before && row.type == type &&
           static_cast<std::uint8_t>(row.to) == after;
  });
}

}  // namespace workflows::meeting
