// A mapping: how the rows of one kind of file become issues. The language is described, with an
// example, in adapters/files/README.md; here is what a mapping file says once it has been read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/files/csv.hpp"
#include "adapters/files/time_format.hpp"
#include "adapters/files/zone.hpp"
#include "engine/core/error.hpp"
#include "engine/schema/schema.hpp"

namespace adapters::files {

constexpr std::size_t mapping_bytes_max = 256 * 1024;

// What the file says → what is recorded. "" stands for an empty cell, "*" for everything else.
using ValueTable = std::map<std::string, std::string, std::less<>>;

// Where a value comes from. Columns are numbers into Mapping::columns.
struct ValueSpec {
  enum class From : std::uint8_t { nothing, column, first, join, constant, entry };
  From from = From::nothing;
  std::vector<std::size_t> columns;
  std::string joiner;
  std::string constant;  // also the kind, with entry
  const ValueTable* table = nullptr;
  std::string table_name;
  std::string otherwise;  // where the outcome would be empty
  bool trim = false;
  bool next_row = false;            // of the issue's next row, if there is one
  bool or_previous = false;         // times: of the fact before, where the cell is empty
  std::string split;                // lists: what stands between the items
  std::vector<TimeFormat> formats;  // times; empty: the mapping's
  std::optional<Zone> zone;         // times; none: the mapping's
};

struct Condition {
  ValueSpec value;
  std::vector<std::string> any_of;  // empty: any value but none at all
  bool negated = false;
};

struct FactSpec {
  const engine::schema::Table* table = nullptr;
  ValueSpec at;
  std::vector<Condition> when;  // all of them
  struct Member {
    const engine::schema::Field* field;
    ValueSpec value;
  };
  std::vector<Member> with;
};

// One level of a directory tree, the top first.
struct EntryLevel {
  std::string level;
  ValueSpec code;
  ValueSpec name;
};

struct EntryTree {
  std::string kind;             // area, category, department
  bool add = false;             // codes that are not in the directory yet are added to it
  std::vector<Condition> when;  // all of them; the others' rows have no place in this tree
  std::vector<EntryLevel> path;
};

struct Mapping {
  std::string source;
  std::string about;
  std::string actor;
  CsvOptions csv;
  Zone zone;
  std::vector<TimeFormat> formats;
  bool lift_backwards = false;  // a time before the fact before it is read as that fact's
  ValueSpec id;
  ValueSpec person;
  ValueSpec issue;  // rows with the same one are steps of one issue; nothing: each is its own
  bool one_issue = false;  // all rows of a file are, and its first row's id names it
  std::map<std::string, ValueTable, std::less<>> tables;
  std::vector<EntryTree> trees;
  std::vector<FactSpec> facts;
  std::vector<std::string> columns;  // the names that the file's header must have

  bool joins_rows() const { return one_issue || issue.from != ValueSpec::From::nothing; }

  // invalid: the detail lists everything that is wrong, each with its line. `name` is what the
  // messages call the mapping. The schema outlives the mapping.
  static engine::Result<std::shared_ptr<const Mapping>> read(std::string_view toml,
                                                             std::string_view name,
                                                             const engine::schema::Schema& schema);
};

}  // namespace adapters::files
