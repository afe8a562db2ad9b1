// The table for people and for audits: as text, as a matrix, as a diagram, as answers.
#include <algorithm>
#include <string>

#include "workflows/intake/intake.hpp"
#include "workflows/intake/table.hpp"

namespace workflows::intake {
namespace {

using engine::FactType;

constexpr auto stages = static_cast<std::uint8_t>(fb::Stage::MAX);

const engine::schema::Table& asked_of(const Row& row) {
  return *schema().by_type(FactType{static_cast<std::uint16_t>(row.asked)});
}

std::string name(fb::Stage stage) { return fb::EnumNameStage(stage); }

}  // namespace

std::string machine_text() {
  std::string out;
  for (const Row& row : table) {
    out += "letter | " + name(row.from) + " | " + asked_of(row).verb + " | " + name(row.to) +
           " | " + asked_of(row).fact + " | " + (row.only_if == nullptr ? "" : row.only_if->name) +
           "\n";
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
      for (const Row& row : table) {
        if (asked_of(row).type == command.type && row.from == static_cast<fb::Stage>(stage)) {
          out += " " + std::to_string(static_cast<int>(row.to));
        }
      }
      out += " |";
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
  std::string out = "stateDiagram-v2\n  state letter {\n";
  for (std::uint8_t stage = 1; stage <= stages; ++stage) {
    out += "    state \"" + stage_name(stage) + " " + stage_name_zh(stage) + "\" as " +
           stage_name(stage) + "\n";
  }
  for (const Row& row : table) {
    out += "    " + (row.from == fb::Stage::none ? "[*]" : name(row.from)) + " --> " +
           name(row.to) + ": " + asked_of(row).verb + "\n";
  }
  return out + "  }\n";
}

std::vector<std::string> allowed_at(std::uint8_t stage) {
  std::vector<std::string> out;
  for (const Row& row : table) {
    if (static_cast<std::uint8_t>(row.from) == stage) out.push_back(asked_of(row).verb);
  }
  return out;
}

std::optional<bool> table_has(std::uint64_t machine, std::uint8_t before, FactType type,
                              std::uint8_t after) {
  if (machine != machine_digest()) return std::nullopt;
  return std::any_of(table.begin(), table.end(), [&](const Row& row) {
    return static_cast<std::uint8_t>(row.from) == before &&
           static_cast<std::uint16_t>(row.asked) == type.value &&
           static_cast<std::uint8_t>(row.to) == after;
  });
}

}  // namespace workflows::intake
