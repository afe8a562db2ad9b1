// Takes the rows of a file into the log: many submissions in flight, answers taken in the order of
// the file, so that the reports on rejected rows stand in that order too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/files/mapping.hpp"
#include "adapters/files/rows.hpp"
#include "engine/core/error.hpp"
#include "engine/schema/schema.hpp"
#include "engine/writer/writer.hpp"
#include "workflows/directory/directory.hpp"

namespace adapters::files {

constexpr std::size_t rows_in_flight_max = 4'096;
constexpr std::size_t bytes_in_flight_max = 32 << 20;

struct ImportCounts {
  std::uint64_t rows = 0;  // read; = accepted + duplicates + rejected
  std::uint64_t accepted = 0;
  std::uint64_t duplicates = 0;  // were imported before; nothing new was written
  std::uint64_t rejected = 0;
  std::uint64_t events = 0;  // facts written, those of the directory included
};

// What the importer tells on its way, on the calling thread.
struct ImportListener {
  std::function<void(std::uint64_t bytes_read, std::uint64_t bytes_total)> progress;
  // An error ends the import.
  std::function<engine::Result<void>(const Row& row, std::string_view reason)> rejected;
  std::function<bool()> stop;  // asked between rows; true ends the import, what is in stays in
  // For trial runs: whether (source, id) was imported before where the rows would really go.
  // May be unset.
  std::function<bool(std::string_view source, std::string_view id)> known;
  // The issue that (source, id) became in an earlier import, for rows that add to it. May be unset.
  std::function<std::optional<engine::StreamId>(std::string_view source, std::string_view id)>
      issue_of = {};
};

struct ImportTarget {
  engine::writer::Writer& writer;
  const workflows::directory::DirectoryWorkflow& directory;
};

// Opens a file by its name: JSON (json_rows.hpp) or CSV. Errors: those of the readers.
engine::Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& file,
                                                     const Mapping& mapping);

// Reads `file` twice: once for the directory entries that it names (of several parents of one entry
// the most frequent counts), once for its rows. `counts` holds what was done also if it fails.
// not_found, invalid: the file, or its header for this mapping. storage: the log or the listener
// cannot write. cancelled: stop() said so.
engine::Result<void> import_file(const std::filesystem::path& file,
                                 const std::shared_ptr<const Mapping>& mapping,
                                 const engine::schema::Schema& schema, const ImportTarget& target,
                                 const ImportListener& listener, ImportCounts& counts);

}  // namespace adapters::files
