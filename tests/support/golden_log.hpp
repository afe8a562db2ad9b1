// A stored log: records as a release wrote them, in one file, each after its length (32 bits, the
// lowest byte first).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/event_log.hpp"

namespace support {

std::vector<std::string> stored_records(const engine::log::LogReader& log);
void write_records(const std::filesystem::path& file, const std::vector<std::string>& records);
// Throws std::runtime_error if the file is not as write_records leaves it.
std::vector<std::string> read_records(const std::filesystem::path& file);

// A log with these records in it, without their sealed words. Throws if one is no record, or they
// do not follow one another.
std::unique_ptr<engine::log::EventLog> log_of(const std::vector<std::string>& records);

}  // namespace support
