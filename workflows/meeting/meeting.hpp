// The meeting workflow as the engine sees it: called, then held or cancelled. See
// workflows/README.md for the table it decides by, asks.hpp for what it asks of issues.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/schema.hpp"
#include "engine/writer/workflow.hpp"
#include "workflows/meeting/meeting_generated.h"
#include "workflows/meeting/number.hpp"

namespace workflows::meeting {

inline constexpr std::size_t agenda_max = 50;

// The schema of meeting.fbs, loaded once.
const engine::schema::Schema& schema();

// `issues`: the workflow whose streams stand on agendas. `partition`: the two digits of the numbers
// that this node gives.
std::unique_ptr<engine::writer::Workflow> make_meeting_workflow(engine::WorkflowId issues,
                                                                unsigned partition = 1);

// "called" …; the name of a stage that the log may hold but this program does not know is
// "stage-<n>".
std::string stage_name(std::uint8_t stage);
std::string stage_name_zh(std::uint8_t stage);
std::string kind_name(fb::Kind kind);
std::string kind_name_zh(fb::Kind kind);
std::string conclusion_name_zh(std::string_view conclusion);
// What a fact is called in Chinese, as its schema says: "召集会议".
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

// The agenda of a meeting as its marks hold it.
std::vector<std::uint64_t> agenda_of(const fb::Marks& marks);

}  // namespace workflows::meeting
