// open.hpp, with the disk as an argument: for tests that hurt it.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/log/open.hpp"
#include "engine/log/rocks_options.hpp"

namespace engine::log {

Result<std::unique_ptr<EventLog>> open_log_on(const Disk& disk,
                                              const std::filesystem::path& folder);

Result<std::unique_ptr<LogReader>> open_log_reader_on(const Disk& disk,
                                                      const std::filesystem::path& folder);

}  // namespace engine::log
