#include "engine/core/scratch_folder.hpp"

#include <cstdlib>
#include <system_error>

namespace engine {

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code failed;
  std::string path = std::filesystem::temp_directory_path(failed) / "sihe-scratch-XXXXXX";
  if (failed || ::mkdtemp(path.data()) == nullptr) {
    return Error{Fault::storage, "no temporary folder can be made at " + path};
  }
  return ScratchFolder(std::move(path));
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;  // what cannot be removed from a temporary folder may stay there
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace engine
