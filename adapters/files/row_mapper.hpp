// A row of a file becomes one submission: the issue's history with the file's own times. Pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/files/mapping.hpp"
#include "adapters/files/rows.hpp"
#include "engine/core/error.hpp"
#include "engine/writer/command.hpp"
#include "workflows/directory/directory.hpp"

namespace adapters::files {

// An entry that the row stands under, and whether the mapping wants it added if it is not known.
struct Entry {
  workflows::directory::EntryInfo info;
  bool add = false;
};

struct MappedRow {
  engine::writer::Submission submission;  // (mapping's source, row's id)
  std::vector<Entry> entries;             // parents before their children
  std::string issue;     // whose step the row is, in its file; "": an issue of its own
  bool reports = false;  // it begins the issue
  std::string flaw;      // "" or why the row cannot be taken
};

class RowMapper {
 public:
  // invalid: the header lacks columns that the mapping names; the detail names them all.
  static engine::Result<RowMapper> bind(std::shared_ptr<const Mapping> mapping,
                                        const engine::schema::Schema& schema,
                                        const std::vector<std::string>& header);

  // `next`: the row behind it, where the mapping joins rows; nullptr: there is none.
  // Requires: `row` has no flaw and as many cells as the header.
  MappedRow map(const Row& row, const Row* next = nullptr) const;

 private:
  struct Reading;
  RowMapper(std::shared_ptr<const Mapping> mapping, const engine::schema::Schema& schema)
      : mapping_(std::move(mapping)), schema_(&schema) {}

  std::shared_ptr<const Mapping> mapping_;
  const engine::schema::Schema* schema_;
  std::vector<std::size_t> cells_;  // where each of the mapping's columns stands in a row
};

}  // namespace adapters::files
