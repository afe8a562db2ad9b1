// Fills a data folder with the demo district: its directory, and its issues in the order in which
// things happened. What is there already is left as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "engine/core/error.hpp"
#include "engine/writer/writer.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/issue/deadlines.hpp"

namespace tools::demo {

struct Wanted {
  std::size_t issues = 252;
  std::uint64_t seed = 71;
  // By which the writer's issues get their deadlines; nullptr: by none, the stories set them.
  const workflows::issue::DeadlineRules* rules = nullptr;
};

struct Made {
  std::size_t entries = 0;  // of the directory, new ones
  std::size_t issues = 0;
  std::size_t resolved = 0;  // resolved or closed in the end
  std::size_t pilots = 0;    // villages
  std::size_t pilots_with_meeting = 0;
  std::size_t meetings = 0;    // called
  std::uint64_t facts = 0;     // written now
  std::uint64_t repeated = 0;  // commands that had been taken before
  std::string eventful;        // the number of an issue that much happened to; "" if none
};

// cancelled: `progress` said so. invalid: something was refused; the detail names issue and
// command. busy, storage: as the writer said.
engine::Result<Made> fill(engine::writer::Writer& writer,
                          const workflows::directory::DirectoryWorkflow& directory,
                          const Wanted& wanted,
                          const std::function<bool(std::size_t done, std::size_t of)>& progress);

}  // namespace tools::demo
