// Everything that the chat answers, in Chinese: short, plain, polite. Pure.
//
// Nothing here tells what a resident wrote or who he is: an answer may be read by a whole group.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/chat/grammar.hpp"
#include "engine/core/time.hpp"
#include "engine/writer/command.hpp"
#include "workflows/issue/issue_generated.h"

namespace adapters::chat::words {

// How an issue stands, as far as anybody with its number may know.
struct Standing {
  std::uint64_t number = 0;
  workflows::issue::fb::Marks marks{};
  std::string department;  // its name; "": none has it
};

std::string received(std::uint64_t number);
std::string progress(const Standing& standing, int offset_minutes);
// A command was recorded. Requires: the intent is a command on an issue.
std::string done(const Intent& intent, std::string_view by);

// What is not clear, and what would be.
std::string question(const Unclear& unclear);
enum class Reader : std::uint8_t { resident, liaison, clerk };
std::string help(Reader reader);
std::string unknown_category(std::string_view given, const std::vector<std::string>& nearest);

// The engine said no to that verb: what is possible instead.
std::string refused(const engine::writer::Refusal& refusal, Verb verb);
// There is no such issue, or it is not for whoever asks: which of both is not told.
std::string not_for_you(std::uint64_t number, Verb verb);
std::string members_only(Verb verb);

// Kept for a person, as nobody knows where it belongs.
std::string held();
// Not kept: it may come again.
std::string later();
// It may be kept or not: it may come again, and counts once.
std::string unknown_fate();
std::string stopping();

// "已受理", in words that anybody understands.
std::string_view stage(workflows::issue::fb::Stage stage);
std::string_view outcome(workflows::issue::fb::Outcome outcome);
// "2026年3月2日 09:15"
std::string time(engine::Instant at, int offset_minutes);

}  // namespace adapters::chat::words
