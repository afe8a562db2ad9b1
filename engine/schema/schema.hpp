// A workflow's schema, read from its embedded .bfbs: the one definition of its facts, used to check
// and build bodies from values and to show facts as values. Knows no notation (JSON is an
// adapter's).
//
// Attributes it knows: personal, time, code, issue, verb, by, needed, longest, least, most
// (see workflows/issue/issue.fbs for what each says), fewest, items (see
// workflows/meeting/meeting.fbs).
//
// Threads: immutable after load; share it freely.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/log/record.hpp"
#include "engine/schema/value.hpp"
#include "engine/writer/command.hpp"

namespace engine::schema {

enum class Kind : std::uint8_t {
  boolean,
  integer,
  real,
  text,
  choice,
  time,
  issue,
  list_of_text,
  list_of_issues,
  list_of_objects,
};

struct Choice {
  std::string name;
  std::int64_t number;
  std::string doc;
};

struct Field {
  std::string name;
  std::uint16_t id = 0;
  Kind kind = Kind::text;
  std::string code;  // the directory's kind, "" if it is no code
  std::string doc;
  bool required = false;  // required or needed
  bool personal = false;
  std::size_t longest = 0;  // bytes of UTF-8; 0: payload_bytes_max
  std::optional<std::int64_t> least;
  std::optional<std::int64_t> most;
  std::string choices;     // name of the enum, with kind choice
  std::size_t fewest = 0;  // items of a list
  std::size_t items = 64;
  std::vector<Field> members = {};  // of each item, with kind list_of_objects; no lists of objects
};

struct Table {
  std::string name;  // "Reported"
  std::string fact;  // "reported", "consultation_called"
  std::string verb;  // "report", "call_consultation"
  FactType type;     // its number in the union
  std::string doc;
  bool by_system = false;     // no command of a person
  std::vector<Field> fields;  // in the order of their ids
};

struct Enumeration {
  std::string name;
  std::string doc;
  std::vector<Choice> choices;
};

// One thing wrong with a body, as RFC 9457 problems want it.
struct Flaw {
  std::string pointer;  // RFC 6901, from the body's root: "/area"
  std::string detail;   // what is wrong, what would be right
};

// A body on its way to the writer: bytes without words, words apart, codes to look up. Words of an
// item in a list are named with their place: "conclusions/3/next_step".
struct Composed {
  std::string body;
  std::vector<writer::PersonalField> personal;
  std::vector<writer::CodeRef> codes;
};

class Schema {
 public:
  // corrupt: the bytes are no schema with a union named Fact.
  static Result<std::shared_ptr<const Schema>> load(std::span<const unsigned char> bfbs);
  ~Schema();

  const std::vector<Table>& tables() const;  // the members of the union, by number
  const std::vector<Enumeration>& enumerations() const;
  const Table* by_verb(std::string_view verb) const;  // nullptr: no such command
  const Table* by_fact(std::string_view fact) const;
  const Table* by_type(FactType type) const;

  // Checks `body` against the table and builds its FlatBuffer. Takes strings for times (RFC 3339
  // with offset), choices (their names) and issue numbers (digits); numbers as they are, also from
  // strings that are numbers (`lenient`, for CSV). All flaws at once: unknown member, missing
  // required one, wrong type, outside the bounds, not UTF-8, too long.
  // Exactly one of the two is filled.
  struct ComposeResult {
    std::optional<Composed> composed;
    std::vector<Flaw> flaws;
  };
  ComposeResult compose(const Table& table, const Value& body, bool lenient = false) const;

  // Where in a composed body the bytes of that number lie; nothing if it was not given, or is none.
  std::optional<std::size_t> place_of(const Table& table, std::string_view body,
                                      std::string_view field) const;

  // Refuses (corrupt) bytes that are no well-formed FlatBuffer of the table.
  Result<void> verify(const Table& table, std::string_view fact) const;

  // The fact as a value: times RFC 3339 with the given offset, choices by name, issue numbers as
  // digit strings; personal members are absent (their words are read apart). Requires: verified.
  Object show(const Table& table, std::string_view fact, int offset_minutes) const;

 private:
  Schema();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace engine::schema
