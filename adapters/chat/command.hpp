// What is said as a submission to the engine. Pure. Internal to adapters/chat.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "adapters/chat/grammar.hpp"
#include "adapters/chat/message.hpp"
#include "engine/core/time.hpp"
#include "engine/writer/command.hpp"

namespace adapters::chat {

// What was said longer ago than that happened when it came: a clock that is wrong, or a message
// that somebody kept.
constexpr std::chrono::hours said_ago_max{7 * 24};

// What the message itself does not say.
struct Surroundings {
  std::string area;      // of a report: its group's; of 受理: where the issue comes to lie
  std::string liaison;   // who looks after it there
  std::string by;        // who acts, if it is a member; "": a resident
  std::string category;  // of 受理, a code
};

Verb verb_of(const Intent& intent);
// The issue it is about; 0: none.
std::uint64_t number_of(const Intent& intent);

// Under this the engine remembers a message for ever.
std::string source_of(const Message& message);
std::string command_id_of(const Message& message);
// By which the person who says it is known.
std::string handle_of(const Message& message);

// When it was said, if that is plausible.
std::optional<engine::Instant> said_at(const Message& message, engine::Instant now);

// The words and what came with them, a line each.
std::string with_attachments(std::string text, const Message& message, bool with_place);

// The same text without what may not be stored: control characters become blanks, bytes that are
// no UTF-8 U+FFFD.
std::string clean(std::string text);

// The submission, or what is wrong with it in one sentence (too long, mostly). Requires: the intent
// is a report or a command on an issue.
std::variant<engine::writer::Submission, std::string> submission_of(
    const Message& message, const Intent& intent, const Surroundings& surroundings,
    std::optional<engine::Instant> occurred_at);

}  // namespace adapters::chat
