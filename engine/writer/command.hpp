// What somebody asks of the engine, and what he is told. The engine knows no issue: a step names a
// workflow, a verb and carries the verb's table as bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"

namespace engine::writer {

constexpr std::size_t steps_max = 128;                // in one submission
constexpr std::size_t payload_bytes_max = 64 * 1024;  // one step's table and its words together

// Who acts, and for whom. Both stand in the record; they are names of accounts, not of residents.
struct Actor {
  std::string name;
  std::string on_behalf_of;
};

// The words of a personal field, on their way to be sealed.
struct PersonalField {
  std::string field;
  std::string words;
};

// A field that must be in the directory: kind "area", "category" or "department".
struct CodeRef {
  std::string pointer;  // JSON pointer into the body, for the refusal
  std::string kind;
  std::string code;
};

// One command on one stream.
struct Step {
  WorkflowId workflow;
  FactType verb;                       // the fact that is asked for
  StreamId stream;                     // number 0: a new one; in later steps: the first step's
  std::optional<Version> expected;     // the version the asker has seen (If-Match)
  std::optional<Instant> occurred_at;  // none: now
  std::string body;                    // the verb's table, a finished FlatBuffer without words
  std::vector<PersonalField> personal;
  std::vector<CodeRef> codes;
  std::string person;  // telephone or account whose hash becomes the PersonId; "": none
  // Where in the body eight bytes, lowest first, take the number of the first step's stream: that
  // of a new one is known to nobody before.
  std::optional<std::size_t> first_number_at = {};
  // Follows from the other steps and from how things stood when it was asked: no part of what the
  // asker said, so his repeat need not name it again.
  bool consequence = false;
};

// What is decided and written all or none. Asked twice with the same (source, id), it is written
// once and answered twice alike. Without an id, each asking is its own.
struct Submission {
  std::string source;  // who hands in: a token's name, an adapter, an import mapping
  std::string id;
  Actor actor;
  std::vector<Step> steps;  // 1 … steps_max, decided in order, each on what the one before left
};

// Recorded: from first to last. `repeated`: it had been before, nothing new was written.
struct Recorded {
  Position first;
  Position last;
  StreamId stream;  // the first step's
  Version version;  // of that stream after the submission
  std::uint8_t stage = 0;
  bool repeated = false;
};

// A workflow's "no", a value shown to people. Nothing was written.
struct Refusal {
  std::string code;     // stable, for programs: not_at_this_stage, unknown_code, too_early, …
  std::string detail;   // one sentence: what is wrong and what would be right
  std::string pointer;  // JSON pointer to the field it is about, "" if to none
  std::uint8_t stage = 0;
  std::vector<std::string> allowed;  // verbs that would be taken now, or the nearest known codes
  StreamId stream;                   // which issue refused
  std::size_t step = 0;
  // What else refuses in the submission, in the order of its steps: those of other streams, each
  // decided as if the steps before it had been taken.
  std::vector<Refusal> also = {};
};

// The stream has moved on since the asker read it. Nothing was written.
struct Moved {
  StreamId stream;
  Version expected;
  Version actual;
};

enum class Failure : std::uint8_t {
  overloaded,   // the queue is full: not taken, ask again later
  not_written,  // storage refused before anything of it was on disk
  unknown,      // storage failed while it was being written: it may or may not be there; ask again
                // with the same id after the restart
  read_only,    // a fault came earlier: nothing is taken until a restart
  stopping,     // the engine is shutting down: not taken
  reused_id,    // the id came before with another content; nothing was written
};

struct Failed {
  Failure why;
  std::string detail;
};

using Answer = std::variant<Recorded, Refusal, Moved, Failed>;

}  // namespace engine::writer
