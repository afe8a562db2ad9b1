// The table for people and for audits: as text, as a matrix, as a diagram, as answers.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/schema/schema.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/rows.hpp"
#include "workflows/issue/timeline.hpp"

namespace workflows::issue {
namespace {

using engine::FactType;

constexpr auto stages = static_cast<std::uint8_t>(fb::Stage::MAX);

std::string state_name(bool life, std::uint8_t state) {
  return life ? stage_name(state) : fb::EnumNameSupervision(static_cast<fb::Supervision>(state));
}

std::string asked_text(const RowInfo& row) {
  return row.half ? row.asked + " (the other issue)" : row.asked;
}

// A command as the matrix lists it: its number, and whether the other issue asks it.
using Command = std::pair<std::uint16_t, bool>;

std::vector<Command> commands() {
  std::vector<Command> out;
  for (const RowInfo& row : rows()) {
    const Command command{row.type.value, row.half};
    if (std::find(out.begin(), out.end(), command) == out.end()) out.push_back(command);
  }
  return out;
}

// Where the command leads from that stage: "" nowhere, "=" it stays, or the numbers of the stages.
std::string cell(const Command& command, std::uint8_t stage) {
  std::set<std::uint8_t> to;
  for (const RowInfo& row : rows()) {
    if (Command{row.type.value, row.half} != command || !row.records) continue;
    if (row.life && row.from == stage) to.insert(row.to);
    if (!row.life && has_row(static_cast<fb::Stage>(stage), row.type, row.half)) to.insert(stage);
  }
  if (to == std::set{stage} && !to.empty()) return "=";
  std::string out;
  for (const std::uint8_t each : to) {
    out += (out.empty() ? "" : " ") + (each == stage ? std::string("=") : std::to_string(each));
  }
  return out;
}

using Edges = std::map<std::pair<std::uint8_t, std::uint8_t>, std::vector<std::string>>;

// Rows that lead somewhere, those between the same two states together.
Edges edges(bool life) {
  Edges out;
  for (const RowInfo& row : rows()) {
    if (row.life != life || row.from == row.to) continue;
    auto& verbs = out[{row.from, row.to}];
    if (std::find(verbs.begin(), verbs.end(), row.asked) == verbs.end()) {
      verbs.push_back(row.asked);
    }
  }
  return out;
}

void draw(const Edges& all_edges, bool life, std::string& out) {
  for (const auto& [ends, verbs] : all_edges) {
    const auto& [from, to] = ends;
    std::string label;
    for (const std::string& verb : verbs) label += (label.empty() ? "" : ", ") + verb;
    const bool begins = life && from == 0;
    out += "    " + (begins ? "[*]" : state_name(life, from)) + " --> " + state_name(life, to) +
           ": " + label + "\n";
  }
}

// The digest of the table before meetings were a thing of their own. It is this one without the
// rows that came with them.
constexpr std::uint64_t first_table = 1803663833128903607ULL;

bool came_after_the_first(const RowInfo& row) {
  const auto type = static_cast<fb::Fact>(row.type.value);
  const bool negotiating = row.from == static_cast<std::uint8_t>(fb::Stage::negotiating);
  return type == fb::Fact::MeetingCalledOff ||
         (row.life && negotiating && type == fb::Fact::NegotiationCalled);
}

}  // namespace

std::string machine_text() {
  std::string out;
  for (const RowInfo& row : rows()) {
    out += (row.life ? "life | " : "supervision | ") + state_name(row.life, row.from) + " | " +
           asked_text(row) + " | " + state_name(row.life, row.to) + " | " + row.records_what +
           " | " + row.only_if + "\n";
  }
  return out;
}

std::string machine_matrix() {
  std::string out = "| asked |";
  for (int stage = 0; stage <= stages; ++stage) out += " " + std::to_string(stage) + " |";
  out += "\n|---|";
  for (int stage = 0; stage <= stages; ++stage) out += "---|";
  out += "\n";
  for (const Command& command : commands()) {
    const auto* table = schema().by_type(FactType{command.first});
    out += "| " + table->verb + " " + fact_name_zh(table->fact);
    out += command.second ? ", the other issue |" : " |";
    for (std::uint8_t stage = 0; stage <= stages; ++stage) {
      const std::string to = cell(command, stage);
      out += to.empty() ? " |" : " " + to + " |";
    }
    out += "\n";
  }
  out += "\n=: the stage stays. Stages:";
  for (std::uint8_t stage = 0; stage <= stages; ++stage) {
    out += (stage == 0 ? " " : " · ") + std::to_string(stage) + " " + stage_name(stage) + " " +
           stage_name_zh(stage);
  }
  return out + "\n";
}

std::string machine_mermaid() {
  std::string out = "stateDiagram-v2\n  state issue {\n";
  for (std::uint8_t stage = 1; stage <= stages; ++stage) {
    out += "    state \"" + stage_name(stage) + " " + stage_name_zh(stage) + "\" as " +
           stage_name(stage) + "\n";
  }
  draw(edges(true), true, out);
  out += "    --\n    [*] --> on_time\n";
  draw(edges(false), false, out);
  return out + "  }\n";
}

std::vector<std::string> allowed_at(std::uint8_t stage) {
  std::vector<std::string> out;
  if (stage > stages) return out;
  for (const auto& [type, half] : commands()) {
    const auto* table = schema().by_type(FactType{type});
    if (!half && !table->by_system &&
        has_row(static_cast<fb::Stage>(stage), FactType{type}, half)) {
      out.push_back(table->verb);
    }
  }
  return out;
}

std::optional<bool> table_has(std::uint64_t machine, std::uint8_t before, FactType type,
                              std::uint8_t after) {
  const bool first = machine == first_table;
  if (machine != machine_digest() && !first) return std::nullopt;
  const auto escalated = static_cast<std::uint16_t>(fb::Fact::Escalated);
  return std::any_of(rows().begin(), rows().end(), [&](const RowInfo& row) {
    if (first && came_after_the_first(row)) return false;
    // An escalation by rule follows at the stage that the row before led to.
    if (row.life && row.escalates && type.value == escalated) {
      return row.to == before && row.to == after;
    }
    if (row.type != type || !row.records) return false;
    if (row.life) return row.from == before && row.to == after;
    return before == after && has_row(static_cast<fb::Stage>(before), type, row.half);
  });
}

}  // namespace workflows::issue
