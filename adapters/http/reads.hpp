// What is read: each question becomes an answer, on a thread that may read the disk. Internal to
// adapters/http.
#pragma once

#include <mutex>

#include "adapters/http/call.hpp"
#include "adapters/http/workers.hpp"

namespace adapters::http {

Outcome read_list(const ApiParts& parts, const Call& call, Desk& desk);
Outcome read_issue(const ApiParts& parts, const Call& call);
Outcome read_history(const ApiParts& parts, const Call& call);
Outcome read_candidates(const ApiParts& parts, const Call& call, Desk& desk);
Outcome read_meetings(const ApiParts& parts, const Call& call, Desk& desk);
Outcome read_meeting(const ApiParts& parts, const Call& call);
Outcome read_meeting_history(const ApiParts& parts, const Call& call);
Outcome read_letters(const ApiParts& parts, const Call& call, Desk& desk);
Outcome read_letter(const ApiParts& parts, const Call& call);
Outcome read_outbox(const ApiParts& parts, const Call& call);
Outcome read_outbox_message(const ApiParts& parts, const Call& call);
// Sends again, or drops, what the path or the body names.
Outcome change_outbox(const ApiParts& parts, const Call& call);
Outcome read_entries(const ApiParts& parts, const Call& call);
// Held while the past is folded anew: that takes all cores, so one at a time.
Outcome read_statistics(const ApiParts& parts, const Call& call, std::mutex& folding);
Outcome read_definitions();

// What all lists say: where they go on, and that they are not there yet.
std::string link_to_next(const Request& request, const std::string& cursor);
Problem no_board(const engine::Error& error);

// What happened since the version that the asker had seen: the answer to If-Match that missed.
Outcome read_moved(const ApiParts& parts, const Call& call, const engine::writer::Moved& moved);

}  // namespace adapters::http
