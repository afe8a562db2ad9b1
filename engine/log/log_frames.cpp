#include "engine/log/log_frames.hpp"

#include <memory>
#include <vector>

#include "engine/log/rocks_reads.hpp"

namespace engine::log {

namespace {

constexpr std::size_t block_bytes = 32 << 10;
constexpr std::size_t header_bytes = 4 + 2 + 1;
constexpr std::uint8_t zero_type = 0;  // space set aside, not written
constexpr std::uint8_t last_type =
    4;  // full, first, middle, last; others need options we never set

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

}  // namespace

std::size_t bad_fragment(std::string_view block) {
  std::size_t at = 0;
  while (at + header_bytes <= block.size()) {
    const std::size_t length = byte_at(block, at + 4) + (std::size_t{byte_at(block, at + 5)} << 8);
    const std::uint8_t type = byte_at(block, at + 6);
    if (type == zero_type && length == 0) break;
    const std::size_t end = at + header_bytes + length;
    if (type > last_type || end > block_bytes) return at;
    at = end;
  }
  return std::string_view::npos;
}

Result<void> LogFrames::look(const Disk& disk, const std::filesystem::path& folder) {
  std::vector<std::string> names;
  const auto listed = disk.env->GetChildren(folder.string(), &names);
  if (!listed.ok()) return reads::fault_of(listed, "listing " + folder.string());
  std::map<std::string, std::uint64_t> seen;
  std::string scratch(block_bytes, '\0');
  for (const std::string& name : names) {
    if (!name.ends_with(".log") && !name.starts_with("MANIFEST-")) continue;
    std::unique_ptr<rocksdb::RandomAccessFile> file;
    const auto opened = disk.env->NewRandomAccessFile((folder / name).string(), &file, {});
    if (!opened.ok()) continue;  // the writer has let it go
    std::uint64_t& at = seen[name] = seen_[name];
    for (;;) {
      rocksdb::Slice block;
      const auto status = file->Read(at, block_bytes, &block, scratch.data());
      if (!status.ok()) return reads::fault_of(status, "reading " + name);
      if (const auto bad = bad_fragment(block.ToStringView()); bad != std::string_view::npos) {
        return Error{Fault::corrupt, name + " is damaged at byte " + std::to_string(at + bad)};
      }
      if (block.size() < block_bytes) break;
      at += block_bytes;
    }
  }
  seen_ = std::move(seen);
  return {};
}

}  // namespace engine::log
