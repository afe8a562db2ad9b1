// Commands: the body becomes a submission, the writer's answer a response. Internal to
// adapters/http.
#pragma once

#include <memory>

#include "adapters/http/call.hpp"
#include "adapters/http/workers.hpp"
#include "engine/writer/command.hpp"

namespace adapters::http {

constexpr std::size_t idempotency_key_bytes_max = 255;
constexpr std::size_t on_behalf_of_bytes_max = 128;

// Takes the command and answers the call once it is durable, refused or failed.
// Requires: the route is one of commands, and its token may give it somewhere.
void take_command(const ApiParts& parts, Workers& workers, CallPtr call);

// The same of a command on a meeting.
void take_meeting_command(const ApiParts& parts, Workers& workers, CallPtr call);

// A person's decision on a letter: it becomes an issue, or it is dropped.
void take_letter_command(const ApiParts& parts, Workers& workers, CallPtr call);

// A letter handed to its channel again.
void take_resubmission(const ApiParts& parts, Workers& workers, CallPtr call);

// What the writer's `done` does where the answer needs the log.
void answer_moved(const ApiParts& parts, Workers& workers, const CallPtr& call,
                  const engine::writer::Moved& moved);
// Applies the policy as its files are now; answers when the deadlines of what is open were moved.
// Requires: parts.apply_policy is set, and the token may.
void apply_policy(const ApiParts& parts, const CallPtr& call);

// The answer as it leaves. Moved is none of its business: it needs the log (read_moved).
Outcome outcome_of(const Call& call, const engine::writer::Recorded& recorded);
Outcome outcome_of(const Call& call, engine::writer::Refusal refusal);
Outcome outcome_of(const Call& call, const engine::writer::Failed& failed);

}  // namespace adapters::http
