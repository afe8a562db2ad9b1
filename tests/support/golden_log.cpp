#include "tests/support/golden_log.hpp"

#include <cstdint>
#include <fstream>
#include <set>
#include <stdexcept>

#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "tests/support/places.hpp"

namespace support {

using namespace engine;

std::vector<std::string> stored_records(const log::LogReader& log) {
  std::vector<std::string> out;
  const auto keep = [&](Position, std::string_view record) {
    out.emplace_back(record);
    return true;
  };
  log.read(Position{0}, log.last(), keep).value();
  return out;
}

void write_records(const std::filesystem::path& file, const std::vector<std::string>& records) {
  std::string bytes;
  for (const std::string& record : records) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      bytes.push_back(static_cast<char>(record.size() >> shift & 0xFF));
    }
    bytes += record;
  }
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

std::vector<std::string> read_records(const std::filesystem::path& file) {
  const std::string bytes = contents(file);
  std::vector<std::string> out;
  for (std::size_t at = 0; at < bytes.size();) {
    if (bytes.size() - at < 4) throw std::runtime_error("a length is cut off: " + file.string());
    std::size_t length = 0;
    for (std::size_t i = 4; i-- > 0;)
      length = length << 8 | static_cast<std::uint8_t>(bytes[at + i]);
    at += 4;
    if (bytes.size() - at < length) {
      throw std::runtime_error("a record is cut off: " + file.string());
    }
    out.push_back(bytes.substr(at, length));
    at += length;
  }
  return out;
}

std::unique_ptr<log::EventLog> log_of(const std::vector<std::string>& records) {
  auto out = log::memory_log();
  std::set<std::string> known;
  for (const std::string& record : records) {
    log::verify_record(record).value();
    const log::RecordView view(record);
    log::Batch batch;
    batch.entries.push_back({view.position(), view.stream(), view.version(), record});
    if (!view.source().empty()) {
      auto key = log::dedup_key(view.source(), view.command_id()).value();
      if (known.insert(key).second) batch.dedups.push_back({std::move(key), ""});
    }
    out->append(out->last(), batch).value();
  }
  return out;
}

}  // namespace support
