// The issue workflow as the engine sees it. See workflows/README.md for the table it decides by.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/schema.hpp"
#include "engine/writer/workflow.hpp"
#include "workflows/issue/issue_generated.h"
#include "workflows/issue/number.hpp"

namespace workflows::issue {

// The schema of issue.fbs, loaded once.
const engine::schema::Schema& schema();

// `partition`: the two digits of the numbers that this node gives.
std::unique_ptr<engine::writer::Workflow> make_issue_workflow(unsigned partition = 1);

// "reported" … "merged"; the name of a stage that the log may hold but this program does not
// know is "stage-<n>".
std::string stage_name(std::uint8_t stage);
std::string stage_name_zh(std::uint8_t stage);

// True for stages 1–8: somebody still has it in hand.
bool in_hand(std::uint8_t stage);

// The table, for people: a Mermaid state diagram, and a stage × command matrix in Markdown.
std::string machine_mermaid();
std::string machine_matrix();
// The text whose SHA-256 is the machine digest: one line per row of the table.
std::string machine_text();
// First 8 bytes of that SHA-256, the first one highest: what Workflow::machine() gives.
std::uint64_t machine_digest();

// Verbs of persons (not those by the system) that the table has a row for at this stage, in table
// order, whatever their conditions will say.
std::vector<std::string> allowed_at(std::uint8_t stage);

// Whether the table of that digest takes stage `before` to `after` by this fact; nothing if no
// table of that digest is known to this program.
std::optional<bool> table_has(std::uint64_t machine, std::uint8_t before, engine::FactType type,
                              std::uint8_t after);

}  // namespace workflows::issue
