// The workflow's "no", in words for people. Internal to workflows/issue.
#pragma once

#include <optional>

#include "engine/writer/workflow.hpp"
#include "workflows/issue/asked.hpp"

namespace workflows::issue {

// The table has no row for it where the issue stands. `half`: the issue that was to take another in
// (or let it go) refused.
engine::writer::Refusal not_at_this_stage(const Asked& asked, engine::FactType type, bool half);
// It has one; `asked` holds the condition that said no.
engine::writer::Refusal condition_not_met(const Asked& asked, engine::FactType type);
// A rule and a policy are named by what follows from them alone (Step::consequence), so that
// nobody's own word looks like it; nothing if none is named, or rightly.
std::optional<engine::writer::Refusal> in_a_rules_name(const Asked& asked, engine::FactType type);
engine::writer::Refusal not_found(const engine::StreamId& stream, const char* pointer);
engine::writer::Refusal too_early(const engine::StreamId& stream,
                                  const engine::writer::StreamState& state, engine::Instant asked);
engine::writer::Refusal unknown_code(const Asked& asked, std::string_view kind,
                                     std::string_view code);
engine::writer::Refusal no_number();
engine::writer::Refusal unknown_command(engine::FactType type);

}  // namespace workflows::issue
