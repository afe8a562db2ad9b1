// The load that benchmarks put on an engine: issues of the demo district on their way from report
// to closure, seven commands each, many submitters at once, each waiting for its answer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/time.hpp"
#include "engine/writer/writer.hpp"

namespace tools::bench {

struct LoadWanted {
  std::size_t submitters = 64;
  std::size_t in_flight = 1;  // commands that each submitter has under way at a time
  std::uint64_t commands = 100'000;
};

struct LoadDone {
  std::uint64_t recorded = 0;  // commands answered Recorded; one fact each
  double seconds = 0;          // from the first submission to the last answer
};

// Adds the demo district's areas, departments and categories, so that codes are known.
engine::Result<void> add_directory(engine::writer::Writer& writer);

// Puts the load on the writer and waits for its end. invalid: a command was refused, which the load
// never deserves; storage: the writer failed.
engine::Result<LoadDone> run_load(engine::writer::Writer& writer, const LoadWanted& wanted);

}  // namespace tools::bench
