// What the commands of the chat are made of: verbs, numbers, grades, outcomes, read at one place of
// a text. Pure. Internal to adapters/chat.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "adapters/chat/folded.hpp"
#include "adapters/chat/grammar.hpp"
#include "workflows/issue/issue_generated.h"

namespace adapters::chat {

struct VerbRead {
  Verb verb;
  unsigned grade = 0;  // 非常满意 and the like say it themselves
  std::size_t end = 0;
};
std::optional<VerbRead> read_verb(const Folded& text, std::size_t at);

enum class As : std::uint8_t {
  none,   // nothing that somebody would take for a number
  good,   // an issue's number
  wrong,  // it was meant for one: a digit is wrong, or there are too few or too many
};
struct NumberRead {
  As as = As::none;
  std::uint64_t number = 0;
  std::size_t digits = 0;  // how many, where it is wrong
  std::size_t end = 0;
};
// Its digits may have blanks or dashes between them. A mobile telephone's number is none.
NumberRead read_number(const Folded& text, std::size_t at);
// The first good number from there on that stands as a word; nothing if there is none.
std::optional<std::uint64_t> find_number(const Folded& text, std::size_t from);

struct GradeRead {
  unsigned grade = 0;  // 1 … 5; 0: a number, but no grade
  std::size_t end = 0;
};
// "5", "5分", "五星": it must not go on as something else ("3天").
std::optional<GradeRead> read_grade(const Folded& text, std::size_t at);

// "满意52611000000158": a grade and a number without a blank between; nothing unless there is
// exactly one way to part them.
struct Parted {
  unsigned grade = 0;
  std::uint64_t number = 0;
  std::size_t end = 0;
};
std::optional<Parted> part_grade(const Folded& text, std::size_t at);

struct OutcomeRead {
  workflows::issue::fb::Outcome outcome;
  std::size_t end = 0;
};
std::optional<OutcomeRead> read_outcome(const Folded& text, std::size_t at);

// Behind words that say nothing ("编号", "一下") and what parts them.
std::size_t skip_fillers(const Folded& text, std::size_t at);
// Nothing is said but a greeting, thanks, or that something is going to be said.
bool is_greeting(const Folded& text);
// What follows 进度 is a question for it, not a sentence of its own.
bool asks_on(const Folded& text, std::size_t at);

}  // namespace adapters::chat
