// The frames of RocksDB's write-ahead logs and manifests, which have one format, looked at before a
// secondary instance reads them: 7.8.3 reads for ever when a damaged byte makes a fragment one of a
// reused log (types 5 to 8), and a length may lead out of its block. Format: blocks of 32 KiB; in
// each, fragments of checksum u32 · length u16 · type u8 · bytes, little-endian, none crossing the
// end of its block (RocksDB's db/log_format.h). The checksums are RocksDB's own affair.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/log/rocks_options.hpp"

namespace engine::log {

// Where the first fragment of this block begins that cannot be one; npos if there is none. What a
// writer has begun and not finished at the end is no damage.
std::size_t bad_fragment(std::string_view block);

class LogFrames {
 public:
  // Looks at what was added to those in `folder` since the last time.
  // corrupt: a fragment of no known type, or one that leads out of its block; the detail names file
  // and place.
  Result<void> look(const Disk& disk, const std::filesystem::path& folder);

 private:
  std::map<std::string, std::uint64_t> seen_;  // bytes of whole blocks already looked at
};

}  // namespace engine::log
