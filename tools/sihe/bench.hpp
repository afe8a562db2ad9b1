// What the measurements of `sihe bench` have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/schema/value.hpp"

namespace tools::bench {

struct Wanted {
  std::filesystem::path folder;  // an existing data folder, or where to make what is measured
  bool existing = false;
  std::uint64_t events = 0;
  std::size_t submitters = 64;
  std::size_t in_flight = 1;
  unsigned seconds = 10;
  std::size_t runs = 5;
  std::uint64_t rate = 5'000;     // of chat: messages a second
  std::size_t slow = 0;           // of chat: clients that send byte by byte
  std::size_t connections = 512;  // of chat: for POSTs
  std::string way = "both";       // of chat: "post", "websocket" or "both"
};

// Each gives its figures, those of every run and their medians. Errors: as what is measured.
engine::Result<engine::schema::Object> ingest(const Wanted& wanted);
engine::Result<engine::schema::Object> http(const Wanted& wanted);
engine::Result<engine::schema::Object> chat(const Wanted& wanted);
engine::Result<engine::schema::Object> rebuild(const Wanted& wanted);
engine::Result<engine::schema::Object> open(const Wanted& wanted);
// wanted.events: how many deadlines wait in a folder that is made.
engine::Result<engine::schema::Object> timers(const Wanted& wanted);

// The middle one of the values, or the mean of the two in the middle. Requires: there is one.
double median(std::vector<double> values);
// The value that so large a share of them does not exceed (nearest rank). Requires: there is one.
double nearest_rank(std::vector<double> values, double share);

// Processor, cores, memory, kernel, and what one fdatasync costs in `folder`.
engine::schema::Object machine(const std::filesystem::path& folder);

std::uint64_t resident_bytes();

// Fills a new data folder by the load until it holds so many events, and closes it.
engine::Result<void> fill(const std::filesystem::path& folder, std::uint64_t events);

// A folder for one run, gone with its owner.
class RunFolder {
 public:
  explicit RunFolder(const std::filesystem::path& parent);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace tools::bench
