// Rows that are steps of one issue: each row with the one behind it, and which issue each went
// into. Internal to adapters/files.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "adapters/files/importer.hpp"
#include "adapters/files/row_mapper.hpp"
#include "adapters/files/rows.hpp"

namespace adapters::files {

// Reads rows, where it is asked to one ahead.
class RowsAhead {
 public:
  RowsAhead(RowReader& reader, bool looks_ahead) : reader_(reader), looks_ahead_(looks_ahead) {}

  // Moves on. False: no more.
  bool next();
  Row& row() { return row_; }
  // The row behind it; nullptr: there is none, it is flawed, or nobody looks ahead.
  const Row* behind() const;

 private:
  RowReader& reader_;
  bool looks_ahead_;
  bool begun_ = false;
  bool more_ = false;  // behind_ is a row
  Row row_, behind_;
};

// Which issue a row adds to. Does nothing for mappings that join no rows.
class JoinedRows {
 public:
  // Both outlive it.
  JoinedRows(const Mapping& mapping, const ImportListener& listener)
      : mapping_(mapping), listener_(listener) {}

  // Says whose step the row is. What begins an issue is known by the issue from now on, not by the
  // row: so a later file can add to it.
  void name(MappedRow& row);
  // Points the row's steps to their issue. "", or why they have none.
  std::string place(MappedRow& row);
  // What became of a row that begins an issue; nothing: it was rejected.
  void became(const MappedRow& row, std::optional<engine::StreamId> stream);
  // A row that was imported before, where this trial cannot add to it.
  void stands_elsewhere(const MappedRow& row);

 private:
  struct Issue {
    std::optional<engine::StreamId> stream;
    std::string why;  // there is none
  };
  std::string name_of(const std::string& issue) const { return "issue/" + issue; }

  const Mapping& mapping_;
  const ImportListener& listener_;
  std::string first_;  // of a file that holds one issue: its first row's id
  std::map<std::string, Issue, std::less<>> issues_;
};

}  // namespace adapters::files
