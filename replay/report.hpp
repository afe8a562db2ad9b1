// What a verification looked at and what it found: one line per check, and the first thing wrong
// per issue or view.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/ids.hpp"

namespace replay {

constexpr std::size_t findings_max = 100;  // told in full per check; the others are counted

struct Finding {
  engine::Position position;  // 0: about no record in particular
  std::string about;          // "issue 2601000000174", "view statistics", "" for the whole log
  std::string what;           // one sentence
};

struct Check {
  Check(std::string stable_name, std::string what)
      : name(std::move(stable_name)), title(std::move(what)) {}

  std::string name;                // stable, for programs
  std::string title;               // what was held against what
  std::uint64_t count = 0;         // things looked at
  std::uint64_t found = 0;         // things wrong, all of them
  std::vector<Finding> first;      // the first of each issue or view
  std::vector<std::string> notes;  // what a reader should know of this check, wrong or not
  bool skipped = false;            // a note says why

  // Counts the finding, and keeps it if it is the first about this.
  void find(Finding finding);

 private:
  std::set<std::string> told_;
};

struct Report {
  engine::Position position;  // the log was read up to here
  std::vector<Check> checks;

  std::uint64_t found() const;
  bool sound() const { return found() == 0; }
};

}  // namespace replay
