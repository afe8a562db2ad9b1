#include "tests/support/temporary_folder.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace support {

TemporaryFolder::TemporaryFolder() {
  std::string path = std::filesystem::temp_directory_path() / "sihe-test-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no folder at " + path);
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // what a test left behind in /tmp fails no test
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace support
