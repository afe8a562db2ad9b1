#include "tests/support/places.hpp"

#include <cstdlib>
#include <stdexcept>

namespace support {

std::filesystem::path source_folder() { return SIHE_SOURCE_FOLDER; }

std::filesystem::path generated_folder() { return SIHE_GENERATED; }

std::filesystem::path program() { return SIHE_PROGRAM; }

std::optional<std::filesystem::path> real_data(const std::string& name) {
  const char* named = std::getenv("SIHE_SHARED");
  const std::filesystem::path root = named != nullptr
                                         ? std::filesystem::path(named)
                                         : source_folder().parent_path() / "shared" / "data";
  if (std::filesystem::exists(root / name)) return root / name;
  if (std::getenv("CI") != nullptr) {
    throw std::runtime_error("with CI set, the real data must be at " + (root / name).string());
  }
  return std::nullopt;
}

}  // namespace support
