// Where logs come from.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"

namespace engine::log {

// Opens or makes the log in `folder` for writing, after holding it against its commit anchor.
// busy: another process writes it. corrupt: the log ends before the anchor, or holds something else
// than the anchor says; the detail names both positions and points to restore.
Result<std::unique_ptr<EventLog>> open_log(const std::filesystem::path& folder);

// Opens an existing log for reading beside a process that may be writing it; catch_up() brings it
// to what is durable now. Writes nothing into the folder (its own scratch files lie in the system's
// temporary folder). not_found: no log there. corrupt: as above.
Result<std::unique_ptr<LogReader>> open_log_reader(const std::filesystem::path& folder);

// A log that forgets when the process ends. For tests.
std::unique_ptr<EventLog> memory_log();

}  // namespace engine::log
