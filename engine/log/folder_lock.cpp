#include "engine/log/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace engine::log {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const std::string path = folder.string() + ".lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return Error{Fault::storage, "opening " + path + ": " + std::strerror(errno)};
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    ::close(descriptor);
    if (why == EWOULDBLOCK) {
      return Error{Fault::busy, "another process has " + folder.string() + " open for writing"};
    }
    return Error{Fault::storage, "locking " + path + ": " + std::strerror(why)};
  }
  return FolderLock(descriptor);
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace engine::log
