#include "tests/support/places.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace support {

std::filesystem::path source_folder() { return SIHE_SOURCE_FOLDER; }

std::filesystem::path generated_folder() { return SIHE_GENERATED; }

std::string version() { return SIHE_VERSION; }

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

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool writing_golden() {
  const char* asked = std::getenv("SIHE_GOLDEN");
  return asked != nullptr && std::string_view(asked) == "write";
}

}  // namespace support
