// The directory entries that a file's rows name, gathered before the rows go in.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adapters/files/row_mapper.hpp"
#include "engine/core/time.hpp"
#include "workflows/directory/directory.hpp"

namespace adapters::files {

class EntryCollector {
 public:
  // Takes in the entries that the mapping wants added. Requires: the row has no flaw.
  void take(const MappedRow& row);

  // Those that the tree lacks, parents before their children, each with the time of the first row
  // that names it. Of several parents the most frequent counts.
  std::vector<std::pair<workflows::directory::EntryInfo, engine::Instant>> missing(
      const workflows::directory::Tree& tree) const;

 private:
  struct Seen {
    workflows::directory::EntryInfo info;
    engine::Instant first;
    std::map<std::string, std::uint64_t> parents;  // → rows
  };
  std::map<std::pair<std::string, std::string>, Seen> seen_;  // (kind, code)
};

}  // namespace adapters::files
