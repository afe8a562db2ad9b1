#include "replay/spool.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace replay {

using engine::Error;
using engine::Fault;
using engine::Result;

namespace {

Error refused(const char* doing) {
  return {Fault::storage, std::string(doing) + " a temporary file: " + std::strerror(errno)};
}

}  // namespace

Result<Spool> Spool::make(const std::filesystem::path& file) {
  std::FILE* opened = std::fopen(file.c_str(), "w+b");
  if (opened == nullptr) return refused("making");
  return Spool(opened);
}

Result<void> Spool::add(std::string_view row) {
  const auto length = static_cast<std::uint32_t>(row.size());
  if (std::fwrite(&length, sizeof length, 1, file_.get()) != 1 ||
      std::fwrite(row.data(), 1, row.size(), file_.get()) != row.size()) {
    return refused("writing");
  }
  return {};
}

void Spool::rewind() { std::rewind(file_.get()); }

Result<std::optional<std::string>> Spool::next() {
  std::uint32_t length = 0;
  if (std::fread(&length, sizeof length, 1, file_.get()) != 1) {
    if (std::feof(file_.get()) != 0) return std::optional<std::string>{};
    return refused("reading");
  }
  std::string row(length, '\0');
  if (std::fread(row.data(), 1, length, file_.get()) != length) return refused("reading");
  return std::optional(std::move(row));
}

}  // namespace replay
