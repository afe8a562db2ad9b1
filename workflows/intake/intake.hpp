// The intake workflow as the engine sees it: what a channel could not deal with is held, then
// admitted as an issue or dropped. See workflows/README.md for the table it decides by.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/schema.hpp"
#include "engine/writer/workflow.hpp"
#include "workflows/intake/intake_generated.h"
#include "workflows/intake/number.hpp"

namespace workflows::intake {

// The schema of intake.fbs, loaded once.
const engine::schema::Schema& schema();

// `issues`: the workflow whose streams letters become. `partition`: the two digits of the numbers
// that this node gives.
std::unique_ptr<engine::writer::Workflow> make_intake_workflow(engine::WorkflowId issues,
                                                               unsigned partition = 1);

// "held" …; the name of what the log may hold but this program does not know is "stage-<n>".
std::string stage_name(std::uint8_t stage);
std::string stage_name_zh(std::uint8_t stage);
// "unplaced", "reason-<n>".
std::string reason_name(fb::Reason reason);
std::string reason_name_zh(fb::Reason reason);
// Both of what the name names: "无法归属"; the name itself if it names none.
std::string reason_name_zh(std::string_view name);
std::string stage_name_zh(std::string_view name);
// What a fact is called in Chinese, as its schema says: "留存来信".
std::string fact_name_zh(std::string_view fact);

// The table, for people: a Mermaid state diagram, and a stage × command matrix in Markdown.
std::string machine_mermaid();
std::string machine_matrix();
// The text whose SHA-256 is the machine digest: one line per row of the table.
std::string machine_text();
// First 8 bytes of that SHA-256, the first one highest: what Workflow::machine() gives.
std::uint64_t machine_digest();

// Verbs that the table has a row for at this stage, in table order, whatever their conditions say.
std::vector<std::string> allowed_at(std::uint8_t stage);

// Whether the table of that digest takes stage `before` to `after` by this fact; nothing if no
// table of that digest is known to this program.
std::optional<bool> table_has(std::uint64_t machine, std::uint8_t before, engine::FactType type,
                              std::uint8_t after);

}  // namespace workflows::intake
